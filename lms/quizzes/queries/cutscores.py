"""A cut score by judges: the sheet as its trainer sees it, as a judge fills it in. Invitations are on the record."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.audit.models import AuditEntry
from lms.errors import NotFound
from lms.quizzes.models import AngoffRating, AngoffSheet, QuestionVersion, Quiz
from lms.quizzes.queries.forms import cells_of
from lms.quizzes.queries.reach import of_learner
from lms.quizzes.queries.results import right_answer
from lms.quizzes.queries.waiting import Waiting, waiting_about
from lms.quizzes.rules.angoff import Angoff, Spread, angoff, complete, percent_cut, spread, weights
from lms.quizzes.rules.blueprint import BankItem

INVITED = "quiz.judge_invited"
PER_PAGE = 10

Rated = Mapping[int, Mapping[int, int]]  # by judge and version, in per cent


@dataclass(frozen=True)
class Asked:
    """A question of the sheet with its key, as judges read it."""

    version: QuestionVersion
    right: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Judge:
    """Who was invited, with how many questions they have rated in each round."""

    person: Person
    rated: tuple[int, int]


@dataclass(frozen=True)
class Round:
    """What a round came to, in per cent; `found` is None while nobody has rated every question."""

    found: Angoff | None
    cut_percent: int | None
    mean: float | None
    error: float | None
    lowest: float | None
    highest: float | None


@dataclass(frozen=True)
class SheetPage:
    """A quiz with its last sheet, or None; `spreads` are those of the round that is under way, by version."""

    quiz: Quiz
    sheet: AngoffSheet | None
    asked: tuple[Asked, ...] = ()
    judges: tuple[Judge, ...] = ()
    rounds: tuple[Round, ...] = ()
    spreads: Mapping[int, Spread] = field(default_factory=dict)
    applied_by: Person | None = None
    waiting: tuple[Waiting, ...] = ()

    @property
    def result(self) -> Round | None:
        """Return the round that counts: the second one once it is open."""
        return self.rounds[-1] if self.rounds else None


def quiz_named(session: Session, slug: str, *, lock: bool = False) -> Quiz:
    """Return a quiz that is offered and no daily one of a class; NotFound for any other."""
    query = select(Quiz).where(Quiz.slug == slug, Quiz.day.is_(None), Quiz.retired_at.is_(None))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def last_sheet(session: Session, quiz_id: int) -> AngoffSheet | None:
    """Return the newest sheet of a quiz."""
    query = select(AngoffSheet).where(AngoffSheet.quiz_id == quiz_id).order_by(AngoffSheet.id.desc())
    return session.scalars(query.limit(1)).first()


def invited(session: Session, slug: str, sheet_id: int) -> frozenset[str]:
    """Return the employee numbers of a sheet's judges; one statement."""
    rows = session.scalars(select(AuditEntry.payload).where(AuditEntry.subject == slug, AuditEntry.action == INVITED))
    details = [json.loads(row)["detail"] for row in rows]
    return frozenset(each["judge"] for each in details if each["sheet"] == sheet_id)


def sheet_page(session: Session, slug: str) -> SheetPage:
    """Return what a trainer sees of the cut score of a quiz, in constant statements."""
    quiz = quiz_named(session, slug)
    sheet = last_sheet(session, quiz.id)
    waiting = waiting_about(session, quiz.id)
    if sheet is None:
        return SheetPage(quiz, None, waiting=waiting)
    asked = asked_on(session, sheet.versions)
    numbers = invited(session, slug, sheet.id)
    people = session.scalars(select(Person).where(Person.employee_no.in_(numbers)).order_by(Person.employee_no)).all()
    ratings = ratings_of(session, sheet.id)
    under_way = 2 if sheet.second_round_at else 1
    return SheetPage(
        quiz,
        sheet,
        asked,
        tuple(Judge(each, (_count(ratings[1], each.id), _count(ratings[2], each.id))) for each in people),
        tuple(round_of(quiz, asked, ratings[n]) for n in range(1, under_way + 1)),
        spreads_of(ratings[under_way]),
        session.get(Person, sheet.applied_by_id) if sheet.applied_by_id else None,
        waiting,
    )


def _count(rated: Rated, judge_id: int) -> int:
    return len(rated.get(judge_id, {}))


def asked_on(session: Session, version_ids: Sequence[int]) -> tuple[Asked, ...]:
    """Return the questions of a sheet in their order; one statement."""
    rows = session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(version_ids)))
    by_id = {row.id: row for row in rows}
    return tuple(Asked(by_id[each], right_answer(by_id[each])) for each in version_ids if each in by_id)


def ratings_of(session: Session, sheet_id: int) -> dict[int, dict[int, dict[int, int]]]:
    """Return all ratings of a sheet by round, judge and version; one statement."""
    found: dict[int, dict[int, dict[int, int]]] = {1: {}, 2: {}}
    for row in session.scalars(select(AngoffRating).where(AngoffRating.sheet_id == sheet_id)):
        found[row.round].setdefault(row.judge_id, {})[row.version_id] = row.percent
    return found


def round_of(quiz: Quiz, asked: Sequence[Asked], rated: Rated) -> Round:
    """Return what the judges of one round come to who have rated every question."""
    items = [BankItem(each.version.id, each.version.competency, each.version.level) for each in asked]
    share = weights(cells_of(quiz), items)
    whole = complete(rated, [item.question_id for item in items])
    found = angoff([[share[each] * percent / 100 for each, percent in given.items()] for given in whole.values()])
    if found is None:
        return Round(None, None, None, None, None, None)
    most = sum(share.values())
    parts = (100 * each / most for each in (found.cut, found.standard_error, found.lowest, found.highest))
    return Round(found, percent_cut(found, most), *parts)


def judges_of(session: Session, sheet: AngoffSheet) -> set[int]:
    """Return who has rated every question of a sheet in the round that counts; one statement."""
    return set(complete(ratings_of(session, sheet.id)[2 if sheet.second_round_at else 1], sheet.versions))


def spreads_of(rated: Rated) -> dict[int, Spread]:
    """Return by version how far the judges lie apart."""
    given: dict[int, list[int]] = {}
    for percents in rated.values():
        for version_id, percent in percents.items():
            given.setdefault(version_id, []).append(percent)
    return {version_id: found for version_id, each in given.items() if (found := spread(each)) is not None}


@dataclass(frozen=True)
class JudgePage:
    """A part of a sheet as one judge fills it in; the spread of round 1 is there in round 2 only."""

    quiz: Quiz
    sheet: AngoffSheet
    round: int
    asked: tuple[Asked, ...]
    given: Mapping[int, int]
    before: Mapping[int, int]
    spreads: Mapping[int, Spread]
    part: int
    parts: int
    done: int
    total: int


def own_sheet(session: Session, sheet_id: int, judge_id: int, employee_no: str) -> tuple[AngoffSheet, Quiz]:
    """Return a sheet that somebody was invited to; NotFound for any other, and once its quiz asks them themselves."""
    row: Any = session.execute(
        select(AngoffSheet, Quiz)
        .join(Quiz, Quiz.id == AngoffSheet.quiz_id)
        .where(AngoffSheet.id == sheet_id, ~of_learner(judge_id))
    ).one_or_none()
    if row is None or employee_no not in invited(session, row.Quiz.slug, sheet_id):
        raise NotFound
    return row.AngoffSheet, row.Quiz


def judge_page(session: Session, sheet_id: int, judge_id: int, employee_no: str, *, part: int) -> JudgePage:
    """Return one part of a sheet for its judge, in constant statements; nothing of the others in round 1."""
    sheet, quiz = own_sheet(session, sheet_id, judge_id, employee_no)
    ratings = ratings_of(session, sheet.id)
    second = sheet.second_round_at is not None
    parts = max(1, -(-len(sheet.versions) // PER_PAGE))
    here = min(max(part, 1), parts)
    ids = sheet.versions[(here - 1) * PER_PAGE : here * PER_PAGE]
    before = ratings[1].get(judge_id, {})
    given = ratings[2].get(judge_id, {}) if second else before
    return JudgePage(
        quiz=quiz,
        sheet=sheet,
        round=2 if second else 1,
        asked=asked_on(session, ids),
        given=given,
        before=before if second else {},
        spreads=spreads_of(ratings[1]) if second else {},
        part=here,
        parts=parts,
        done=len(given),
        total=len(sheet.versions),
    )


@dataclass(frozen=True)
class ToJudge:
    """A sheet that somebody was invited to, with how many of its questions they have rated in the round under way."""

    sheet: AngoffSheet
    quiz: Quiz
    done: int

    @property
    def waits(self) -> bool:
        """Say whether there is anything left to rate."""
        return self.done < len(self.sheet.versions)


def sheets_of_judge(session: Session, judge_id: int, employee_no: str) -> list[ToJudge]:
    """Return the sheets that somebody was invited to and that no cut was taken from yet; one statement."""
    rated = (
        select(func.count())
        .where(
            AngoffRating.sheet_id == AngoffSheet.id,
            AngoffRating.judge_id == judge_id,
            AngoffRating.round == case((AngoffSheet.second_round_at.is_(None), 1), else_=2),
        )
        .correlate(AngoffSheet)
        .scalar_subquery()
    )
    rows = session.execute(
        select(AngoffSheet, Quiz, AuditEntry.payload, rated)
        .join(Quiz, Quiz.id == AngoffSheet.quiz_id)
        .join(AuditEntry, and_(AuditEntry.subject == Quiz.slug, AuditEntry.action == INVITED))
        .where(AngoffSheet.applied_at.is_(None), Quiz.retired_at.is_(None), ~of_learner(judge_id))
        .order_by(AngoffSheet.id)
    )
    found = {}
    for sheet, quiz, payload, done in rows:
        detail = json.loads(payload)["detail"]
        if detail["judge"] == employee_no and detail["sheet"] == sheet.id:
            found[sheet.id] = ToJudge(sheet, quiz, done)
    return list(found.values())


def waiting_for_judge(session: Session, judge_id: int, employee_no: str) -> int:
    """Return how many sheets wait for somebody's judgement; one statement."""
    return sum(each.waits for each in sheets_of_judge(session, judge_id, employee_no))
