"""Reads and writes answers that stand in the text itself, as Moodle does: {1:SHORTANSWER:=four~%50%for}."""

import re
from collections.abc import Iterable
from dataclasses import replace

from lms.courses.rules.findings import N_
from lms.quizzes.rules.formats import foreign, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion

TYPED = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"})
PICKED = frozenset({"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS"}) | {
    f"{name}S" for name in ("MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH")
}
PLACE = re.compile(r"\{(\d{0,3}):([A-Z_]{1,20}):((?:\\.|[^\\}])*)\}", re.DOTALL)
ALTERNATIVE = re.compile(r"(?:\\.|[^\\~])+", re.DOTALL)
WEIGHT = re.compile(r"^(?:%(-?\d{1,3}(?:\.\d{1,7})?)%|(=))?")
ESCAPED = re.compile(r"\\([}#~/\"\\{=%])")
SIGN = re.compile(r"([}#~/\"\\])")


class EmbeddedError(Exception):
    """A text whose gaps cannot be ours; carries the sentence."""

    def __init__(self, template: str) -> None:
        super().__init__(template)
        self.template = template


def read_embedded(base: ForeignQuestion) -> ForeignQuestion:
    """Return a question whose gaps stand in its stem; raises EmbeddedError."""
    places = PLACE.findall(base.stem)
    if not places:
        raise EmbeddedError(N_("There is no gap in this text."))
    kinds = {
        "typed" if name in TYPED else "picked" if name in PICKED else "other" for _weight, name, _answers in places
    }
    if kinds not in ({"typed"}, {"picked"}):
        raise EmbeddedError(N_("The gaps of this text are of several kinds, or ask for numbers."))
    gaps = tuple(_alternatives(answers, base.markup) for _weight, _name, answers in places)
    numbers = iter(range(1, len(gaps) + 1))
    stem = PLACE.sub(lambda _found: f"[[{next(numbers)}]]", base.stem)
    notes = list(base.notes)
    if len({weight for weight, _name, _answers in places}) > 1:
        notes.append(N_("Gaps were worth different marks; here each is worth the same."))
    words: tuple[ForeignAnswer, ...] = ()
    if kinds == {"picked"}:
        gaps = tuple(
            tuple(replace(each, text=wording.marked_up(each.text, base.markup)) for each in gap) for gap in gaps
        )
        words = tuple(map(ForeignAnswer, dict.fromkeys(each.text for gap in gaps for each in gap)))
        if any(len(gap) < len(words) for gap in gaps):
            notes.append(N_("Each gap had a list of its own; here all gaps share one."))
    return replace(base, kind=foreign.CLOZE, stem=stem, answers=words, gaps=gaps, notes=tuple(notes))


def _kind(name: str) -> str:
    return "typed" if name in TYPED else "picked" if name in PICKED else "other"


def _alternatives(text: str, markup: str) -> tuple[ForeignAnswer, ...]:
    answers = []
    for each in ALTERNATIVE.findall(text):
        found = WEIGHT.match(each)
        weight, right = found.groups() if found else (None, None)
        words = re.split(r"(?<!\\)#", each[found.end() if found else 0 :])[0]
        share = float(weight) if weight else foreign.WHOLE if right else 0.0
        words = ESCAPED.sub(r"\1", words)
        if markup in (wording.HTML, wording.MOODLE):
            words = wording.to_plain(words, wording.HTML, wording.Notes())
        answers.append(ForeignAnswer(words.strip(), share))
    return tuple(answers)


def place_of(forms: Iterable[str]) -> str:
    """Return a gap of typed answers as it stands in a text."""
    return "{1:SHORTANSWER:" + "~".join("=" + SIGN.sub(r"\\\1", form) for form in forms) + "}"
