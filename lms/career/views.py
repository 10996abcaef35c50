"""What is answered about career: the map of tracks with one's own place on it."""

from flask import Blueprint, Response

from lms import clock
from lms.accounts.rules import Role
from lms.career import queries
from lms.web import allow, me, page, reading
from lms.web.i18n import language

blueprint = Blueprint("career", __name__)


@blueprint.get("/career")
@allow(Role.LEARNER)
def my_career() -> Response:
    """Show where the road leads and what the next rung asks."""
    with reading() as session:
        career = queries.my_career(session, me(), language(), at=clock.now())
    return page("career/my_career.html", career=career)
