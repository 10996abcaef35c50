"""Writes XML by hand: every text and attribute escaped, and nothing in it that XML does not allow."""

import re
from html import escape

NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def text(words: str) -> str:
    """Return text as it stands between tags."""
    return escape(NO_XML.sub("", words), quote=False).replace("\r", "")


def element(tag: str, inside: str = "", /, **facts: str | float | int) -> str:
    """Return an element around XML; facts become attributes, in their order, without a trailing underscore."""
    written = "".join(f' {key.rstrip("_")}="{_attribute(value)}"' for key, value in facts.items())
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def _attribute(value: object) -> str:
    return escape(NO_XML.sub("", str(value)), quote=True).replace("\n", "&#10;")
