"""Blank maps: some words taken out, to be put back; works as lists of choices without scripts."""

from flask import Response, request

from lms import clock
from lms.maps import actions
from lms.maps.forms import BlankForm, placement
from lms.maps.opening import READERS, Try, begun, map_of
from lms.maps.views.routes import blueprint
from lms.web import allow, number_asked, page, reading, writing

MOST_TRIES = 99


def _shown(try_: Try, graded: actions.Graded | None = None, chosen: dict[int, str] | None = None) -> Response:
    return page(
        "maps/blank_map.html",
        map=try_.map,
        course=try_.map.course,
        lesson=try_.map.lesson,
        blank=try_.blank,
        number=try_.number,
        following=min(try_.number + 1, MOST_TRIES),
        graded=graded,
        by_gap={one.number: one for one in graded.placed} if graded else {},
        chosen=chosen or {},
    )


@blueprint.get("/courses/<slug>/blank-map", endpoint="blank_course_map")
@blueprint.get("/lessons/<int:lesson_id>/blank-map", endpoint="blank_lesson_map")
@allow(*READERS)
def blank(slug: str | None = None, lesson_id: int = 0) -> Response:
    """Show the map of a course or a lesson with gaps."""
    now, number = clock.now(), number_asked("try", default=1, most=MOST_TRIES)
    with reading() as session:
        found = map_of(session, slug, lesson_id, now)
    return _shown(begun(found, number, now))


@blueprint.post("/courses/<slug>/blank-map", endpoint="place_on_course_map")
@blueprint.post("/lessons/<int:lesson_id>/blank-map", endpoint="place_on_lesson_map")
@allow(*READERS)
def place(slug: str | None = None, lesson_id: int = 0) -> Response:
    """Grade what was put into the gaps."""
    now, number, put = clock.now(), BlankForm().value(), placement(request.form)
    with writing() as session:
        try_ = begun(map_of(session, slug, lesson_id, now), number, now)
        graded = actions.grade_blank(session, try_.learner_id, try_.blank, put, now=now, day=try_.day)
    return _shown(try_, graded, put)
