"""Review sessions of their owner: what is asked, what was rated, how it went."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from lms.courses.models import KeyPoint, Lesson, LessonText
from lms.courses.rules.lesson_source import parse_lesson
from lms.errors import NotFound
from lms.reviews.models import Review, ReviewSession
from lms.reviews.rules.prompts import Prompt, prompt
from lms.reviews.rules.recall import Rating

STILL_OPEN = timedelta(minutes=30)  # for so long the same request leads back to the session that is not finished


@dataclass(frozen=True)
class Asked:
    """A key point as a card, with the lesson and the block that tell it."""

    key_point_id: int
    lesson_id: int
    lesson_title: str
    block: int  # index, from 0
    prompt: Prompt


@dataclass(frozen=True)
class SessionPage:
    """A session with what of it is rated; `missed` are the points that were not there yet."""

    id: int
    minutes: int
    branch: str
    key_points: tuple[int, ...]
    rated: dict[int, int]
    finished: bool

    @property
    def next(self) -> int | None:
        """Return the first key point that is not rated yet."""
        return next((point for point in self.key_points if point not in self.rated), None)

    @property
    def sit(self) -> int:
        """Return how many of the rated points were there, with effort or without."""
        return sum(rating > Rating.AGAIN for rating in self.rated.values())

    @property
    def missed(self) -> tuple[int, ...]:
        """Return the points that were not there yet, in the order they were asked in."""
        return tuple(point for point in self.key_points if self.rated.get(point) == Rating.AGAIN)


@dataclass(frozen=True)
class CardPage:
    """One card of a session; `position` counts from 1."""

    session: SessionPage
    asked: Asked
    position: int


def own_session(session: Session, session_id: int, person_id: int, *, lock: bool = False) -> ReviewSession:
    """Return a session of its owner, locked where asked for, or raise NotFound."""
    query = select(ReviewSession).where(ReviewSession.id == session_id, ReviewSession.person_id == person_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def open_session(
    session: Session, person_id: int, *, now: datetime, minutes: int | None = None, branch: str = ""
) -> ReviewSession | None:
    """Return the session of the last half hour that is not finished; of these minutes and branch, where minutes say."""
    query = select(ReviewSession).where(
        ReviewSession.person_id == person_id,
        ReviewSession.finished_at.is_(None),
        ReviewSession.started_at > now - STILL_OPEN,
    )
    if minutes is not None:
        query = query.where(ReviewSession.minutes == minutes, ReviewSession.branch == branch)
    return session.scalar(query.order_by(ReviewSession.id.desc()).limit(1))


def session_page(session: Session, session_id: int, person_id: int) -> SessionPage:
    """Return a session with its ratings, in two statements, or raise NotFound."""
    found = own_session(session, session_id, person_id)
    rows = session.execute(select(Review.key_point_id, Review.rating).where(Review.session_id == session_id))
    return SessionPage(
        found.id,
        found.minutes,
        found.branch,
        tuple(found.key_points),
        dict(rows.all()),
        finished=found.finished_at is not None,
    )


def card_page(session: Session, session_id: int, person_id: int, position: int, locale: str) -> CardPage:
    """Return the card at `position` of a session, or raise NotFound."""
    page = session_page(session, session_id, person_id)
    if not 1 <= position <= len(page.key_points):
        raise NotFound
    point = page.key_points[position - 1]
    asked = prompts(session, [point], locale).get(point)
    if asked is None:
        raise NotFound
    return CardPage(page, asked, position)


def prompts(session: Session, key_point_ids: Collection[int], locale: str) -> dict[int, Asked]:
    """Return the cards of key points in this language, in one statement; a lesson's text is read once."""
    rows = session.execute(
        select(KeyPoint, LessonText)
        .join(Lesson, Lesson.id == KeyPoint.lesson_id)
        .join(LessonText, (LessonText.lesson_id == Lesson.id) & (LessonText.revision == Lesson.revision))
        .where(KeyPoint.id.in_(list(key_point_ids)))
        .order_by(KeyPoint.id, case((LessonText.locale == locale, 1), else_=0))
    )
    best = {point.id: (point, text) for point, text in rows}  # the reader's language comes last and stays
    sources = {text.id: text for _point, text in best.values()}
    parsed = {text_id: parse_lesson(text.source) for text_id, text in sources.items()}
    found = {}
    for point, text in best.values():
        asked = prompt(parsed[text.id], point.number) or _stored(point, text)
        block = next((n for n, block in enumerate(text.blocks) if point.number in block.get("points", ())), 0)
        found[point.id] = Asked(point.id, text.lesson_id, text.title, block, asked)
    return found


def _stored(point: KeyPoint, text: LessonText) -> Prompt:
    """Return the card of a point whose text cannot be read again: its question, or its lesson's title."""
    zh = text.locale == "zh"
    return Prompt(
        text.title,
        "",
        "",
        point.question_zh if zh else point.question_en,
        point.text_zh if zh else point.text_en,
    )
