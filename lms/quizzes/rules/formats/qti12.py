"""Reads QTI 1.2 as Canvas, text2qti and older systems write it (IMS QTI ASI XML Binding 1.2.1)."""

from collections.abc import Iterator
from dataclasses import replace
from math import isfinite

from lms.courses.rules.findings import N_, Finding, error
from lms.quizzes.rules.formats import foreign, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignFile, ForeignQuestion
from lms.quizzes.rules.formats.xmltree import Node, below, child, children, inner_html, said

UNANSWERED = frozenset({"essay_question", "text_only_question", "file_upload_question"})
DRAWN = frozenset({"calculated_question"})
TRUE = frozenset({"true", "对", "正确", "是"})
FALSE = frozenset({"false", "错", "错误", "否"})
LISTS = ("response_lid", "response_xy", "response_grp")
TYPED = ("response_str", "response_num")


class _UnreadableError(Exception):
    """An item that cannot be taken; carries the sentence."""


def read_qti12(root: Node) -> ForeignFile:
    """Return the questions of a file whose first element is <questestinterop>, and what could not be taken."""
    questions: list[ForeignQuestion] = []
    findings: list[Finding] = []
    for item in below(root, "item"):
        try:
            questions.append(_item(item))
        except _UnreadableError as why:
            findings.append(error(item.line, str(why)))
    return ForeignFile(tuple(questions), tuple(findings))


def _item(item: Node) -> ForeignQuestion:
    told = dict(_told(item))
    named = told.get("question_type", "")
    if named in UNANSWERED:
        raise _UnreadableError(N_("This has no answer that can be marked; it is left out."))
    if named in DRAWN:
        raise _UnreadableError(N_("Its numbers are drawn by a program; such questions are not taken."))
    presented = child(item, "presentation")
    if presented is None:
        raise _UnreadableError(N_("There is no text before the answers."))
    asking = list(below(presented, *LISTS, *TYPED))
    if not asking:
        raise _UnreadableError(N_("This has no answer that can be marked; it is left out."))
    base = ForeignQuestion(
        line=item.line,
        kind="",
        stem=_stem(presented),
        title=(item.get("title") or "").strip(),
        feedback=_feedback(item),
        markup=wording.HTML,
        ref=(item.get("ident") or "").strip(),
    )
    return _answered(item, base, asking, named)


def _told(item: Node) -> Iterator[tuple[str, str]]:
    for each in below(item, "qtimetadatafield"):
        yield said(child(each, "fieldlabel")), said(child(each, "fieldentry"))


def _material(element: Node) -> str:
    """Return the texts of an element's own material as HTML, pictures as such."""
    parts = []
    for material in children(element, "material"):
        for each in material.iter():
            if each.tag == "mattext":
                text = inner_html(each)
                is_html = "html" in (each.get("texttype") or "")
                parts.append("".join(each.itertext()) if is_html else text)
            elif each.tag == "matimage":
                parts.append("<img>")
    return " ".join(part.strip() for part in parts if part.strip())


def _stem(presented: Node) -> str:
    """Return what stands before the answers; it may lie in flows."""
    parts = [_material(presented), *map(_material, below(presented, "flow"))]
    return "<br>".join(filter(None, parts))


def _feedback(item: Node) -> str:
    """Return what is said whatever was answered, or what is said of the right answer."""
    told = {each.get("ident") or "": each for each in children(item, "itemfeedback")}
    chosen = told.get("general_fb") or told.get("correct_fb") or (next(iter(told.values())) if len(told) == 1 else None)
    return " ".join(_material(each) for each in below(chosen, "flow_mat", "itemfeedback")) if chosen is not None else ""


def _answered(item: Node, base: ForeignQuestion, asking: list[Node], named: str) -> ForeignQuestion:
    if all(each.tag == "response_lid" for each in asking):
        return _chosen(item, base, asking)
    if len(asking) > 1 or asking[0].tag not in TYPED:
        raise _UnreadableError(N_("Questions of this type are not known here."))
    blank = next(below(asking[0], "render_fib"), None)
    if asking[0].tag == "response_num" or "numerical" in named or _is_decimal(blank):
        return replace(base, kind=foreign.NUMERIC, answers=(_number(item),))
    forms = dict.fromkeys(said(each) for _worth, each in _equal(item) if said(each))
    if not forms:
        raise _UnreadableError(N_("The file does not say what is right."))
    answers = tuple(ForeignAnswer(form.replace("*", "\\*"), foreign.WHOLE) for form in forms)
    return replace(base, kind=foreign.SHORT_TEXT, answers=answers)


def _is_decimal(blank: Node | None) -> bool:
    return blank is not None and (blank.get("fibtype") or "").lower() in ("decimal", "integer", "scientific")


def _labels(asking: Node) -> dict[str, str]:
    return {
        each.get("ident") or "": " ".join(
            filter(None, (_material(each), *(_material(f) for f in below(each, "flow_mat"))))
        )
        for each in below(asking, "response_label")
    }


def _equal(item: Node) -> Iterator[tuple[float, Node]]:
    """Yield each value that a condition worth something asks for, with its worth; those after a <not> are left out."""
    for condition in below(item, "respcondition"):
        worth = max((_worth(each) for each in children(condition, "setvar")), default=0.0)
        asked = child(condition, "conditionvar")
        if worth > 0 and asked is not None:
            denied = {id(each) for no in below(asked, "not") for each in below(no, "varequal")}
            for each in below(asked, "varequal", "varsubset"):
                if id(each) not in denied:
                    yield worth, each


def _worth(setvar: Node) -> float:
    try:
        value = float(said(setvar) or "0")
    except ValueError:
        return 0.0
    return value if isfinite(value) and (setvar.get("action") or "Set").lower() in ("set", "add") else 0.0


def _chosen(item: Node, base: ForeignQuestion, asking: list[Node]) -> ForeignQuestion:
    if len(asking) > 1:
        return _matched(item, base, asking)
    labels = _labels(asking[0])
    right = {said(each) for _worth_of_it, each in _equal(item)}
    if not right & set(labels):
        raise _UnreadableError(N_("The file does not say what is right."))
    several = (asking[0].get("rcardinality") or "single").lower() == "multiple"
    texts = {name: wording.to_plain(text, wording.HTML, wording.Notes()).lower() for name, text in labels.items()}
    if not several and len(labels) == 2 and _truths(texts.values()):  # noqa: PLR2004  # two truths
        true = next(name for name, text in texts.items() if text in TRUE)
        answers = tuple(
            ForeignAnswer(each, foreign.WHOLE * ((true in right) == (each == "true"))) for each in ("true", "false")
        )
        return replace(base, kind=foreign.TRUE_FALSE, answers=answers)
    if not several:
        best = max(worth for worth, each in _equal(item) if said(each) in labels)
        right = {said(each) for worth, each in _equal(item) if worth == best}
    share = foreign.WHOLE / len(right & set(labels)) if several else foreign.WHOLE
    wrong = -share if several else 0.0
    answers = tuple(ForeignAnswer(text, share if name in right else wrong) for name, text in labels.items())
    kind = foreign.MULTIPLE if several else foreign.SINGLE
    return replace(base, kind=kind, answers=answers, whole=several and next(below(item, "and"), None) is not None)


def _truths(texts: object) -> bool:
    words = set(texts)  # type: ignore[call-overload]  # any collection of texts
    return len(words & TRUE) == 1 and len(words & FALSE) == 1


def _matched(item: Node, base: ForeignQuestion, asking: list[Node]) -> ForeignQuestion:
    """Return several lists as matching where all are the same; else each gap has a list of its own."""
    lists = [_labels(each) for each in asking]
    if any(set(each.values()) != set(lists[0].values()) for each in lists):
        raise _UnreadableError(N_("This asks several things at once; make a question of each."))
    right = {each.get("respident") or "": said(each) for _worth_of_it, each in _equal(item)}
    answers = []
    for each, labels in zip(asking, lists, strict=True):
        match = labels.get(right.get(each.get("ident") or "", ""))
        if match is None:
            raise _UnreadableError(N_("The file does not say what is right."))
        answers.append(ForeignAnswer(_material(each), foreign.WHOLE, match=match))
    used = {answer.match for answer in answers}
    spare = [ForeignAnswer("", foreign.WHOLE, match=text) for text in lists[0].values() if text not in used]
    own = _material_of_presentation(item)
    return replace(base, kind=foreign.MATCHING, stem=own or base.stem, answers=(*answers, *spare))


def _material_of_presentation(item: Node) -> str:
    presented = child(item, "presentation")
    return _material(presented) if presented is not None else ""


def _number(item: Node) -> ForeignAnswer:
    """Return the number that is right: stated with its tolerance as a range, or alone."""
    values = [said(each) for _worth_of_it, each in _equal(item)]
    low = next((said(each) for each in below(item, "vargte", "vargt")), "")
    high = next((said(each) for each in below(item, "varlte", "varlt")), "")
    try:
        if low and high:
            least, most = float(low), float(high)
            middle = values[0] if values else f"{(least + most) / 2:.9g}"
            spread = max(most - float(middle), float(middle) - least)
            return ForeignAnswer(middle, foreign.WHOLE, tolerance=float(f"{abs(spread):.9g}"))
        return ForeignAnswer(f"{float(values[0]):.12g}", foreign.WHOLE)
    except (ValueError, IndexError):
        raise _UnreadableError(N_("The file does not say what is right.")) from None
