"""Begins drafts and saves their parts; nothing that anybody wrote is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity, Role
from lms.authoring.models import Draft, DraftPart, DraftSnapshot
from lms.authoring.queries.drafts import DraftView, PartView, live_draft, newest_kept
from lms.authoring.rules.drafts import (
    LANGUAGES,
    LONGEST,
    PARTS,
    SLUG,
    cleaned,
    first_text,
    keeps_former,
    new_slug,
    outcome,
)
from lms.authoring.texts import questions_text
from lms.content.queries import lesson_questions
from lms.courses.models import Course, Lesson, LessonText
from lms.errors import Invalid, NotFound


@dataclass(frozen=True)
class Saved:
    """A part as it is stored now."""

    version: int
    saved_at: datetime


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved meanwhile: their part, and where the sent text is kept."""

    theirs: PartView
    snapshot_id: int


def permit(actor: Identity) -> None:
    """Raise NotFound for anybody but a trainer."""
    if not actor.holds(Role.TRAINER):
        raise NotFound


def open_draft(session: Session, actor: Identity, lesson_id: int, *, now: datetime) -> int:
    """Return the draft of a published lesson, begun from what is published where there is none; raises NotFound."""
    permit(actor)
    lesson = session.scalar(select(Lesson).where(Lesson.id == lesson_id, Lesson.retired_at.is_(None)))
    if lesson is None:
        raise NotFound
    return draft_of(session, actor, lesson, now=now)


def draft_of(session: Session, actor: Identity, lesson: Lesson, *, now: datetime) -> int:
    """Return the draft of a lesson, a retired one too. One that was begun under its name before it came joins it."""
    live = select(Draft.id).where(Draft.lesson_id == lesson.id, Draft.discarded_at.is_(None))
    if (found := session.scalar(live)) is not None:
        return found
    named = select(Draft).where(Draft.course_id == lesson.course_id, Draft.slug == lesson.slug)
    begun = session.scalar(named.where(Draft.discarded_at.is_(None), Draft.lesson_id.is_(None)))
    if begun is not None:
        begun.lesson_id = lesson.id
        session.flush()
        return begun.id
    draft = Draft(
        course_id=lesson.course_id,
        lesson_id=lesson.id,
        slug=lesson.slug,
        position=lesson.position,
        base_revision=lesson.revision,
        created_by_id=actor.id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            _begin(session, draft, published_texts(session, lesson), now=now)
    except IntegrityError:  # two opened it in the same moment
        existing = session.scalar(live)
        if existing is None:
            raise Invalid(code="name_taken") from None
        return existing
    return draft.id


def open_new_draft(
    session: Session,
    actor: Identity,
    course_slug: str,
    titles: Mapping[str, str],
    *,
    now: datetime,
    slug: str = "",
    texts: Mapping[str, str] | None = None,
) -> int:
    """Begin a new lesson at the end of a course, with its parts where there are `texts`, and return its draft.

    Raises NotFound and Invalid.
    """
    permit(actor)
    course = session.scalar(select(Course).where(Course.slug == course_slug, Course.retired_at.is_(None)))
    if course is None:
        raise NotFound
    last = max(
        session.scalar(select(func.max(Lesson.position)).where(Lesson.course_id == course.id)) or 0,
        session.scalar(select(func.max(Draft.position)).where(Draft.course_id == course.id)) or 0,
    )
    name = slug or _free_slug(session, course.id, new_slug(last + 1, titles["en"]))
    if not SLUG.match(name):
        raise Invalid(field="slug", code="bad_name")
    draft = Draft(
        course_id=course.id,
        slug=name,
        position=last + 1,
        base_revision=0,
        created_by_id=actor.id,
        created_at=now,
    )
    first = {language: first_text(titles[language], language) for language in LANGUAGES} | {"questions": ""}
    try:
        with session.begin_nested():
            _begin(session, draft, first | dict(texts or {}), now=now)
    except IntegrityError:
        raise Invalid(field="slug", code="name_taken") from None
    return draft.id


def _free_slug(session: Session, course_id: int, wished: str) -> str:
    """Return `wished`, with a letter after it where the course has a lesson of this name, retired ones too."""
    taken = set(session.scalars(select(Lesson.slug).where(Lesson.course_id == course_id)))
    taken.update(session.scalars(select(Draft.slug).where(Draft.course_id == course_id, Draft.discarded_at.is_(None))))
    return next(name for name in (wished, *(f"{wished}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)


def published_texts(session: Session, lesson: Lesson) -> dict[str, str]:
    """Return the parts of a lesson as it is published, in the form of its files."""
    rows = session.execute(
        select(LessonText.locale, LessonText.source).where(
            and_(LessonText.lesson_id == lesson.id, LessonText.revision == lesson.revision)
        )
    )
    texts = dict.fromkeys(PARTS, "") | dict(rows.all())
    return texts | {"questions": questions_text(lesson_questions(session, lesson.id))}


def _begin(session: Session, draft: Draft, texts: Mapping[str, str], *, now: datetime) -> None:
    session.add(draft)
    session.flush()
    for part in PARTS:
        text = cleaned(texts[part])
        session.add(
            DraftPart(draft_id=draft.id, part=part, text=text, version=1, saved_by_id=draft.created_by_id, saved_at=now)
        )
        keep(session, draft.id, part, 1, text, draft.created_by_id, why="began", at=now)
    session.flush()


def keep(  # noqa: PLR0913  # a row with its seven columns
    session: Session, draft_id: int, part: str, version: int, text: str, author_id: int, *, why: str, at: datetime
) -> DraftSnapshot:
    """Keep a text for ever."""
    row = DraftSnapshot(draft_id=draft_id, part=part, version=version, text=text, author_id=author_id, at=at, why=why)
    session.add(row)
    return row


def save_part(
    session: Session, actor: Identity, draft_id: int, part: str, text: str, version: int, *, now: datetime
) -> Saved | Conflict:
    """Save `text`, written from `version` of a part; where that is not the present one, keep it beside and say so.

    Nothing is overwritten that its writer has not seen, and what is overwritten is kept (rules.drafts). Raises NotFound
    and Invalid.
    """
    permit(actor)
    text = cleaned(text)
    if len(text) > LONGEST:
        raise Invalid(field="text", code="too_long")
    view = live_draft(session, draft_id, lock=True)
    return save_in(session, view, actor.id, part, text, version, now=now)


def save_in(
    session: Session, view: DraftView, author_id: int, part: str, text: str, version: int, *, now: datetime
) -> Saved | Conflict:
    """Save a part of a draft that is loaded and locked."""
    present = view.parts.get(part)
    if present is None:
        raise NotFound
    met = outcome(present.held, text, version)
    if met == "same":
        return Saved(present.version, present.saved_at)
    if met == "conflict":
        kept = keep(session, view.draft.id, part, present.version, text, author_id, why="conflict", at=now)
        session.flush()
        return Conflict(present, kept.id)
    keep_former(session, view.draft.id, present, author_id)
    row = session.get_one(DraftPart, (view.draft.id, part))
    row.text, row.version, row.saved_by_id, row.saved_at = text, present.version + 1, author_id, now
    session.flush()
    return Saved(row.version, now)


def keep_former(session: Session, draft_id: int, present: PartView, author_id: int) -> None:
    """Keep the present text of a part where the rules ask for it before `author_id` writes over it."""
    if keeps_former(present.held, newest_kept(session, draft_id, present.part), author_id):
        keep(
            session,
            draft_id,
            present.part,
            present.version,
            present.text,
            present.saved_by_id,
            why="saved",
            at=present.saved_at,
        )
