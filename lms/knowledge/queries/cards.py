"""Mnemonics, stories and flows of a course as cards, and its desk card: one sheet of paper."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course, KeyPoint, Lesson
from lms.courses.queries.reach import readable_course
from lms.courses.rules.reader import Reader
from lms.knowledge.models import LessonAid


@dataclass(frozen=True)
class Card:
    """A mnemonic or a story with the lesson it belongs to."""

    kind: str
    html: str
    lesson_id: int
    block: int
    title_zh: str
    title_en: str


@dataclass(frozen=True)
class CardsPage:
    """The cards of a course."""

    course: Course
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class DeskLesson:
    """A lesson on the desk card: what to know, and its flow."""

    id: int
    title_zh: str
    title_en: str
    points: tuple[tuple[str, str], ...]
    flows: tuple[str, ...]
    mnemonics: tuple[str, ...]


@dataclass(frozen=True)
class DeskCard:
    """A course on one sheet."""

    course: Course
    lessons: tuple[DeskLesson, ...]


def aid_cards(session: Session, reader: Reader, slug: str, locale: str) -> CardsPage:
    """Return the mnemonics and stories of a course in the order of its lessons, or raise NotFound."""
    course = readable_course(session, reader, slug)
    rows = session.execute(
        select(LessonAid.kind, LessonAid.html, Lesson.id, LessonAid.block, Lesson.title_zh, Lesson.title_en)
        .join(Lesson, Lesson.id == LessonAid.lesson_id)
        .where(Lesson.course_id == course.id, Lesson.retired_at.is_(None), LessonAid.locale == locale)
        .where(LessonAid.kind.in_(("mnemonic", "story")))
        .order_by(Lesson.position, Lesson.id, LessonAid.position)
    )
    return CardsPage(course, tuple(Card(*row) for row in rows))


def desk_card(session: Session, reader: Reader, slug: str, locale: str) -> DeskCard:
    """Return the key points, flows and mnemonics of a course by lesson, or raise NotFound."""
    course = readable_course(session, reader, slug)
    lessons = session.execute(
        select(Lesson.id, Lesson.title_zh, Lesson.title_en)
        .where(Lesson.course_id == course.id, Lesson.retired_at.is_(None))
        .order_by(Lesson.position, Lesson.id)
    ).all()
    points: dict[int, list[tuple[str, str]]] = {}
    aids: dict[tuple[int, str], list[str]] = {}
    ids = [row.id for row in lessons]
    for point in session.scalars(
        select(KeyPoint)
        .where(KeyPoint.lesson_id.in_(ids), KeyPoint.retired_at.is_(None))
        .order_by(KeyPoint.lesson_id, KeyPoint.number)
    ):
        points.setdefault(point.lesson_id, []).append((point.text_zh, point.text_en))
    for aid in session.scalars(
        select(LessonAid)
        .where(LessonAid.lesson_id.in_(ids), LessonAid.locale == locale)
        .order_by(LessonAid.lesson_id, LessonAid.position)
    ):
        aids.setdefault((aid.lesson_id, aid.kind), []).append(aid.html)
    return DeskCard(
        course,
        tuple(
            DeskLesson(
                *row,
                points=tuple(points.get(row.id, ())),
                flows=tuple(aids.get((row.id, "flow"), ())),
                mnemonics=tuple(aids.get((row.id, "mnemonic"), ())),
            )
            for row in lessons
        ),
    )
