"""Turns errors into answers in one place: a page, a fragment for htmx, or problem+json (RFC 9457) for machines."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from lms.db import is_busy
from lms.errors import LmsError
from lms.web.page import is_htmx
from lms.web.secrets import hidden

log = logging.getLogger(__name__)


def wants_json() -> bool:
    """Say whether a machine asks: everything below /api/, addresses that end in .json, and our own scripts."""
    if request.headers.get("X-Requested-With") == "fetch":
        return True
    return request.path.startswith("/api/") or request.path.endswith(".json")


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    """Return an RFC 9457 answer; empty members are left out."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    response = jsonify(body | {name: value for name, value in more.items() if value is not None})
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _sentence(status: int) -> str:
    sentences = {
        400: _("The browser sent something that cannot be understood. Go back, reload the page and try again."),
        401: _("Please sign in first."),
        404: _("There is nothing here for you. The address may be mistyped, or it belongs to somebody else."),
        405: _("This address does not take that kind of request."),
        409: _("This cannot be done as things stand."),
        413: _("That is too large to be sent."),
        415: _("This kind of content is not taken here."),
        422: _("Something in the form is not right yet."),
        429: _("Too many tries. Please wait a little."),
        503: _("Very many people are working here right now. What you saved is safe. Please try again in a moment."),
    }
    return str(
        sentences.get(status) or _("Something went wrong on our side. What you saved is safe. Please try again.")
    )


def answer(status: int, text: str = "", **more: Any) -> Response:
    """Return the answer for `status` in the form the asker wants; `text` replaces the usual sentence."""
    text = text or _sentence(status)
    if wants_json():
        return problem(status, HTTPStatus(status).phrase, text, **more)
    template = "errors/_notice.html" if is_htmx() else "errors/page.html"
    return make_response(render_template(template, status=status, text=text, field=more.get("field")), status)


def _lms_error(error: LmsError) -> Response:
    return answer(error.status, error.text, field=error.field, code=error.code)


def _csrf_error(_error: CSRFError) -> Response:
    text = _("This page was open too long. Reload it and send again; what you typed is still in the form.")
    return answer(400, text, code="csrf")


def _http_error(error: HTTPException) -> Any:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    answered = answer(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            answered.headers[name] = value
    return answered


def _unexpected(error: Exception) -> Response:
    if is_busy(error):
        return _busy(error)
    log.error("unexpected error at %s %s", request.method, hidden(request.path), exc_info=error)
    return answer(500)


def _busy(error: Exception) -> Response:
    """Ask for a moment's patience; the page is drawn without asking the database who is signed in, if nobody knows."""
    log.warning("the database was busy at %s %s: %s", request.method, hidden(request.path), error.__class__.__name__)
    g.setdefault("_login_user", AnonymousUserMixin())  # where Flask-Login keeps who is signed in
    answered = answer(503)
    answered.headers["Retry-After"] = "3"
    return answered


def init(app: Flask) -> None:
    """Register the handlers on `app`."""
    app.register_error_handler(LmsError, _lms_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(ValidationError, invalid_json)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def invalid_json(error: ValidationError) -> Response:
    """Return 422 for a body, query or path that does not fit its model, naming each field."""
    errors = [{"field": ".".join(map(str, item["loc"])), "message": item["msg"]} for item in error.errors()]
    first = errors[0]["field"] if errors else None
    return problem(422, "Unprocessable Content", _sentence(422), field=first, errors=errors)
