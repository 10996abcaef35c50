"""Which rows of fields the form of each kind has: what stands in a row, how many there are, what they are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.quizzes.rules.kinds.base import MOST_OPTIONS, OPTION_MOST
from lms.quizzes.rules.kinds.cloze import MOST_GAPS, MOST_WORDS
from lms.quizzes.rules.kinds.hot_list import MOST_SENTENCES
from lms.quizzes.rules.kinds.listen_score import MOST_TURNS as MOST_HEARD
from lms.quizzes.rules.kinds.listen_score import POINTS
from lms.quizzes.rules.kinds.matching import MOST_CHOICES
from lms.quizzes.rules.kinds.next_line import MOST_LINES, MOST_TURNS
from lms.quizzes.rules.kinds.ordering import MOST_STEPS

Sent = Mapping[str, Any]
LANGUAGES = ("zh", "en")
SPARE = 2  # empty rows that stand open below those that are filled


@dataclass(frozen=True)
class Texts:
    """A text in both languages, side by side; its fields are called by `name` and the language."""

    name: str
    zh: Any
    en: Any
    most: int = OPTION_MOST
    optional: bool = False

    @property
    def fields(self) -> tuple[str, str]:
        """Return the names of its two fields within a row."""
        return f"{self.name}zh", f"{self.name}en"


@dataclass(frozen=True)
class Tick:
    """A box to tick."""

    name: str
    label: Any


@dataclass(frozen=True)
class Choose:
    """A choice among few; `choices` are (value, label), empty where the page fills them in."""

    name: str
    label: Any
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Rows:
    """Rows of the same fields. A row without words is left out; `ids` are kept in hidden fields."""

    prefix: str
    legend: Any
    each: Any  # what one row is called, with %(number)s
    columns: tuple[Texts | Tick | Choose, ...]
    least: int
    most: int
    ids: tuple[str, ...] = ("id",)
    help: Any = ""

    def field(self, n: int, name: str) -> str:
        """Return the name of a field of row `n`."""
        return f"{self.prefix}{n}_{name}"

    @property
    def texts(self) -> tuple[Texts, ...]:
        """Return the columns that hold words."""
        return tuple(column for column in self.columns if isinstance(column, Texts))

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all fields of a row."""
        own = (column.fields if isinstance(column, Texts) else (column.name,) for column in self.columns)
        return (*(name for names in own for name in names), *self.ids)

    def row(self, sent: Sent, n: int) -> dict[str, Any]:
        """Return what stands in row `n`, by the names of its fields."""
        return {name: sent.get(self.field(n, name)) or "" for name in self.names}

    def filled(self, sent: Sent) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows that hold words, with their numbers from 0."""
        for n in range(self.most):
            row = self.row(sent, n)
            if any(row[name] for column in self.texts for name in column.fields):
                yield n, row

    def given(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what the fields hold for `rows`."""
        return {self.field(n, name): value for n, row in enumerate(rows) for name, value in row.items()}


def both(row: Mapping[str, Any], name: str = "") -> dict[str, str]:
    """Return the text of a column in both languages."""
    return {language: row[f"{name}{language}"] or "" for language in LANGUAGES}


def spread(text: Mapping[str, str], name: str = "") -> dict[str, str]:
    """Return the fields of a column for a text in both languages."""
    return {f"{name}{language}": text[language] for language in LANGUAGES}


_ANSWER = Texts("", _l("Answer in Chinese"), _l("Answer in English"))
_WORDS = Texts("", _l("In Chinese"), _l("In English"))
SPEAKERS = (("agent", _l("Agent")), ("caller", _l("Caller")))
_SPEAKER = Choose("speaker", _l("Who speaks"), SPEAKERS)
_ANSWER_NUMBER = _l("Answer %(number)s")
_TURN_NUMBER = _l("Turn %(number)s")


def _answers(legend: Any, tick: Any, most: int = MOST_OPTIONS) -> Rows:
    columns = (Tick("right", tick), _ANSWER) if tick else (_ANSWER,)
    return Rows("option", legend, _ANSWER_NUMBER, columns, 2, most)


ROWS: dict[str, tuple[Rows, ...]] = {
    "single": (_answers(_l("Answers; tick what is right"), _l("This is right")),),
    "multiple": (_answers(_l("Answers; tick what is right"), _l("This is right")),),
    "ordering": (_answers(_l("Lines, in their right order"), "", MOST_STEPS),),
    "hot_list": (_answers(_l("Sentences, as they are shown"), _l("To be picked"), MOST_SENTENCES),),
    "call_steps": (_answers(_l("Steps, in a right order"), _l("May change places with the step before"), MOST_STEPS),),
    "matching": (
        Rows(
            "pair",
            _l("Pairs"),
            _l("Pair %(number)s"),
            (
                Texts("left_", _l("This, in Chinese"), _l("This, in English")),
                Texts("right_", _l("belongs to this, in Chinese"), _l("belongs to this, in English")),
            ),
            2,
            MOST_OPTIONS,
            ("id", "answer"),
            _l("The same words on the right of two rows are one choice that belongs to both."),
        ),
        Rows(
            "other",
            _l("Choices that belong to nothing"),
            _l("Choice %(number)s"),
            (_WORDS,),
            0,
            MOST_CHOICES - 2,
            help=_l("They make guessing harder; there may be none."),
        ),
    ),
    "cloze": (
        Rows(
            "gap",
            _l("What fills the gaps"),
            _l("Gap %(number)s"),
            (Texts("", _l("Accepted in Chinese, one a line"), _l("Accepted in English, one a line"), 2000),),
            1,
            MOST_GAPS,
            help=_l("Row 1 fills [[1]], row 2 fills [[2]], and so on."),
        ),
        Rows(
            "other",
            _l("Other words of the list"),
            _l("Word %(number)s"),
            (_WORDS,),
            0,
            MOST_WORDS - 1,
            help=_l("Only where the words are picked from a list: those that fill no gap."),
        ),
    ),
    "next_line": (
        Rows("turn", _l("The call so far"), _TURN_NUMBER, (_SPEAKER, _WORDS), 1, MOST_TURNS, ()),
        Rows(
            "line",
            _l("Lines to choose from"),
            _l("Line %(number)s"),
            (
                Choose(
                    "worth",
                    _l("What it is worth"),
                    (("", _l("Nothing")), ("best", _l("The best: the whole mark")), ("fair", _l("Will do: half"))),
                ),
                _WORDS,
            ),
            2,
            MOST_LINES,
        ),
    ),
    "listen_score": (
        Rows("turn", _l("The call, word for word"), _TURN_NUMBER, (_SPEAKER, _WORDS), 1, MOST_HEARD, ()),
        Rows(
            "criterion",
            _l("Criteria to score it on"),
            _l("Criterion %(number)s"),
            (
                Choose("take", _l("Take it from a scorecard")),
                Choose(
                    "score", _l("Points this call deserves"), (("", _l("Choose …")), *((each, each) for each in POINTS))
                ),
                Tick("critical", _l("Critical: only the exact points count")),
                Texts("title_", _l("Criterion in Chinese"), _l("Criterion in English")),
                Texts("fail_", _l("What 0 sounds like, in Chinese"), _l("What 0 sounds like, in English")),
                Texts("pass_", _l("What 3 sounds like, in Chinese"), _l("What 3 sounds like, in English")),
            ),
            1,
            MOST_OPTIONS,
            help=_l("Choose one of a scorecard, and its words are taken where you write none."),
        ),
    ),
}
