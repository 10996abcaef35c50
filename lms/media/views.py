"""What is answered about media: a file for its signed link, and the files of a draft for its authors."""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import NotFound
from lms.media import queries
from lms.media.addresses import lead_to, secret
from lms.media.rules import links
from lms.media.rules.medium import path_of
from lms.media.rules.ranges import Part, part
from lms.media.rules.types import TYPES
from lms.web import allow, public, reading
from lms.web.files import storage

blueprint = Blueprint("media", __name__)
# A drawing opened by itself shows its own colours and does nothing else.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@blueprint.get("/files/<token>")
@public
def file(token: str) -> Response:
    """Send a file, or the part of it that is asked for; the signed link is the permission."""
    opened = links.opened(secret(), token, now=clock.now().timestamp())
    if opened is None:
        raise NotFound
    key, seconds = opened
    etag = f'"{key[:32]}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, max-age={seconds}, immutable",
        "Content-Security-Policy": POLICY,
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(key[:12])}.{key.rpartition('.')[2]}",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if request.if_none_match.contains_raw(key[:32]):
        return Response(status=304, headers=headers)
    return _sent(key, etag, headers)


def _sent(key: str, etag: str, headers: dict[str, str]) -> Response:
    path = path_of(key)
    try:
        size = storage().size(path)
        asked = part(request.headers.get("Range"), size, if_range=request.headers.get("If-Range"), etag=etag)
        if asked is None:
            return Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
        body = _pieces(path, asked)
    except FileNotFoundError:
        raise NotFound from None
    headers["Content-Type"] = TYPES[key.rpartition(".")[2]].mime
    headers["Content-Length"] = str(asked.length)
    if not asked.whole:
        headers["Content-Range"] = asked.header
    return Response(body, 200 if asked.whole else 206, headers, direct_passthrough=True)


def _pieces(path: str, asked: Part) -> Iterator[bytes]:
    return iter(()) if request.method == "HEAD" else storage().get_range(path, asked.start, asked.length)


@blueprint.get("/courses/<slug>/lessons/<lesson_slug>/media/<name>")
@allow(Role.TRAINER)
def preview(slug: str, lesson_slug: str, name: str) -> BaseResponse:
    """Lead an author to a file of a lesson that need not be published."""
    with reading() as session:
        found = queries.medium(session, slug, lesson_slug, name)
    return lead_to(found)
