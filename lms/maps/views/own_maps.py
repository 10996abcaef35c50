"""Own maps: the list, the editor as text, files in and out, put away and brought back."""

from flask import Response, flash, request
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.errors import Invalid
from lms.maps import actions, queries
from lms.maps.forms import LONGEST_OUTLINE, FileForm, MapForm, NewMapForm
from lms.maps.opening import READERS
from lms.maps.queries import MapSeen
from lms.maps.reading import read_map
from lms.maps.rules import outline
from lms.maps.rules.tree import Node, carried, from_stored
from lms.maps.views.routes import FILE_KINDS, blueprint, file
from lms.maps.words import in_words, losses, sentence
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse


def _list(new: NewMapForm | None = None, upload: FileForm | None = None, status: int = 200) -> Response:
    with reading() as session:
        lines = queries.own_maps(session, me().id)
    return page(
        "maps/own_maps.html",
        lines=lines,
        new=new or NewMapForm(formdata=None),
        upload=upload or FileForm(formdata=None),
        status=status,
    )


@blueprint.get("/maps")
@allow(*READERS)
def own_maps() -> Response:
    """List one's own maps."""
    return _list()


@blueprint.post("/maps")
@allow(*READERS)
def create_map() -> BaseResponse:
    """Begin an empty map."""
    form = NewMapForm()
    if not form.validate():
        return _list(new=form, status=422)
    with in_words(), writing() as session:
        made = actions.create_map(session, me().id, form.value(), now=clock.now())
    return see_other("maps.own_map", map_id=made.id)


@blueprint.post("/maps/imports")
@allow(*READERS)
def import_map() -> BaseResponse:
    """Take a map out of a file; what could not be kept is told on the page of the map."""
    form = FileForm()
    try:
        with in_words():
            read = form.value()
    except Invalid as error:
        refuse(form.file, error.text)
        return _list(upload=form, status=422)
    with in_words(), writing() as session:
        made = actions.import_map(session, me().id, read.tree, now=clock.now())
    cookie["map_report"] = [made.id, [list(line) for line in read.losses]]
    flash(_("The map is here."), "ok")
    return see_other("maps.own_map", map_id=made.id)


def _report(map_id: int) -> list[str]:
    """Return what the import that made this map left out; told once."""
    made, lines = cookie.pop("map_report", (None, []))
    return losses(tuple(line) for line in lines) if made == map_id else []


def _as_text(tree: Node) -> str:
    written = outline.write(tree)
    return written if len(written) <= LONGEST_OUTLINE else ""


def _editor(seen: MapSeen, form: MapForm, *, status: int = 200, theirs: str = "") -> Response:
    tree = from_stored(seen.map.tree)
    return page(
        "maps/own_map.html",
        map=seen.map,
        tree=tree,
        owner=seen.owner,
        own=seen.own,
        form=form,
        large=not form.outline.data and status == 200,  # noqa: PLR2004  # nothing was typed: it did not fit
        theirs=theirs,
        as_text=request.args.get("text") == "1",
        report=_report(seen.map.id),
        status=status,
    )


@blueprint.get("/maps/<int:map_id>")
@allow(*READERS)
def own_map(map_id: int) -> Response:
    """Show a map to its owner, to be changed, or to the owner's mentor, to be looked at."""
    with reading() as session:
        seen = queries.readable_map(session, map_id, me().id)
    return _editor(seen, _form(seen))


def _form(seen: MapSeen) -> MapForm:
    text = _as_text(from_stored(seen.map.tree))
    return MapForm(formdata=None, data={"title": seen.map.title, "outline": text, "version": str(seen.map.version)})


@blueprint.post("/maps/<int:map_id>")
@allow(*READERS)
def save_map(map_id: int) -> BaseResponse:
    """Keep the map as it was written in the text form; where somebody saved in between, show both."""
    form = MapForm()
    with reading() as session:
        seen = queries.readable_map(session, map_id, me().id)
        queries.own_map(session, map_id, me().id)
    if not form.validate():
        return _editor(seen, form, status=422)
    value = form.value()
    try:
        with in_words():
            tree = read_map(value.outline.encode(), "md", title=value.title).tree
            with writing() as session:
                tree = carried(from_stored(seen.map.tree), tree)
                saved = actions.save_map(
                    session, me().id, map_id, title=value.title, tree=tree, version=value.version, now=clock.now()
                )
    except Invalid as error:
        text = sentence("no_outline") if error.code == "no_map" else error.text
        refuse(form.title if error.field == "title" else form.outline, text)
        return _editor(seen, form, status=422)
    if saved.conflict:
        form.version.data = str(saved.map.version)
        seen = MapSeen(saved.map, seen.owner, own=True)
        refuse(form.outline, sentence("conflict"))
        return _editor(seen, form, status=409, theirs=_as_text(from_stored(saved.map.tree)))
    flash(_("Saved."), "ok")
    return see_other("maps.own_map", map_id=map_id)


@blueprint.get(f"/maps/<int:map_id>/map.<{FILE_KINDS}:kind>")
@allow(*READERS)
def own_map_file(map_id: int, kind: str) -> Response:
    """Give a map as a file."""
    with reading() as session:
        seen = queries.readable_map(session, map_id, me().id)
    return file(from_stored(seen.map.tree), kind, name=seen.map.title)


@blueprint.get("/maps/<int:map_id>/print")
@allow(*READERS)
def print_own_map(map_id: int) -> Response:
    """Show a map as an outline, unfolded, for paper."""
    with reading() as session:
        seen = queries.readable_map(session, map_id, me().id)
    return page("maps/print_own.html", map=seen.map, tree=from_stored(seen.map.tree), owner=seen.owner, own=seen.own)


@blueprint.post("/maps/<int:map_id>/deletion")
@allow(*READERS)
def delete_map(map_id: int) -> BaseResponse:
    """Put a map away."""
    with writing() as session:
        actions.delete_map(session, me().id, map_id, now=clock.now())
    return see_other("maps.deleted_map", map_id=map_id)


@blueprint.get("/maps/<int:map_id>/deletion")
@allow(*READERS)
def deleted_map(map_id: int) -> Response:
    """Say that the map is put away, and how it comes back."""
    with reading() as session:
        found = queries.deleted_map(session, map_id, me().id, now=clock.now())
    return page("maps/deleted.html", map=found)


@blueprint.post("/maps/<int:map_id>/restoration")
@allow(*READERS)
def restore_map(map_id: int) -> BaseResponse:
    """Bring a map back."""
    with writing() as session:
        actions.restore_map(session, me().id, map_id, now=clock.now())
    flash(_("The map is back."), "ok")
    return see_other("maps.own_map", map_id=map_id)
