"""Brings content in by the browser: what feeds a gate, and what was converted, waits as drafts."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity
from lms.authoring.actions.board import CourseValue, create_course
from lms.authoring.actions.drafts import draft_of, open_new_draft, permit, save_part
from lms.authoring.models import Draft
from lms.authoring.queries.arrivals import gate_lessons
from lms.authoring.queries.drafts import live_draft
from lms.authoring.texts import questions_text
from lms.content.actions import import_library, preview_library
from lms.content.rules.foreign.convert import Conversion
from lms.content.rules.foreign.convert import Course as Converted
from lms.content.rules.library import Lesson, Library
from lms.content.rules.parts import Row, rows
from lms.content.rules.report import Held, Report
from lms.courses import models
from lms.courses.rules.findings import Finding
from lms.errors import Invalid
from lms.media.actions import Place, Uploader, add_medium, keep_file
from lms.media.intake import take
from lms.media.rules.refusal import MediaRefused
from lms.storage import Storage

MOST_DRAFTS = 1000  # of one conversion: they are made in one request, of a minute on a busy machine
DRAFTS_A_SECOND = 20  # what two cores did with 150 lessons of a picture each; busy ones take twice as long
STAYS = "stays"  # is here, but not in what arrives: it is never retired by this door


@dataclass(frozen=True)
class Forecast:
    """What an arrival would do: a row for each thing, and remarks on its files."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def foresee(session: Session, actor: Identity, library: Library, *, now: datetime) -> Forecast:
    """Return what `receive` would do, and change nothing; raises LibraryRefused."""
    permit(actor)
    held = gate_lessons(session, library)
    report = preview_library(session, library, now=now, part=True, withhold=held)
    found = (Row(row.kind, row.slug, STAYS) if row.deed == "retired" else row for row in rows(library, report))
    return Forecast(tuple(found), report.findings)


def receive(session: Session, actor: Identity, library: Library, store: Storage, *, now: datetime) -> Report:
    """Store the courses of `library`; lessons that feed a gate become drafts. Nothing is retired.

    Raises LibraryRefused.
    """
    permit(actor)
    report = import_library(
        session,
        library,
        actor=actor.employee_no,
        now=now,
        part=True,
        retire_missing=False,
        withhold=gate_lessons(session, library),
        store=store,
    )
    for waiting in report.held:
        _draft(session, actor, waiting, now=now)
    return report


def _draft(session: Session, actor: Identity, waiting: Held, *, now: datetime) -> int:
    """Begin the draft of a lesson that waits, or write into the one that is open: what stood in it is kept."""
    lesson = session.scalar(
        select(models.Lesson)
        .join(models.Course, models.Course.id == models.Lesson.course_id)
        .where(models.Course.slug == waiting.course, models.Lesson.slug == waiting.lesson.slug)
    )
    if lesson is not None:  # a retired one too: brought back, it is published from this draft
        draft_id = draft_of(session, actor, lesson, now=now)
    else:
        draft_id = _new(session, actor, waiting.course, waiting.lesson, now=now)
    texts = {language: source.source for language, source in waiting.lesson.sources.items()}
    _write(session, actor, draft_id, texts | {"questions": questions_text(waiting.lesson.questions)}, now=now)
    return draft_id


def _new(session: Session, actor: Identity, course: str, lesson: Lesson, *, now: datetime) -> int:
    open_already = session.scalar(
        select(Draft.id)
        .join(models.Course, models.Course.id == Draft.course_id)
        .where(models.Course.slug == course, Draft.slug == lesson.slug, Draft.discarded_at.is_(None))
    )
    if open_already is not None:
        return open_already
    titles = {language: source.title for language, source in lesson.sources.items()}
    return open_new_draft(session, actor, course, titles, now=now, slug=lesson.slug)


def _write(session: Session, actor: Identity, draft_id: int, texts: Mapping[str, str], *, now: datetime) -> None:
    for part, view in live_draft(session, draft_id, lock=True).parts.items():
        if part in texts:
            save_part(session, actor, draft_id, part, texts[part], view.version, now=now)


def about_seconds(lessons: int) -> int:
    """Return how long making so many drafts takes, for whoever waits."""
    return 2 + lessons // DRAFTS_A_SECOND


def settle(
    session: Session,
    actor: Identity,
    made: Conversion,
    root: Path,
    store: Storage,
    *,
    review_by: date,
    now: datetime,
) -> list[str]:
    """Add the courses that a conversion of the folder `root` made, each lesson as a draft, and return their names.

    Raises Invalid where a course of the name is there already, or there are more lessons than one request may make.
    """
    permit(actor)
    if len(made.lessons) > MOST_DRAFTS:
        raise Invalid(code="too_many_drafts", field="slug")
    for course in made.courses:
        _settle(session, actor, course, review_by=review_by, now=now)
        for lesson in course.lessons:
            for name, path in lesson.media.items():
                _picture(session, actor, Place(course.slug, lesson.slug), name, root / path, store, now=now)
    return [course.slug for course in made.courses]


def _settle(session: Session, actor: Identity, course: Converted, *, review_by: date, now: datetime) -> None:
    value = CourseValue(
        title_zh=course.title_zh,
        title_en=course.title_en,
        summary_zh=course.title_zh,
        summary_en=course.title_en,
        posts=course.posts,
        owner=actor.name,
        review_by=review_by,
        slug=course.slug,
    )
    create_course(session, actor, value, now=now)
    for lesson in course.lessons:
        titles = {"zh": lesson.title, "en": lesson.title}
        open_new_draft(session, actor, course.slug, titles, now=now, slug=lesson.slug, texts=lesson.texts)


def _picture(  # whose, what and where to
    session: Session, actor: Identity, place: Place, name: str, path: Path, store: Storage, *, now: datetime
) -> None:
    """Let a draft show a picture; one that is none is a dead link, which the check of the draft names."""
    try:
        with path.open("rb") as source:
            taken = take(source, keep_type=True)
    except MediaRefused:
        return
    with closing(taken.file):
        add_medium(session, place, taken, name, by=Uploader(actor.employee_no, actor.id), now=now)
        keep_file(store, taken)
