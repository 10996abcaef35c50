"""Courses, lessons and progress for machines, each as the person who asks may see them."""

from datetime import datetime
from typing import Any, Literal

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from lms import clock
from lms.accounts.rules import Role
from lms.courses import queries
from lms.courses.actions.progress import save_progress
from lms.courses.queries import CourseCard, LessonPage, PointLine
from lms.courses.rules.path import PathLesson
from lms.courses.rules.progress import Place, Report
from lms.courses.rules.reader import SEES_ALL, reader
from lms.pace.rules import study_day
from lms.web import allow, me, reading, writing
from lms.web.i18n import language
from lms.web.openapi import Query

api = APIBlueprint("courses_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Courses")])
LARGEST_ROW_ID = 2**31 - 1
LONGEST_SECONDS = 24 * 60 * 60


class Title(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class CourseItem(BaseModel):
    """A course with the reader's own progress."""

    slug: str
    title: Title
    summary: Title
    lessons: int
    minutes: int
    points: int
    lessons_done: int
    last_done_at: datetime | None

    @classmethod
    def of(cls, card: CourseCard) -> "CourseItem":
        """Return the item for `card`."""
        return cls(
            slug=card.slug,
            title=Title(zh=card.title_zh, en=card.title_en),
            summary=Title(zh=card.summary_zh, en=card.summary_en),
            lessons=card.lessons,
            minutes=card.minutes,
            points=card.points,
            lessons_done=card.done,
            last_done_at=card.last_done_at,
        )


class CourseList(BaseModel):
    """A part of the library; `next_cursor` is null on the last one."""

    items: list[CourseItem]
    next_cursor: str | None


class LessonItem(BaseModel):
    """A lesson in the list of its course; `state`: done, begun, next, open, waiting, or plain for who only reads."""

    id: int
    slug: str
    title: Title
    minutes: int
    points: int
    state: str
    waits_for: list[int]
    done_at: datetime | None

    @classmethod
    def of(cls, lesson: PathLesson, state: str, waits_for: list[int]) -> "LessonItem":
        """Return the item for `lesson`."""
        return cls(
            id=lesson.id,
            slug=lesson.slug,
            title=Title(zh=lesson.title_zh, en=lesson.title_en),
            minutes=lesson.minutes,
            points=lesson.point_count,
            state=state,
            waits_for=waits_for,
            done_at=lesson.done_at,
        )


class CourseDetail(BaseModel):
    """A course with its lessons; `next` is the id of the lesson to open now."""

    slug: str
    title: Title
    summary: Title
    lessons: list[LessonItem]
    next: int | None


class Progress(BaseModel):
    """A learner's place; `position` and `furthest` are indexes of blocks, from 0."""

    revision: int
    position: int
    furthest: int
    seconds: int
    done_at: datetime | None

    @classmethod
    def of(cls, place: Place) -> "Progress":
        """Return what is told of `place`."""
        names = ("revision", "position", "furthest", "seconds", "done_at")
        return cls(**{name: getattr(place, name) for name in names})


class Point(BaseModel):
    """A key point; `met_at` is null where the reader has not met it."""

    number: int
    text: Title
    met_at: datetime | None

    @classmethod
    def of(cls, line: PointLine) -> "Point":
        """Return the point on `line`."""
        return cls(number=line.number, text=Title(zh=line.text_zh, en=line.text_en), met_at=line.met_at)


class LessonDetail(BaseModel):
    """A lesson in the reader's language and the wording they began; each block holds pieces of HTML or of checks."""

    id: int
    course: str
    title: str
    locale: Literal["zh", "en"]
    revision: int
    minutes: int
    blocks: list[dict[str, Any]]
    points: list[Point]
    progress: Progress | None
    next: int | None

    @classmethod
    def of(cls, page: LessonPage) -> "LessonDetail":
        """Return the detail of `page`."""
        return cls(
            id=page.lesson.id,
            course=page.course.slug,
            title=page.title,
            locale="zh" if page.locale == "zh" else "en",
            revision=page.revision,
            minutes=page.lesson.minutes,
            blocks=list(page.blocks),
            points=[Point.of(line) for line in page.points],
            progress=Progress.of(page.place) if page.place else None,
            next=page.next.id if page.next else None,
        )


class SavedProgress(Progress):
    """The place after a report, and how many key points were met for the first time."""

    new_points: int
    server_now: datetime


class ListQuery(Query):
    """Where a list goes on, and how much of it is wanted."""

    cursor: str | None = Field(None, max_length=80, description="`next_cursor` of the part before")
    limit: int = Field(100, ge=1, le=1000)


class CoursePath(BaseModel):
    """A course by its slug."""

    slug: str = Field(max_length=80)


class LessonPath(BaseModel):
    """A lesson by its id."""

    id: int = Field(ge=1, le=LARGEST_ROW_ID)


class ProgressBody(BaseModel):
    """What a reader reports: the block it is at, seconds since its last report, finished or not."""

    model_config = ConfigDict(strict=True, extra="forbid")

    position: int = Field(ge=0, le=10_000, description="index of the block, from 0; bounded by the lesson")
    seconds: int = Field(ge=0, le=LONGEST_SECONDS, description="time since the last report, pauses left out")
    done: bool = False


@api.get("/courses", summary="List courses with own progress", responses={200: CourseList})
@allow(Role.LEARNER, *SEES_ALL, scope="read")
def courses(query: ListQuery) -> dict[str, Any]:
    """List the courses of one's own path, or of the whole library."""
    with reading() as session:
        cards = queries.library(session, reader(me())).all_courses
    slugs = [card.slug for card in cards]
    start = slugs.index(query.cursor) + 1 if query.cursor in slugs else 0
    shown = cards[start : start + query.limit]
    more = shown[-1].slug if start + query.limit < len(cards) else None
    return CourseList(items=[CourseItem.of(card) for card in shown], next_cursor=more).model_dump(mode="json")


@api.get("/courses/<slug>", summary="A course with its lessons", responses={200: CourseDetail})
@allow(Role.LEARNER, *SEES_ALL, scope="read")
def course(path: CoursePath) -> dict[str, Any]:
    """Return a course with its lessons and their states."""
    now = clock.now()
    with reading() as session:
        page = queries.course_page(session, reader(me()), path.slug, day=study_day(now, me().time_zone), now=now)
    return CourseDetail(
        slug=page.course.slug,
        title=Title(zh=page.course.title_zh, en=page.course.title_en),
        summary=Title(zh=page.course.summary_zh, en=page.course.summary_en),
        lessons=[LessonItem.of(line.lesson, line.state, [w.id for w in line.waits_for]) for line in page.lessons],
        next=page.next.id if page.next else None,
    ).model_dump(mode="json")


@api.get("/lessons/<int:id>", summary="A lesson with own progress", responses={200: LessonDetail})
@allow(Role.LEARNER, *SEES_ALL, scope="read")
def lesson(path: LessonPath) -> dict[str, Any]:
    """Return a lesson in the reader's language."""
    now = clock.now()
    day = study_day(now, me().time_zone)
    with reading() as session:
        page = queries.lesson_page(session, reader(me()), path.id, language(), day=day, now=now)
    return LessonDetail.of(page).model_dump(mode="json")


@api.put("/lessons/<int:id>/progress", summary="Report progress in a lesson", responses={200: SavedProgress})
@allow(*Role, scope="learn")
def progress(path: LessonPath, body: ProgressBody) -> dict[str, Any]:
    """Save the learner's place; a report that is sent twice counts once."""
    now = clock.now()
    report = Report(position=body.position, seconds=body.seconds, done=body.done)
    with writing() as session:
        saved = save_progress(session, me().id, path.id, report, now=now, day=study_day(now, me().time_zone))
    place = Progress.of(saved.place).model_dump()
    return SavedProgress(**place, new_points=saved.new_points, server_now=now).model_dump(mode="json")
