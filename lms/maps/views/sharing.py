"""Maps that are shared with one's mentor: given, taken back, listed for the mentor."""

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.maps import actions, queries
from lms.maps.views.routes import blueprint
from lms.maps.words import in_words
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.post("/maps/<int:map_id>/sharing")
@allow(Role.LEARNER)
def share_map(map_id: int) -> BaseResponse:
    """Let one's mentor look at a map."""
    with in_words(), writing() as session:
        actions.share_map(session, me().id, map_id, now=clock.now())
    flash(_("Your mentor can look at this map now."), "ok")
    return see_other("maps.own_map", map_id=map_id)


@blueprint.post("/maps/<int:map_id>/sharing/withdrawal")
@allow(Role.LEARNER)
def unshare_map(map_id: int) -> BaseResponse:
    """Take a map back from one's mentor's eyes."""
    with writing() as session:
        actions.unshare_map(session, me().id, map_id)
    flash(_("Only you see this map now."), "ok")
    return see_other("maps.own_map", map_id=map_id)


@blueprint.get("/apprentices/<int:learner_id>/maps")
@allow(Role.MENTOR)
def shared_maps(learner_id: int) -> Response:
    """List the maps that an apprentice shares with their mentor."""
    with reading() as session:
        learner, lines = queries.shared_maps(session, learner_id, me().id)
    return page("maps/shared.html", fragment="maps/_shared.html", learner=learner, lines=lines)
