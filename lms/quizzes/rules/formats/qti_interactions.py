"""What the interactions of a QTI 2.x item ask, and what is right: one function for each that we know."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from math import isfinite

from lms.courses.rules.findings import N_
from lms.quizzes.rules.formats import foreign
from lms.quizzes.rules.formats.foreign import ForeignAnswer
from lms.quizzes.rules.formats.xmltree import Node, below, child, children, inner_html, said

GAP = "_____"
TAGS, WORDS = re.compile(r"<[^<>]*>"), re.compile(r"\w")
ASIDE = ("feedbackInline", "prompt")
NUMBERS = frozenset({"integer", "float"})
TRUTHS = ({"true", "false"}, {"对", "错"}, {"正确", "错误"})
Answers = tuple[ForeignAnswer, ...]
Read = tuple[str, Answers, tuple[Answers, ...], dict[int, str], bool]


class QtiRefusedError(Exception):
    """An item that cannot be taken; carries the sentence."""

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.template = template


@dataclass(frozen=True)
class Declared:
    """What is declared of one response: its right values, what each value is worth, and of what type it is."""

    right: tuple[str, ...]
    worth: Mapping[str, float]
    type: str
    single: bool

    def is_right(self, value: str) -> bool:
        """Say whether a value is right, or, where only worths are stated, worth something."""
        return value in self.right if self.right else self.worth.get(value, 0.0) > 0


class Item:
    """An item with its interactions in their order."""

    def __init__(self, root: Node, asking: list[Node]) -> None:
        self.root = root
        self.asking = asking
        self.declared = {
            each.get("identifier") or "": _declared(each) for each in children(root, "responseDeclaration")
        }
        self.shares = next(below(root, "mapResponse"), None) is not None or any(
            "map_response" in (each.get("template") or "") for each in children(root, "responseProcessing")
        )

    def of(self, asking: Node) -> Declared:
        """Return what is declared of the response of an interaction."""
        found = self.declared.get(asking.get("responseIdentifier") or "")
        if found is None or not (found.right or found.worth):
            raise QtiRefusedError(N_("The file does not say what is right."))
        return found


def _declared(element: Node) -> Declared:
    right = child(element, "correctResponse")
    worth: dict[str, float] = {}
    mapping = child(element, "mapping")
    for entry in children(mapping, "mapEntry") if mapping is not None else ():
        worth[(entry.get("mapKey") or "").strip()] = _number(entry.get("mappedValue") or "0")
    return Declared(
        tuple(said(value) for value in children(right, "value")) if right is not None else (),
        worth,
        element.get("baseType") or "",
        (element.get("cardinality") or "single") == "single",
    )


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise QtiRefusedError(N_("This is no number.")) from None
    if not isfinite(value):
        raise QtiRefusedError(N_("This is no number."))
    return value


def answered(item: Item) -> Read:
    """Return kind, answers, gaps, what stands for each interaction in the text, and whether it is all or nothing."""
    names = {each.tag for each in item.asking}
    if len(item.asking) > 1 or names <= _GAPS.keys():
        if len(names) > 1 or not names <= _GAPS.keys():
            raise QtiRefusedError(N_("This asks several things at once; make a question of each."))
        return _GAPS[str(item.asking[0].tag)](item)
    return _ALONE[str(item.asking[0].tag)](item, item.asking[0])


def _prompt(asking: Node) -> dict[int, str]:
    """Return what stands for an interaction that is a block: its prompt."""
    prompt = child(asking, "prompt")
    return {id(asking): f"<p>{inner_html(prompt)}</p>" if prompt is not None else ""}


def _choice(item: Item, asking: Node) -> Read:
    declared = item.of(asking)
    choices = list(children(asking, "simpleChoice"))
    names = [each.get("identifier") or "" for each in choices]
    answers, truths = [], []
    for each, name, several in zip(choices, names, _shares(item, declared, names), strict=True):
        share = several if not declared.single else foreign.WHOLE if declared.is_right(name) else 0.0
        answers.append(ForeignAnswer(inner_html(each, skipped=ASIDE).strip(), round(share, 5)))
        truths.append((name.lower(), said(each).strip().lower().rstrip(".。")))
    if declared.single and len(choices) == len(TRUTHS[0]):
        for texts in zip(*truths, strict=True):
            if set(texts) in TRUTHS:
                true = next(n for n, text in enumerate(texts) if text in ("true", "对", "正确"))
                made = (ForeignAnswer("true", answers[true].percent), ForeignAnswer("false", answers[1 - true].percent))
                return foreign.TRUE_FALSE, made, (), _prompt(asking), False
    kind = foreign.SINGLE if declared.single else foreign.MULTIPLE
    return kind, tuple(answers), (), _prompt(asking), not declared.single and not item.shares


def _shares(item: Item, declared: Declared, names: list[str]) -> list[float]:
    """Return what each of several choices is worth in percent: equal shares where the file states none."""
    total = sum(max(worth, 0.0) for worth in declared.worth.values())
    right = sum(map(declared.is_right, names))
    found = []
    for name in names:
        if declared.is_right(name):
            share = foreign.WHOLE * declared.worth.get(name, 0.0) / total if total and item.shares else 0.0
            found.append(share if share > 0 else foreign.WHOLE / right)
        else:
            found.append(-foreign.WHOLE / right if right else 0.0)
    return found


def _hot(item: Item, asking: Node) -> Read:
    """Return sentences of a text that are picked; what else the text says stands before them, with them in bold."""
    declared = item.of(asking)
    hot = list(below(asking, "hottext"))
    names = [each.get("identifier") or "" for each in hot]
    texts = [inner_html(each, skipped=ASIDE).strip() for each in hot]
    answers = tuple(map(ForeignAnswer, texts, (round(share, 5) for share in _shares(item, declared, names))))
    prompt = _prompt(asking)[id(asking)]
    around = TAGS.sub("", inner_html(asking, skipped=("prompt", "hottext")))
    if WORDS.search(around):
        bold = {id(each): f"<b>{escape(said(each), quote=False)}</b>" for each in hot}
        prompt += inner_html(asking, bold, ("prompt",))
    return foreign.HOT_LIST, answers, (), {id(asking): prompt}, not item.shares


def _order(item: Item, asking: Node) -> Read:
    declared = item.of(asking)
    texts = {
        each.get("identifier") or "": inner_html(each, skipped=ASIDE).strip()
        for each in children(asking, "simpleChoice")
    }
    if sorted(declared.right) != sorted(texts):
        raise QtiRefusedError(N_("The right order does not name every step once."))
    answers = tuple(ForeignAnswer(texts[name], foreign.WHOLE) for name in declared.right)
    return foreign.ORDERING, answers, (), _prompt(asking), not item.shares


def _match(item: Item, asking: Node) -> Read:
    """Return pairs; each of the one set has exactly one of the other. Either set may stand first."""
    declared = item.of(asking)
    sets = [
        {each.get("identifier") or "": inner_html(each).strip() for each in children(every, "simpleAssociableChoice")}
        for every in children(asking, "simpleMatchSet")
    ]
    stated = declared.right or tuple(key for key, worth in declared.worth.items() if worth > 0)
    pairs = [tuple(pair.split()) for pair in stated]
    if len(sets) != 2 or any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004  # two sets, two sides
        raise QtiRefusedError(N_("Matching needs two or more pairs, each with both sides."))
    left, right = sets
    if any(pair[0] not in left for pair in pairs):
        pairs = [pair[::-1] for pair in pairs]
    if sorted(pair[0] for pair in pairs) != sorted(left):
        left, right, pairs = right, left, [pair[::-1] for pair in pairs]
    if sorted(pair[0] for pair in pairs) != sorted(left) or not {pair[1] for pair in pairs} <= set(right):
        raise QtiRefusedError(N_("Here each thing is matched with exactly one other."))
    used = {pair[0]: pair[1] for pair in pairs}
    answers = [ForeignAnswer(left[name], foreign.WHOLE, match=right[used[name]]) for name in left]
    spare = [ForeignAnswer("", foreign.WHOLE, match=right[name]) for name in right if name not in used.values()]
    return foreign.MATCHING, (*answers, *spare), (), _prompt(asking), not item.shares


def _forms(declared: Declared) -> Answers:
    """Return accepted forms; a star is a star here."""
    best = max(declared.worth.values(), default=0.0)
    forms = dict.fromkeys((*declared.right, *(form for form, worth in declared.worth.items() if 0 < worth == best)))
    return tuple(ForeignAnswer(form.replace("*", "\\*"), foreign.WHOLE) for form in forms)


def _typed(item: Item) -> Read:
    """Return one typed answer, or a text with several gaps."""
    declared = [item.of(asking) for asking in item.asking]
    if len(declared) > 1:
        stands = {id(asking): f"[[{n}]]" for n, asking in enumerate(item.asking, 1)}
        return foreign.CLOZE, (), tuple(map(_forms, declared)), stands, not item.shares
    stands = {id(item.asking[0]): GAP}
    if declared[0].type in NUMBERS:
        value = next(iter(declared[0].right or declared[0].worth))
        answer = ForeignAnswer(value, foreign.WHOLE, tolerance=_tolerance(item.root))
        return foreign.NUMERIC, (answer,), (), stands, False
    if item.asking[0].get("format") == "cloze":
        return foreign.CLOZE, (), (_forms(declared[0]),), {id(item.asking[0]): "[[1]]"}, not item.shares
    return foreign.SHORT_TEXT, _forms(declared[0]), (), stands, False


def _tolerance(root: Node) -> float:
    for equal in below(root, "equal"):
        if equal.get("toleranceMode") == "absolute":
            return abs(_number((equal.get("tolerance") or "0").split()[0]))
        if equal.get("toleranceMode") == "relative":
            raise QtiRefusedError(N_("A tolerance in percent is not known here."))
    return 0.0


def _picked(item: Item) -> Read:
    """Return a text whose gaps are filled from lists."""
    gaps, words, stands = [], dict[str, None](), dict[int, str]()
    for n, asking in enumerate(item.asking, 1):
        declared = item.of(asking)
        texts = {each.get("identifier") or "": inner_html(each).strip() for each in children(asking, "inlineChoice")}
        words |= dict.fromkeys(texts.values())
        right = next((texts[name] for name in texts if declared.is_right(name)), "")
        gaps.append((ForeignAnswer(right, foreign.WHOLE),))
        stands[id(asking)] = f"[[{n}]]"
    return foreign.CLOZE, tuple(map(ForeignAnswer, words)), tuple(gaps), stands, not item.shares


def _dragged(item: Item) -> Read:
    """Return a text into whose gaps words are put."""
    if len(item.asking) > 1:
        raise QtiRefusedError(N_("This asks several things at once; make a question of each."))
    asking = item.asking[0]
    declared = item.of(asking)
    texts = {each.get("identifier") or "": inner_html(each).strip() for each in children(asking, "gapText")}
    stated = declared.right or tuple(key for key, worth in declared.worth.items() if worth > 0)
    right = {pair.split()[1]: pair.split()[0] for pair in stated if len(pair.split()) == 2}  # noqa: PLR2004  # both sides
    places = list(below(asking, "gap"))
    if not texts or not all(right.get(gap.get("identifier") or "") in texts for gap in places):
        raise QtiRefusedError(N_("The file does not say what is right."))
    gaps = tuple((ForeignAnswer(texts[right[gap.get("identifier") or ""]], foreign.WHOLE),) for gap in places)
    numbered = {id(gap): f"[[{n}]]" for n, gap in enumerate(places, 1)}
    inside = _prompt(asking)[id(asking)] + inner_html(asking, numbered, ("gapText", "gapImg", "prompt"))
    listed = tuple(map(ForeignAnswer, dict.fromkeys(texts.values())))
    return foreign.CLOZE, listed, gaps, {id(asking): inside}, not item.shares


_ALONE: dict[str, Callable[[Item, Node], Read]] = {
    "choiceInteraction": _choice,
    "hottextInteraction": _hot,
    "orderInteraction": _order,
    "matchInteraction": _match,
}
_GAPS: dict[str, Callable[[Item], Read]] = {
    "textEntryInteraction": _typed,
    "inlineChoiceInteraction": _picked,
    "gapMatchInteraction": _dragged,
}
KNOWN = frozenset(_ALONE) | frozenset(_GAPS)
