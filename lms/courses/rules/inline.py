"""Reads the inside of a paragraph: key marks `==…==`, code that must not be misread, links, the plain text."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^(`{3,}|~{3,})[^\n]*\n(?:.*?\n)??\1[ ]*$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:\A|\n[ \t]*\n)((?:(?: {2,}|\t)[^\n]*(?:\n|\Z))+)")
LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
CODE_SPAN = re.compile(r"(?<![`\\])(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.DOTALL)
MARK = re.compile(r"(?<!=)==(?![=\s])((?:(?!\n[ \t]*\n)(?!==).)+?)(?<!\s)==(?!=)", re.DOTALL)
LOOSE_MARK = re.compile(r"(?<![=\s])==(?!=)|(?<!=)==(?![=\s])")
LINK = re.compile(r"(!?)\[[^\]\n]*\]\(\s*(?:<([^>\n]*)>|([^)\s]*))[^)\n]*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]\n]+\]:[ \t]*<?([^\s>]+)>?", re.MULTILINE)
LINK_TEXT = re.compile(r"!?\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])")
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
EMPHASIS = re.compile(
    r"(\*\*\*|\*\*|\*|(?<![A-Za-z0-9])___?|___?(?![A-Za-z0-9])|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~~)"
)
LINE_START = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)", re.MULTILINE)
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|=])")
FILLER = "\x01"


@dataclass(frozen=True)
class Mark:
    """A key mark in a text: the offsets of its first and past its last character, both `==` included."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Link:
    """An address in a text and its line, from 0; `image` where it is to be shown, not followed."""

    line: int
    target: str
    image: bool


def masked(text: str) -> str:
    """Return `text` with code replaced by filler of the same length, so that nothing in code is read as markup."""
    for pattern in (FENCE, INDENTED, CODE_SPAN):
        text = pattern.sub(lambda found, p=pattern, t=text: _filled(found, p, t), text)  # type: ignore[misc]  # bound now
    return text


def _filled(found: re.Match[str], pattern: re.Pattern[str], text: str) -> str:
    if pattern is INDENTED and _within_list(text[: found.start() + 1]):
        return found.group()
    return re.sub(r"[^\n]", FILLER, found.group())


def _within_list(before: str) -> bool:
    """Say whether an indented paragraph after `before` goes on with a list item, so that it is no code."""
    for line in reversed(before.split("\n")):
        if line.strip() and (LIST_ITEM.match(line) or not line[0].isspace()):
            return LIST_ITEM.match(line) is not None
    return False


def marks(text: str) -> tuple[Mark, ...]:
    """Return the key marks of `text` in their order."""
    return tuple(Mark(found.start(), found.end(), text[slice(*found.span(1))]) for found in MARK.finditer(masked(text)))


def loose_marks(text: str) -> Iterator[int]:
    """Yield the line, from 0, of each `==` that opens or closes nothing."""
    rest = MARK.sub(lambda found: re.sub(r"[^\n]", FILLER, found.group()), masked(text))
    for found in LOOSE_MARK.finditer(rest):
        yield rest.count("\n", 0, found.start())


def links(text: str) -> Iterator[Link]:
    """Yield the addresses that `text` links to or shows."""
    bare = masked(text)
    for found in LINK.finditer(bare):
        target = found.group(2) if found.group(2) is not None else found.group(3)
        yield Link(bare.count("\n", 0, found.start()), target, bool(found.group(1)))
    for found in REFERENCE.finditer(bare):
        yield Link(bare.count("\n", 0, found.start()), found.group(1), image=False)


def plain(text: str) -> str:
    """Return what a reader sees of Markdown `text`, on one line."""
    text = CODE_SPAN.sub(lambda found: html.escape(found.group(2).strip()).translate(GUARD), text)
    text = MARK.sub(lambda found: found.group(1), text)
    text = ESCAPE.sub(lambda found: found.group(1).translate(GUARD), text)
    text = LINK_TEXT.sub(lambda found: found.group(1), text)
    text = EMPHASIS.sub("", LINE_START.sub("", TAG.sub("", text)))
    return " ".join(html.unescape(text.translate(UNGUARD)).split())


# Characters that a code span or a backslash protects are moved out of Markdown's sight and back.
_SPECIAL = "\\`*_{}[]()#+-.!>~|="
GUARD = {ord(char): 0xE000 + n for n, char in enumerate(_SPECIAL)}
UNGUARD = {place: char for char, place in GUARD.items()}
