"""Reads what a part of a lesson ever was: published wordings, kept texts, and the present one."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.models import Draft, DraftSnapshot, Submission
from lms.authoring.queries.drafts import DraftView
from lms.courses.models import LessonText
from lms.errors import NotFound

MOST = 200
NAMED = re.compile(r"^(now|[rs]\d{1,9})$")


@dataclass(frozen=True)
class Entry:
    """A text by the name that addresses use: `now`, `s<number>` (kept), `r<number>` (published)."""

    name: str
    why: str  # now, published, or what a snapshot says
    version: int
    by: Person | None
    at: datetime
    note: str = ""


def history(session: Session, view: DraftView, part: str) -> tuple[Entry, ...]:
    """Return the newest MOST texts of a part, newest first, in three statements."""
    present = view.parts[part]
    entries = [Entry("now", "now", present.version, present.saved_by, present.saved_at)]
    kept = (
        select(
            DraftSnapshot.id, DraftSnapshot.why, DraftSnapshot.version, DraftSnapshot.at, DraftSnapshot.draft_id, Person
        )
        .join(Person, Person.id == DraftSnapshot.author_id)
        .join(Draft, Draft.id == DraftSnapshot.draft_id)
        .where(DraftSnapshot.part == part, _of_lesson(view))
        .order_by(DraftSnapshot.id.desc())
        .limit(MOST)
    )
    for number, why, version, at, draft_id, person in session.execute(kept):
        shown_above = draft_id == view.draft.id and version == present.version and why in ("began", "saved")
        if not shown_above:
            entries.append(Entry(f"s{number}", why, version, person, at))
    entries.extend(_published(session, view, part))
    return tuple(sorted(entries, key=lambda entry: (entry.name == "now", entry.at), reverse=True))


def _of_lesson(view: DraftView) -> ColumnElement[bool]:
    """Return the condition for all drafts of the same lesson, discarded ones too."""
    same = Draft.id == view.draft.id
    return same if view.draft.lesson_id is None else or_(same, Draft.lesson_id == view.draft.lesson_id)


def _published(session: Session, view: DraftView, part: str) -> list[Entry]:
    if view.draft.lesson_id is None or part == "questions":
        return []
    decided = {
        submission.decided_at: (submission, person)
        for submission, person in session.execute(
            select(Submission, Person)
            .join(Person, Person.id == Submission.by_id)
            .join(Draft, Draft.id == Submission.draft_id)
            .where(_of_lesson(view), Submission.decision.in_(("published", "approved")))
        )
    }
    rows = session.execute(
        select(LessonText.revision, LessonText.published_at)
        .where(LessonText.lesson_id == view.draft.lesson_id, LessonText.locale == part)
        .order_by(LessonText.revision.desc())
        .limit(MOST)
    )
    entries = []
    for revision, at in rows:
        submission, person = decided.get(at, (None, None))
        entries.append(Entry(f"r{revision}", "published", revision, person, at, submission.note if submission else ""))
    return entries


def text_named(session: Session, view: DraftView, part: str, name: str) -> str:
    """Return the text of a part by its name (`now`, `s12`, `r3`); raise NotFound where the lesson has none such."""
    if not NAMED.match(name):
        raise NotFound
    if name == "now":
        return view.parts[part].text
    number = int(name[1:])
    if name[0] == "s":
        wanted = (
            select(DraftSnapshot.text)
            .join(Draft, Draft.id == DraftSnapshot.draft_id)
            .where(DraftSnapshot.id == number, DraftSnapshot.part == part, _of_lesson(view))
        )
    else:
        wanted = select(LessonText.source).where(
            LessonText.lesson_id == view.draft.lesson_id, LessonText.revision == number, LessonText.locale == part
        )
    found = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found
