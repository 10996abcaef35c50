"""Reads the inside of a paragraph: key marks `==…==`, code that must not be misread, links, the plain text."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^(`{3,}|~{3,})")
INDENTED = re.compile(r"^(?: {2,}|[ ]?\t)[ \t]*\S")
LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]", re.MULTILINE)
TICKS = re.compile(r"\\`|`+|\n[ \t]*\n")
MARK = re.compile(r"(?<!=)==(?![=\s])((?:(?!\n[ \t]*\n)(?!==).)+?)(?<!\s)==(?!=)", re.DOTALL)
LOOSE_MARK = re.compile(r"(?<![=\s])==(?!=)|(?<!=)==(?![=\s])")
LINK = re.compile(
    r"(!?)\[([^\[\]\n]{0,300})\]\([ \t]{0,9}(?:<([^<>\n]{0,2000})>|([^()<>\s]{0,2000}))(?:[ \t][^()\n]{0,300})?\)"
)
REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,300}\]:[ \t]*<?([^\s>]{1,2000})>?", re.MULTILINE)
LINK_TEXT = re.compile(r"!?\[([^\[\]\n]{0,300})\](?:\([^()\n]{0,2000}\)|\[[^\[\]\n]{0,300}\])")
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
    """An address in a text, its line, from 0, and its words; `image` where it is to be shown, not followed."""

    line: int
    target: str
    image: bool
    text: str = ""


def masked(text: str) -> str:
    """Return `text` with code replaced by filler of the same length, so that nothing in code is read as markup."""
    lines = text.split("\n")
    shown = [_filler(line) if code else line for line, code in zip(lines, _code(lines), strict=True)]
    return _each_code_span("\n".join(shown), lambda whole, _inside: _filler(whole))


def _code(lines: list[str]) -> list[bool]:
    """Say of each line whether it is code: fenced, or indented after a blank line outside a list."""
    code = _fenced(lines)
    blank, in_list = True, False
    for n, line in enumerate(lines):
        if code[n]:
            blank = in_list = False
        elif not line.strip():
            blank = True
        elif INDENTED.match(line) and (blank or (n and code[n - 1])) and not in_list:
            code[n] = True
        else:
            blank = False
            in_list = bool(LIST_ITEM.match(line)) or (in_list and line[0].isspace())
    return code


def _fenced(lines: list[str]) -> list[bool]:
    """Say of each line whether it stands in a code fence that is closed, the fence included."""
    fenced, closers = [False] * len(lines), dict[str, list[int]]()
    for n, line in enumerate(lines):
        closers.setdefault(line.rstrip(" "), []).append(n)
    at = 0
    while at < len(lines):
        opened = FENCE.match(lines[at])
        ends = closers.get(opened.group(1), []) if opened else []
        place = bisect_right(ends, at)
        if place < len(ends):
            fenced[at : ends[place] + 1] = [True] * (ends[place] + 1 - at)
            at = ends[place]
        at += 1
    return fenced


def _filler(text: str) -> str:
    return re.sub(r"[^\n]", FILLER, text)


def _each_code_span(text: str, change: Callable[[str, str], str]) -> str:
    """Return `text` with each code span changed by `change(whole, inside)`; a span ends at as many ticks."""
    made, done, opened = [], 0, dict[int, int]()
    spans = []
    for found in reversed(list(TICKS.finditer(text))):
        size = len(found.group())
        if found.group()[0] == "`":
            spans.append((found.start(), size, opened.get(size)))
            opened[size] = found.start()
        elif found.group()[0] == "\n":
            opened.clear()
    for start, size, end in reversed(spans):
        if start >= done and end is not None:
            made += [text[done:start], change(text[start : end + size], text[start + size : end])]
            done = end + size
    return "".join(made) + text[done:]


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
        target = found.group(3) if found.group(3) is not None else found.group(4)
        yield Link(bare.count("\n", 0, found.start()), target, bool(found.group(1)), text[slice(*found.span(2))])
    for found in REFERENCE.finditer(bare):
        yield Link(bare.count("\n", 0, found.start()), found.group(1), image=False)


def plain(text: str) -> str:
    """Return what a reader sees of Markdown `text`, on one line."""
    text = _each_code_span(text, lambda _whole, inside: html.escape(inside.strip()).translate(GUARD))
    text = MARK.sub(lambda found: found.group(1), text)
    text = ESCAPE.sub(lambda found: found.group(1).translate(GUARD), text)
    text = LINK_TEXT.sub(lambda found: found.group(1), text)
    text = EMPHASIS.sub("", LINE_START.sub("", TAG.sub("", text)))
    return " ".join(html.unescape(text.translate(UNGUARD)).split())


# Characters that a code span or a backslash protects are moved out of Markdown's sight and back.
_SPECIAL = "\\`*_{}[]()#+-.!>~|="
GUARD = {ord(char): 0xE000 + n for n, char in enumerate(_SPECIAL)}
UNGUARD = {place: char for char, place in GUARD.items()}
