"""OPML 2.0 (http://opml.org/spec2.opml): one outline for the root; `_note` as outliners write it, `url` for links."""

from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from lms.maps.rules.report import Losses
from lms.maps.rules.tree import Node

ROOT = "opml"
KNOWN = frozenset({"text", "title", "_note", "note", "url", "htmlUrl", "xmlUrl", "type", "_ref", "_folded", "created"})


def read(root: Element, losses: Losses) -> Node | None:
    """Return the tree of a parsed file; several outlines at the top hang on the file's title. None: there are none.

    Call it on elements whose depth is bounded: it descends once for each generation.
    """
    tops = root.findall("body/outline") if root.tag == ROOT else []
    if not tops:
        return None
    if len(tops) == 1:
        return _node(tops[0], losses)
    return Node(root.findtext("head/title") or "", children=tuple(_node(top, losses) for top in tops))


def _node(element: Element, losses: Losses) -> Node:
    given = element.attrib
    for name in given.keys() - KNOWN:
        losses.add("attributes", str(name))
    return Node(
        text=given.get("text") or given.get("title") or "",
        note=given.get("_note") or given.get("note") or "",
        link=given.get("url") or given.get("htmlUrl") or given.get("xmlUrl") or "",
        ref=given.get("_ref", ""),
        folded=given.get("_folded") == "true",
        children=tuple(_node(child, losses) for child in element.findall("outline")),
    )


def write(tree: Node) -> str:
    """Return the tree as an OPML file."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    title = escape(tree.text.replace("\n", " "))
    lines += [f"<head><title>{title}</title></head>", "<body>"]
    _write(tree, lines)
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _write(node: Node, lines: list[str]) -> None:
    attributes = f"text={_quoted(node.text)}"
    if node.note:
        attributes += f" _note={_quoted(node.note)}"
    if node.link:
        attributes += f' type="link" url={_quoted(node.link)}'
    if node.ref:
        attributes += f' _ref="{node.ref}"'
    if node.folded:
        attributes += ' _folded="true"'
    if not node.children:
        lines.append(f"<outline {attributes}/>")
        return
    lines.append(f"<outline {attributes}>")
    for child in node.children:
        _write(child, lines)
    lines.append("</outline>")


def _quoted(text: str) -> str:
    return quoteattr(text, {"\n": "&#xa;"})
