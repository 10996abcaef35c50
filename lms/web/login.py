"""Signing in: a random token in the signed cookie finds a row in the database, which can be revoked at any time."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request, Response, current_app, redirect, request, session, url_for
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from lms.accounts.rules import Identity
from lms.web.errors import answer, wants_json
from lms.web.page import is_htmx

Finder = Callable[[str], Identity | None]
csrf = CSRFProtect()


def _bearer(req: Request) -> str | None:
    scheme, _, token = req.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def init(app: Flask, *, by_session: Finder, by_bearer: Finder) -> None:
    """Let `app` find people by session token, or by bearer token on addresses below /api/."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(by_session)

    @manager.request_loader  # type: ignore[untyped-decorator]  # Flask-Login ships no types
    def from_request(req: Request) -> Identity | None:
        token = _bearer(req)
        return by_bearer(token) if token and req.path.startswith("/api/") else None

    @manager.unauthorized_handler  # type: ignore[untyped-decorator]  # the same
    def ask_to_sign_in() -> Any:
        if wants_json():
            refused = answer(401)
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        where = url_for("accounts.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
        if is_htmx():
            return Response("", 401, {"HX-Redirect": where})
        return redirect(where, code=303)

    manager.init_app(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a lesson left open over lunch must still save
    csrf.init_app(app)


def protect() -> None:
    """Before each request: what a browser's cookie allows to change needs the CSRF token; a bearer token does not."""
    by_token = "_user_id" not in session and _bearer(request)
    if request.method in ("GET", "HEAD", "OPTIONS") or by_token:
        return
    if request.endpoint is not None and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


__all__ = ["csrf", "init", "protect"]
