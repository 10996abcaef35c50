"""The parts of a lesson's block, and how a box `::: kind` is read into one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lms.courses.rules import inline
from lms.courses.rules.findings import N_, Finding, error
from lms.courses.rules.flow import Flow

TURN = re.compile(r"^(caller|agent)[ \t]+(\d{1,3}:[0-5]\d)[ \t]*\|[ \t]*(.+)$")
SOUND = re.compile(r"^(.*?)[ \t]*\|[ \t]*(media/\S+)$")
REMARK = re.compile(r"^([+!])[ \t]+(.+)$")
QUESTION_ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LONGEST_QUESTION_ID = 80


@dataclass(frozen=True)
class Words:
    """Markdown text: `kind` is prose, mnemonic or story; its first key mark has the number `first`."""

    line: int
    kind: str
    text: str
    first: int = 0
    marks: tuple[inline.Mark, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", inline.marks(self.text))


@dataclass(frozen=True)
class KeyBox:
    """A key point that stands alone and carries its own question."""

    line: int
    text: str
    question: str | None
    number: int = 0


@dataclass(frozen=True)
class Remark:
    """What a mentor would say of a turn: well done, or take care."""

    good: bool
    text: str


@dataclass(frozen=True)
class Turn:
    """One thing said in a call: by `caller` or `agent`, at `time` from its start as m:ss."""

    line: int
    who: str
    time: str
    text: str
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Case:
    """An annotated call."""

    line: int
    title: str
    turns: tuple[Turn, ...]
    sound: str | None = None  # as it stands in the source: media/call.mp3


@dataclass(frozen=True)
class Check:
    """A question of the bank asked at this place."""

    line: int
    ref: str


@dataclass(frozen=True)
class Drawing:
    """A flow of steps."""

    line: int
    flow: Flow


Part = Words | KeyBox | Case | Check | Drawing
Read = tuple[Part | None, tuple[Finding, ...]]


def read_box(kind: str, argument: str, rows: list[str], line: int) -> Read:
    """Return the part that a box holds and what is wrong with it; `line` is the number of its first line."""
    reader = READERS.get(kind)
    if reader is None:
        kinds = ", ".join(READERS)
        return None, (error(line, N_("“%(kind)s” is no kind of box; there are: %(kinds)s."), kind=kind, kinds=kinds),)
    return reader(argument, rows, line)


def _key(_argument: str, rows: list[str], line: int) -> Read:
    asked = [row[2:].strip() for row in rows if row.startswith("? ")]
    text = "\n".join(row for row in rows if not row.startswith("? ")).strip()
    box = KeyBox(line, text.replace("==", ""), asked[0] if asked else None)
    if not text:
        return None, (error(line, N_("This key point has no words.")),)
    if len(asked) != 1:
        return box, (error(line, N_("A “::: key” box has exactly one line that begins with “? ”: its question.")),)
    return box, ()


def _words(kind: str) -> Callable[[str, list[str], int], Read]:
    def read(_argument: str, rows: list[str], line: int) -> Read:
        text = "\n".join(rows)
        if not text.strip():
            return None, (error(line, N_("This box is empty.")),)
        return Words(line + 1, kind, text), ()

    return read


def _case(argument: str, rows: list[str], line: int) -> Read:
    sounding = SOUND.match(argument)
    title, sound = sounding.groups() if sounding else (argument, None)
    turns: list[Turn] = []
    findings: list[Finding] = []
    for number, row in enumerate(rows, line + 1):
        if not row.strip():
            continue
        said, remark = TURN.match(row), REMARK.match(row)
        if said:
            turns.append(Turn(number, said.group(1), said.group(2), said.group(3).strip()))
        elif remark and turns:
            last = turns[-1]
            remarks = (*last.remarks, Remark(remark.group(1) == "+", remark.group(2).strip()))
            turns[-1] = Turn(last.line, last.who, last.time, last.text, remarks)
        else:
            findings.append(
                error(
                    number,
                    N_("A line of a call reads “caller 0:21 | text” or “agent …”; a remark begins with “+ ” or “! ”."),
                )
            )
    if not title:
        findings.append(error(line, N_("The call needs a title: “::: case A caller in the dark”.")))
    if not turns:
        findings.append(error(line, N_("This box is empty.")))
    return Case(line, inline.plain(title), tuple(turns), sound), tuple(findings)


def _check(argument: str, rows: list[str], line: int) -> Read:
    if not QUESTION_ID.match(argument) or len(argument) > LONGEST_QUESTION_ID:
        return None, (error(line, N_("A check names a question: “::: check fr-04-02”.")),)
    if any(row.strip() for row in rows):
        return Check(line, argument), (error(line, N_("A check holds nothing; close it with “:::” on the next line.")),)
    return Check(line, argument), ()


READERS: dict[str, Callable[[str, list[str], int], Read]] = {
    "key": _key,
    "mnemonic": _words("mnemonic"),
    "story": _words("story"),
    "case": _case,
    "check": _check,
}
