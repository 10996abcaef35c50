"""Reads GIFT, Moodle's text form of questions (docs.moodle.org, “GIFT format”); never raises, whatever the text is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite

from lms.courses.rules.findings import N_, Finding, error, warning
from lms.quizzes.rules.formats import foreign
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignFile, ForeignQuestion

SPECIAL = "~=#{}:"
HIDDEN = {character: chr(0xE000 + n) for n, character in enumerate((*SPECIAL, "\\"))}  # escaped signs while we cut
SHOWN = {private: character for character, private in HIDDEN.items()}
ESCAPED = re.compile(r"\\([~=#{}:\\n])")
CATEGORY = re.compile(r"\s*\$CATEGORY:[ \t]*(.*)", re.IGNORECASE)
TITLE = re.compile(r"::(.*?)::", re.DOTALL)
MARKUP = re.compile(r"\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
PERCENT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,7})?)%")
MARKS = re.compile(r"\[(id|tag):((?:\\\]|[^\]\x00-\x1f])+)\]")
CONTROL = re.compile(r"[\x00-\x1f]")
TRUE = frozenset({"T", "TRUE"})
FALSE = frozenset({"F", "FALSE"})
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
LONGEST = 2_000_000
MOST = 5_000  # questions, those that cannot be taken counted
GAP = "_____"
LEAST_PAIRS = 2


class _UnreadableError(Exception):
    """A question that cannot be taken; carries the sentence."""


@dataclass(frozen=True)
class _Entry:
    """The rows between two blank lines, comments taken out."""

    line: int
    text: str
    ref: str
    tags: tuple[str, ...]


def read_gift(text: str) -> ForeignFile:
    """Return the questions of a GIFT file and, by line, what could not be taken."""
    if len(text) > LONGEST:
        return ForeignFile(findings=(error(1, N_("The file is too long: at most 2,000,000 characters.")),))
    category = ""
    questions: list[ForeignQuestion] = []
    findings: list[Finding] = []
    for entry in _entries(text.removeprefix("\ufeff")):
        at = 0
        while found := CATEGORY.match(entry.text, at):
            category, at = found.group(1).strip(), found.end()
        body = entry.text[at:]
        if not body.strip():
            continue
        if len(questions) + len(findings) >= MOST:
            findings.append(error(entry.line, N_("A file has at most 5,000 questions.")))
            break
        try:
            read = _question(entry.line, body)
        except _UnreadableError as why:
            findings.append(error(entry.line, str(why)))
            continue
        if read.kind in (foreign.ESSAY, foreign.DESCRIPTION):
            findings.append(warning(entry.line, N_("This has no answer that can be marked; it is left out.")))
            continue
        whole = foreign.WHOLE_TAG in entry.tags
        questions.append(replace(read, category=category, ref=entry.ref, tags=entry.tags, whole=whole))
    return ForeignFile(tuple(questions), tuple(findings))


def _entries(text: str) -> Iterator[_Entry]:
    """Yield what stands between blank lines; `//` lines are comments, which may hold an id and tags."""
    rows: list[str] = []
    begun, marks = 0, list[tuple[str, str]]()
    for number, row in enumerate([*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""], 1):
        if row.lstrip().startswith("//"):
            marks += [(kind, value.replace("\\]", "]").strip()) for kind, value in _marks(row)]
        elif row.strip():
            begun = begun or number
            rows.append(row)
        elif rows:
            ref = next((value for kind, value in marks if kind == "id"), "")
            yield _Entry(begun, "\n".join(rows), ref, tuple(value for kind, value in marks if kind == "tag"))
            rows, begun, marks = [], 0, []


def _marks(row: str) -> Iterator[tuple[str, str]]:
    """Yield ids and tags of a comment; each part that is searched ends with the bracket that may close a mark."""
    for part in CONTROL.split(row):
        yield from MARKS.findall(part[: part.rfind("]") + 1])


def _question(line: int, raw: str) -> ForeignQuestion:
    text = ESCAPED.sub(lambda found: "\n" if found.group(1) == "n" else HIDDEN[found.group(1)], raw.strip())
    title = ""
    if named := TITLE.match(text):
        title, text = _plain(named.group(1)), text[named.end() :].lstrip()
    markup = "moodle"
    if marked := MARKUP.match(text):
        markup, text = marked.group(1).lower(), text[marked.end() :].lstrip()
    before, brace, rest = text.partition("{")
    if not brace:
        if "}" in text:
            raise _UnreadableError(N_("A “}” without a “{” before it; write “\\}” where the sign itself is meant."))
        return ForeignQuestion(line, foreign.DESCRIPTION, _plain(text), title=title, markup=markup)
    inside, closed, after = rest.partition("}")
    if not closed or "{" in inside:
        raise _UnreadableError(N_("A “{” is never closed; write “\\{” where the sign itself is meant."))
    if "{" in after or "}" in after:
        raise _UnreadableError(
            N_("More than one pair of braces: a text with several gaps is another kind of question.")
        )
    stem = _plain(before) if not after.strip() else _plain(f"{before.rstrip()} {GAP} {after.strip()}")
    if not stem:
        raise _UnreadableError(N_("There is no text before the answers."))
    inside, _, general = inside.partition("####")
    kind, answers = _answers(inside.strip())
    return ForeignQuestion(line, kind, stem, answers, title, feedback=_plain(general), markup=markup)


def _answers(inside: str) -> tuple[str, tuple[ForeignAnswer, ...]]:
    if not inside:
        return foreign.ESSAY, ()
    if inside.startswith("#"):
        return foreign.NUMERIC, _numbers(inside[1:].strip())
    if inside[0] not in "=~":
        return foreign.TRUE_FALSE, _truth(inside)
    return _marked([(found[0], found[1:].strip()) for found in re.findall(r"[=~][^=~]*", inside)])


def _marked(cut: list[tuple[str, str]]) -> tuple[str, tuple[ForeignAnswer, ...]]:
    """Return the answers that stand behind `=` and `~`, and what kind of question they make."""
    if all(sign == "=" for sign, _ in cut):
        pairs = [text.partition("#")[0].partition("->") for _, text in cut]
        if any(arrow for _, arrow, _ in pairs):
            return foreign.MATCHING, _pairs(pairs)
        return foreign.SHORT_TEXT, tuple(_answer(text, foreign.WHOLE) for _, text in cut)
    answers = tuple(_answer(text, foreign.WHOLE if sign == "=" else 0.0) for sign, text in cut)
    if any(sign == "=" for sign, _ in cut):
        return foreign.SINGLE, answers
    if not any(answer.percent > 0 for answer in answers):
        raise _UnreadableError(N_("No answer is marked as right."))
    return foreign.MULTIPLE, answers


def _answer(text: str, percent: float) -> ForeignAnswer:
    text, percent = _weighted(text, percent)
    words, _, feedback = text.partition("#")
    if not words.strip():
        raise _UnreadableError(N_("An answer is empty."))
    said = _plain(MARKUP.sub("", feedback.lstrip(), count=1))
    return ForeignAnswer(_plain(MARKUP.sub("", words.lstrip(), count=1)), percent, said)


def _weighted(text: str, percent: float) -> tuple[str, float]:
    """Cut `%50%` off an answer and return both."""
    weight = PERCENT.match(text)
    if weight is None:
        return text, percent
    given = float(weight.group(1))
    if not -foreign.WHOLE <= given <= foreign.WHOLE:
        raise _UnreadableError(N_("A share of the mark must lie between −100 and 100."))
    return text[weight.end() :].lstrip(), given


def _pairs(pairs: list[tuple[str, str, str]]) -> tuple[ForeignAnswer, ...]:
    if not all(arrow and right.strip() for _, arrow, right in pairs) or len(pairs) < LEAST_PAIRS:
        raise _UnreadableError(N_("Matching needs two or more pairs, each with “->” and both sides."))
    return tuple(
        ForeignAnswer(_plain(MARKUP.sub("", left.lstrip(), count=1)), foreign.WHOLE, match=_plain(right))
        for left, _, right in pairs
    )


def _truth(inside: str) -> tuple[ForeignAnswer, ...]:
    word, *feedback = inside.split("#")
    said = word.strip().upper()
    if said not in TRUE | FALSE:
        raise _UnreadableError(N_("An answer begins with “=” or “~”, or is TRUE or FALSE."))
    wrong, right = (_plain(each) for each in [*feedback, "", ""][:2])
    truth = said in TRUE
    return (
        ForeignAnswer("true", foreign.WHOLE if truth else 0.0, right if truth else wrong),
        ForeignAnswer("false", 0.0 if truth else foreign.WHOLE, wrong if truth else right),
    )


def _numbers(inside: str) -> tuple[ForeignAnswer, ...]:
    """Read `5:0.1`, `1..5`, or several behind `=`, each perhaps with its share of the mark."""
    first, rest = re.match(r"([^=~]*)(.*)", inside, re.DOTALL).groups()  # type: ignore[union-attr]  # matches any text
    made = [_number(first, foreign.WHOLE)] if first.strip() or not rest else []
    inside = rest
    for found in re.findall(r"[=~][^=~]*", inside):
        text, percent = _weighted(found[1:].strip(), foreign.WHOLE if found[0] == "=" else 0.0)
        if found[0] == "~" and not text.partition("#")[0].strip():
            continue  # `~#feedback`: what is said of any other number
        made.append(_number(text, percent))
    return tuple(made)


def _number(text: str, percent: float) -> ForeignAnswer:
    words, _, feedback = text.partition("#")
    low, dots, high = words.partition("..")
    value, colon, tolerance = words.partition(":")
    if dots:
        least, most = _float(low), _float(high)
        if most < least:
            raise _UnreadableError(N_("A range goes from the smaller number to the larger."))
        return ForeignAnswer(
            f"{(least + most) / 2:.12g}", percent, _plain(feedback), tolerance=float(f"{(most - least) / 2:.12g}")
        )
    spread = _float(tolerance) if colon else 0.0
    if spread < 0:
        raise _UnreadableError(N_("A tolerance is not below 0."))
    _float(value)
    return ForeignAnswer(value.strip(), percent, _plain(feedback), tolerance=spread)


def _float(text: str) -> float:
    if NUMBER.fullmatch(text.strip()) is None or not isfinite(float(text)):
        raise _UnreadableError(N_("This is no number."))
    return float(text)


def _plain(text: str) -> str:
    """Return a text with its escaped signs as they are meant."""
    return "".join(SHOWN.get(character, character) for character in text).strip()
