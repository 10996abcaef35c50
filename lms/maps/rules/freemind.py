"""FreeMind's `.mm`: reads what FreeMind and Freeplane write, writes what both read.

The form: https://freemind.sourceforge.io/wiki/index.php/File_format; version 1.0.1. Elements come parsed.
"""

import re
from html.entities import html5
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from lms.maps.rules.report import Losses
from lms.maps.rules.tree import Node, words

ROOT = "map"
XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
BLOCKS = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "table"}
)
UNSEEN = frozenset({"head", "style", "script", "title"})
REF = "onramp-ref"
LOST = {
    "icon": "icons",
    "font": "formatting",
    "edge": "formatting",
    "cloud": "formatting",
    "arrowlink": "connections",
    "linktarget": "connections",
}
KNOWN_HOOKS = frozenset(  # the note is read; the others say how a program draws, which every file of it holds
    {"accessories/plugins/NodeNote.properties", "MapStyle", "AutomaticEdgeColor", "FirstGroupNode", "SummaryNode"}
)
QUIET = frozenset({"node", "richcontent", "hook", "attribute", "attribute_layout", "attribute_registry", "properties"})


def with_characters(text: str) -> str:
    """Return XML text with HTML's named characters (`&nbsp;`) as characters; XML's own five stay."""

    def character(found: re.Match[str]) -> str:
        name = found.group(1)
        return found.group() if name in XML_NAMES else html5.get(f"{name};", found.group())

    return ENTITY.sub(character, text)


def read(root: Element, losses: Losses) -> Node | None:
    """Return the tree of a parsed file, its references and links as they are; None where it holds no map.

    Call it on elements whose depth is bounded: it descends once for each generation.
    """
    first = root.find("node") if root.tag == ROOT else None
    return None if first is None else _node(first, losses)


def _node(element: Element, losses: Losses) -> Node:
    text, note = _texts(element, losses)
    link = element.get("LINK", "")
    ref = ""
    for child in element:
        if child.tag == "attribute" and child.get("NAME") == REF:
            ref = child.get("VALUE", "")
        elif child.tag == "attribute":
            losses.add("attributes", child.get("NAME", ""))
        elif child.tag == "hook":
            link = link or _hook(child, losses)
        elif child.tag not in QUIET and isinstance(child.tag, str):
            losses.add(LOST.get(child.tag, "other"), child.get("BUILTIN", "") or child.tag)
    if element.get("ENCRYPTED_CONTENT"):
        losses.add("encrypted", text)
    if link.startswith("#"):
        losses.add("connections", link)
        link = ""
    return Node(
        text=text,
        note=note,
        link=link,
        ref=ref,
        folded=element.get("FOLDED") == "true",
        children=tuple(_node(child, losses) for child in element.findall("node")),
    )


def _texts(element: Element, losses: Losses) -> tuple[str, str]:
    """Return the words of a node and of its note, wherever they stand: attribute, rich content, the old note hook."""
    text, notes = element.get("TEXT") or element.get("LOCALIZED_TEXT") or "", []
    for child in element:
        if child.tag == "richcontent":
            said = _rich(child, losses)
            if (child.get("TYPE") or "NODE") == "NODE":
                text = said or text
            else:  # NOTE, and Freeplane's DETAILS
                notes.append(said)
        elif child.tag == "hook" and child.get("NAME") == "accessories/plugins/NodeNote.properties":
            notes.append("".join(child.itertext()))
    return text, "\n".join(note for note in notes if words(note))


def _hook(hook: Element, losses: Losses) -> str:
    """Count what a hook loses; a picture's address is no link."""
    name = hook.get("NAME", "")
    if name == "ExternalObject":
        losses.add("images", hook.get("URI", ""))
    elif name not in KNOWN_HOOKS:
        losses.add("other", name)
    return ""


def _rich(content: Element, losses: Losses) -> str:
    """Return the words of rich content, a line for each block; spaces and line ends of the source are no words."""
    parts: list[str] = []
    _gather(content, parts, losses)
    lines = [re.sub(r"[ \t\r\n]+", " ", line).strip(" ") for line in "".join(parts).split("\x00")]
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines).rstrip("\n").replace("\x01", "")


def _gather(element: Element, parts: list[str], losses: Losses) -> None:
    r"""Collect the text of HTML; \x00 begins a line, \x01 holds an empty block open."""
    for child in element:
        tag = child.tag.lower() if isinstance(child.tag, str) else "head"
        if tag == "br":
            parts.append("\x00")
        elif tag == "img":
            losses.add("images", child.get("src", ""))
        elif tag not in UNSEEN:
            _element(child, tag, parts, losses)
        _append(child.tail, parts)


def _element(child: Element, tag: str, parts: list[str], losses: Losses) -> None:
    block = tag in BLOCKS and not any(inner.tag in BLOCKS for inner in child)
    if block and parts:
        parts.append("\x00")
    if tag == "li":
        parts.append("• ")
    if block:
        parts.append("\x01")
    _append(child.text, parts)
    _gather(child, parts, losses)


def _append(text: str | None, parts: list[str]) -> None:
    """Add `text`; blanks before the first word or line are none, so that `parts` says whether there is anything yet."""
    if text and (parts or text.strip(" \t\r\n")):
        parts.append(text)


def write(tree: Node) -> str:
    """Return the tree as a file of FreeMind 1.0.1; every character but XML's own is written as it is, in UTF-8."""
    lines = ['<map version="1.0.1">']
    _write(tree, lines)
    return "\n".join([*lines, "</map>", ""])


def _write(node: Node, lines: list[str]) -> None:
    attributes = f"TEXT={_quoted(node.text)}"
    if node.folded:
        attributes += ' FOLDED="true"'
    if node.link:
        attributes += f" LINK={_quoted(node.link)}"
    if not (node.note or node.ref or node.children):
        lines.append(f"<node {attributes}/>")
        return
    lines.append(f"<node {attributes}>")
    if node.note:
        paragraphs = "".join(f"<p>{escape(line)}</p>" for line in node.note.split("\n"))
        lines.append(f'<richcontent TYPE="NOTE"><html><head/><body>{paragraphs}</body></html></richcontent>')
    if node.ref:
        lines.append(f'<attribute NAME="{REF}" VALUE={_quoted(node.ref)}/>')
    for child in node.children:
        _write(child, lines)
    lines.append("</node>")


def _quoted(text: str) -> str:
    return quoteattr(text, {"\n": "&#xa;"})
