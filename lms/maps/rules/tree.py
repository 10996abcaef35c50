"""The tree of a map: text, note, link and children, within limits; the same value whatever form it comes in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_NODES = 5_000
DEEPEST = 50
LONGEST_TEXT = 2_000
LONGEST_NOTE = 8_000
LONGEST_LINK = 1_000
LARGEST_FILE = 1_000_000  # bytes
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
SPACES = re.compile("[ \t\u00a0]+")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
REF = re.compile(r"(?:lesson|point)-[1-9]\d{0,8}")


@dataclass(frozen=True)
class Node:
    """One node with all below it. `ref` names the lesson or key point it was made from (`lesson-12`, `point-77`)."""

    text: str
    note: str = ""
    link: str = ""
    ref: str = ""
    folded: bool = False
    children: tuple["Node", ...] = field(default=())

    def walk(self) -> Iterator["Node"]:
        """Yield the node and all below it, parents first, in order."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))

    @property
    def size(self) -> int:
        """Return how many nodes there are, itself included."""
        return sum(1 for _node in self.walk())

    @property
    def depth(self) -> int:
        """Return how many generations there are, its own included."""
        deepest, level = 0, [self]
        while level:
            deepest += 1
            level = [child for node in level for child in node.children]
        return deepest


def words(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return `text` as a node holds it: no control characters, single spaces, lines trimmed, at most one empty one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u0085", "\n")
    lines = [SPACES.sub(" ", line).strip(" ") for line in CONTROL.sub("", text).split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")
    return text[:longest].rstrip("\n ")


def safe_link(link: str) -> str:
    """Return `link` where it leads to the web, a mail, a telephone or a page of ours, else nothing."""
    link = "".join(CONTROL.sub("", link).split())[: LONGEST_LINK + 1]
    if not link or len(link) > LONGEST_LINK:
        return ""
    if link.startswith("/"):
        return "" if link.startswith(("//", "/\\")) else link
    scheme = SCHEME.match(link)
    return link if scheme and scheme.group(1).lower() in SAFE_SCHEMES else ""


def scheme_of(link: str) -> str:
    """Return the scheme of a link in small letters, or nothing."""
    found = SCHEME.match("".join(CONTROL.sub("", link).split()))
    return found.group(1).lower()[:20] if found else ""


def clean(node: Node) -> Node:
    """Return the tree as every form can carry it: words put in order, links made safe, references that are none gone.

    Call it on trees that `flaw` has passed: it descends once for each generation.
    """
    return Node(
        text=words(node.text),
        note=words(node.note, LONGEST_NOTE),
        link=safe_link(node.link),
        ref=node.ref if REF.fullmatch(node.ref) else "",
        folded=node.folded and bool(node.children),
        children=tuple(clean(child) for child in node.children),
    )


def flaw(node: Node) -> str | None:
    """Return why a tree is too large (`too_many`, `too_deep`), or None."""
    if node.depth > DEEPEST:
        return "too_deep"
    return "too_many" if node.size > MOST_NODES else None


def stored(node: Node) -> dict[str, Any]:
    """Return the tree as it is stored and sent; what is empty is left out, except the text."""
    kept: dict[str, Any] = {"text": node.text}
    for name in ("note", "link", "ref", "folded"):
        if getattr(node, name):
            kept[name] = getattr(node, name)
    if node.children:
        kept["children"] = [stored(child) for child in node.children]
    return kept


def from_stored(kept: Mapping[str, Any]) -> Node:
    """Return the tree that `stored` made."""
    return Node(
        text=kept.get("text", ""),
        note=kept.get("note", ""),
        link=kept.get("link", ""),
        ref=kept.get("ref", ""),
        folded=bool(kept.get("folded")),
        children=tuple(from_stored(child) for child in kept.get("children", ())),
    )


def differences(one: Node, other: Node, *, most: int = 20) -> list[str]:
    """Return where two trees differ, as paths of places from the root; nothing where they are equal."""
    found: list[str] = []
    todo = [("root", one, other)]
    while todo and len(found) < most:
        where, left, right = todo.pop(0)
        found += [
            f"{where}: {name} {getattr(left, name)!r} / {getattr(right, name)!r}"
            for name in ("text", "note", "link", "ref", "folded")
            if getattr(left, name) != getattr(right, name)
        ]
        if len(left.children) != len(right.children):
            found.append(f"{where}: {len(left.children)} / {len(right.children)} children")
        todo += [(f"{where}.{n}", *pair) for n, pair in enumerate(zip(left.children, right.children, strict=False))]
    return found[:most]


def carried(old: Node, new: Node) -> Node:
    """Return `new` with references and folding of `old` where a child of the same words still hangs on its parent.

    For trees that came back from a form which can carry neither.
    """
    left: dict[str, list[Node]] = {}
    for child in old.children:
        left.setdefault(child.text, []).append(child)
    children = tuple(
        carried(left[child.text].pop(0), child) if left.get(child.text) else child for child in new.children
    )
    same = old.text == new.text
    return Node(new.text, new.note, new.link, old.ref if same else "", old.folded and bool(children) and same, children)
