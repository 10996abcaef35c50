"""Course maps, recall, notes and blank maps for our own elements and for machines."""

from typing import Any

from flask import Response, jsonify
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from lms import clock
from lms.accounts.rules import Role
from lms.courses.api import CoursePath, LessonPath
from lms.courses.rules.reader import reader
from lms.maps import actions
from lms.maps.api.values import (
    BlankMap,
    BlankQuery,
    MindMap,
    Note,
    NoteBody,
    NotePath,
    Placing,
    PlacingBody,
    RecallBody,
    Recalled,
)
from lms.maps.opening import READERS, begun, course_map_of, lesson_map_of
from lms.maps.words import in_words
from lms.pace.rules import study_day
from lms.reviews.actions import Given, rate_at_once
from lms.reviews.rules.recall import Rating
from lms.web import allow, me, reading, writing
from lms.web.packing import pack

api = APIBlueprint("maps_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Maps")])


@api.get("/courses/<slug>/mindmap", summary="The mind map of a course", responses={200: MindMap})
@allow(*READERS, scope="read")
def course_mindmap(path: CoursePath) -> Response:
    """Return the map of a course as a tree, with the reader's memory and notes."""
    with reading() as session:
        found = course_map_of(session, path.slug, clock.now())
    return pack(jsonify(MindMap.of(found)))


@api.get("/lessons/<int:id>/mindmap", summary="The mind map of a lesson", responses={200: MindMap})
@allow(*READERS, scope="read")
def lesson_mindmap(path: LessonPath) -> Response:
    """Return the map of a lesson as a tree, with the reader's memory and notes."""
    with reading() as session:
        found = lesson_map_of(session, path.id, clock.now())
    return pack(jsonify(MindMap.of(found)))


@api.post("/maps/reviews", summary="Rate a recall on a map", responses={200: Recalled})
@allow(Role.LEARNER, scope="learn")
def rate_recall(body: RecallBody) -> dict[str, Any]:
    """Count a recall on a map as a review; within ten minutes of the last one it counts no more."""
    now = clock.now()
    given = Given(body.key_point_id, Rating.named(body.rating), "map", body.seconds)
    with writing() as session:
        rated = rate_at_once(session, me().id, given, now=now, day=study_day(now, me().time_zone))
    return Recalled(
        key_point_id=body.key_point_id,
        state="ok" if rated.state == "ok" else "warn",
        recall=round(rated.recall, 3),
        due_at=rated.due_at,
        counted=rated.counted,
        server_now=now,
    ).model_dump(mode="json")


@api.put("/maps/notes/<node>", summary="Keep one's own note at a node", responses={200: Note})
@allow(*READERS, scope="learn")
def set_note(path: NotePath, body: NoteBody) -> dict[str, Any]:
    """Keep one's own words at a node; nobody else reads them."""
    with in_words(), writing() as session:
        kept = actions.set_note(session, reader(me()), path.node, body.text, now=clock.now())
    return Note(node=path.node, text=kept).model_dump()


@api.get("/courses/<slug>/blank-map", summary="The map of a course with gaps", responses={200: BlankMap})
@allow(*READERS, scope="read")
def blank_course_map(path: CoursePath, query: BlankQuery) -> dict[str, Any]:
    """Return the map of a course with words taken out, and the words in another order."""
    now = clock.now()
    with reading() as session:
        try_ = begun(course_map_of(session, path.slug, now), query.try_, now)
    return BlankMap.of(try_.map.title, try_.number, try_.blank)


@api.get("/lessons/<int:id>/blank-map", summary="The map of a lesson with gaps", responses={200: BlankMap})
@allow(*READERS, scope="read")
def blank_lesson_map(path: LessonPath, query: BlankQuery) -> dict[str, Any]:
    """Return the map of a lesson with words taken out, and the words in another order."""
    now = clock.now()
    with reading() as session:
        try_ = begun(lesson_map_of(session, path.id, now), query.try_, now)
    return BlankMap.of(try_.map.title, try_.number, try_.blank)


@api.post("/courses/<slug>/blank-map", summary="Grade a filled map of a course", responses={200: Placing})
@allow(*READERS, scope="learn")
def place_on_course_map(path: CoursePath, body: PlacingBody) -> dict[str, Any]:
    """Say of each gap whether what was put there belongs there; key points count as reviews."""
    now = clock.now()
    with writing() as session:
        try_ = begun(course_map_of(session, path.slug, now), body.attempt, now)
        graded = actions.grade_blank(session, try_.learner_id, try_.blank, body.placement(), now=now, day=try_.day)
    return Placing.of(graded)


@api.post("/lessons/<int:id>/blank-map", summary="Grade a filled map of a lesson", responses={200: Placing})
@allow(*READERS, scope="learn")
def place_on_lesson_map(path: LessonPath, body: PlacingBody) -> dict[str, Any]:
    """Say of each gap whether what was put there belongs there; key points count as reviews."""
    now = clock.now()
    with writing() as session:
        try_ = begun(lesson_map_of(session, path.id, now), body.attempt, now)
        graded = actions.grade_blank(session, try_.learner_id, try_.blank, body.placement(), now=now, day=try_.day)
    return Placing.of(graded)
