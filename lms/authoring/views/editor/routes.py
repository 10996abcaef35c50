"""The blueprint that the modules of this package add their routes to, and what they share."""

from flask import Blueprint, request
from flask_babel import gettext

from lms.authoring.rules.drafts import PARTS
from lms.courses.rules.findings import Finding
from lms.web.i18n import language

blueprint = Blueprint("drafts", __name__)


def part_asked() -> str:
    """Return the part that the address names, else the text in the reader's own language."""
    asked = request.args.get("part", "")
    return asked if asked in PARTS else language()


@blueprint.app_template_filter("said")
def said(finding: Finding) -> str:
    """Return the sentence of a finding in the reader's language."""
    return finding.sentence(gettext)
