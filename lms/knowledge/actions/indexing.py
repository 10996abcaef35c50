"""Makes what is found of lessons: entries, terms that occur, aids; only of wordings not yet indexed, so repeatable."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from lms.courses.models import Course, KeyPoint, Lesson, LessonText
from lms.db import insert
from lms.knowledge.actions import entries
from lms.knowledge.models import GlossaryTerm, IndexedLesson, LessonAid, LessonTerm, SearchEntry
from lms.knowledge.rules import stored
from lms.knowledge.rules.glossary import occurring, pattern

FORM = "1"  # raise it when what is made of a wording changes; everything is then made anew
AT_ONCE = 50
Known = list[tuple[int, re.Pattern[str]]]


@dataclass(frozen=True)
class _Due:
    """A lesson to be indexed."""

    lesson: Lesson
    posts: Sequence[str]
    fingerprint: str


def index_lessons(session: Session, *, limit: int | None = None, only: Collection[int] | None = None) -> int:
    """Index up to `limit` lessons whose wording, posts or glossary changed, forget retired ones; return how many.

    `only`: look at no lessons but these, as whoever has just changed them does.
    Two that run at once wait for each other at the rows of `indexed_lessons`.
    """
    rows = list(
        session.scalars(select(GlossaryTerm).where(GlossaryTerm.retired_at.is_(None)).order_by(GlossaryTerm.id))
    )
    due, gone = _stale(session, _digest(rows), only)
    if gone:
        _forget(session, gone)
    due = due[:limit]
    known = [(row.id, pattern((row.term_zh, row.term_en, *row.also))) for row in rows] if due else []
    for start in range(0, len(due), AT_ONCE):
        _index(session, due[start : start + AT_ONCE], known)
    return len(due) + len(gone)


def reindex(session: Session) -> int:
    """Index every lesson anew, whatever was indexed before; return how many."""
    session.execute(delete(IndexedLesson))
    return index_lessons(session)


def _digest(rows: Sequence[GlossaryTerm]) -> str:
    return hashlib.sha256(repr([(row.id, row.term_zh, row.term_en, row.also) for row in rows]).encode()).hexdigest()


def _stale(session: Session, glossary: str, only: Collection[int] | None) -> tuple[list[_Due], list[int]]:
    """Return the lessons to be indexed, and the ids of those to be forgotten."""
    due, gone = [], []
    query = (
        select(Lesson, Course.posts, Course.retired_at, IndexedLesson.fingerprint)
        .join(Course, Course.id == Lesson.course_id)
        .outerjoin(IndexedLesson, IndexedLesson.lesson_id == Lesson.id)
        .order_by(Lesson.id)
    )
    if only is not None:
        query = query.where(Lesson.id.in_(only))
    for lesson, posts, course_retired, before in session.execute(query):
        if lesson.retired_at is not None or course_retired is not None:
            if before is not None:
                gone.append(lesson.id)
            continue
        said = (FORM, lesson.revision, lesson.course_id, sorted(posts), glossary)
        fingerprint = hashlib.sha256(repr(said).encode()).hexdigest()
        if before != fingerprint:
            due.append(_Due(lesson, posts, fingerprint))
    return due, gone


def _forget(session: Session, lesson_ids: list[int]) -> None:
    entries.replace(session, SearchEntry.lesson_id.in_(lesson_ids), ())
    for table in (LessonTerm, LessonAid, IndexedLesson):
        session.execute(delete(table).where(table.lesson_id.in_(lesson_ids)))


def _index(session: Session, due: Sequence[_Due], known: Known) -> None:
    marks = [{"lesson_id": each.lesson.id, "fingerprint": each.fingerprint} for each in due]
    statement = insert(session, IndexedLesson)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[IndexedLesson.lesson_id], set_={"fingerprint": statement.excluded.fingerprint}
        ),
        marks,
    )
    ids = [each.lesson.id for each in due]
    for table in (LessonTerm, LessonAid):
        session.execute(delete(table).where(table.lesson_id.in_(ids)))
    texts, points = _read(session, ids)
    drafts: list[entries.Draft] = []
    for each in due:
        for text in texts[each.lesson.id]:
            reading = stored.read(text.blocks)
            drafts += _drafts(each, text, reading, points[each.lesson.id])
            occur = occurring(f"{text.title}\n{reading.text}", known)
            session.add_all(
                LessonTerm(lesson_id=each.lesson.id, locale=text.locale, term_id=term, position=n)
                for n, term in enumerate(occur)
            )
            session.add_all(
                LessonAid(
                    lesson_id=each.lesson.id,
                    locale=text.locale,
                    position=n,
                    kind=aid.kind,
                    block=aid.block,
                    html=aid.html,
                )
                for n, aid in enumerate(reading.aids)
            )
    entries.replace(session, SearchEntry.lesson_id.in_(ids), drafts)


def _read(session: Session, ids: list[int]) -> tuple[dict[int, list[LessonText]], dict[int, list[KeyPoint]]]:
    texts, points = defaultdict(list), defaultdict(list)
    present = and_(LessonText.lesson_id == Lesson.id, LessonText.revision == Lesson.revision)
    for text in session.scalars(select(LessonText).join(Lesson, present).where(Lesson.id.in_(ids))):
        texts[text.lesson_id].append(text)
    live = select(KeyPoint).where(KeyPoint.lesson_id.in_(ids), KeyPoint.retired_at.is_(None))
    for point in session.scalars(live.order_by(KeyPoint.number)):
        points[point.lesson_id].append(point)
    return texts, points


def _drafts(
    due: _Due, text: LessonText, reading: stored.Reading, points: Sequence[KeyPoint]
) -> Iterator[entries.Draft]:
    lesson = due.lesson
    where = {
        "locale": text.locale,
        "course_id": lesson.course_id,
        "lesson_id": lesson.id,
        "posts": entries.posts(due.posts),
    }
    headings = "\n".join(block["heading"] for block in text.blocks if block.get("heading"))
    yield entries.Draft(
        {"key": f"lesson:{lesson.id}", "kind": "lesson", "title": text.title, "answer": "", "body": reading.text}
        | where,
        text.title,
        headings,
        reading.text,
    )
    places = {number: n for n, block in enumerate(text.blocks) for number in block.get("points", ())}
    for point in points:
        said = point.text_zh if text.locale == "zh" else point.text_en
        asked = (point.question_zh if text.locale == "zh" else point.question_en) or ""
        said = said[:1].upper() + said[1:]
        yield entries.Draft(
            {
                "key": f"point:{lesson.id}:{point.number}",
                "kind": "point",
                "title": said,
                "answer": said,
                "body": asked,
                "place": places.get(point.number),
            }
            | where,
            "",
            said,
            f"{text.title}\n{asked}",
        )
