"""Reads profiles, programmes, scorecards and tracks, each one file."""

import re
from collections.abc import Callable
from typing import Any

from lms.content.ondisk.located import Table
from lms.content.rules.library import (
    Both,
    Branch,
    Criterion,
    Gate,
    Profile,
    ProfilePoint,
    Programme,
    Quiz,
    Requirement,
    Rung,
    Scorecard,
    Stage,
    Track,
)
from lms.courses.rules.findings import N_

LESSON = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*/\d\d-[a-z0-9]+(?:-[a-z0-9]+)*$")
SCOPES = ("study", "shadow", "nesting", "full")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REVIEWS = ("fsrs", "ladder")  # how points come back; fsrs where nothing is said
CAPS = ("new_points_target", "new_points", "minutes_target", "minutes")
SIGNERS = ("mentor", "adviser", "lead", "trainer")
SCORES = ("0", "1", "2", "3")
COMPETENCY = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*(?:-\*)?$")
LONGEST_COMPETENCY = 80
LONGEST_PROGRAMME = 400  # days
LONGEST_TITLE = 200


def profile(slug: str, table: Table) -> Profile:
    """Return the job profile that `table` states."""
    return Profile(slug, table.both("title", LONGEST_TITLE), tuple(map(_point, table.tables("points"))), table.place)


def _point(row: Table) -> ProfilePoint:
    point = ProfilePoint(
        slug=row.slug("slug"),
        group=row.both("group", 120),
        kind=row.one_of("kind", ("knowledge", "skill", "attitude")),
        minimum=row.flag("minimum"),
        title=row.both("title", 300),
        lessons=row.slugs("lessons", LESSON) if row.has("lessons") else (),
        questions=row.slugs("questions") if row.has("questions") else (),
        place=row.place,
    )
    row.done()
    return point


def programme(slug: str, table: Table) -> Programme:
    """Return the programme that `table` states."""
    return Programme(
        slug=slug,
        title=table.both("title", LONGEST_TITLE),
        post=table.slug("post"),
        caps=_caps(table.table("caps")),
        calendar=_calendar(table.table("calendar")),
        stages=tuple(map(_stage, table.tables("stages"))),
        quizzes=tuple(map(_quiz, table.tables("quizzes"))) if table.has("quizzes") else (),
        gates=tuple(map(_gate, table.tables("gates"))) if table.has("gates") else (),
        place=table.place,
    )


def _caps(row: Table) -> dict[str, int]:
    caps = {name: row.whole(name, 1, 1440) for name in CAPS}
    for target, cap in (("new_points_target", "new_points"), ("minutes_target", "minutes")):
        if caps[target] > caps[cap]:
            row.file.error(row.line_of(target), N_("The target “%(target)s” is above its cap."), target=target)
    row.done()
    return caps


def _calendar(row: Table) -> dict[str, Any]:
    days = row.texts("working_days", 3)
    for day in days:
        if day not in DAYS:
            row.file.error(
                row.line_of("working_days"), N_("“%(day)s” is no day of the week; write mon, tue, wed …"), day=day
            )
    calendar: dict[str, Any] = {"working_days": list(days), "days": row.whole("days", 1, LONGEST_PROGRAMME)}
    if row.has("reviews"):
        calendar["reviews"] = row.one_of("reviews", REVIEWS)
    row.done()
    return calendar


def _stage(row: Table) -> Stage:
    days = row.texts("days", 4)
    numbers = [int(day) for day in days if day.isdecimal()]
    if len(numbers) != 2 or not 1 <= numbers[0] <= numbers[1] <= LONGEST_PROGRAMME:  # noqa: PLR2004  # first and last
        row.file.error(row.line_of("days"), N_("“days” are the first and the last working day: [1, 10]."))
        numbers = [1, 1]
    stage = Stage(
        slug=row.slug("slug"),
        scope=row.one_of("scope", SCOPES),
        title=row.both("title", LONGEST_TITLE),
        summary=row.both("summary"),
        first_day=numbers[0],
        last_day=numbers[1],
        courses=row.slugs("courses"),
        place=row.place,
    )
    row.done()
    return stage


def _quiz(row: Table) -> Quiz:
    quiz = Quiz(
        slug=row.slug("slug"),
        title=row.both("title", LONGEST_TITLE),
        purpose=row.one_of("purpose", ("practice", "daily", "gate")),
        courses=row.slugs("courses"),
        draw=row.whole("draw", 1, 500),
        limit_minutes=row.whole("limit_minutes", 1, 600),
        pass_percent=row.whole("pass_percent", 0, 100),
        attempts=row.whole("attempts", 1, 1000) if row.has("attempts") else None,
        feedback=row.one_of("feedback", ("at_once", "after_passing", "after_window")),
        more=_more(row),
        place=row.place,
    )
    row.done()
    return quiz


def _more(row: Table) -> dict[str, Any]:
    """Return the columns of what a quiz may state besides."""
    more: dict[str, Any] = {}
    if row.has("blueprint"):
        more["blueprint"] = [_cell(cell) for cell in row.tables("blueprint")]
    if row.has("borderline"):
        more["borderline_percent"] = row.whole("borderline", 0, 20)
    if row.has("retake_wait_hours"):
        more["retake_wait_hours"] = row.whole("retake_wait_hours", 0, 336)
    if row.has("pauses"):
        pauses = row.table("pauses")
        more["pauses_allowed"] = pauses.whole("allowed", 0, 10)
        more["pause_minutes"] = pauses.whole("minutes", 1, 60)
        pauses.done()
    if row.has("confidence"):
        more["asks_confidence"] = row.flag("confidence")
    if row.has("at_end"):
        more["at_end"] = row.one_of("at_end", ("submit", "submit_in_grace", "discard"))
    return more


def _cell(row: Table) -> dict[str, Any]:
    competency = row.text("competency", LONGEST_COMPETENCY)
    if not COMPETENCY.match(competency):
        row.wrong("competency", N_("“competency” is a competency, or a family of them such as fr-*."))
    cell = {"competency": competency, "level": row.whole("level", 1, 3), "count": row.whole("count", 1, 500)}
    row.done()
    return cell


def _gate(row: Table) -> Gate:
    gate = Gate(
        slug=row.slug("slug"),
        after_stage=row.slug("after_stage"),
        scope=row.one_of("scope", SCOPES),
        valid_months=row.whole("valid_months", 1, 120),
        title=row.both("title", LONGEST_TITLE),
        summary=row.both("summary"),
        requirements=tuple(map(_requirement, row.tables("requirements"))),
        place=row.place,
    )
    row.done()
    return gate


def _fresh(row: Table) -> dict[str, Any]:
    return {"fresh_days": row.whole("fresh_days", 1, 3650)} if row.has("fresh_days") else {}


def _observed_calls(row: Table) -> dict[str, Any]:
    facts = {"scorecard": row.slug("scorecard"), "count": row.whole("count", 1, 100)}
    if row.has("min_percent"):
        facts["min_percent"] = row.whole("min_percent", 0, 100)
    return facts | _fresh(row)


FACTS: dict[str, Callable[[Table], dict[str, Any]]] = {
    "lessons": lambda row: {"courses": list(row.slugs("courses"))},
    "quiz": lambda row: {"quiz": row.slug("quiz")} | _fresh(row),
    "observed_calls": _observed_calls,
    "sign_off": lambda row: {"role": row.one_of("role", SIGNERS)} | _fresh(row),
    "coverage": lambda _row: {},
}


def _requirement(row: Table) -> Requirement:
    kind = row.one_of("kind", tuple(FACTS))
    requirement = Requirement(row.slug("slug"), kind, row.both("title", 300), FACTS[kind](row), row.place)
    row.done()
    return requirement


def scorecard(slug: str, table: Table) -> Scorecard:
    """Return the scorecard that `table` states."""
    return Scorecard(
        slug=slug,
        title=table.both("title", LONGEST_TITLE),
        pass_percent=table.whole("pass_percent", 0, 100),
        criteria=tuple(map(_criterion, table.tables("criteria"))),
        place=table.place,
    )


def _criterion(row: Table) -> Criterion:
    anchors = row.table("anchors")
    criterion = Criterion(
        slug=row.slug("slug"),
        title=row.both("title", LONGEST_TITLE),
        weight=row.number("weight", 0.1, 100),
        critical=row.has("critical") and row.flag("critical"),
        anchors=tuple((score, anchors.both(score, 500)) for score in SCORES if anchors.has(score)),
        place=row.place,
    )
    anchors.done()
    row.done()
    return criterion


def track(slug: str, table: Table) -> Track:
    """Return the career track that `table` states."""
    return Track(
        slug=slug,
        title=table.both("title", LONGEST_TITLE),
        rungs=tuple(_rung(row, stars=True) for row in table.tables("rungs")),
        branches=tuple(map(_branch, table.tables("branches"))) if table.has("branches") else (),
        place=table.place,
    )


def _rung(row: Table, *, stars: bool) -> Rung:
    rung = Rung(
        slug=row.slug("slug"),
        title=row.both("title", LONGEST_TITLE),
        summary=row.both("summary"),
        stars=row.whole("stars", 0, 5) if stars or row.has("stars") else None,
        criteria=tuple(map(_rung_criterion, row.tables("criteria"))) if stars or row.has("criteria") else (),
        place=row.place,
    )
    row.done()
    return rung


def _rung_criterion(row: Table) -> dict[str, Any]:
    kind = row.one_of("kind", ("gate", "months", "text"))
    facts: dict[str, Any] = {"kind": kind}
    if kind == "gate":
        facts["gate"] = row.slug("gate")
    if kind == "months":
        facts["count"] = row.whole("count", 1, 600)
    title: Both = row.both("title", 300)
    row.done()
    return facts | {"title": title.as_dict()}


def _branch(row: Table) -> Branch:
    branch = Branch(
        slug=row.slug("slug"),
        origin=row.slug("from"),
        title=row.both("title", LONGEST_TITLE),
        rungs=tuple(_rung(rung, stars=False) for rung in row.tables("rungs")),
        place=row.place,
    )
    row.done()
    return branch
