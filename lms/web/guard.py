"""Refuses what no field of ours may hold, before any view sees it: NUL bytes and broken Unicode."""

import re
from typing import Any

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.errors import Invalid

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def refuse_unstorable() -> None:
    """Raise Invalid, naming the field, where a text of the request cannot be stored."""
    for values in (request.args, request.form):
        _refuse_in(values)
    for name, value in (request.view_args or {}).items():
        _refuse_text(name, value)
    if request.is_json:
        _refuse_json("", _body())


def _body() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:  # thousands of brackets; nothing of ours is nested so deeply
        raise Invalid from None


def _refuse_in(values: MultiDict[str, str]) -> None:
    for name, value in values.items(multi=True):
        _refuse_text(name, name)
        _refuse_text(name, value)


def _refuse_json(name: str, value: Any) -> None:
    """Look at every text, without recursion: what the parser of JSON can read may still be deep."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(name, item) for item in value]
        elif isinstance(value, dict):
            for key, item in value.items():
                _refuse_text(key, key)
                waiting.append((key, item))
        else:
            _refuse_text(name, value)


def _refuse_text(name: str, value: Any) -> None:
    if isinstance(value, str) and UNSTORABLE.search(value):
        field = "".join(c for c in name if c.isprintable() and not "\ud800" <= c <= "\udfff")
        raise Invalid(_("This text has characters that cannot be stored. Please type it again."), field=field)
