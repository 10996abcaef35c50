"""The cast: who is in the demo and what each of them did, as `cast.yaml` states it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("cast.yaml")


@dataclass(frozen=True)
class Sitting:
    """A quiz on a working day, the class's own where none is named; `right`: between so many and so many answers.

    `covers`: a paper that covers the post.
    """

    day: int
    quiz: str
    right: tuple[int, int] = (0, 0)
    unanswered: int = 0
    covers: bool = False


@dataclass(frozen=True)
class Call:
    """An observed call on a working day; None where the call gave no occasion for a criterion."""

    day: int
    scores: tuple[int | None, ...]


@dataclass(frozen=True)
class Story:
    """What a learner did; days are working days of the class, 0 is the one before it. None: it did not happen."""

    lessons: tuple[int, ...] = ()
    early: int = 0
    joined: int = 1
    quizzes: tuple[Sitting, ...] = ()
    class_quizzes: tuple[Sitting, ...] = ()
    day_off: int | None = None
    practice: int | None = None
    too_much: int | None = None
    signed: int | None = None
    issued: int | None = None
    adviser: int | None = None
    left: int | None = None
    begun: int | None = None
    calls: tuple[Call, ...] = ()
    wrong_first: str = ""
    go_live_quiz: str = ""
    withdrawn: str = ""

    @property
    def first_day(self) -> int:
        """Return the working day on which `lessons` begin."""
        return 1 - self.early


@dataclass(frozen=True)
class Ended:
    """A certificate that was ended so many days ago."""

    days: int
    cause: str
    why: str


@dataclass(frozen=True)
class Member:
    """One of the cast; of agents, `class_days` and `certified_days` count back from today."""

    employee_no: str
    name: str
    latin_name: str
    locale: str
    role: str
    team: str = ""
    capacity: int = 0
    mentor: str = ""
    kind: str = ""
    class_days: int = 0
    certified_days: int = 0
    ended: Ended | None = None
    story: Story = field(default=Story())


@dataclass(frozen=True)
class Cast:
    """Everybody, with the place they work at; names are pairs of Chinese and English."""

    site: tuple[str, str]
    time_zone: str
    teams: Mapping[str, tuple[str, str]]
    members: tuple[Member, ...]

    def of(self, role: str) -> tuple[Member, ...]:
        """Return the members with a role, `agent` being those of earlier classes."""
        return tuple(member for member in self.members if member.role == role)


def load() -> Cast:
    """Return the cast that is shipped with the code."""
    table = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    site = table["site"]
    return Cast(
        site=(site["name"]["zh"], site["name"]["en"]),
        time_zone=site["time_zone"],
        teams={team["slug"]: (team["name"]["zh"], team["name"]["en"]) for team in table["teams"]},
        members=tuple(_member(row, table["stories"]) for row in table["people"]),
    )


def _member(row: Mapping[str, Any], stories: Mapping[str, Mapping[str, Any]]) -> Member:
    kind = row.get("story", "")
    own = {name: row[name] for name in Story.__dataclass_fields__ if name in row}
    return Member(
        employee_no=row["employee_no"],
        name=row["name"],
        latin_name=row["latin_name"],
        locale=row["locale"],
        role=row["role"],
        team=row.get("team", ""),
        capacity=row.get("capacity", 0),
        mentor=row.get("mentor", ""),
        kind=kind,
        class_days=row.get("class", 0),
        certified_days=row.get("certified", 0),
        ended=Ended(**row["ended"]) if "ended" in row else None,
        story=_story({**stories.get(kind, {}), **own}),
    )


def _story(row: Mapping[str, Any]) -> Story:
    plain = {name: row[name] for name in row if name not in ("lessons", "quizzes", "class_quizzes", "calls")}
    return Story(
        lessons=tuple(row.get("lessons", ())),
        quizzes=tuple(_sitting(sitting) for sitting in row.get("quizzes", ())),
        class_quizzes=tuple(_sitting(sitting) for sitting in row.get("class_quizzes", ())),
        calls=tuple(Call(call["day"], tuple(call["scores"])) for call in row.get("calls", ())),
        **plain,
    )


def _sitting(row: Mapping[str, Any]) -> Sitting:
    low, high = row.get("right", (0, 0))
    return Sitting(
        row["day"], row.get("quiz", ""), (low, high), row.get("unanswered", 0), covers=row.get("from") == "coverage"
    )


def class_name(starts_on: date) -> tuple[str, str]:
    """Return what a class of new hires is called, in Chinese and in English."""
    return f"{starts_on.year}年{starts_on.month}月新人班", f"New hires, {starts_on:%B %Y}"
