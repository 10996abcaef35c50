"""Opens files of maps that strangers sent: bytes in, a clean tree and a report out. XML is parsed here alone."""

import codecs
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lms.errors import Invalid
from lms.maps.rules import freemind, opml, outline
from lms.maps.rules.report import Losses
from lms.maps.rules.tree import (
    DEEPEST,
    LARGEST_FILE,
    LONGEST_TEXT,
    Node,
    clean,
    flaw,
    safe_link,
    scheme_of,
    words,
)

KINDS = ("mm", "opml", "md")
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
NOT_FOR_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})  # or takes minutes
XML_DEPTH = 4 * DEEPEST + 60  # rich content nests inside nodes
UNSTORABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\\d|3[01])|[xX]0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F]));"
)


@dataclass(frozen=True)
class Imported:
    """A map as it came in, and what had to be left out: kind, number, first example."""

    tree: Node
    losses: tuple[tuple[str, int, str], ...]


def kind_of(name: str, data: bytes) -> str:
    """Return the kind of a file (`mm`, `opml`, `md`) by its name, else by how it begins."""
    ending = name.rpartition(".")[2].lower()
    if ending in KINDS:
        return ending
    if ending in ("markdown", "txt"):
        return "md"
    start = data[:2000].lower()
    if b"<opml" in start:
        return "opml"
    return "mm" if b"<map" in start else "md"


def read_map(data: bytes, kind: str, *, title: str = "") -> Imported:
    """Return the map in `data`; `title` names a Markdown text that names itself not.

    Invalid with a code: `too_large`, `too_deep`, `too_many`, `entities`, `not_text`, `broken`, `no_map`.
    """
    if len(data) > LARGEST_FILE:
        raise Invalid(code="too_large", field="file")
    text, losses = _decoded(data), Losses()
    raw = outline.read(text, losses, title=title) if kind == "md" else _read_xml(text, kind, losses)
    if raw is None:
        raise Invalid(code="no_map", field="file")
    why = flaw(raw)
    if why is not None:
        raise Invalid(code=why, field="file")
    return Imported(_cleaned(raw, losses, title), losses.lines())


def _cleaned(raw: Node, losses: Losses, title: str) -> Node:
    for node in raw.walk():
        if node.link and not safe_link(node.link):
            losses.add("links_dropped", f"{scheme_of(node.link) or node.link[:20]}: {words(node.text)}")
        if len(node.text) > LONGEST_TEXT:
            losses.add("text_cut", words(node.text))
    tree = clean(raw)
    if tree.text:
        return tree
    return Node(words(title) or "…", tree.note, tree.link, tree.ref, tree.folded, tree.children)


def _decoded(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, by what it declares, else UTF-8, GB 18030 or Windows-1252."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _as(data[len(mark) :], encoding)
    declared = DECLARED.match(data)
    if declared:
        return _as(data, declared.group(1).decode("ascii"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _as(data: bytes, encoding: str) -> str:
    try:
        if codecs.lookup(encoding).name in NOT_FOR_FILES:
            raise Invalid(code="not_text", field="file")
        return data.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise Invalid(code="not_text", field="file") from error


def _read_xml(text: str, kind: str, losses: Losses) -> Node | None:
    text = UNSTORABLE.sub("", DECLARATION.sub("", text.lstrip("\ufeff")))
    try:
        root: Element = ElementTree.fromstring(freemind.with_characters(text), forbid_dtd=True)
    except DefusedXmlException as error:
        raise Invalid(code="entities", field="file") from error
    except (ElementTree.ParseError, ValueError) as error:
        raise Invalid(code="broken", field="file") from error
    if _depth(root) > XML_DEPTH:
        raise Invalid(code="too_deep", field="file")
    return freemind.read(root, losses) if kind == "mm" else opml.read(root, losses)


def _depth(root: Element) -> int:
    deepest, level = 0, [root]
    while level:
        deepest += 1
        level = [child for element in level for child in element]
    return deepest
