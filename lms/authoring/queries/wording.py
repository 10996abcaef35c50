"""What published texts might do better; found once for each text, for a text that is published never changes."""

from collections import defaultdict
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.content.rules import wording
from lms.courses.models import Lesson, LessonText
from lms.courses.rules.findings import Finding
from lms.courses.rules.lesson_source import parse_lesson

MOST_KEPT = 20_000
_FOUND: dict[tuple[str, str], tuple[Finding, ...]] = {}  # by hash and language


def published_findings(session: Session, course_id: int | None = None) -> dict[int, tuple[Finding, ...]]:
    """Return the findings of live lessons of a course, or of all, by lesson, in at most two statements."""
    present: Any = (
        select(LessonText.lesson_id, LessonText.locale, LessonText.content_hash, LessonText.id)
        .join(Lesson, and_(Lesson.id == LessonText.lesson_id, Lesson.revision == LessonText.revision))
        .where(Lesson.retired_at.is_(None))
        .order_by(LessonText.lesson_id, LessonText.locale)
    )
    if course_id is not None:
        present = present.where(Lesson.course_id == course_id)
    rows = session.execute(present).all()
    unknown = {row.id for row in rows if (row.content_hash, row.locale) not in _FOUND}
    if unknown:
        _read(session, unknown)
    found: dict[int, tuple[Finding, ...]] = defaultdict(tuple)
    for row in rows:
        findings = _FOUND.get((row.content_hash, row.locale), ())
        found[row.lesson_id] += tuple(each.within(f"lesson.{row.locale}.md") for each in findings)
    return found


def _read(session: Session, text_ids: set[int]) -> None:
    if len(_FOUND) > MOST_KEPT:
        _FOUND.clear()
    texts = select(LessonText.content_hash, LessonText.locale, LessonText.source).where(LessonText.id.in_(text_ids))
    for content_hash, locale, source in session.execute(texts):
        read = parse_lesson(source)
        _FOUND[content_hash, locale] = (*read.findings, *wording.check(read, locale))
