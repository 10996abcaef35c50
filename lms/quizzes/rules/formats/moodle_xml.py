"""Reads Moodle XML (docs.moodle.org, “Moodle XML format”); never raises, whatever the file is."""

import html
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from math import isfinite

from lms.courses.rules.findings import N_, Finding, error, warning
from lms.quizzes.rules.formats import foreign, showing, wording
from lms.quizzes.rules.formats.embedded import EmbeddedError, read_embedded
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignFile, ForeignQuestion, Picture
from lms.quizzes.rules.formats.xmltree import Node, XmlRefusedError, child, children, read_xml, said

MARKUPS = {
    "html": wording.HTML,
    "markdown": wording.MARKDOWN,
    "plain_text": wording.PLAIN,
    "moodle_auto_format": wording.MOODLE,
}
UNANSWERED = frozenset({"essay", "description", "formulas", "randomsamatch", "random", "missingtype"})
MOST_PICTURES = 10
CLOZE_GAP = re.compile(r"\[\[(\d{1,2})\]\]")


class _UnreadableError(Exception):
    """A question that cannot be taken; carries the sentence."""


def read_moodle_xml(data: bytes) -> ForeignFile:
    """Return the questions of a Moodle XML file and, by line, what could not be taken."""
    try:
        root = read_xml(data)
    except XmlRefusedError as refused:
        return ForeignFile(findings=(refused.finding,))
    if root.tag != "quiz":
        return ForeignFile(findings=(error(root.line, N_("This is no Moodle XML: its first element is not <quiz>.")),))
    category = ""
    questions: list[ForeignQuestion] = []
    findings: list[Finding] = []
    for each in children(root, "question"):
        if each.get("type") == "category":
            category = said(child(each, "category", "text"))
            continue
        try:
            questions.append(replace(_question(each), category=category))
        except _UnreadableError as why:
            findings.append(error(each.line, str(why)))
        except EmbeddedError as why:
            findings.append(error(each.line, why.template))
    if not questions and not findings:
        findings.append(warning(root.line, N_("There is no question in this file.")))
    return ForeignFile(tuple(questions), tuple(findings))


def _question(element: Node) -> ForeignQuestion:
    named = element.get("type") or ""
    read = _KINDS.get(named)
    if read is None:
        raise _UnreadableError(
            N_("This has no answer that can be marked; it is left out.")
            if named in UNANSWERED
            else N_("Questions of this type are not known here.")
        )
    markup = _markup(element, "questiontext")
    tags = tuple(said(tag) for tag in element.iter("tag") if said(tag))  # type: ignore[arg-type]  # all are of our kind
    base = ForeignQuestion(
        line=element.line,
        kind="",
        stem=_text(element, "questiontext", markup),
        pictures=_pictures(child(element, "questiontext")),
        title=said(child(element, "name", "text")),
        feedback=_text(element, "generalfeedback", markup),
        markup=markup,
        ref=said(child(element, "idnumber")),
        tags=tags,
        whole=foreign.WHOLE_TAG in tags,
    )
    return read(element, base)


def _pictures(element: Node | None) -> tuple[Picture, ...]:
    """Return the files that stand beside the text of a question; whether they are pictures their bytes say later."""
    found = list(children(element, "file")) if element is not None else []
    if len(found) > MOST_PICTURES:
        raise _UnreadableError(N_("A question has ten pictures at most."))
    return tuple(
        Picture(f"{each.get('path') or '/'}{each.get('name') or ''}".lstrip("/"), _bytes(each)) for each in found
    )


def _bytes(element: Node) -> bytes:
    try:
        return b64decode("".join(said(element).split()), validate=True)
    except ValueError:
        raise _UnreadableError(N_("A picture of this question is broken.")) from None


def _markup(element: Node, name: str) -> str:
    """Return the format that all texts of a question are brought to: that of its own text."""
    text = child(element, name)
    stated = text.get("format", "html") if text is not None else "html"
    return MARKUPS.get(stated, wording.HTML)


def _text(element: Node, name: str, markup: str) -> str:
    found = child(element, name)
    return _brought(found, markup) if found is not None else ""


def _brought(element: Node, markup: str) -> str:
    """Return the text of an element in the markup of its question, whatever its own is."""
    text = child(element, "text")
    words = said(text if text is not None else None)
    own = MARKUPS.get(element.get("format") or "", markup)
    if own == markup or not words:
        return words
    if markup == wording.MARKDOWN:
        return wording.to_markdown(words, own, wording.Notes())
    if own == wording.MARKDOWN:
        words = showing.to_html(words)
    elif own == wording.PLAIN:
        words = html.escape(words, quote=False)
    return words if markup != wording.PLAIN else wording.to_plain(words, wording.HTML, wording.Notes())


def _answers(element: Node, markup: str) -> tuple[ForeignAnswer, ...]:
    return tuple(
        ForeignAnswer(
            _brought(each, markup),
            _fraction(each.get("fraction") or said(child(each, "fraction")) or "0"),
            _text(each, "feedback", markup),
        )
        for each in children(element, "answer")
    )


def _fraction(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _UnreadableError(N_("This is no number.")) from None
    if not isfinite(value) or not -foreign.WHOLE <= value <= foreign.WHOLE:
        raise _UnreadableError(N_("A share of the mark must lie between −100 and 100."))
    return value


def _choice(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    single = said(child(element, "single")).lower() in ("true", "1")
    kind = foreign.SINGLE if single else foreign.MULTIPLE
    return replace(base, kind=kind, answers=_answers(element, base.markup))


def _choice_of_all(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    return replace(base, kind=foreign.MULTIPLE, answers=_answers(element, base.markup), whole=True)


def _truth(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    answers = {said(child(each, "text")).lower(): each for each in children(element, "answer")}
    if not set(answers) <= {"true", "false"} or not answers:
        raise _UnreadableError(N_("The answers are not “true” and “false”."))
    made = tuple(
        ForeignAnswer(
            name, _fraction(answers[name].get("fraction") or "0"), _text(answers[name], "feedback", base.markup)
        )
        for name in ("true", "false")
        if name in answers
    )
    return replace(base, kind=foreign.TRUE_FALSE, answers=made)


def _raw(element: Node) -> tuple[ForeignAnswer, ...]:
    """Return answers whose texts are compared letter by letter, in no markup."""
    return tuple(
        ForeignAnswer(said(child(each, "text")), _fraction(each.get("fraction") or "0"))
        for each in children(element, "answer")
    )


def _short_text(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    notes = (N_("Upper and lower case are not told apart here."),) if said(child(element, "usecase")) == "1" else ()
    return replace(base, kind=foreign.SHORT_TEXT, answers=_raw(element), notes=(*base.notes, *notes))


def _numeric(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    answers = []
    for each in children(element, "answer"):
        text = said(child(each, "text"))
        if text == "*":
            continue
        tolerance = said(child(each, "tolerance")) or each.get("tolerance") or "0"
        try:
            spread = abs(float(tolerance))
        except ValueError:
            raise _UnreadableError(N_("This is no number.")) from None
        if not isfinite(spread):
            raise _UnreadableError(N_("This is no number."))
        answers.append(ForeignAnswer(text, _fraction(each.get("fraction") or "0"), tolerance=spread))
    units = [
        said(child(unit, "unit_name"))
        for units in children(element, "units")
        for unit in children(units, "unit")
        if said(child(unit, "multiplier")) in ("1", "1.0", "1.0000000")
    ]
    return replace(base, kind=foreign.NUMERIC, answers=tuple(answers), units=tuple(filter(None, units)))


def _matching(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    pairs = []
    for each in children(element, "subquestion"):
        answer = said(child(each, "answer", "text"))
        inside = wording.marked_up(answer, base.markup)
        pairs.append(ForeignAnswer(_brought(each, base.markup), foreign.WHOLE, match=inside))
    return replace(base, kind=foreign.MATCHING, answers=tuple(pairs))


def _ordering(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    answers = tuple(replace(each, percent=foreign.WHOLE) for each in _answers_in_order(element, base.markup))
    whole = said(child(element, "gradingtype")) in ("ALL_OR_NOTHING", "-1")
    return replace(base, kind=foreign.ORDERING, answers=answers, whole=whole)


def _answers_in_order(element: Node, markup: str) -> tuple[ForeignAnswer, ...]:
    """Return the steps as they stand; what Moodle writes as their share is their place or nothing."""
    return tuple(ForeignAnswer(_brought(each, markup)) for each in children(element, "answer"))


def _picked(element: Node, base: ForeignQuestion) -> ForeignQuestion:
    """Return a text whose gaps are filled from a list: [[2]] in the text is right with the second word."""
    words = [
        wording.marked_up(said(child(each, "text")), base.markup)
        for name in ("selectoption", "dragbox")
        for each in children(element, name)
    ]
    order = [int(number) for number in CLOZE_GAP.findall(base.stem)]
    if not order or not all(1 <= number <= len(words) for number in order):
        raise _UnreadableError(N_("The gaps of the text cannot be told apart."))
    numbers = iter(range(1, len(order) + 1))
    stem = CLOZE_GAP.sub(lambda _found: f"[[{next(numbers)}]]", base.stem)
    listed = dict.fromkeys(words)
    gaps = tuple((ForeignAnswer(words[number - 1], foreign.WHOLE),) for number in order)
    return replace(base, kind=foreign.CLOZE, stem=stem, answers=tuple(map(ForeignAnswer, listed)), gaps=gaps)


def _embedded(_element: Node, base: ForeignQuestion) -> ForeignQuestion:
    return read_embedded(base)


_KINDS: dict[str, Callable[[Node, ForeignQuestion], ForeignQuestion]] = {
    "multichoice": _choice,
    "multichoiceset": _choice_of_all,
    "truefalse": _truth,
    "shortanswer": _short_text,
    "numerical": _numeric,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "gapselect": _picked,
    "ddwtos": _picked,
    "multianswer": _embedded,
    "cloze": _embedded,
}
