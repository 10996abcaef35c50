"""The map of a course or a lesson: page, print, files, one's own notes at its nodes."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.courses.rules.reader import reader
from lms.maps import actions, queries
from lms.maps.forms import NoteForm
from lms.maps.opening import READERS, course_map_of, lesson_map_of
from lms.maps.queries import CourseMap
from lms.maps.views.routes import FILE_KINDS, blueprint, file, states_of, tree_of
from lms.maps.words import in_words
from lms.web import allow, back, me, page, reading, see_other, writing
from lms.web.i18n import language
from lms.web.packing import pack


def _shown(template: str, found: CourseMap) -> Response:
    return pack(page(template, map=found, course=found.course, lesson=found.lesson, branches=found.branches))


@blueprint.get("/courses/<slug>/map")
@allow(*READERS)
def course_map(slug: str) -> Response:
    """Show the mind map of a course."""
    with reading() as session:
        found = course_map_of(session, slug, clock.now())
    return _shown("maps/course_map.html", found)


@blueprint.get("/lessons/<int:lesson_id>/map")
@allow(*READERS)
def lesson_map(lesson_id: int) -> Response:
    """Show the mind map of a lesson."""
    with reading() as session:
        found = lesson_map_of(session, lesson_id, clock.now())
    return _shown("maps/lesson_map.html", found)


@blueprint.get("/courses/<slug>/map/print")
@allow(*READERS)
def print_course_map(slug: str) -> Response:
    """Show the outline of a course's map unfolded, for paper."""
    with reading() as session:
        found = course_map_of(session, slug, clock.now())
    return _shown("maps/print.html", found)


@blueprint.get("/lessons/<int:lesson_id>/map/print")
@allow(*READERS)
def print_lesson_map(lesson_id: int) -> Response:
    """Show the outline of a lesson's map unfolded, for paper."""
    with reading() as session:
        found = lesson_map_of(session, lesson_id, clock.now())
    return _shown("maps/print.html", found)


@blueprint.get(f"/courses/<slug>/map.<{FILE_KINDS}:kind>")
@allow(*READERS)
def course_map_file(slug: str, kind: str) -> Response:
    """Give the map of a course, with one's own notes, as a file."""
    with reading() as session:
        found = course_map_of(session, slug, clock.now())
    return file(tree_of(found), kind, name=found.title, states=states_of(found))


@blueprint.get(f"/lessons/<int:lesson_id>/map.<{FILE_KINDS}:kind>")
@allow(*READERS)
def lesson_map_file(lesson_id: int, kind: str) -> Response:
    """Give the map of a lesson, with one's own notes, as a file."""
    with reading() as session:
        found = lesson_map_of(session, lesson_id, clock.now())
    return file(tree_of(found), kind, name=found.title, states=states_of(found))


@blueprint.post("/courses/<slug>/map/copies")
@allow(*READERS)
def copy_course_map(slug: str) -> BaseResponse:
    """Make a map of one's own out of a course's."""
    now = clock.now()
    with in_words(), writing() as session:
        found = course_map_of(session, slug, now)
        made = actions.create_map(session, me().id, found.title, tree_of(found), now=now)
    flash(_("This is your own copy. Change it as you like; the course stays as it is."), "ok")
    return see_other("maps.own_map", map_id=made.id)


@blueprint.post("/lessons/<int:lesson_id>/map/copies")
@allow(*READERS)
def copy_lesson_map(lesson_id: int) -> BaseResponse:
    """Make a map of one's own out of a lesson's."""
    now = clock.now()
    with in_words(), writing() as session:
        found = lesson_map_of(session, lesson_id, now)
        made = actions.create_map(session, me().id, found.title, tree_of(found), lesson_id=lesson_id, now=now)
    flash(_("This is your own copy. Change it as you like; the lesson stays as it is."), "ok")
    return see_other("maps.own_map", map_id=made.id)


@blueprint.get("/maps/notes/<node>")
@allow(*READERS)
def note(node: str) -> Response:
    """Show one's own note at a node, to be written."""
    with reading() as session:
        words, kept = queries.note_page(session, reader(me()), node, language())
    form = NoteForm(data={"text": kept, "next": request.args.get("next", "")})
    return page("maps/note.html", form=form, node=node, words=words)


@blueprint.post("/maps/notes/<node>")
@allow(*READERS)
def set_note(node: str) -> BaseResponse:
    """Keep one's own note at a node."""
    form = NoteForm()
    if not form.validate():
        with reading() as session:
            words, _kept = queries.note_page(session, reader(me()), node, language())
        return page("maps/note.html", form=form, node=node, words=words, status=422)
    text, after = form.value()
    with in_words(), writing() as session:
        kept = actions.set_note(session, reader(me()), node, text, now=clock.now())
    flash(_("Your note is kept. Only you see it.") if kept else _("Your note is gone."), "ok")
    return back(after, "maps.note", node=node)
