"""What is answered to machines about the person who asks: who they are, and their day."""

from datetime import date, datetime

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from lms import clock
from lms.accounts.rules import Role
from lms.courses.rules.path import PathLesson
from lms.home import queries
from lms.home.queries import Today
from lms.home.rules import Piece, Slot
from lms.web import allow, me, reading

api = APIBlueprint("home_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="me")])


class GrantOut(BaseModel):
    """A role with its scope; neither class nor team: the whole site."""

    role: Role
    class_id: int | None = None
    team_id: int | None = None


class MeOut(BaseModel):
    """The person behind the request; `scopes` is null for a browser session."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    locale: str
    time_zone: str
    roles: list[GrantOut]
    scopes: list[str] | None


class LoadOut(BaseModel):
    """The day's load against its caps."""

    state: str = Field(description="comfortable, full, or off on a day off")
    new_points: int
    new_points_target: int
    new_points_cap: int
    minutes: int
    minutes_target: int
    minutes_cap: int
    too_much: bool


class LessonOut(BaseModel):
    """A lesson as a piece of the day."""

    id: int
    course: str
    slug: str
    title: dict[str, str]
    minutes: int
    points: int
    state: str | None = None


class PieceOut(BaseModel):
    """What fits a gap; `quiz` is the slug of a practice quiz."""

    kind: str = Field(description="continue, lesson, practice or recall")
    lessons: list[LessonOut]
    quiz: str | None = None


class SlotOut(BaseModel):
    """A gap of so many minutes."""

    minutes: int
    piece: PieceOut | None


class GateOut(BaseModel):
    """The next gate."""

    slug: str
    title: dict[str, str]
    planned_on: date | None
    met: int
    asked: int
    open: bool


class MeetingOut(BaseModel):
    """The next meeting with the mentor."""

    starts_at: datetime
    place: str
    topic: str


class TodayOut(BaseModel):
    """The day of a learner; without a class only `load` and empty lists."""

    day: int | None
    stage: str | None
    load: LoadOut
    next: PieceOut | None
    slots: list[SlotOut]
    pieces: list[LessonOut]
    gate: GateOut | None
    meeting: MeetingOut | None


@api.get("/me", responses={200: MeOut})
@allow(scope="read")
def who_i_am() -> Response:
    """Return who is signed in, or whose token this is."""
    one = me()
    body = MeOut(
        id=one.id,
        employee_no=one.employee_no,
        name=one.name,
        latin_name=one.latin_name,
        locale=one.locale,
        time_zone=one.time_zone,
        roles=[GrantOut(role=grant.role, class_id=grant.class_id, team_id=grant.team_id) for grant in one.grants],
        scopes=sorted(one.scopes) if one.scopes is not None else None,
    )
    return jsonify(body.model_dump(mode="json"))


@api.get("/me/today", responses={200: TodayOut})
@allow(Role.LEARNER, scope="read")
def my_day() -> Response:
    """Return today's plan, the load and the next piece."""
    with reading() as session:
        day = queries.today(session, me(), at=clock.now())
    return jsonify(_today(day).model_dump(mode="json"))


def _today(day: Today) -> TodayOut:
    load, caps = day.load, day.load.caps
    slots = [SlotOut(minutes=slot.minutes, piece=_piece(slot.piece) if slot.piece else None) for slot in day.slots]
    meeting = day.mentor.meeting if day.mentor else None
    return TodayOut(
        day=day.day if day.programme else None,
        stage=day.stage.slug if day.stage else None,
        load=LoadOut(
            state=load.state,
            new_points=load.new_points,
            new_points_target=caps.new_points_target,
            new_points_cap=caps.new_points,
            minutes=load.focused_minutes,
            minutes_target=caps.minutes_target,
            minutes_cap=caps.minutes,
            too_much=load.too_much,
        ),
        next=_next(day.slots),
        slots=slots,
        pieces=[_lesson(line.lesson, line.state) for line in day.pieces],
        gate=_gate(day),
        meeting=MeetingOut(starts_at=meeting.starts_at, place=meeting.place, topic=meeting.topic) if meeting else None,
    )


def _next(slots: tuple[Slot, ...]) -> PieceOut | None:
    main = next((slot.piece for slot in slots if slot.main), None)
    return _piece(main) if main else None


def _piece(piece: Piece) -> PieceOut:
    lessons = [_lesson(lesson) for lesson in (piece.lesson, piece.second) if lesson]
    return PieceOut(kind=piece.kind, lessons=lessons, quiz=piece.practice.slug if piece.practice else None)


def _lesson(lesson: PathLesson, state: str | None = None) -> LessonOut:
    return LessonOut(
        id=lesson.id,
        course=lesson.course_slug,
        slug=lesson.slug,
        title={"zh": lesson.title_zh, "en": lesson.title_en},
        minutes=lesson.minutes,
        points=lesson.point_count,
        state=state,
    )


def _gate(day: Today) -> GateOut | None:
    if day.gate is None:
        return None
    return GateOut(
        slug=day.gate.gate.slug,
        title={"zh": day.gate.gate.title_zh, "en": day.gate.gate.title_en},
        planned_on=day.gate.planned_on,
        met=day.gate.judged.met,
        asked=day.gate.asked,
        open=day.gate.judged.open,
    )
