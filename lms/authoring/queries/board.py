"""What the course board shows: all courses, and one course with its lessons, drafts, minutes and load."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.authoring.models import Proposal, QuizProposal, Submission
from lms.authoring.queries.lines import LessonLine, lesson_lines
from lms.authoring.queries.load import ProgrammeLoad, loads
from lms.authoring.queries.proposals import Asked, proposals_of, stage_of, waiting_by_course
from lms.authoring.queries.ties import Subject, fed, named_course, ties
from lms.authoring.queries.wording import published_findings
from lms.authoring.queries.writings import DraftFacts, drafts
from lms.authoring.rules.board import review_state
from lms.certification.models import Profile
from lms.courses.models import Course, Lesson, Programme, Stage
from lms.quizzes.queries.keys import suspects
from lms.quizzes.queries.marking import waiting_answers


@dataclass(frozen=True)
class CourseLine:
    """A course in the list of all."""

    course: Course
    lessons: int
    minutes: int
    points: int
    drafts: int
    waiting: int
    behind: int
    warnings: int
    review: str

    @property
    def state(self) -> str:
        """Return what somebody must do about the course."""
        if self.course.retired_at is not None:
            return "retired"
        if self.waiting:
            return "waiting"
        return "draft" if self.drafts or not self.lessons else "published"


@dataclass(frozen=True)
class Board:
    """All courses, those that are taught first; `to_approve` counts what waits for somebody else's yes."""

    courses: tuple[CourseLine, ...]
    retired: tuple[CourseLine, ...]
    loads: tuple[ProgrammeLoad, ...]
    to_approve: int
    keys_in_doubt: int
    to_read: int


@dataclass(frozen=True)
class CourseBoard:
    """A course with everything that a trainer decides about it."""

    course: Course
    lessons: tuple[LessonLine, ...]
    new: tuple[LessonLine, ...]
    retired: tuple[LessonLine, ...]
    loads: tuple[ProgrammeLoad, ...]
    review: str
    stage: tuple[Programme, Stage] | None  # in which it is taught
    feeds: bool  # a gate asks for it, so nobody retires it, brings it back or moves it alone
    tie: str | None  # why it must stay as it is, whoever agrees
    proposal: Asked | None  # what waits for a second person, or was declined

    @property
    def minutes(self) -> int:
        """Return the estimated minutes of what is published."""
        return sum(line.minutes for line in self.lessons)

    @property
    def points(self) -> int:
        """Return the key points of what is published."""
        return sum(line.points for line in self.lessons)


def board(session: Session, actor_id: int, *, today: date) -> Board:
    """Return all courses, in some dozen statements whatever their number."""
    rows = session.execute(
        select(
            Course,
            func.count(Lesson.id),
            func.coalesce(func.sum(Lesson.minutes), 0),
            func.coalesce(func.sum(Lesson.point_count), 0),
        )
        .outerjoin(Lesson, and_(Lesson.course_id == Course.id, Lesson.retired_at.is_(None)))
        .group_by(Course.id)
        .order_by(Course.position, Course.slug)
    ).all()
    writing: dict[int, list[DraftFacts]] = defaultdict(list)
    for draft in drafts(session):
        writing[draft.course_id].append(draft)
    warnings, asked = _warnings(session), waiting_by_course(session)
    lines = tuple(
        CourseLine(
            course=course,
            lessons=lessons,
            minutes=minutes,
            points=points,
            drafts=sum(draft.state() in ("draft", "sent_back") for draft in writing[course.id]),
            waiting=sum(draft.state() == "waiting" for draft in writing[course.id]) + asked[course.id],
            behind=sum(draft.behind is not None for draft in writing[course.id]),
            warnings=warnings[course.id],
            review=review_state(course.review_by, today),
        )
        for course, lessons, minutes, points in rows
    )
    return Board(
        courses=tuple(line for line in lines if line.course.retired_at is None),
        retired=tuple(line for line in lines if line.course.retired_at is not None),
        loads=loads(session),
        to_approve=to_approve(session, actor_id),
        keys_in_doubt=len(suspects(session)),
        to_read=waiting_answers(session),
    )


def to_approve(session: Session, actor_id: int) -> int:
    """Return how much waits for a yes that this person may give, in one statement."""
    texts, acts, quizzes = (
        select(func.count(kind.id)).where(kind.decision.is_(None), kind.by_id != actor_id).scalar_subquery()
        for kind in (Submission, Proposal, QuizProposal)
    )
    return session.scalar(select(texts + acts + quizzes)) or 0


def _warnings(session: Session) -> dict[int, int]:
    found = published_findings(session)
    counted: dict[int, int] = defaultdict(int)
    for course_id, lesson_id in session.execute(select(Lesson.course_id, Lesson.id).where(Lesson.retired_at.is_(None))):
        counted[course_id] += len(found.get(lesson_id, ()))
    return counted


def course_board(session: Session, slug: str, *, today: date, now: datetime) -> CourseBoard:
    """Return one course with its lessons, in some two dozen statements; raises NotFound."""
    course = named_course(session, slug)
    held, asked = ties(session), proposals_of(session, course.id, now=now)
    lines = lesson_lines(session, course, held, asked, now=now)
    live = [line for line in lines if line.lesson is not None and line.state != "retired"]
    return CourseBoard(
        course=course,
        lessons=tuple(live),
        new=tuple(line for line in lines if line.lesson is None),
        retired=tuple(line for line in lines if line.state == "retired"),
        loads=loads(session, course_id=course.id),
        review=review_state(course.review_by, today),
        stage=stage_of(session, course.id),
        feeds=any(line.feeds for line in live) if live else bool(fed(session, Subject(course))),
        tie=held.of_course(course.id, {f"{slug}/{line.slug}" for line in live}),
        proposal=asked.get(None),
    )


@dataclass(frozen=True)
class CourseFacts:
    """What a course's form is filled with; `asks_note`: a gate asks for it, so another stage needs a word of why."""

    course: Course
    stage: str  # `programme/stage`, empty for none
    asks_note: bool
    proposal: Asked | None


def course_facts(session: Session, slug: str, *, now: datetime) -> CourseFacts:
    """Return a course as its form shows it; raises NotFound."""
    course = named_course(session, slug)
    found = stage_of(session, course.id)
    stage = f"{found[0].slug}/{found[1].slug}" if found else ""
    waits = proposals_of(session, course.id, now=now).get(None)
    return CourseFacts(course, stage, bool(found and fed(session, Subject(course))), waits)


@dataclass(frozen=True)
class Choices:
    """What a course's form offers: posts by name, stages as (`programme/stage`, programme, stage)."""

    posts: tuple[Profile, ...]
    stages: tuple[tuple[str, Programme, Stage], ...]


def course_choices(session: Session) -> Choices:
    """Return the posts that a course may be for and the stages in which it may be taught, in two statements."""
    rows = session.execute(
        select(Programme, Stage)
        .join(Stage, Stage.programme_id == Programme.id)
        .order_by(Programme.slug, Stage.position)
    )
    return Choices(
        tuple(session.scalars(select(Profile).order_by(Profile.slug))),
        tuple((f"{programme.slug}/{stage.slug}", programme, stage) for programme, stage in rows),
    )
