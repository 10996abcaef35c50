"""Cuts HTML of strangers in one pass: no text takes longer than it is long, however it was made."""

import re
from dataclasses import dataclass

KNOWN = re.compile(
    r"</?(?:p|div|span|br|b|strong|i|em|u|code|tt|kbd|samp|pre|ul|ol|li|dl|dt|dd|a|img|sup|sub|h[1-6]|table|tbody"
    r"|thead|tr|td|th|caption|blockquote|hr|font|small|big|center|del|ins|s|q|cite|script|style|iframe|object|embed"
    r"|svg|math|audio|video|source|track|form|input|button|label|select|option|textarea|nobr|section|figure|figcaption"
    r"|article|header|footer|mark|abbr|address|title|head|body|html|link|meta|noscript|applet|param|map|area)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
# Possessive: what was taken is never given back. At most one quote of each kind is open at any place, so that even
# tags that never end are looked through three times at most.
TAG = re.compile(r"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
LONGEST_TAG = 10_000
EMBEDDED = re.compile(r"data:[^\"'<>\s]{200,}")
SPAN = re.compile(r"<(span|div)\b([^<>]*)>")
OF_LANGUAGES = re.compile(r"\bmultilang\b")
LANGUAGE = re.compile(r"\blang=[\"']?([A-Za-z-]{2,12})")


@dataclass(frozen=True)
class Span:
    """A part of a text that says its language, and where it begins and ends with its tags."""

    language: str
    inside: str
    start: int
    end: int


def spans(text: str) -> list[Span]:
    """Return the spans of class `multilang` of a text, which hold it in several languages."""
    made: list[Span] = []
    unclosed = set[str]()
    at = 0
    while found := SPAN.search(text, at):
        tag, facts = found.groups()
        at = found.end()
        language = LANGUAGE.search(facts) if OF_LANGUAGES.search(facts) else None
        if language is None or tag in unclosed:
            continue
        end = text.find(f"</{tag}>", at)
        if end < 0:
            unclosed.add(tag)
            continue
        made.append(Span(language.group(1), text[at:end], found.start(), end + len(tag) + 3))
        at = made[-1].end
    return made


def without_spans(text: str) -> str:
    """Return a text with what its spans hold in their places."""
    parts: list[str] = []
    at = 0
    for span in spans(text):
        parts += [text[at : span.start], span.inside]
        at = span.end
    return "".join([*parts, text[at:]])


def whole_tags(text: str) -> str:
    """Return HTML in which each `<` begins a whole tag that is known; any other is a sign, comments are left out."""
    text = EMBEDDED.sub("", text)
    parts: list[str] = []
    at, ends = 0, True
    while (begun := text.find("<", at)) >= 0:
        parts.append(text[at:begun])
        end = text.find("-->", begun + 4) if ends and text.startswith("<!--", begun) else -1
        if end >= 0:
            at = end + 3
            continue
        ends = ends and not text.startswith("<!--", begun)
        tag = TAG.match(text, begun) if KNOWN.match(text, begun) else None
        whole = tag is not None and tag.end() - begun <= LONGEST_TAG
        parts.append(tag.group() if tag is not None and whole else "&lt;")
        at = tag.end() if tag is not None and whole else begun + 1
    return "".join([*parts, text[at:]])
