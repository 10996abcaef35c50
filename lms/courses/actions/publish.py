"""Publishes a lesson in both languages: a new revision where the text changed, its HTML, map and key points."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.courses.actions.rendering import PublicQuestion, blocks
from lms.courses.models import Course, KeyPoint, Lesson, LessonText
from lms.courses.rules.findings import errors
from lms.courses.rules.lesson_source import LessonSource, Point
from lms.courses.rules.media import media_base
from lms.courses.rules.outline import outline
from lms.errors import Invalid
from lms.media.queries import album as album_of
from lms.media.rules.medium import Album, Medium

LOCALES = ("zh", "en")


@dataclass
class Stored:
    """What is stored of a lesson: the texts of its present revision by language, and all its key points."""

    texts: dict[str, LessonText] = field(default_factory=dict)
    points: list[KeyPoint] = field(default_factory=list)


def stored(session: Session, lesson_ids: Iterable[int] | None = None) -> dict[int, Stored]:
    """Return what is stored of lessons (of all, unless named) by lesson id, in two queries."""
    present = select(LessonText).join(
        Lesson, and_(Lesson.id == LessonText.lesson_id, Lesson.revision == LessonText.revision)
    )
    points = select(KeyPoint).order_by(KeyPoint.number)
    if lesson_ids is not None:
        wanted = tuple(lesson_ids)
        present, points = present.where(Lesson.id.in_(wanted)), points.where(KeyPoint.lesson_id.in_(wanted))
    found: dict[int, Stored] = {}
    for text in session.scalars(present):
        found.setdefault(text.lesson_id, Stored()).texts[text.locale] = text
    for point in session.scalars(points):
        found.setdefault(point.lesson_id, Stored()).points.append(point)
    return found


def facts(sources: Mapping[str, LessonSource]) -> dict[str, Any]:
    """Return the columns of a lesson that its files state; raise Invalid where its languages do not fit together."""
    zh, en = sources["zh"], sources["en"]
    for source in (zh, en):
        for finding in errors(source.findings):
            raise Invalid(f"{finding.line}: {finding.sentence()}", field="source")
    if len(zh.points) != len(en.points) or len(zh.blocks) != len(en.blocks):
        raise Invalid("Both languages need the same blocks and the same key points.", field="source")
    return {
        "minutes": zh.front.minutes,
        "point_count": len(zh.points),
        "block_count": len(zh.blocks),
        "title_zh": zh.title,
        "title_en": en.title,
        "competencies": list(zh.front.competencies),
        "prerequisites": list(zh.front.prerequisites),
    }


def publish(
    session: Session,
    lesson: Lesson,
    sources: Mapping[str, LessonSource],
    questions: Mapping[str, PublicQuestion],
    *,
    now: datetime,
    found: Stored | None = None,
    media: Mapping[str, Medium] | None = None,
) -> str:
    """Store the wording `sources` of `lesson` and return what that did: revised, refreshed or unchanged.

    A changed source gives a new revision, so that learners keep the one they began. Where only a question asked in the
    text, or a file it shows, changed, what was made of the source is refreshed. `found` is what `stored` returned for
    this lesson, `media` its files by name; both are looked up where they are not given. Raises Invalid.
    """
    columns = facts(sources)
    if found is None:
        found = stored(session, [lesson.id]).get(lesson.id, Stored())
    album = Album(media_base(lesson.id), _media(session, lesson) if media is None else media)
    made = {locale: _made(sources[locale], locale, questions, album) for locale in LOCALES}
    if any(locale not in found.texts or found.texts[locale].source != sources[locale].source for locale in LOCALES):
        lesson.revision += 1
        for name, value in columns.items():
            setattr(lesson, name, value)
        for locale in LOCALES:
            session.add(
                LessonText(
                    lesson_id=lesson.id, revision=lesson.revision, locale=locale, published_at=now, **made[locale]
                )
            )
        _renumber(session, lesson.id, found.points, (sources["zh"].points, sources["en"].points), now=now)
        return "revised"
    outcome = "unchanged"
    for locale in LOCALES:
        text = found.texts[locale]
        for name in ("blocks", "outline"):
            if getattr(text, name) != made[locale][name]:
                setattr(text, name, made[locale][name])
                outcome = "refreshed"
    return outcome


def _media(session: Session, lesson: Lesson) -> Mapping[str, Medium]:
    course = session.scalar(select(Course.slug).where(Course.id == lesson.course_id))
    return album_of(session, course or "", lesson.slug, "").files


def _made(source: LessonSource, locale: str, questions: Mapping[str, PublicQuestion], album: Album) -> dict[str, Any]:
    return {
        "title": source.title,
        "source": source.source,
        "blocks": blocks(source, locale, questions, album),
        "outline": outline(source),
        "content_hash": hashlib.sha256(source.source.encode()).hexdigest(),
    }


def _renumber(
    session: Session,
    lesson_id: int,
    old: Sequence[KeyPoint],
    new: tuple[Sequence[Point], Sequence[Point]],
    *,
    now: datetime,
) -> None:
    """Bring the stored key points to the wording: one that says the same stays the same point wherever it moved.

    What a learner has met is kept by point, so a point put in the middle must not shift the others. One that is gone
    is retired and its number is freed (it becomes the negative of its id).
    """
    pairs = list(zip(*new, strict=True))
    matched = _matched(old, pairs)
    for point in old:
        point.number = -point.id  # frees all numbers before any is given again
    session.flush()
    for point in old:
        if point.id not in {kept.id for kept in matched.values()} and point.retired_at is None:
            point.retired_at = now
    for n, (zh, en) in enumerate(pairs):
        point = matched.get(n) or KeyPoint(lesson_id=lesson_id)
        point.number, point.retired_at = zh.number, None
        point.text_zh, point.text_en = zh.text, en.text
        point.question_zh, point.question_en = zh.question, en.question
        session.add(point)


def _same(point: KeyPoint, zh: Point, en: Point) -> bool:
    return point.text_zh == zh.text and point.text_en == en.text


def _half_same(point: KeyPoint, zh: Point, en: Point) -> bool:
    return point.text_zh == zh.text or point.text_en == en.text


def _same_place(point: KeyPoint, zh: Point, _en: Point) -> bool:
    return point.number == zh.number and point.retired_at is None


def _matched(old: Sequence[KeyPoint], pairs: Sequence[tuple[Point, Point]]) -> dict[int, KeyPoint]:
    """Return which stored point goes on as which new one: the same words first, then live ones with the same number."""
    matched: dict[int, KeyPoint] = {}
    free = {point.id: point for point in old}
    for alike in (_same, _half_same, _same_place):
        for n, (zh, en) in enumerate(pairs):
            kept = None if n in matched else next((point for point in free.values() if alike(point, zh, en)), None)
            if kept is not None:
                matched[n] = free.pop(kept.id)
    return matched
