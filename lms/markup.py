"""The only maker of safe HTML: Markdown → bleach → nh3, once, when a text is saved. Nothing else may."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Any

import bleach
import nh3
from flask import Flask
from markdown import Markdown
from markupsafe import Markup

from lms.media.rules import tags
from lms.media.rules.medium import Album

TAGS = frozenset(
    {"p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "em", "strong"}
    | {"del", "sup", "sub", "mark", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"}
    | {"section", "div", "span", "b", "small"}
)
ATTRIBUTES = {
    "a": ["href", "title"],
    "img": ["src", "alt", "title"],
    "th": ["align"],
    "td": ["align"],
    "ol": ["start"],
    "*": ["class", "lang"],
}
CLASSES = frozenset(
    {"key", "block", "mnemonic", "story", "case", "turns", "agent", "caller", "ok", "warn", "who", "remark"}
    | {"flow", "ask", "end", "read", "quiet-text", "icon", "then", "keypoint", "branch"}
)
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MOST_SIGNS = 1500  # a lesson of five minutes has some dozens of each
TOO_DEEP = re.compile(r"^(?:[>*+-]?[ \t]){100}", re.MULTILINE)  # lists in lists; the parser descends once for each


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return bool(value) and set(value.split()) <= CLASSES
    return name in ATTRIBUTES.get(tag, []) or name == "lang"


def clean(html: str) -> str:
    """Return `html` with only tags, attributes, classes and link schemes of ours left."""
    once = bleach.clean(html, tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True)
    return nh3.clean(
        once,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


@cache
def _parser() -> Markdown:
    return Markdown(extensions=["tables", "sane_lists", "fenced_code"], tab_length=2, output_format="html")


def markdown(source: str) -> str:
    """Return safe HTML of a Markdown text; raw HTML in it is sanitised like everything else.

    One with signs by the thousand, which would keep the parser busy for minutes, or with lists deeper than it can
    descend, is shown as it is written.
    """
    if any(source.count(sign) > MOST_SIGNS for sign in "[<`\n") or TOO_DEEP.search(source):
        return clean(f"<p>{escape(source)}</p>")
    return clean(_parser().reset().convert(source))


def inline(source: str) -> str:
    """Return safe HTML of one line of Markdown, without the paragraph around it."""
    html = markdown(source).strip()
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return html if "<p>" in inner else inner


def with_media(html: str, album: Album, locale: str) -> str:
    """Return `html`, made by this module, with the pictures and recordings of a lesson in it."""
    return tags.with_media(html, album, locale)


def heard(html: str, sound: str, words: Mapping[str, str]) -> str:
    """Return the box of a call, made by this module, with its `sound` above the turns; `words` for its player."""
    texts = "".join(f' data-text-{name}="{escape(text)}"' for name, text in words.items())
    opened, turns, rest = html.partition('<ol class="turns">')
    inside, closed, after = (turns + rest).rpartition("</section>")
    return f"{opened}<call-player{texts}>{sound}{inside}</call-player>{closed}{after}"


def trusted(html: Any) -> Markup:
    """Mark HTML that this module made, and that was stored, as safe; the only filter templates may use for it."""
    return Markup(html)  # noqa: S704  # only stored output of `clean` is ever passed


def plain(html: str) -> str:
    """Return the text of HTML, without its tags."""
    return str(Markup(html).striptags())  # noqa: S704  # tags are taken out of it, nothing is shown as it is


def init(app: Flask) -> None:
    """Give templates the filter `made_on_save`."""
    app.jinja_env.filters["made_on_save"] = trusted
