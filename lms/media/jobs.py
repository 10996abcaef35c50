"""Deletes bytes that no lesson names, a day later; safe beside uploads of the same bytes, on any number of machines.

Bytes are deleted only while the row of their fingerprint is held in this transaction: who stores that row meanwhile
waits for its end, and puts the bytes back where they are gone (actions.keep_file).
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.media.models import LessonMedia, MediaFile
from lms.media.queries import value_of
from lms.storage import Storage

KEPT_FOR = timedelta(days=1)
MOST = 200  # deleted at a time: a bucket takes its time for each, and the database waits
KEY = re.compile(r"[0-9a-f]{2}/(?P<sha256>[0-9a-f]{64})\.(?P<ext>[a-z0-9]{2,4})")


def sweep(session: Session, *, storage: Storage, now: datetime) -> int:
    """Delete the files that no lesson has named for a day, then bytes that never got a row; return how many."""
    gone = _unnamed(session, storage, before=now - KEPT_FOR)
    return gone + _stray(session, storage, before=now - KEPT_FOR, most=MOST - gone)


def _unnamed(session: Session, storage: Storage, *, before: datetime) -> int:
    rows = session.scalars(
        select(MediaFile)
        .where(MediaFile.unnamed_at < before)
        .where(~select(LessonMedia.id).where(LessonMedia.file_id == MediaFile.id).exists())
        .order_by(MediaFile.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        path = value_of(row).path
        session.delete(row)
        session.flush()
        storage.delete(path)
    return len(rows)


def _stray(session: Session, storage: Storage, *, before: datetime, most: int) -> int:
    """Delete bytes without a row, as of an upload that was broken off."""
    known = set(session.scalars(select(MediaFile.sha256)))
    gone = 0
    for key, size, at in storage.listed():
        named = KEY.fullmatch(key)
        if gone < most and named and named["sha256"] not in known and at < before:
            claim = MediaFile(sha256=named["sha256"], ext=named["ext"], bytes=size or 1, original_name="", added_at=at)
            gone += _take(session, storage, key, claim)
    return gone


def _take(session: Session, storage: Storage, key: str, claim: MediaFile) -> int:
    """Delete the bytes under `key` while a row of ours stands for them; not where somebody stored theirs meanwhile."""
    try:
        with session.begin_nested():
            session.add(claim)
    except IntegrityError:
        return 0
    storage.delete(key)
    session.delete(claim)
    session.flush()
    return 1
