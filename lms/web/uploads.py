"""Larger bodies for the few views that take files, and only from those who may send them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from flask_login import current_user

from lms.web import policy

View = TypeVar("View", bound=Callable[..., Any])
AROUND = 1024 * 1024  # bytes of a multipart body that are not the file


def takes_files(most: int) -> Callable[[View], View]:
    """Let a view take a body with a file of `most` bytes; all others keep the limit of the application."""

    def declare(view: View) -> View:
        view.__dict__["largest_file"] = most
        return view

    return declare


def widen() -> None:
    """Before anything reads the body: raise its limit where the view takes files and the sender may call it."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "largest_file", None)
    if most is None or request.endpoint is None:
        return
    asked = policy.of(current_app, request.endpoint)
    if asked is not None and current_user.is_authenticated and (not asked.roles or current_user.holds(*asked.roles)):
        request.max_content_length = most + AROUND
