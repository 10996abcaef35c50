"""Imports profiles, programmes with their stages, quizzes and gates, scorecards and tracks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, select

from lms.career.models import Track
from lms.certification.models import CompetencyPoint, Gate, Profile
from lms.content.actions.writing import Desk, assign
from lms.content.rules import forms, library
from lms.content.rules.gates import DECIDES, GateChange, gate_change
from lms.courses.models import Programme, Stage, StageCourse
from lms.mentoring.models import Criterion, Scorecard
from lms.quizzes.models import Quiz, QuizCourse


def import_profiles(desk: Desk, source: library.Library) -> None:
    """Store the job profiles; a point that is gone from its file goes, since the profile is what the file says."""
    rows = {row.slug: row for row in desk.session.scalars(select(Profile).order_by(Profile.slug))}
    points: dict[int, dict[str, CompetencyPoint]] = defaultdict(dict)
    for stored in desk.session.scalars(select(CompetencyPoint)):
        points[stored.profile_id][stored.slug] = stored
    for profile in source.profiles:
        row, touched = _row(desk, rows, Profile, "profile", profile.slug, forms.languages("title", profile.title))
        for position, point in enumerate(profile.points, 1):
            columns = forms.point(point, position)
            kept = points[row.id].pop(point.slug, None)
            if kept is None:
                desk.session.add(CompetencyPoint(profile_id=row.id, slug=point.slug, **columns))
            touched |= kept is None or assign(kept, columns)
        for gone in points.pop(row.id, {}).values():
            desk.session.delete(gone)
            touched = True
        _note(desk, "profile", profile.slug, touched=touched)
    desk.keep(rows, "profile")


def _row(
    desk: Desk, rows: dict[str, Any], model: type[Any], kind: str, slug: str, columns: dict[str, Any]
) -> tuple[Any, bool]:
    """Return the row called `slug`, made or brought to `columns`, and whether an old one differed; `rows` loses it."""
    row = rows.pop(slug, None)
    if row is not None:
        return row, assign(row, columns)
    row = model(slug=slug, **columns)
    desk.session.add(row)
    desk.session.flush()
    desk.report.note(kind, slug, "added")
    return row, False


def _note(desk: Desk, kind: str, slug: str, *, touched: bool) -> None:
    """Report a thing as changed, unless that, or that it was added, is told already."""
    told = any(change.kind == kind and change.slug == slug and change.deed != "held" for change in desk.report.changes)
    if touched and not told:
        desk.report.note(kind, slug, "changed")


def import_programmes(desk: Desk, source: library.Library, courses: dict[str, int]) -> None:
    """Store the programmes with their stages, quizzes and gates; `courses` are the ids of the library's courses."""
    rows = {row.slug: row for row in desk.session.scalars(select(Programme).order_by(Programme.slug))}
    quizzes = {row.slug: row for row in desk.session.scalars(select(Quiz).where(Quiz.day.is_(None)).order_by(Quiz.id))}
    stages: dict[int, dict[str, Stage]] = defaultdict(dict)
    for stage in desk.session.scalars(select(Stage)):
        stages[stage.programme_id][stage.slug] = stage
    gates: dict[int, dict[str, Gate]] = defaultdict(dict)
    for gate in desk.session.scalars(select(Gate).order_by(Gate.version)):
        gates[gate.programme_id][gate.slug] = gate  # the last version of each
    taken: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for course in desk.session.scalars(select(StageCourse).order_by(StageCourse.position)):
        taken[course.stage_id].append((course.course_id, course.position))
    drawn: dict[int, set[int]] = defaultdict(set)
    for pair in desk.session.scalars(select(QuizCourse)):
        drawn[pair.quiz_id].add(pair.course_id)
    for programme in source.programmes:
        row, touched = _row(desk, rows, Programme, "programme", programme.slug, forms.programme(programme))
        touched |= _stages(desk, programme, row.id, stages[row.id], taken, courses)
        _note(desk, "programme", programme.slug, touched=touched)
        _quizzes(desk, programme, row.id, quizzes, drawn, courses)
        _gates(desk, programme, row.id, gates[row.id])
        desk.retire(gates.pop(row.id), "gate", lambda gate: str(gate.slug))
    gone = {row.id for row in rows.values()}
    desk.retire({s: q for s, q in quizzes.items() if q.programme_id not in gone}, "quiz", lambda quiz: str(quiz.slug))
    desk.keep(rows, "programme")


def _stages(
    desk: Desk,
    programme: library.Programme,
    programme_id: int,
    rows: dict[str, Stage],
    taken: dict[int, list[tuple[int, ...]]],
    courses: dict[str, int],
) -> bool:
    """Bring the stages to the file and say whether that changed any."""
    touched = False
    for position, stage in enumerate(programme.stages, 1):
        columns = forms.stage(stage, position)
        row = rows.pop(stage.slug, None)
        if row is None:
            row = Stage(programme_id=programme_id, slug=stage.slug, **columns)
            desk.session.add(row)
            desk.session.flush()
            touched = True
        touched |= assign(row, columns)
        wanted = [(courses[slug], n) for n, slug in enumerate(stage.courses, 1)]
        if taken[row.id] != wanted:
            desk.session.execute(delete(StageCourse).where(StageCourse.stage_id == row.id))
            desk.session.add_all(StageCourse(stage_id=row.id, course_id=c, position=n) for c, n in wanted)
            touched = True
    for gone in rows.values():
        desk.session.execute(delete(StageCourse).where(StageCourse.stage_id == gone.id))
        desk.session.delete(gone)
    return touched or bool(rows)


def _quizzes(
    desk: Desk,
    programme: library.Programme,
    programme_id: int,
    rows: dict[str, Quiz],
    drawn: dict[int, set[int]],
    courses: dict[str, int],
) -> None:
    """Bring the quizzes to the file; attempts keep the deadline and the pass mark they began with.

    What decides about a gate stays as it is, unless a second person agreed.
    """
    for position, quiz in enumerate(programme.quizzes, 1):
        known = rows.get(quiz.slug)
        if known is not None:
            desk.revive(known, "quiz", quiz.slug)
        columns = forms.quiz(quiz, position) | {"programme_id": programme_id}
        wanted = {courses[slug] for slug in quiz.courses}
        asked = None if known is None else _of_gate(known, columns | {"courses": sorted(quiz.courses)}, drawn, courses)
        if asked is not None:
            desk.report.note_gate(replace(asked, approved_by=desk.approved_by))
        waits = asked is not None and desk.approved_by is None
        if asked is not None and waits:
            columns = {name: value for name, value in columns.items() if name not in asked.after}
        row, touched = _row(desk, rows, Quiz, "quiz", quiz.slug, columns)
        if drawn[row.id] != wanted and not waits:
            desk.session.execute(delete(QuizCourse).where(QuizCourse.quiz_id == row.id))
            desk.session.add_all(QuizCourse(quiz_id=row.id, course_id=course) for course in sorted(wanted))
            touched = True
        _note(desk, "quiz", quiz.slug, touched=touched)


def _of_gate(
    known: Quiz, stated: dict[str, Any], drawn: dict[int, set[int]], courses: dict[str, int]
) -> GateChange | None:
    """Return what a file would change of what a gate decides by."""
    names = {course_id: slug for slug, course_id in courses.items()}
    before = {name: getattr(known, name) for name in DECIDES if name != "courses"}
    before["courses"] = sorted(names.get(each, str(each)) for each in drawn[known.id])
    return gate_change(known.slug, before, stated)


def _gates(desk: Desk, programme: library.Programme, programme_id: int, rows: dict[str, Gate]) -> None:
    for position, gate in enumerate(programme.gates, 1):
        columns = forms.gate(gate)
        row = rows.pop(gate.slug, None)
        if row is not None and row.content_hash == columns["content_hash"]:
            desk.revive(row, "gate", gate.slug)
            if assign(row, {"position": position}):
                desk.report.note("gate", gate.slug, "changed", "place")
            continue
        made = Gate(
            programme_id=programme_id, slug=gate.slug, version=_next_version(desk, row), position=position, **columns
        )
        desk.session.add(made)
        desk.report.note("gate", gate.slug, "revised" if row else "added")


def _next_version(desk: Desk, row: Gate | Scorecard | None) -> int:
    """Retire the version that a new one replaces and return the new one's number."""
    if row is None:
        return 1
    row.retired_at = row.retired_at or desk.now
    return row.version + 1


def import_scorecards(desk: Desk, source: library.Library) -> None:
    """Store the scorecards; a changed one becomes a new version, and observations keep theirs."""
    rows = {row.slug: row for row in desk.session.scalars(select(Scorecard).order_by(Scorecard.version))}
    for card in source.scorecards:
        columns = forms.scorecard(card)
        row = rows.pop(card.slug, None)
        if row is not None and row.content_hash == columns["content_hash"]:
            desk.revive(row, "scorecard", card.slug)
            continue
        made = Scorecard(slug=card.slug, version=_next_version(desk, row), **columns)
        desk.session.add(made)
        desk.session.flush()
        _criteria(desk, made.id, card.criteria)
        desk.report.note("scorecard", card.slug, "revised" if row else "added")
    desk.retire(rows, "scorecard", lambda row: str(row.slug))


def _criteria(desk: Desk, scorecard_id: int, criteria: Sequence[library.Criterion]) -> None:
    desk.session.add_all(
        Criterion(scorecard_id=scorecard_id, **forms.criterion(criterion, n)) for n, criterion in enumerate(criteria, 1)
    )


def import_tracks(desk: Desk, source: library.Library) -> None:
    """Store the career tracks."""
    rows = {row.slug: row for row in desk.session.scalars(select(Track).order_by(Track.slug))}
    for track in source.tracks:
        _, touched = _row(desk, rows, Track, "track", track.slug, forms.track(track))
        _note(desk, "track", track.slug, touched=touched)
    desk.keep(rows, "track")
