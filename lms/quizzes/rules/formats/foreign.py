"""A question as another system wrote it, before it becomes one of ours, and what is found wrong with it by line."""

from dataclasses import dataclass, field

from lms.courses.rules.findings import Finding

SINGLE, MULTIPLE, TRUE_FALSE = "single", "multiple", "true_false"
SHORT_TEXT, NUMERIC, MATCHING, ESSAY, DESCRIPTION = "short_text", "numeric", "matching", "essay", "description"
ORDERING, CLOZE, HOT_LIST = "ordering", "cloze", "hot_list"
WHOLE = 100.0
PICTURE_AT = "@@PLUGINFILE@@/"  # behind it, the name of a picture that a file carries
WHOLE_TAG = "all-or-nothing"  # says what a format has no other word for


@dataclass(frozen=True)
class ForeignAnswer:
    """One answer of a question: `percent` of the mark it earns (−100 to 100), and what it is matched with, if any.

    A numeric answer has a `tolerance` on both sides of the number in `text`.
    """

    text: str
    percent: float = 0.0
    feedback: str = ""
    match: str = ""
    tolerance: float = 0.0


@dataclass(frozen=True)
class Picture:
    """A picture that a file carries with a question: what the text calls it, and its bytes, of whatever type."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class ForeignQuestion:
    """A question with the line it begins in; `markup` is plain, html, markdown or moodle, as its file says.

    Answers of an ordering stand in their order. A cloze has [[1]], [[2]] … in its stem and what fits each in `gaps`;
    where words are picked from a list, `answers` are that list. `whole`: all or nothing. `notes`: what was lost.
    """

    line: int
    kind: str
    stem: str
    answers: tuple[ForeignAnswer, ...] = ()
    title: str = ""
    category: str = ""
    feedback: str = ""
    markup: str = "moodle"
    ref: str = ""
    tags: tuple[str, ...] = ()
    gaps: tuple[tuple[ForeignAnswer, ...], ...] = ()
    units: tuple[str, ...] = ()
    whole: bool = False
    file: str = ""  # in a package, the file it stands in
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()  # of the stem, which shows them as @@PLUGINFILE@@/name


@dataclass(frozen=True)
class ForeignFile:
    """What a file gave: the questions that can be taken, and a finding for each thing that cannot."""

    questions: tuple[ForeignQuestion, ...] = ()
    findings: tuple[Finding, ...] = field(default=())
