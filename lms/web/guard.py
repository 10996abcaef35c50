"""Refuses what no field of ours may hold, before any view sees it: NUL bytes and broken Unicode."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.errors import Invalid


def refuse_unstorable() -> None:
    """Raise Invalid, naming the field, where a text of the request cannot be stored."""
    for values in (request.args, request.form):
        _refuse_in(values)
    for name, value in (request.view_args or {}).items():
        _refuse_text(name, value)
    if request.is_json and request.content_length:
        _refuse_json("", request.get_json(silent=True))


def _refuse_in(values: MultiDict[str, str]) -> None:
    for name, value in values.items(multi=True):
        _refuse_text(name, name)
        _refuse_text(name, value)


def _refuse_json(name: str, value: Any) -> None:
    if isinstance(value, str):
        _refuse_text(name, value)
    elif isinstance(value, list):
        for item in value:
            _refuse_json(name, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_text(str(key), str(key))
            _refuse_json(str(key), item)


def _refuse_text(name: str, value: Any) -> None:
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
        field = "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff")
        raise Invalid(_("This text has characters that cannot be stored. Please type it again."), field=field)
