"""Makes questions of other systems out of ours, and says of each format what it cannot carry."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lms.courses.rules.findings import N_
from lms.quizzes.rules.formats import foreign, showing, wording
from lms.quizzes.rules.formats.answers import LANGUAGES
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion
from lms.quizzes.rules.formats.items import UNEXPLAINED, UNTRANSLATED, Item
from lms.quizzes.rules.kinds.cloze import GAP

GIFT, MOODLE_XML, QTI_21, YAML = "gift", "moodle_xml", "qti_21", "yaml"
BOTH = "both"
SHOWS_MEDIA = "](media/"
SHOWN = re.compile(r"!\[[^\[\]]*\]\(media/([^()\s]*)\)")


@dataclass(frozen=True)
class Format:
    """What a format can carry: kinds, and in words what stays behind."""

    name: str
    kinds: frozenset[str]
    cannot: tuple[str, ...]


_CHOOSING = frozenset({"single", "multiple", "true_false", "numeric", "short_text", "matching"})
_FORMS_TOGETHER = N_("Which language an accepted form belongs to: the forms of both languages stand together.")
_ONE_LANGUAGE = N_("The second language of a text with gaps: a file has each gap once.")
_OWN = N_("Key points, versions and former wordings, review state, statistics.")
_NEVER = (_OWN, N_("Pictures and recordings: their words stay, the files do not travel."))
_SILENT = N_("Recordings, pictures of texts with gaps, and pictures beyond 7 MB a file: their words stay.")
FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            GIFT,
            _CHOOSING,
            (
                N_("Cloze, ordering, hot list, steps of a call, next line, scored recording."),
                N_("The unit of a number; an accepted form with “->” in it."),
                _FORMS_TOGETHER,
                *_NEVER,
            ),
        ),
        Format(
            MOODLE_XML,
            _CHOOSING | {"cloze", "ordering"},
            (
                N_("Hot list, steps of a call, next line, scored recording."),
                _ONE_LANGUAGE,
                _FORMS_TOGETHER,
                _OWN,
                _SILENT,
            ),
        ),
        Format(
            QTI_21,
            _CHOOSING | {"cloze", "ordering", "hot_list"},
            (
                N_("Steps of a call, next line, scored recording."),
                N_("The unit of a number."),
                N_("Shares of the mark for an ordering that is partly right."),
                N_("Tables, headings and other formatting beyond paragraphs, lists, bold, emphasis, code and links."),
                _ONE_LANGUAGE,
                _FORMS_TOGETHER,
                *_NEVER,
            ),
        ),
        Format(YAML, frozenset(), (N_("Tags, review state, statistics; the bank keeps them beside the file."),)),
    )
}


@dataclass(frozen=True)
class Left:
    """A question, or something of it, that a file does not carry."""

    ref: str
    why: str
    whole: bool  # the question itself is left out


@dataclass(frozen=True)
class Outgoing:
    """What goes into a file, and what is left out."""

    questions: tuple[ForeignQuestion, ...]
    left: tuple[Left, ...]


def outgoing(items: Iterable[Item], form: str, language: str = BOTH) -> Outgoing:
    """Return items as a file of a format takes them, in one language or in both, and what it cannot carry."""
    questions: list[ForeignQuestion] = []
    left: list[Left] = []
    for item in items:
        if item.kind not in FORMATS[form].kinds:
            left.append(Left(item.ref, N_("This kind of question is not known to the format."), whole=True))
            continue
        if form == GIFT and item.kind == "short_text" and "->" in str(item.parts.key):
            left.append(Left(item.ref, N_("GIFT reads an accepted form with “->” as a pair."), whole=True))
            continue
        questions.append(to_foreign(item, language))
        left += [Left(item.ref, why, whole=False) for why in _losses(item, form, language)]
    return Outgoing(tuple(questions), tuple(left))


def _losses(item: Item, form: str, language: str) -> Iterable[str]:
    texts = [text for both in (item.stem, item.explanation) for text in both.values()]
    if any(SHOWS_MEDIA in text for text in texts) and not (form == MOODLE_XML and _all_travel(item)):
        yield N_("A picture or recording does not travel along.")
    if item.parts.unit and form != MOODLE_XML:
        yield N_("The unit is left out.")
    if (language != BOTH or item.kind == "cloze") and len(_said(item.stem)) > 1:
        yield N_("The other language is left out.")
    if form == QTI_21 and item.kind == "ordering" and item.parts.body.get("partial"):
        yield N_("In this format an ordering is all or nothing.")
    if form == QTI_21 and not all(map(_simple, texts)):
        yield N_("Some formatting becomes plain text.")


def pictures_in(text: str) -> set[str]:
    """Return the names of the pictures of its lesson that a text shows."""
    return {unquote(name) for name in SHOWN.findall(text)}


def _all_travel(item: Item) -> bool:
    """Say whether all that a question shows or plays goes along with it."""
    there = {picture.name for picture in item.pictures}
    stems = list(item.stem.values())
    counted = sum(text.count(SHOWS_MEDIA) for text in stems) == sum(len(SHOWN.findall(text)) for text in stems)
    silent = not any(SHOWS_MEDIA in text for text in item.explanation.values())
    return counted and silent and set().union(*map(pictures_in, stems)) <= there


def _simple(text: str) -> bool:
    """Say whether a text keeps its formatting in HTML of paragraphs, lists and a few marks."""
    made = showing.to_html(text)
    return showing.to_html(wording.to_markdown(made, wording.HTML, wording.Notes())) == made


def _said(text: Mapping[str, str]) -> dict[str, str]:
    """Return a text by language, those left out that only mark what is missing."""
    marks = {name: (UNTRANSLATED[name], UNEXPLAINED[name]) for name in LANGUAGES}
    return {name: each for name, each in text.items() if each and not each.startswith(marks[name])}


class _Teller:
    """Writes texts in the language that was asked for, or in both."""

    def __init__(self, language: str) -> None:
        self.language = language

    def rich(self, text: Mapping[str, str]) -> str:
        """Return a text as Markdown."""
        said = _said(text)
        if self.language in said:
            return said[self.language]
        if len(said) > 1:
            return wording.in_spans({name: said[name] for name in LANGUAGES})
        return next(iter(said.values()), "")

    def plain(self, text: Mapping[str, str]) -> str:
        """Return a text without formatting, escaped as Markdown shows it as it is; once where it is the same."""
        escaped = {name: wording.escaped(each) for name, each in text.items()}
        return self.rich(escaped) if len(set(escaped.values())) > 1 else next(iter(escaped.values()))


def to_foreign(item: Item, language: str = BOTH) -> ForeignQuestion:
    """Return an item as other systems know it; raises KeyError for a kind that only we have."""
    say = _Teller(_of_gaps(item) if item.kind == "cloze" and language == BOTH else language)
    answers, gaps, whole = _ANSWERS[item.kind](item, say)
    ours = [f"level:{item.level}", *([f"competency:{item.competency}"] if item.competency else ())]
    stem = say.rich(item.stem) if item.kind != "cloze" else say.rich(_with_gaps(item))
    return ForeignQuestion(
        line=item.line,
        kind=item.kind,
        stem=stem,
        answers=answers,
        title=item.title or item.ref,
        feedback=_Teller(language).rich(item.explanation),
        markup=wording.MARKDOWN,
        ref=item.ref,
        tags=(*ours, *([foreign.WHOLE_TAG] if whole and item.kind in _MAY_BE_PARTIAL else ()), *item.tags),
        gaps=gaps,
        units=tuple(dict.fromkeys(item.parts.unit.values())),
        whole=whole,
        pictures=item.pictures if item.kind != "cloze" else (),
    )


def _of_gaps(item: Item) -> str:
    """Return the language in which a text with gaps travels: a file has each gap once."""
    return "zh" if "zh" in _said(item.stem) else "en"


_Answers = tuple[tuple[ForeignAnswer, ...], tuple[tuple[ForeignAnswer, ...], ...], bool]
_MAY_BE_PARTIAL = frozenset({"multiple", "matching", "ordering", "cloze", "hot_list"})


def _with_gaps(item: Item) -> dict[str, str]:
    """Return stem and text of a cloze, its gaps unescaped."""
    text = item.parts.body["text"]
    return {name: f"{item.stem[name]}\n\n{_escaped_around(text[name])}" for name in LANGUAGES}


def _escaped_around(text: str) -> str:
    parts = GAP.split(text)
    return "".join(f"[[{part}]]" if n % 2 else wording.escaped(part) for n, part in enumerate(parts))


def _choice(item: Item, say: _Teller) -> _Answers:
    right = set(item.parts.key["ids"])
    whole = item.kind in ("multiple", "hot_list") and not item.parts.body.get("partial")
    share = round(foreign.WHOLE / max(len(right), 1), 5)
    wrong = 0.0 if item.kind == "single" else -foreign.WHOLE if whole else -share
    answers = tuple(
        ForeignAnswer(say.plain(option["text"]), share if option["id"] in right else wrong)
        for option in item.parts.options
    )
    return answers, (), whole


def _truth(item: Item, say: _Teller) -> _Answers:
    del say
    right = item.parts.key["ids"][0]
    return tuple(ForeignAnswer(each, foreign.WHOLE * (each == right)) for each in ("true", "false")), (), False


def _number(item: Item, say: _Teller) -> _Answers:
    del say
    key = item.parts.key
    answer = ForeignAnswer(str(key["value"]), foreign.WHOLE, tolerance=float(key.get("tolerance", 0)))
    return (answer,), (), False


def _forms(accept: Mapping[str, Sequence[str]], language: str) -> tuple[ForeignAnswer, ...]:
    names = LANGUAGES if language == BOTH else (language,)
    forms = dict.fromkeys(form for name in names for form in accept.get(name, ()))
    return tuple(ForeignAnswer(form.replace("*", "\\*"), foreign.WHOLE) for form in forms)


def _typed(item: Item, say: _Teller) -> _Answers:
    return _forms(item.parts.key["accept"], say.language), (), False


def _pairs(item: Item, say: _Teller) -> _Answers:
    texts = {option["id"]: say.plain(option["text"]) for option in item.parts.options}
    pairs: dict[str, str] = item.parts.key["pairs"]
    prompts: list[dict[str, Any]] = item.parts.body["prompts"]
    answers = [ForeignAnswer(say.plain(p["text"]), foreign.WHOLE, match=texts[pairs[p["id"]]]) for p in prompts]
    spare = [ForeignAnswer("", foreign.WHOLE, match=texts[each]) for each in texts if each not in pairs.values()]
    return (*answers, *spare), (), not item.parts.body.get("partial")


def _order(item: Item, say: _Teller) -> _Answers:
    texts = {option["id"]: say.plain(option["text"]) for option in item.parts.options}
    answers = tuple(ForeignAnswer(texts[each], foreign.WHOLE) for each in item.parts.key["order"])
    return answers, (), not item.parts.body.get("partial")


def _gaps(item: Item, say: _Teller) -> _Answers:
    texts = {option["id"]: say.plain(option["text"]) for option in item.parts.options}
    gaps = tuple(
        (ForeignAnswer(texts[gap["id"]], foreign.WHOLE),) if "id" in gap else _forms(gap["accept"], say.language)
        for gap in item.parts.key["gaps"]
    )
    return tuple(map(ForeignAnswer, texts.values())), gaps, not item.parts.body.get("partial")


_ANSWERS: dict[str, Callable[[Item, _Teller], _Answers]] = {
    "single": _choice,
    "multiple": _choice,
    "hot_list": _choice,
    "true_false": _truth,
    "numeric": _number,
    "short_text": _typed,
    "matching": _pairs,
    "ordering": _order,
    "cloze": _gaps,
}
