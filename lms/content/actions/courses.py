"""Imports courses with their lessons and questions."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms import markup
from lms.content.actions.media import LessonName, import_media
from lms.content.actions.writing import Desk, assign
from lms.content.rules import forms
from lms.content.rules.library import Course, Lesson, Library, Question
from lms.courses import models
from lms.courses.actions import publish
from lms.courses.actions.rendering import PublicQuestion, stem
from lms.courses.rules.findings import N_, Finding, error
from lms.courses.rules.lesson_source import LessonSource
from lms.courses.rules.media import media_base
from lms.media.rules.medium import Album, Medium
from lms.quizzes.models import Question as QuestionRow
from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules.kinds import kind_of
from lms.storage import Storage


@dataclass
class Stored:
    """What the database holds, by name; each is taken out when the library has it, so that what is gone remains."""

    courses: dict[str, models.Course]
    lessons: dict[LessonName, models.Lesson]
    questions: dict[str, QuestionRow]
    versions: dict[str, QuestionVersion]

    @classmethod
    def load(cls, session: Session) -> "Stored":
        """Return all courses, lessons, questions and their present versions, in four queries."""
        courses = {row.slug: row for row in session.scalars(select(models.Course).order_by(models.Course.id))}
        slugs = {row.id: row.slug for row in courses.values()}
        lessons = session.scalars(select(models.Lesson).order_by(models.Lesson.id))
        questions = {row.ref: row for row in session.scalars(select(QuestionRow).order_by(QuestionRow.id))}
        refs = {row.id: row.ref for row in questions.values()}
        present = and_(QuestionRow.id == QuestionVersion.question_id, QuestionRow.version == QuestionVersion.version)
        versions = session.scalars(select(QuestionVersion).join(QuestionRow, present))
        return cls(
            courses=courses,
            lessons={(slugs[row.course_id], row.slug): row for row in lessons},
            questions=questions,
            versions={refs[row.question_id]: row for row in versions},
        )

    def narrow(self, courses: Container[str], refs: Container[str]) -> None:
        """Forget all that lies outside `courses`, so that it is not taken for gone; questions of `refs` stay known."""
        own = {row.id for (course, _), row in self.lessons.items() if course in courses}
        self.courses = {slug: row for slug, row in self.courses.items() if slug in courses}
        self.lessons = {name: row for name, row in self.lessons.items() if row.id in own}
        self.questions = {ref: row for ref, row in self.questions.items() if row.lesson_id in own or ref in refs}


def conflicts(library: Library, stored: Stored) -> tuple[Finding, ...]:
    """Return the questions whose version does not fit what is stored: lower, or the same with another key."""
    return tuple(finding for _, _, question in _questions(library) for finding in _conflict(question, stored))


def _conflict(question: Question, stored: Stored) -> Iterator[Finding]:
    row = stored.versions.get(question.ref)
    file, line = question.place.file, question.place.line
    if row is None:
        return
    if question.version < row.version:
        yield error(
            line,
            N_("Question %(ref)s has version %(version)s here; version %(stored)s is already in use."),
            file=file,
            ref=question.ref,
            version=question.version,
            stored=row.version,
        )
    before = forms.keyed(row.kind, row.key, [option["id"] for option in row.options], row.body)
    if question.version == row.version and forms.question_key(question) != before:
        yield error(
            line,
            N_("The key of question %(ref)s has changed; raise its version to %(next)s."),
            file=file,
            ref=question.ref,
            next=row.version + 1,
        )


def _refs(library: Library) -> set[str]:
    return {question.ref for _, _, question in _questions(library)}


def _questions(library: Library) -> Iterator[tuple[Course, Lesson, Question]]:
    for course in library.courses:
        for lesson in course.lessons:
            for question in lesson.questions:
                yield course, lesson, question


def import_courses(
    desk: Desk, library: Library, stored: Stored, store: Storage | None, *, part: bool = False
) -> dict[str, int]:
    """Store all courses, lessons and questions; return the ids of the library's courses by slug.

    Of a `part`, only what its own courses no longer hold is retired. `store` takes the files; a trial has none.
    """
    if part:
        stored.narrow({course.slug for course in library.courses}, _refs(library))
    courses = {course.slug: _course(desk, course, stored) for course in library.courses}
    desk.session.flush()
    lessons: dict[LessonName, tuple[models.Lesson, dict[str, LessonSource]]] = {}
    for course in library.courses:
        places = course.places()
        for lesson in course.lessons:
            row = _lesson(desk, course, lesson, courses[course.slug].id, stored)
            if assign(row, {"position": places[lesson.slug]}) and row.revision:
                desk.report.note("lesson", f"{course.slug}/{lesson.slug}", "changed", "place")
            lessons[course.slug, lesson.slug] = row, lesson.sources
    desk.session.flush()
    questions = {}
    for course, lesson, question in _questions(library):
        lesson_id = lessons[course.slug, lesson.slug][0].id
        questions[question.ref] = store_question(desk, question, lesson_id, stored)
    desk.session.flush()
    media = import_media(desk, library, store)
    public = {}
    for course, lesson, question in _questions(library):
        row, _sources = lessons[course.slug, lesson.slug]
        album = Album(media_base(row.id), media[course.slug, lesson.slug])
        public[question.ref] = store_version(desk, question, questions[question.ref], stored, album)
    _publish(desk, lessons, public, media)
    _retire(desk, stored)
    return {slug: row.id for slug, row in courses.items()}


def _retire(desk: Desk, stored: Stored) -> None:
    """Retire what is left over."""
    courses = {row.id: row.slug for row in desk.session.scalars(select(models.Course))}
    desk.retire(stored.courses, "course", lambda row: str(row.slug))
    desk.retire(stored.lessons, "lesson", lambda row: f"{courses[row.course_id]}/{row.slug}")
    desk.retire(stored.questions, "question", lambda row: str(row.ref))


def _course(desk: Desk, course: Course, stored: Stored) -> models.Course:
    row = stored.courses.pop(course.slug, None)
    columns = forms.course(course)
    if row is None:
        row = models.Course(slug=course.slug, **columns)
        desk.session.add(row)
        desk.report.note("course", course.slug, "added")
        return row
    desk.revive(row, "course", course.slug)
    if assign(row, columns):
        desk.report.note("course", course.slug, "changed")
    return row


def _lesson(desk: Desk, course: Course, lesson: Lesson, course_id: int, stored: Stored) -> models.Lesson:
    row = stored.lessons.pop((course.slug, lesson.slug), None)
    name = f"{course.slug}/{lesson.slug}"
    if row is None:
        row = models.Lesson(
            course_id=course_id, slug=lesson.slug, position=lesson.position, revision=0, **publish.facts(lesson.sources)
        )
        desk.session.add(row)
        desk.report.note("lesson", name, "added")
        return row
    desk.revive(row, "lesson", name)
    return row


def _publish(
    desk: Desk,
    lessons: dict[LessonName, tuple[models.Lesson, dict[str, LessonSource]]],
    questions: dict[str, PublicQuestion],
    media: dict[LessonName, dict[str, Medium]],
) -> None:
    found = publish.stored(desk.session)
    for (course, slug), (row, sources) in lessons.items():
        known = found.get(row.id, publish.Stored())
        deed = publish.publish(
            desk.session, row, sources, questions, now=desk.now, found=known, media=media[course, slug]
        )
        if deed != "unchanged" and known.texts:
            desk.report.note("lesson", f"{course}/{slug}", deed)


def store_question(desk: Desk, question: Question, lesson_id: int, stored: Stored) -> QuestionRow:
    """Store the question where it is new, or bring it to what its file says; return its row."""
    row = stored.questions.pop(question.ref, None)
    if row is None:
        row = QuestionRow(
            ref=question.ref, lesson_id=lesson_id, competency=question.competency, version=question.version
        )
        desk.session.add(row)
        desk.report.note("question", question.ref, "added")
        return row
    desk.revive(row, "question", question.ref)
    if assign(row, {"lesson_id": lesson_id, "competency": question.competency, "version": question.version}):
        desk.report.note("question", question.ref, "changed")
    return row


def store_version(desk: Desk, question: Question, row: QuestionRow, stored: Stored, album: Album) -> PublicQuestion:
    """Store the question's version where it is new or its wording was mended; return what a lesson may show of it."""
    before = stored.versions.get(question.ref)
    plain = forms.question_plain(question)
    if before is None or before.version != question.version:
        before = QuestionVersion(question_id=row.id, **plain, **_made(question, album))
        desk.session.add(before)
    elif before.source != plain["source"]:
        assign(before, plain | _made(question, album))
        desk.report.note("question", question.ref, "changed", "wording")
    elif assign(before, plain | (_made(question, album) if _shows(question) else {})):
        desk.report.note("question", question.ref, "changed", "facts")
    return PublicQuestion(
        question_id=row.id,
        ref=question.ref,
        kind=question.kind,
        stem=before.stem,
        options=kind_of(question.kind).offered(
            [(name, text.as_dict()) for name, text in question.options], question.ref
        ),
        unit=before.unit,
        body=before.body,
    )


def _shows(question: Question) -> bool:
    """Say whether a question shows files, which may have changed while its words stayed."""
    return "media/" in question.stem.zh + question.stem.en


def _made(question: Question, album: Album) -> dict[str, dict[str, str]]:
    """Return what is stored of the texts; an explanation shows no files, as nobody may fetch them before it is due."""
    return {
        "stem": {language: stem(text, language, album) for language, text in question.stem.as_dict().items()},
        "explanation": {language: markup.inline(text) for language, text in question.explanation.as_dict().items()},
    }
