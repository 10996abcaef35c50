"""Reads QTI: items of version 2.x and 3.0, and files of version 1.2, alone or out of a package; never raises.

IMS Question and Test Interoperability Assessment Test, Section and Item Information Model 2.1, sections 4, 6 and 7.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from posixpath import normpath
from urllib.parse import unquote

from lms.courses.rules.findings import N_, Finding, error
from lms.quizzes.rules.formats import foreign, wording
from lms.quizzes.rules.formats.foreign import ForeignFile, ForeignQuestion
from lms.quizzes.rules.formats.qti12 import read_qti12
from lms.quizzes.rules.formats.qti_interactions import KNOWN, Item, QtiRefusedError, answered
from lms.quizzes.rules.formats.xmltree import Node, XmlRefusedError, below, child, children, inner_html, read_xml, said

MOST_ITEMS = 5_000
KEBAB = re.compile(r"-([a-z0-9])")
ASKING = re.compile(r"[a-z]+(?:[A-Z][a-z]+)*Interaction$")
LONE_GAP = re.compile(r"<(p|div)>\s*_____\s*</\1>")
LAST_GAP = re.compile(r"(?<!\s)\s*_____\s*((?:</(?:p|div)>\s*)*)$")
NOT_SHOWN = ("rubricBlock", "feedbackBlock", "feedbackInline", "templateBlock", "templateInline", "stylesheet")


@dataclass(frozen=True)
class _Listed:
    """What a manifest says of its items: their order, and the keywords of each."""

    order: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] | None = None


def read_qti(files: Mapping[str, bytes]) -> ForeignFile:
    """Return the questions of QTI files by name, and what could not be taken, by file and line.

    A manifest among them gives their order and their keywords; files that hold no questions are passed over.
    """
    questions: list[ForeignQuestion] = []
    findings: list[Finding] = []
    listed = _manifest(files)
    names = sorted((name for name in files if name.lower().endswith(".xml")), key=lambda name: _place(listed, name))
    for name in names[:MOST_ITEMS]:
        try:
            root = _named_alike(read_xml(files[name]))
        except XmlRefusedError as refused:
            findings.append(refused.finding.within(name))
            continue
        found = _read(root, listed.tags.get(name, ()) if listed.tags else ())
        questions += [replace(each, file=name) for each in found.questions]
        findings += [each.within(name) for each in found.findings]
    if not questions and not findings:
        findings.append(error(1, N_("There is no question in this file.")))
    return ForeignFile(tuple(questions), tuple(findings))


def _place(listed: _Listed, name: str) -> tuple[int, str]:
    return (listed.order.index(name) if name in listed.order else len(listed.order), name)


def _manifest(files: Mapping[str, bytes]) -> _Listed:
    name = next((name for name in files if name.rpartition("/")[2].lower() == "imsmanifest.xml"), None)
    if name is None:
        return _Listed()
    try:
        root = read_xml(files[name])
    except XmlRefusedError:
        return _Listed()
    folder = name.rpartition("/")[0]
    order, tags = [], {}
    for resource in below(root, "resource"):
        path = normpath(f"{folder}/{unquote(resource.get('href') or '')}").lstrip("/")
        order.append(path)
        tags[path] = tuple(filter(None, (said(word) for word in below(resource, "keyword"))))
    return _Listed(tuple(order[:MOST_ITEMS]), tags)


def _named_alike(root: Node) -> Node:
    """Return a tree whose names are those of version 2.1, where they are of 3.0: `qti-choice-interaction`."""
    if not str(root.tag).startswith("qti-"):
        return root
    for element in root.iter():
        element.tag = _camel(str(element.tag).removeprefix("qti-"))
        for name, value in list(element.attrib.items()):
            element.attrib[_camel(name)] = value
    return root


def _camel(name: str) -> str:
    return KEBAB.sub(lambda found: found.group(1).upper(), name)


def _read(root: Node, tags: tuple[str, ...]) -> ForeignFile:
    if root.tag == "questestinterop":
        return read_qti12(root)
    if root.tag != "assessmentItem":
        return ForeignFile()
    try:
        return ForeignFile((_item(root, tags),))
    except QtiRefusedError as why:
        return ForeignFile(findings=(error(root.line, why.template),))


def _item(root: Node, tags: tuple[str, ...]) -> ForeignQuestion:
    if child(root, "templateDeclaration") is not None:
        raise QtiRefusedError(N_("Its numbers are drawn by a program; such questions are not taken."))
    body = child(root, "itemBody")
    if body is None:
        raise QtiRefusedError(N_("There is no text before the answers."))
    asking = list(_interactions(body))
    if not asking:
        raise QtiRefusedError(N_("This has no answer that can be marked; it is left out."))
    if any(each.tag not in KNOWN for each in asking):
        raise QtiRefusedError(N_("Questions of this type are not known here."))
    base = ForeignQuestion(
        line=root.line,
        kind="",
        stem="",
        title=(root.get("title") or "").strip(),
        feedback=_feedback(root),
        markup=wording.HTML,
        ref=(root.get("identifier") or "").strip(),
        tags=tags,
    )
    kind, answers, gaps, stands, whole = answered(Item(root, asking))
    stem = inner_html(body, stands, NOT_SHOWN)
    if kind in (foreign.NUMERIC, foreign.SHORT_TEXT):
        stem = LAST_GAP.sub(r"\1", LONE_GAP.sub("", stem))
    return replace(base, kind=kind, stem=stem, answers=answers, gaps=gaps, whole=whole or foreign.WHOLE_TAG in tags)


def _interactions(body: Node) -> Iterator[Node]:
    """Yield what asks for a response, the buttons that end an attempt left out."""
    for each in body.iter():
        if isinstance(each.tag, str) and ASKING.match(each.tag) and each.tag != "endAttemptInteraction":
            yield each  # type: ignore[misc]  # the factory makes no other kind


def _feedback(root: Node) -> str:
    """Return what is said after answering: the only feedback there is, or the one for the right answer."""
    told = list(children(root, "modalFeedback"))
    chosen = told if len(told) == 1 else [each for each in told if (each.get("identifier") or "").lower() == "correct"]
    return inner_html(chosen[0]).strip() if chosen else ""
