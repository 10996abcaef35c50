"""Markdown: a heading for the root, nested lists below it, quotes for notes; foreign headings and lists are read too.

What it cannot carry: references to lessons and points, what is folded.
"""

import html
import re
from dataclasses import dataclass, field

from lms.maps.rules.report import Losses
from lms.maps.rules.tree import DEEPEST, LONGEST_NOTE, Node

HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?")
ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])(?:[ \t]+(.*))?")
QUOTE = re.compile(r"[ \t]*>[ ]?(.*)")
FENCE = re.compile(r"[ \t]*(```+|~~~+)")
RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*")
UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*")
CHECKBOX = re.compile(r"\[[ xX]\][ \t]+")
INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|!\[(?P<alt>(?:[^\[\]\\]|\\.)*)\]\((?:[^()\s]*)(?:\s[^()]*)?\)"
    r"|\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\((?:<(?P<angled>[^<>]*)>|(?P<bare>[^()<>\s]*))(?:\s[^()]*)?\)"
    r"|(?P<line><br[ ]?/?>)|(?P<tag></?[A-Za-z][^<>]*>|<!--(?:(?!<!--).)*?-->)"
    r"|(?P<auto><(?:https?:|mailto:)[^<>\s]+>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
    r"|(?P<mark>\*{1,3}|~~|==|__?(?![^\W_])|(?<![^\W_])__?)"
)
SPECIAL = re.compile(r"[\\`*_~=\[\]<>&#!|]")
LEADING = re.compile(r"^(?:[-+>]|\d{1,9}[.)])")
TAB = 4
LOWEST_HEADING = 6
TOO_DEEP = DEEPEST + 10  # what is deeper is refused; so far we read, to see that it is
LONGEST_LINE = LONGEST_NOTE  # what is longer than any node is taken as it is written; its signs could take minutes


@dataclass
class _Branch:
    """A node while it is being read; `level` is a heading's 1–6 or, for list items, 7 and more."""

    level: float
    text: str
    link: str = ""
    notes: list[str] = field(default_factory=list)
    children: list["_Branch"] = field(default_factory=list)

    def node(self) -> Node:
        """Return the finished node."""
        children = tuple(child.node() for child in self.children)
        return Node(self.text, "\n".join(self.notes), self.link, children=children)


class _Reader:
    """The state of one reading: the row of open branches from the root to where we are."""

    def __init__(self, title: str, losses: Losses) -> None:
        self.losses = losses
        self.open = [_Branch(0, title)]
        self.fence = ""
        self.after_blank = False

    def line(self, line: str) -> None:
        """Read one line."""
        if self.after_blank and line and not line[0].isspace() and not ITEM.fullmatch(line):
            self._leave_list()
        self.after_blank = not line.strip()
        fence = FENCE.match(line)
        if self.fence or fence:
            self._code(line, fence.group(1) if fence else "")
            return
        heading, item, quote = HEADING.fullmatch(line), ITEM.fullmatch(line), QUOTE.fullmatch(line)
        if heading:
            self._branch(len(heading.group(1)), _open_end(heading.group(2) or ""))
        elif item and not RULE.fullmatch(line):
            indent = len(item.group(1).expandtabs(TAB))
            self._branch(LOWEST_HEADING + 1 + indent, CHECKBOX.sub("", item.group(2) or "", count=1))
        elif quote:
            self.open[-1].notes.append(self._plain(quote.group(1))[0])
        elif UNDERLINE.fullmatch(line) and self._underlines(line):
            pass
        elif line.strip() and not RULE.fullmatch(line):
            self.open[-1].notes.append(self._plain(line.strip())[0])

    def _leave_list(self) -> None:
        """Go back to the heading: after an empty line, text at the margin belongs to no item."""
        while self.open[-1].level > LOWEST_HEADING:
            self.open.pop()

    def _code(self, line: str, fence: str) -> None:
        if self.fence and fence.startswith(self.fence):
            self.fence = ""
        elif self.fence:
            self.open[-1].notes.append(line.strip())
        else:
            self.fence = fence

    def _underlines(self, line: str) -> bool:
        """Make the last line of text a heading where `===` or `---` stands under it."""
        notes = self.open[-1].notes
        if not notes or self.open[-1].level > LOWEST_HEADING:  # in a list it is a rule
            return False
        self._branch(1 if line[0] == "=" else 2, notes.pop(), plain=True)
        return True

    def _branch(self, level: float, text: str, *, plain: bool = False) -> None:
        while self.open[-1].level >= level:
            self.open.pop()
        if len(self.open) > TOO_DEEP:
            self.open.pop()
        words, link = (text, "") if plain else self._plain(text)
        branch = _Branch(level, words, link)
        self.open[-1].children.append(branch)
        self.open.append(branch)

    def _plain(self, text: str) -> tuple[str, str]:
        """Return what a reader sees of a line, and the first link in it."""
        if len(text) > LONGEST_LINE:
            return text, ""
        links: list[str] = []

        def seen(found: re.Match[str]) -> str:
            kind = found.lastgroup
            if kind in ("angled", "bare"):
                links.append(INLINE.sub(_unescaped, found.group(kind)))
                return self._plain(found.group("label"))[0]
            if kind == "auto":
                links.append(found.group()[1:-1])
                return found.group()[1:-1]
            if kind == "alt":
                self.losses.add("images", found.group("alt"))
            return _shown(found)

        words = INLINE.sub(seen, text)
        for _extra in links[1:]:
            self.losses.add("connections", _extra)
        return words, links[0] if links else ""


def _open_end(text: str) -> str:
    """Return the words of a heading without the signs that may close it."""
    text = text.rstrip(" \t")
    words = text.rstrip("#")
    return words.rstrip(" \t") if not words or words[-1] in " \t" else text


def _shown(found: re.Match[str]) -> str:
    for name in ("escaped", "code", "alt"):
        if found.group(name) is not None:
            return found.group(name).strip() if name == "code" else found.group(name)
    if found.group("line"):
        return "\n"
    return html.unescape(found.group()) if found.group("entity") else ""


def _unescaped(found: re.Match[str]) -> str:
    if found.group("escaped") is not None:
        return found.group("escaped")
    return html.unescape(found.group()) if found.group("entity") else found.group()


def read(text: str, losses: Losses, *, title: str = "") -> Node | None:
    """Return the tree of a Markdown text; a single heading or item at the top is the root, else `title` is.

    None where there is neither heading nor list.
    """
    reader = _Reader(title, losses)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line in _after_front_matter(lines):
        reader.line(line)
    root = reader.open[0]
    if not root.children:
        return None
    if len(root.children) == 1 and not root.notes:
        return root.children[0].node()
    return root.node()


def _after_front_matter(lines: list[str]) -> list[str]:
    if lines and lines[0].rstrip() == "---" and "---" in (line.rstrip() for line in lines[1:]):
        end = next(n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        return lines[end + 1 :]
    return lines


def write(tree: Node) -> str:
    """Return the tree as Markdown."""
    lines = [f"# {_words(tree)}".rstrip(), *_notes(tree, ""), ""]
    _write(tree.children, "", lines)
    return "\n".join(lines).rstrip("\n") + "\n"


def _write(nodes: tuple[Node, ...], indent: str, lines: list[str]) -> None:
    for node in nodes:
        lines.append(f"{indent}- {_words(node)}".rstrip())
        lines.extend(_notes(node, f"{indent}  "))
        _write(node.children, f"{indent}  ", lines)


def _notes(node: Node, indent: str) -> list[str]:
    return [f"{indent}> {_escaped(line)}".rstrip() for line in node.note.split("\n")] if node.note else []


def _words(node: Node) -> str:
    text = "<br>".join(map(_escaped, node.text.split("\n")))
    if not node.link:
        return text
    link = re.sub(r"[\\<>&`]", lambda found: f"&#{ord(found.group())};", node.link)
    return f"[{text}](<{link}>)"


def _escaped(text: str) -> str:
    text = SPECIAL.sub(lambda found: f"\\{found.group()}", text)
    return LEADING.sub(lambda found: f"{found.group()[:-1]}\\{found.group()[-1]}", text)
