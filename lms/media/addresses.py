"""Where files are found: a signed link of our own, or of the bucket where browsers may go there themselves."""

import hashlib

from flask import current_app, redirect, url_for
from werkzeug.wrappers import Response

from lms import clock
from lms.media.rules import links
from lms.media.rules.medium import Medium
from lms.web.files import storage

KEPT = 5 * 60  # seconds that a browser need not ask again where a file is
OURS_ALONE = frozenset({"svg", "vtt"})  # one needs our content policy, the other the same origin


def secret() -> bytes:
    """Return what our links are signed with."""
    return hashlib.sha256(b"media " + current_app.config["SECRET_KEY"].encode()).digest()


def link(medium: Medium) -> str:
    """Return an address that opens `medium` for whoever has it, for an hour or so."""
    now = clock.now().timestamp()
    if storage().direct and medium.ext not in OURS_ALONE:
        return storage().link(medium.path, turn=links.turn(now), seconds=links.LIFE)
    return url_for("media.file", token=links.token(secret(), medium.key, now=now))


def lead_to(medium: Medium) -> Response:
    """Answer with 302 to the file; a browser may remember for some minutes where that was."""
    answer = redirect(link(medium), code=302)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT}"
    return answer
