"""What is answered in a question of another system, as parts of one of ours: a function for each kind."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial

from lms.courses.rules.findings import N_, Value
from lms.quizzes.rules.formats import foreign, showing, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion
from lms.quizzes.rules.formats.wording import Notes
from lms.quizzes.rules.kinds.base import LEAST_OPTIONS, MOST_OPTIONS, OPTION_MOST, Parts, Text
from lms.quizzes.rules.kinds.cloze import GAP, MOST_GAPS, MOST_WORDS
from lms.quizzes.rules.kinds.hot_list import MOST_SENTENCES
from lms.quizzes.rules.kinds.matching import MOST_CHOICES
from lms.quizzes.rules.kinds.ordering import MOST_STEPS

LANGUAGES = ("zh", "en")
FILL = {"zh": "请填空。", "en": "Fill in the gaps."}
LONGEST = 2000
LONGEST_SENT, LONGEST_TAGGED = 20_000, 100_000  # as a file has it; HTML with its tags
LONGEST_FORM = 200
MOST_FORMS = 20
LARGEST = 10**9
DECIMALS = 9
NOTHING = Decimal("1e-13")  # what binary fractions add
STAR = re.compile(r"(?<!\\)\*")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
EVEN = 0.01
NONE_RIGHT = N_("No answer is worth the whole mark.")


@dataclass
class Made:
    """One question on its way to ours, with what is lost."""

    question: ForeignQuestion
    notes: Notes = field(default_factory=Notes)

    def rich(self, text: str, shown: Collection[str] = ()) -> Text:
        """Return a text as Markdown, in the languages it has; `shown` are names of pictures that come along."""
        return self._each(text, partial(wording.to_markdown, shown=shown))

    def plain(self, text: str) -> Text:
        """Return a text without formatting, in both languages: the same where it has one."""
        made = {name: words for name, words in self._each(text, wording.to_plain).items() if words}
        one = next(iter(made.values()), "")
        return {name: made.get(name, one) for name in LANGUAGES}

    def _each(self, text: str, convert: Callable[[str, str, Notes], str]) -> Text:
        tagged = self.question.markup in (wording.HTML, wording.MOODLE)
        short(text, LONGEST_TAGGED if tagged else LONGEST_SENT)
        texts = wording.by_language(text)
        return {name: convert(words, self.question.markup, self.notes) for name, words in texts.items()}


class RefusedError(Exception):
    """A question that cannot be one of ours; carries the sentence and its values."""

    def __init__(self, template: str, **values: Value) -> None:
        super().__init__(template)
        self.template, self.values = template, values


def short(text: str, most: int) -> None:
    """Raise RefusedError where a text is longer than `most` characters."""
    if len(text) > most:
        raise RefusedError(N_("A text is longer than %(most)s characters."), most=most)


def _options(made: Made, texts: Iterable[str], most: int = MOST_OPTIONS) -> tuple[dict[str, object], ...]:
    """Return texts to choose from, with ids."""
    words = [made.plain(text) for text in texts]
    if not LEAST_OPTIONS <= len(words) <= most:
        raise RefusedError(N_("A question has %(least)s to %(most)s options."), least=LEAST_OPTIONS, most=most)
    for each in words:
        if not all(each.values()):
            raise RefusedError(N_("An answer is empty, or only a picture."))
        short(max(each.values(), key=len), OPTION_MOST)
    for name in LANGUAGES:
        if len({each[name] for each in words}) < len(words):
            raise RefusedError(N_("Two answers read the same."))
    return tuple({"id": LETTERS[n], "text": each} for n, each in enumerate(words))


def _single(made: Made) -> Parts:
    answers = made.question.answers
    right = [n for n, answer in enumerate(answers) if answer.percent >= foreign.WHOLE]
    if len(right) != 1:
        raise RefusedError(
            N_("No answer is worth the whole mark.")
            if not right
            else N_("Several answers are right, but one can be chosen.")
        )
    if any(0 < answer.percent < foreign.WHOLE for answer in answers):
        made.notes.note(N_("An answer that was half right is wrong here: one of several is right or it is not."))
    return Parts(_options(made, [answer.text for answer in answers]), key={"ids": [LETTERS[right[0]]]})


def _several(made: Made, most: int) -> tuple[tuple[dict[str, object], ...], list[str]]:
    """Return what is chosen among, and the ids of what is right: some, and not all."""
    answers = made.question.answers
    right = [n for n, answer in enumerate(answers) if answer.percent > 0]
    if not right or len(right) == len(answers):
        raise RefusedError(N_("Of several answers at least one must be right and at least one wrong."))
    shares = [answers[n].percent for n in right]
    if max(shares) - min(shares) > EVEN:
        made.notes.note(N_("Right answers were worth different shares; here each is worth the same."))
    options = _options(made, [answer.text for answer in answers], most)
    return options, [LETTERS[n] for n in right]


def _multiple(made: Made) -> Parts:
    options, right = _several(made, MOST_OPTIONS)
    return Parts(options, {} if made.question.whole else {"partial": True}, {"ids": right})


def _hot_list(made: Made) -> Parts:
    options, right = _several(made, MOST_SENTENCES)
    return Parts(options, {"partial": not made.question.whole}, {"ids": right})


def _true_false(made: Made) -> Parts:
    true = any(answer.text == "true" and answer.percent > 0 for answer in made.question.answers)
    return Parts(key={"ids": ["true" if true else "false"]})


def _number(made: Made, text: str) -> int | float:
    """Return the number in a text as our files may state it, rounded where it is longer; raises RefusedError."""
    try:
        value = Decimal(text.strip()[:60])
        if not value.is_finite() or abs(value) >= LARGEST:
            raise RefusedError(N_("This number is too large."))
        rounded = round(value, DECIMALS)
    except InvalidOperation:
        raise RefusedError(N_("This is no number.")) from None
    if abs(rounded - value) > NOTHING:
        made.notes.note(N_("A number was rounded to nine decimals."))
    plain = f"{rounded.normalize():f}"
    return float(plain) if "." in plain else int(plain)


def _numeric(made: Made) -> Parts:
    right = [answer for answer in made.question.answers if answer.percent >= foreign.WHOLE]
    if len(right) != 1:
        raise RefusedError(
            N_("No answer is worth the whole mark.")
            if not right
            else N_("Here a number has one right value with a tolerance.")
        )
    if any(0 < answer.percent < foreign.WHOLE for answer in made.question.answers):
        made.notes.note(N_("Only the number that is worth the whole mark is kept."))
    tolerance = _number(made, f"{right[0].tolerance:.12g}")
    unit = {}
    if units := [" ".join(unit.split()) for unit in made.question.units if unit.strip()]:
        chinese = next((each for each in units if wording.HANZI.search(each)), units[0])
        unit = {"zh": chinese, "en": next((each for each in units if not wording.HANZI.search(each)), units[0])}
        short(max(unit.values(), key=len), 40)
    return Parts(key={"value": _number(made, right[0].text), "tolerance": tolerance}, unit=unit)


def _forms(made: Made, answers: Iterable[ForeignAnswer]) -> dict[str, list[str]]:
    """Return the forms that are worth the whole mark; a star stands for anything, which is no form."""
    forms: dict[str, None] = {}
    for answer in answers:
        texts = [" ".join(showing.clean(text).split()) for text in wording.by_language(answer.text).values()]
        if answer.percent < foreign.WHOLE:
            if answer.percent > 0:
                made.notes.note(N_("Only forms that are worth the whole mark are accepted; the others are left out."))
        elif any(STAR.search(text) for text in texts):
            made.notes.note(N_("A form with a star for any letters is left out; write the forms out."))
        else:
            forms.update(dict.fromkeys(each.replace("\\*", "*") for each in texts if each))
    if not forms:
        raise RefusedError(NONE_RIGHT)
    if len(forms) > MOST_FORMS:
        made.notes.note(N_("Only the first twenty accepted forms are kept."))
    kept = list(forms)[:MOST_FORMS]
    short(max(kept, key=len), LONGEST_FORM)
    return {name: list(kept) for name in LANGUAGES}


def _short_text(made: Made) -> Parts:
    return Parts(key={"accept": _forms(made, made.question.answers)})


def _matching(made: Made) -> Parts:
    """Return prompts and what belongs to each; several may belong to the same, and some to none.

    Those that belong to none come last, wherever a file has them: their place is not carried.
    """
    matched = [answer for answer in made.question.answers if answer.match.strip()]
    pairs = [answer for answer in matched if answer.text.strip()]
    choices = list(dict.fromkeys(answer.match for answer in [*pairs, *matched]))
    options = _options(made, choices, MOST_CHOICES)
    prompts = _options(made, [answer.text for answer in pairs])
    place = {choice: LETTERS[n] for n, choice in enumerate(choices)}
    key = {f"p{n}": place[answer.match] for n, answer in enumerate(pairs, 1)}
    body = {
        "prompts": [{"id": f"p{n}", "text": each["text"]} for n, each in enumerate(prompts, 1)],
        "partial": not made.question.whole,
    }
    return Parts(options, body, {"pairs": key})


def _ordering(made: Made) -> Parts:
    options = _options(made, [answer.text for answer in made.question.answers], MOST_STEPS)
    body = {} if made.question.whole else {"partial": True}
    return Parts(options, body, {"order": [option["id"] for option in options]})


def cloze(made: Made) -> tuple[Text, Parts]:
    """Return what is asked and the text with its gaps: what stands before the first block with a gap is the stem."""
    gaps = made.question.gaps
    if not 1 <= len(gaps) <= MOST_GAPS:
        raise RefusedError(N_("A text has 1 to %(most)s gaps."), most=MOST_GAPS)
    stem, text = dict[str, str](), dict[str, str]()
    for name, words in made.rich(made.question.stem).items():
        blocks = re.sub(r"\\\[\\\[(\d{1,2})\\\]\\\]", r"[[\1]]", words).split("\n\n")
        first = next((n for n, block in enumerate(blocks) if GAP.search(block)), len(blocks))
        stem[name] = "\n\n".join(blocks[:first]).strip() or FILL[name]
        text[name] = _gapped("\n\n".join(blocks[first:]), len(gaps))
    there = next(iter(text.values()))
    body = {
        "text": {name: text.get(name, there) for name in LANGUAGES},
        "gaps": len(gaps),
        "partial": not made.question.whole,
    }
    if not made.question.answers:
        return stem, Parts(body=body, key={"gaps": [{"accept": _forms(made, gap)} for gap in gaps]})
    words_listed = [answer.text for answer in made.question.answers]
    options = _options(made, words_listed, MOST_WORDS)
    right = [next((a.text for a in gap if a.percent >= foreign.WHOLE), "") for gap in gaps]
    if not set(right) <= set(words_listed):
        raise RefusedError(NONE_RIGHT)
    return stem, Parts(options, body, {"gaps": [{"id": LETTERS[words_listed.index(each)]} for each in right]})


def _gapped(markdown: str, count: int) -> str:
    """Return a text with gaps without its formatting; raises RefusedError where a gap is missing or twice."""
    plain = "".join(
        part if n % 2 else re.sub(r"\s+", " ", wording.to_plain(f"|{part}|", wording.MARKDOWN, Notes()))[1:-1]
        for n, part in enumerate(re.split(r"(\[\[\d{1,2}\]\])", markdown))
    ).strip()
    if sorted(map(int, GAP.findall(plain))) != list(range(1, count + 1)):
        raise RefusedError(N_("The gaps of the text cannot be told apart."))
    short(plain, LONGEST)
    return plain


PARTS: dict[str, Callable[[Made], Parts]] = {
    foreign.SINGLE: _single,
    foreign.MULTIPLE: _multiple,
    foreign.TRUE_FALSE: _true_false,
    foreign.NUMERIC: _numeric,
    foreign.SHORT_TEXT: _short_text,
    foreign.MATCHING: _matching,
    foreign.ORDERING: _ordering,
    foreign.HOT_LIST: _hot_list,
    foreign.CLOZE: lambda made: cloze(made)[1],
}
