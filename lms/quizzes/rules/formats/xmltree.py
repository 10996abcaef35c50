"""Reads XML that strangers sent: elements with their lines; no entities, no outside files, no depth that could hurt."""

import codecs
import re
from collections.abc import Iterable, Iterator
from html import escape
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from lms.courses.rules.findings import N_, Finding, error

DEEPEST = 60
MOST_ELEMENTS = 400_000
DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}\?>")
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
NOT_FOR_FILES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})  # or takes minutes
UNSTORABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2\\d|3[01])|[xX]0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F]));"
)
NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})


class XmlRefusedError(Exception):
    """XML that cannot be read, or is not to be; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.template)
        self.finding = finding


class Node(Element):
    """An element that knows the line it begins in; its name is without its namespace."""

    line = 1


class _Lined(DefusedXMLParser):
    """Gives each element its line, and stops where there are too many or they stand too deep."""

    depth = count = 0

    def _start(self, tag: str, attributes: list[str]) -> Any:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise XmlRefusedError(error(self.parser.CurrentLineNumber, N_("This is nested too deeply, or too large.")))
        made = super()._start(tag, attributes)  # type: ignore[misc]  # its base in Python has it
        made.line = self.parser.CurrentLineNumber
        return made

    def _end(self, tag: str) -> Any:
        self.depth -= 1
        return super()._end(tag)  # type: ignore[misc]  # as above


def decoded(data: bytes) -> str | None:
    """Return the text of a file: by its byte order mark, by what it declares, else UTF-8, GB 18030 or Windows-1252.

    None where it declares what cannot be.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _as(data[len(mark) :], encoding)
    if declared := DECLARED.match(data):
        return _as(data, declared.group(1).decode("ascii"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return None if codecs.lookup(encoding).name in NOT_FOR_FILES else data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def read_xml(data: bytes) -> Node:
    """Return the root of an XML file; raises XmlRefusedError with a finding."""
    text = decoded(data)
    if text is None:
        raise XmlRefusedError(error(1, N_("The letters of this file cannot be read; save it as UTF-8.")))
    declaration = DECLARATION.match(text)
    if declaration:  # its lines stay, or all lines below would be counted wrongly
        text = "\n" * declaration.group().count("\n") + text[declaration.end() :]
        text = text if text.startswith("\n") else text.lstrip()
    text = NAMED.sub(_character, UNSTORABLE.sub("", text.lstrip("\ufeff")))
    parser = _Lined(target=TreeBuilder(element_factory=Node), forbid_dtd=False, forbid_entities=True)
    try:
        parser.feed(text.strip() if not declaration else text)
        root: Any = parser.close()
    except DefusedXmlException:
        raise XmlRefusedError(error(1, N_("Entities of its own are not read from XML; write them out."))) from None
    except ParseError as wrong:
        raise XmlRefusedError(error(wrong.position[0], N_("This is no XML, or it is broken here."))) from None
    except ValueError:
        raise XmlRefusedError(error(1, N_("This is no XML, or it is broken here."))) from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    made: Node = root
    return made


def _character(found: re.Match[str]) -> str:
    """Return a character that HTML has a name for and XML has not."""
    name = found.group(1)
    return found.group() if name in OF_XML else html5.get(f"{name};", "")


def child(element: Node, *names: str) -> Node | None:
    """Return the element that is reached by `names`, one below the other."""
    found: Any = element
    for name in names:
        found = next((each for each in found if each.tag == name), None)
        if found is None:
            return None
    made: Node = found
    return made


def children(element: Node, name: str) -> Iterator[Node]:
    """Yield the elements of a name directly below an element."""
    for each in element:
        if each.tag == name:
            yield each  # type: ignore[misc]  # the factory makes no other kind


def below(element: Node, *names: str) -> Iterator[Node]:
    """Yield all elements of these names inside an element, in their order."""
    for each in element.iter():
        if each.tag in names:
            yield each  # type: ignore[misc]  # as above


def said(element: Node | None) -> str:
    """Return all text inside an element, without white space around it."""
    return "".join(element.itertext()).strip() if element is not None else ""


def inner_html(element: Element, replaced: dict[int, str] | None = None, skipped: Iterable[str] = ()) -> str:
    """Return what an element holds as HTML; `replaced` says what stands for an element, by its id(), `skipped` not."""
    parts = [escape(element.text or "", quote=False)]
    for each in element:
        if replaced and id(each) in replaced:
            parts.append(replaced[id(each)])
        elif isinstance(each.tag, str) and each.tag not in skipped:
            facts = "".join(f' {_local(name)}="{escape(value)}"' for name, value in each.attrib.items())
            parts.append(f"<{each.tag}{facts}>{inner_html(each, replaced, skipped)}</{each.tag}>")
        parts.append(escape(each.tail or "", quote=False))
    return "".join(parts)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
