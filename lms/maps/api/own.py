"""Own maps for the editor: read, made, saved whole with a version, put away."""

from typing import Any

from flask import Response, make_response

from lms import clock
from lms.errors import Refused
from lms.maps import actions, queries
from lms.maps.api.routes import api
from lms.maps.api.values import (
    MapBody,
    MapPath,
    NewMapBody,
    OwnMapDetail,
    OwnMapItem,
    OwnMapList,
)
from lms.maps.opening import READERS
from lms.maps.words import in_words
from lms.web import allow, me, reading, writing


@api.get("/maps", summary="List own maps", responses={200: OwnMapList})
@allow(*READERS, scope="read")
def own_maps() -> dict[str, Any]:
    """List one's own maps, the latest first."""
    with reading() as session:
        lines = queries.own_maps(session, me().id)
    return OwnMapList(items=[OwnMapItem.of(line) for line in lines]).model_dump(mode="json")


@api.post("/maps", summary="Make a map of one's own", responses={201: OwnMapDetail})
@allow(*READERS, scope="learn")
def create_map(body: NewMapBody) -> Response:
    """Make a map of one's own."""
    tree = body.tree.node() if body.tree else None
    with in_words(), writing() as session:
        made = actions.create_map(session, me().id, body.title, tree, now=clock.now())
    return make_response(OwnMapDetail.of(made), 201)


@api.get("/maps/<int:id>", summary="An own or a shared map", responses={200: OwnMapDetail})
@allow(*READERS, scope="read")
def own_map(path: MapPath) -> dict[str, Any]:
    """Return a map to its owner, or to the mentor it is shared with."""
    with reading() as session:
        seen = queries.readable_map(session, path.id, me().id)
    return OwnMapDetail.of(seen.map, own=seen.own)


@api.put("/maps/<int:id>", summary="Save a map whole", responses={200: OwnMapDetail})
@allow(*READERS, scope="learn")
def save_map(path: MapPath, body: MapBody) -> dict[str, Any]:
    """Save the whole map; 409 `conflict` where `version` is not the newest: both texts stay, nothing is overwritten."""
    with in_words(), writing() as session:
        saved = actions.save_map(
            session,
            me().id,
            path.id,
            title=body.title,
            tree=body.tree.node(),
            version=body.version,
            now=clock.now(),
        )
        if saved.conflict:
            raise Refused(code="conflict")
    return OwnMapDetail.of(saved.map)


@api.delete("/maps/<int:id>", summary="Put a map away", responses={204: None})
@allow(*READERS, scope="learn")
def delete_map(path: MapPath) -> Response:
    """Put a map away; its page brings it back for a day."""
    with writing() as session:
        actions.delete_map(session, me().id, path.id, now=clock.now())
    return make_response("", 204)
