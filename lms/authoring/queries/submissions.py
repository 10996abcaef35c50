"""What is read to publish: whether a draft may be, what it changes, what waits for a second person's yes."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.models import Draft, Submission
from lms.authoring.queries.drafts import DraftView, findings, live_draft
from lms.authoring.queries.gates import gate_book
from lms.authoring.queries.load import ProgrammeLoad, Proposed, loads
from lms.authoring.rules import diff
from lms.authoring.rules.board import Feed, in_circle
from lms.authoring.rules.drafts import PARTS
from lms.authoring.texts import Reading, questions_text, read_draft
from lms.certification.models import CompetencyPoint
from lms.content.actions.lessons import question_conflicts
from lms.content.queries import lesson_questions
from lms.courses.models import Course, Lesson, LessonText
from lms.courses.rules.findings import N_, Finding, error, errors
from lms.courses.rules.reading import lesson_seconds, minutes
from lms.errors import NotFound
from lms.quizzes.models import Question


@dataclass(frozen=True)
class Published:
    """The lesson of a draft as readers have it: its row and its three texts; nothing for a new lesson."""

    lesson: Lesson | None
    texts: dict[str, str]


@dataclass(frozen=True)
class Difference:
    """How one part of a submission differs from what is published."""

    part: str
    rows: tuple[diff.Row, ...]


@dataclass(frozen=True)
class PublishPage:
    """Everything somebody weighs before publishing a draft."""

    view: DraftView
    reading: Reading
    published: Published
    findings: tuple[Finding, ...]
    feeds: tuple[Feed, ...]
    loads: tuple[ProgrammeLoad, ...]
    waiting: Submission | None
    last: Submission | None
    people: dict[int, Person]
    differences: tuple[Difference, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Return what stops publication."""
        return errors(self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return what may be thought over."""
        return tuple(finding for finding in self.findings if finding.level != "error")

    @property
    def is_outdated(self) -> bool:
        """Say whether the lesson was published anew since this draft began from it."""
        lesson = self.published.lesson
        return lesson is not None and lesson.revision > self.view.draft.base_revision

    @property
    def changes(self) -> bool:
        """Say whether the draft differs from what is published."""
        return any(each.rows for each in self.differences)


@dataclass(frozen=True)
class WaitingLine:
    """A submission in the list of those that wait."""

    submission: Submission
    draft: Draft
    course: Course
    by: Person
    title_zh: str
    title_en: str


def published(session: Session, lesson_id: int | None) -> Published:
    """Return what readers have of a lesson now, in two statements."""
    if lesson_id is None:
        return Published(None, dict.fromkeys(PARTS, ""))
    lesson = session.get_one(Lesson, lesson_id)
    rows = select(LessonText.locale, LessonText.source).where(
        LessonText.lesson_id == lesson_id, LessonText.revision == lesson.revision
    )
    texts = dict.fromkeys(PARTS, "") | dict(session.execute(rows).all())
    return Published(lesson, texts | {"questions": questions_text(lesson_questions(session, lesson_id))})


def obstacles(session: Session, view: DraftView, reading: Reading) -> tuple[Finding, ...]:
    """Return all findings of a draft, and as errors what would break elsewhere: ids, profiles, quizzes, circles."""
    found = {*findings(session, view, reading), *_beyond(session, view, reading)}
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.level, each.template)))


def _beyond(session: Session, view: DraftView, reading: Reading) -> Iterator[Finding]:
    lesson, lesson_id = reading.lesson, view.draft.lesson_id
    yield from question_conflicts(session, view.course, lesson, lesson_id)
    if lesson_id is not None:
        yield from _gone(session, view, lesson_id, {question.ref for question in lesson.questions})
    key = view.folder
    rows = session.execute(
        select(Course.slug, Lesson.slug, Lesson.prerequisites)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    )
    needs = {f"{course}/{slug}": tuple(before) for course, slug, before in rows}
    needs[key] = lesson.sources["zh"].front.prerequisites
    if in_circle(key, needs):
        yield error(1, N_("The lesson is a prerequisite of itself."), file=f"{key}/lesson.zh.md")


def _gone(session: Session, view: DraftView, lesson_id: int, kept: set[str]) -> Iterator[Finding]:
    """Yield what breaks because questions are taken out of a lesson."""
    own = select(Question.ref).where(Question.lesson_id == lesson_id, Question.retired_at.is_(None))
    gone = set(session.scalars(own)) - kept
    if not gone:
        return
    file = f"{view.folder}/questions.yaml"
    for slug, refs in session.execute(select(CompetencyPoint.slug, CompetencyPoint.questions)):
        for ref in sorted(gone.intersection(refs)):
            yield error(
                1,
                N_("Question %(ref)s confirms “%(name)s” of a job profile; it must stay."),
                file=file,
                ref=ref,
                name=slug,
            )


def waiting_of(session: Session, draft_id: int, *, lock: bool = False) -> Submission | None:
    """Return the submission of a draft that waits."""
    wanted = select(Submission).where(Submission.draft_id == draft_id, Submission.decision.is_(None))
    return session.scalar(wanted.with_for_update() if lock else wanted)


def publish_page(session: Session, draft_id: int) -> PublishPage:
    """Return what is weighed before a draft is published; raises NotFound."""
    view = live_draft(session, draft_id)
    return _page(session, view, view.texts, waiting=waiting_of(session, draft_id))


def approval_page(session: Session, submission_id: int) -> PublishPage:
    """Return what is weighed before a submission is approved; raises NotFound."""
    submission = session.get(Submission, submission_id)
    if submission is None:
        raise NotFound
    view = live_draft(session, submission.draft_id)
    return _page(session, view, submission.texts, waiting=submission)


def _page(session: Session, view: DraftView, texts: dict[str, str], *, waiting: Submission | None) -> PublishPage:
    reading = read_draft(view.course.slug, view.draft.slug, texts)
    before = published(session, view.draft.lesson_id)
    refs = {question.ref for question in reading.lesson.questions}
    last = session.scalar(
        select(Submission)
        .where(Submission.draft_id == view.draft.id, Submission.decision.is_not(None))
        .order_by(Submission.id.desc())
        .limit(1)
    )
    ids = {number for row in (waiting, last) if row for number in (row.by_id, row.decided_by_id) if number}
    people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(ids)))}
    return PublishPage(
        view=view,
        reading=reading,
        published=before,
        findings=obstacles(session, view, reading),
        feeds=gate_book(session).feeds(view.course.slug, view.draft.slug, refs),
        loads=loads(session, course_id=view.course.id, proposed=proposed(view, reading)),
        waiting=waiting,
        last=last,
        people=people,
        differences=tuple(Difference(part, diff.rows(before.texts[part], texts.get(part, ""))) for part in PARTS),
    )


def proposed(view: DraftView, reading: Reading) -> Proposed:
    """Return what a draft would add to the days of its programme."""
    zh, en = reading.lesson.sources["zh"], reading.lesson.sources["en"]
    taken = max(minutes(lesson_seconds(source)) for source in (zh, en))
    return Proposed(
        course_id=view.course.id,
        key=view.folder,
        title_zh=zh.title or view.draft.slug,
        title_en=en.title or view.draft.slug,
        points=max(len(zh.points), len(en.points)),
        minutes=max(zh.front.minutes, taken),
        prerequisites=zh.front.prerequisites,
    )


def waiting_lines(session: Session) -> tuple[WaitingLine, ...]:
    """Return everything that waits for a second person's yes, oldest first, in one statement."""
    wanted = (
        select(Submission, Draft, Course, Person, Lesson.title_zh, Lesson.title_en)
        .join(Draft, Draft.id == Submission.draft_id)
        .join(Course, Course.id == Draft.course_id)
        .join(Person, Person.id == Submission.by_id)
        .outerjoin(Lesson, Lesson.id == Draft.lesson_id)
        .where(Submission.decision.is_(None), Draft.discarded_at.is_(None))
        .order_by(Submission.at, Submission.id)
    )
    return tuple(
        WaitingLine(sent, draft, course, person, *_titles(sent, draft, zh, en))
        for sent, draft, course, person, zh, en in session.execute(wanted)
    )


def _titles(sent: Submission, draft: Draft, zh: str | None, en: str | None) -> tuple[str, str]:
    """Return what a lesson is called: as published, else as handed in."""
    if zh and en:
        return zh, en
    lesson = read_draft("", draft.slug, sent.texts).lesson
    return lesson.sources["zh"].title or draft.slug, lesson.sources["en"].title or draft.slug
