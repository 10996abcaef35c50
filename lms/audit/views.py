"""What is answered about the record: the entries, newest first, and whether the chain holds."""

from flask import Blueprint
from werkzeug.wrappers import Response

from lms.accounts.rules import Role
from lms.audit import queries
from lms.audit.words import DECISIONS
from lms.web import allow, me, number_asked, page, reading

blueprint = Blueprint("audit", __name__)


@blueprint.get("/record")
@allow(Role.HR, Role.AUDITOR)
def record() -> Response:
    """List a hundred entries, those before number `before` where it is given."""
    before = number_asked("before", default=2**31 - 1)
    with reading() as session:
        entries = queries.newest(session, me().site_id, before=before)
        head = queries.head(session)
    return page("audit/record.html", entries=entries, head=head, decisions=DECISIONS)
