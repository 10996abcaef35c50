"""What every kind of question is asked for: what it takes as a response, what that is worth, how both are written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, ClassVar, Protocol

from lms.courses.rules.findings import N_, Value

TEXT_MOST = 500
MOST_ITEMS = 20
LEAST_OPTIONS, MOST_OPTIONS = 2, 6
OPTION_MOST = 500
BOOLEANS = ("true", "false")

Key = Mapping[str, Any]
Text = dict[str, str]
Offer = tuple[str, Mapping[str, str]]
Response = str | int | float | list[str] | list[list[str]] | None


class Flaw(StrEnum):
    """Why something sent is no response to this question."""

    NOT_AN_OPTION = "not_an_option"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_TEXT = "not_a_text"
    NOT_PAIRS = "not_pairs"
    NOT_AN_ORDER = "not_an_order"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Asked:
    """What a question offers to be answered with: all of it may be seen by who sits it.

    `options` are ids in the order shown, `units` what may follow a number, `body` what the kind asks besides.
    """

    options: Sequence[str] = ()
    units: Sequence[str] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """What is answered: `options` [{id, text}], `body` (public), `key` (secret), `unit` ({zh, en} or {})."""

    options: tuple[dict[str, Any], ...] = ()
    body: dict[str, Any] = field(default_factory=dict)
    key: dict[str, Any] = field(default_factory=dict)
    unit: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """How many parts of a response earned their share: `hits` of `of`; `wrong` took a share away or earned half."""

    hits: int
    of: int
    wrong: int = 0


class Both(Protocol):
    """A text in two languages."""

    @property
    def zh(self) -> str:
        """Return the Chinese text."""

    @property
    def en(self) -> str:
        """Return the English text."""


class Row(Protocol):
    """A table of a questions.yaml as a kind reads it; what is wrong is told to the file's author by line.

    Every getter returns a harmless value where the file is wrong; the real one is the reader of content files.
    """

    # ruff: noqa: D102  # what each getter returns, its name says

    @property
    def sound(self) -> bool: ...
    def has(self, key: str, /) -> bool: ...
    def flag(self, key: str, /) -> bool: ...
    def slug(self, key: str, /) -> str: ...
    def text(self, key: str, longest: int = ..., /) -> str: ...
    def both(self, key: str, longest: int = ..., /) -> Both: ...
    def number(self, key: str, least: float = ..., most: float = ..., /) -> float: ...
    def whole(self, key: str, least: int, most: int, /) -> int: ...
    def slugs(self, key: str, /) -> Sequence[str]: ...
    def texts(self, key: str, /) -> Sequence[str]: ...
    def table(self, key: str, /) -> "Row": ...
    def tables(self, key: str, /) -> Iterable["Row"]: ...
    def wrong(self, key: str, template: str, **values: Value) -> None: ...
    def done(self) -> None: ...


class Kind:
    """One kind of question. `shuffles`: its options change places; `by_hand`: a person may mark what no key takes.

    `ordered`: its options stand in a right order as they are stored, so that nobody may be shown them like that.
    """

    name: ClassVar[str]
    rank: ClassVar[int]  # place in lists of kinds
    example: ClassVar[dict[str, Any]]  # its part of a questions.yaml, as an author may begin from it
    shuffles: ClassVar[bool] = True
    ordered: ClassVar[bool] = False
    by_hand: ClassVar[bool] = False

    def accepted(self, sent: object, asked: Asked) -> tuple[Response, Flaw | None]:
        """Return what is to be kept of what was sent, or the flaw in it; never raises, whatever was sent."""
        raise NotImplementedError

    def typed(self, response: Response) -> list[str]:
        """Return a response as the controls of a form send it: what `accepted` takes for the same response."""
        return [str(each) for each in listed(response)]

    def likeness(self, response: object, asked: Asked) -> str:
        """Return what is equal for responses that count as the same answer; total over anything that was stored."""
        del asked
        return canonical(response)

    def share(self, key: Key, response: object, asked: Asked) -> float:
        """Return what share of the mark, from 0 to 1, `response` earns; total over anything that was ever stored."""
        raise NotImplementedError

    def tally(self, key: Key, response: object, asked: Asked) -> Tally | None:
        """Return how many parts of `response` earned their share; None where a kind, or a question, has no parts."""
        del key, response, asked
        return None

    def right(self, key: Key, asked: Asked) -> Response:
        """Return the response that earns the whole mark."""
        raise NotImplementedError

    def words(
        self, response: Response, options: Sequence[Mapping[str, Any]], body: Mapping[str, Any]
    ) -> tuple[Text, ...]:
        """Return a response as texts in both languages, one for each part of it."""
        del body
        texts = {option["id"]: option["text"] for option in options}
        return tuple(texts.get(each) or same(each) for each in listed(response))

    def right_words(self, key: Key, asked: Asked, options: Sequence[Mapping[str, Any]]) -> tuple[Text, ...]:
        """Return the right response as texts in both languages."""
        return self.words(self.right(key, asked), options, asked.body)

    def offered(self, options: Sequence[Offer], seed: str) -> tuple[Offer, ...]:
        """Return options, each beginning with its id, as a lesson shows them: those that stand in order are mixed."""
        if not self.ordered or len(options) < 2:  # noqa: PLR2004  # nothing to mix
            return tuple(options)
        mixed = sorted(options, key=lambda each: sha256(f"{seed}/{each[0]}".encode()).digest())
        return (*mixed[1:], mixed[0]) if mixed == list(options) else tuple(mixed)

    def read(self, row: Row) -> Parts:
        """Return what a questions.yaml says of the answer."""
        raise NotImplementedError

    def written(self, parts: Parts) -> dict[str, Any]:
        """Return the same as it stands in a questions.yaml, so that it reads back equal."""
        raise NotImplementedError


def same(value: object) -> Text:
    """Return what reads the same in both languages."""
    return {"zh": str(value), "en": str(value)}


def pair(text: Both) -> Text:
    """Return a text in both languages as it is stored."""
    return {"zh": text.zh, "en": text.en}


def listed(response: object) -> list[Any]:
    """Return a response as a list of its parts; no response has none."""
    if isinstance(response, list):
        return response
    return [] if response is None else [response]


def alone(sent: object) -> object:
    """Return the only thing of a list, as forms send it, and anything else as it is."""
    return sent[0] if isinstance(sent, list) and len(sent) == 1 else sent


def nothing(sent: object) -> bool:
    """Say whether nothing was sent."""
    return sent is None or sent in ("", [])


def one_of(sent: object, options: Sequence[str]) -> tuple[Response, Flaw | None]:
    """Return the option that was chosen."""
    if nothing(sent):
        return None, None
    chosen = alone(sent)
    if isinstance(chosen, str) and chosen in options:
        return chosen, None
    return (None, None) if chosen == "" else (None, Flaw.NOT_AN_OPTION)


def canonical(response: object) -> str:
    """Return a response as one text, equal for equal ones only."""
    return json.dumps(response, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def share_of(counted: Tally, *, partial: bool) -> float:
    """Return the share for `counted`: all or nothing, or right parts less those that take one away, never below 0."""
    if not partial:
        return float(0 < counted.of == counted.hits and not counted.wrong)
    return max(0.0, (counted.hits - counted.wrong) / counted.of) if counted.of else 0.0


def options_of(row: Row, name: str = "options", *, most: int = MOST_OPTIONS) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the options under `name` and the ids of those marked correct; faults of the list itself are noted."""
    options: list[dict[str, Any]] = []
    right: list[str] = []
    for each in row.tables(name):
        slug = each.slug("id")
        options.append({"id": slug, "text": pair(each.both("text", OPTION_MOST))})
        if each.has("correct") and each.flag("correct"):
            right.append(slug)
        each.done()
    for template, values in list_faults(options, most):
        row.wrong(name, template, **values)
    return options, right


def list_faults(options: Sequence[Mapping[str, Any]], most: int) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield what is wrong with a list to choose from or to put in order."""
    if not LEAST_OPTIONS <= len(options) <= most:
        yield N_("A question has %(least)s to %(most)s options."), {"least": LEAST_OPTIONS, "most": most}
    if len({option["id"] for option in options}) < len(options):
        yield N_("Two options have the same id."), {}
    for language in ("zh", "en"):
        texts = [option["text"][language] for option in options if option["text"][language]]
        if len(set(texts)) < len(texts):
            yield N_("Two options read the same (%(language)s)."), {"language": language}


def options_written(parts: Parts, right: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return options as they stand in a questions.yaml."""
    marked = set(right)
    return [
        {"id": option["id"], "text": option["text"]} | ({"correct": True} if option["id"] in marked else {})
        for option in parts.options
    ]
