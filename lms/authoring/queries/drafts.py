"""Reads drafts: one with its parts, and what it is checked against. Any trainer may open any draft."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.models import Draft, DraftPart, DraftSnapshot
from lms.authoring.rules.drafts import Held, Kept
from lms.authoring.texts import Reading, read_draft
from lms.certification.models import CompetencyPoint, Profile
from lms.content.rules.lessons import check_lesson
from lms.content.rules.names import Names
from lms.courses.models import Course, Lesson
from lms.courses.rules.findings import N_, Finding, error
from lms.errors import NotFound
from lms.media.queries import album
from lms.media.rules.medium import Album, Medium
from lms.quizzes.models import Question


@dataclass(frozen=True)
class PartView:
    """A part of a draft, and who saved it."""

    part: str
    text: str
    version: int
    saved_by_id: int
    saved_by: Person
    saved_at: datetime

    @property
    def held(self) -> Held:
        """Return what the rules ask of it."""
        return Held(self.text, self.version, self.saved_by_id, self.saved_at)


@dataclass(frozen=True)
class DraftView:
    """A draft with its course and its three parts."""

    draft: Draft
    course: Course
    parts: dict[str, PartView]

    @property
    def folder(self) -> str:
        """Return the name of the lesson in the library."""
        return f"{self.course.slug}/{self.draft.slug}"

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts by part."""
        return {name: part.text for name, part in self.parts.items()}

    @property
    def titles(self) -> dict[str, str]:
        """Return the title in each language, empty where there is none yet."""
        return {language: source.title for language, source in self.reading().lesson.sources.items()}

    def reading(self) -> Reading:
        """Return what the texts say."""
        return read_draft(self.course.slug, self.draft.slug, self.texts)


def live_draft(session: Session, draft_id: int, *, lock: bool = False) -> DraftView:
    """Return a draft that is not discarded, its parts locked if asked, in two statements; raise NotFound."""
    found = session.execute(
        select(Draft, Course)
        .join(Course, Course.id == Draft.course_id)
        .where(Draft.id == draft_id, Draft.discarded_at.is_(None))
    ).first()
    if found is None:
        raise NotFound
    parts = (
        select(DraftPart, Person)
        .join(Person, Person.id == DraftPart.saved_by_id)
        .where(DraftPart.draft_id == draft_id)
        .order_by(DraftPart.part)
    )
    if lock:
        parts = parts.with_for_update(of=DraftPart)
    views = {
        part.part: PartView(part.part, part.text, part.version, part.saved_by_id, person, part.saved_at)
        for part, person in session.execute(parts)
    }
    return DraftView(found[0], found[1], views)


def newest_kept(session: Session, draft_id: int, part: str) -> Kept | None:
    """Return the newest kept text of a part that was once its present one."""
    row = session.scalar(
        select(DraftSnapshot)
        .where(DraftSnapshot.draft_id == draft_id, DraftSnapshot.part == part, DraftSnapshot.why != "conflict")
        .order_by(DraftSnapshot.id.desc())
        .limit(1)
    )
    return Kept(row.version, row.author_id, row.at) if row else None


def names(session: Session) -> Names:
    """Return what a lesson may refer to, in two statements; only what one lesson is checked against is filled."""
    competencies: set[str] = set()
    profiles: set[str] = set()
    for profile, point in session.execute(
        select(Profile.slug, CompetencyPoint.slug).outerjoin(CompetencyPoint, CompetencyPoint.profile_id == Profile.id)
    ):
        profiles.add(profile)
        competencies.update({point} - {None})
    lessons = session.execute(
        select(Course.slug, Lesson.slug)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    )
    nothing: frozenset[str] = frozenset()
    return Names(
        courses=nothing,
        lessons=frozenset(f"{course}/{lesson}" for course, lesson in lessons),
        questions={},
        questions_of={},
        competencies=frozenset(competencies),
        profiles=frozenset(profiles),
        scorecards=nothing,
        gates=nothing,
    )


def owners(session: Session, refs: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return of each question in `refs` that is published: the id of its lesson, and its version."""
    rows = session.execute(
        select(Question.ref, Question.lesson_id, Question.version).where(Question.ref.in_(list(refs)))
    )
    return {ref: (lesson_id, version) for ref, lesson_id, version in rows}


def findings(session: Session, view: DraftView, reading: Reading, album: Album | None = None) -> tuple[Finding, ...]:
    """Return all that is to be mended or thought over in a draft, as `lms content check` says it of a library.

    `album` holds the files of the lesson; they are looked up where it is not given.
    """
    found = set(reading.findings)
    found.update(
        check_lesson(reading.lesson, names(session), media_in(album or album_of(session, view.folder), view.folder))
    )
    found.update(_taken(session, view, reading))
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.level, each.template)))


def _taken(session: Session, view: DraftView, reading: Reading) -> Iterable[Finding]:
    """Yield questions whose id is another lesson's, or stands twice in this one."""
    refs = [question.ref for question in reading.lesson.questions if question.ref]
    used = owners(session, refs) if refs else {}
    seen: set[str] = set()
    for question in reading.lesson.questions:
        elsewhere = question.ref in used and used[question.ref][0] != view.draft.lesson_id
        if question.ref and (elsewhere or question.ref in seen):
            yield error(
                question.place.line,
                N_("The id “%(name)s” is taken by another question."),
                file=question.place.file,
                name=question.ref,
            )
        seen.add(question.ref)


def album_of(session: Session, folder: str) -> Album:
    """Return the files of a lesson as its authors see them, published or not."""
    course, _, lesson = folder.partition("/")
    return album(session, course, lesson, f"/courses/{course}/lessons/{lesson}/media/")


def media_in(album: Album, folder: str) -> dict[str, Medium]:
    """Return the files that a lesson may show, by their paths."""
    return {f"{folder}/media/{name}": medium for name, medium in album.files.items()}
