"""Pages and fragments: the same fragment serves the whole page and an htmx answer."""

import re
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

# A path of this server: browsers leave tabs and line ends out of addresses and take "\\" for "/", and "//" is a host.
OWN = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def is_htmx() -> bool:
    """Say whether htmx asks for a fragment (and not for a whole page out of its history cache)."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def page(template: str, *, fragment: str | None = None, status: int = 200, **values: Any) -> Response:
    """Render `template`, or only `fragment` of the same folder where htmx asks for it."""
    chosen = fragment if fragment and is_htmx() else template
    response = make_response(render_template(chosen, **values), status)
    response.headers["Vary"] = "HX-Request"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def number_asked(name: str, *, default: int, most: int = 2**31 - 1) -> int:
    """Return the whole number that the query names, from 1 to `most`, or `default` where it is none."""
    given = request.args.get(name, default, type=int)
    return given if 1 <= given <= most else default


def see_other(endpoint: str, **values: Any) -> BaseResponse:
    """Answer a POST with 303 to `endpoint`."""
    return redirect(url_for(endpoint, **values), code=303)


def back(target: str | None, endpoint: str, **values: Any) -> BaseResponse:
    """Answer with 303 to `target` where it is an address of our own, else to `endpoint`."""
    return redirect(target, code=303) if target and OWN.fullmatch(target) else see_other(endpoint, **values)


def address(endpoint: str, **values: Any) -> str:
    """Return the whole address of `endpoint` by our own setting; the name that a browser calls us by proves nothing."""
    return f"{current_app.config['LMS'].base_url}{url_for(endpoint, **values)}"
