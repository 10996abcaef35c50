"""The map of a course or a lesson: page, print, files, one's own notes at its nodes."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.courses.rules.reader import reader
from lms.maps import actions, queries
from lms.maps.forms import NoteForm
from lms.maps.opening import READERS, map_of
from lms.maps.queries import CourseMap
from lms.maps.views.routes import FILE_KINDS, blueprint, file, states_of, tree_of
from lms.maps.words import in_words
from lms.web import allow, back, me, page, reading, see_other, writing
from lms.web.i18n import language
from lms.web.packing import pack


@blueprint.get("/courses/<slug>/map", endpoint="course_map")
@blueprint.get("/lessons/<int:lesson_id>/map", endpoint="lesson_map")
@allow(*READERS)
def drawn(slug: str | None = None, lesson_id: int = 0) -> Response:
    """Show the mind map of a course or a lesson."""
    with reading() as session:
        found = map_of(session, slug, lesson_id, clock.now())
    template = "maps/lesson_map.html" if found.lesson else "maps/course_map.html"
    return _shown(template, found)


@blueprint.get("/courses/<slug>/map/print", endpoint="print_course_map")
@blueprint.get("/lessons/<int:lesson_id>/map/print", endpoint="print_lesson_map")
@allow(*READERS)
def printed(slug: str | None = None, lesson_id: int = 0) -> Response:
    """Show the outline of a map unfolded, for paper."""
    with reading() as session:
        found = map_of(session, slug, lesson_id, clock.now())
    return _shown("maps/print.html", found)


def _shown(template: str, found: CourseMap) -> Response:
    return pack(page(template, map=found, course=found.course, lesson=found.lesson, branches=found.branches))


@blueprint.get(f"/courses/<slug>/map.<{FILE_KINDS}:kind>", endpoint="course_map_file")
@blueprint.get(f"/lessons/<int:lesson_id>/map.<{FILE_KINDS}:kind>", endpoint="lesson_map_file")
@allow(*READERS)
def saved_as(kind: str, slug: str | None = None, lesson_id: int = 0) -> Response:
    """Give a map, with one's own notes, as a file."""
    with reading() as session:
        found = map_of(session, slug, lesson_id, clock.now())
    return file(tree_of(found), kind, name=found.title, states=states_of(found))


@blueprint.post("/courses/<slug>/map/copies", endpoint="copy_course_map")
@blueprint.post("/lessons/<int:lesson_id>/map/copies", endpoint="copy_lesson_map")
@allow(*READERS)
def copied(slug: str | None = None, lesson_id: int = 0) -> BaseResponse:
    """Make a map of one's own out of a course's or a lesson's."""
    now = clock.now()
    with in_words(), writing() as session:
        found = map_of(session, slug, lesson_id, now)
        made = actions.create_map(session, me().id, found.title, tree_of(found), lesson_id=lesson_id or None, now=now)
    flash(
        _("This is your own copy. Change it as you like; the course stays as it is.")
        if slug
        else _("This is your own copy. Change it as you like; the lesson stays as it is."),
        "ok",
    )
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
