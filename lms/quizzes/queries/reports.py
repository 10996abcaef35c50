"""What first attempts say about a quiz and its questions, read from sums: no statement touches an attempt."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.quizzes.models import ItemRollup, OptionRollup, Question, QuestionVersion, Quiz, ScoreRollup
from lms.quizzes.rules import reports
from lms.quizzes.rules.items import (
    LEAST_CONSISTENCY,
    LEAST_DISCRIMINATION,
    LEAST_FACILITY,
    LEAST_RELIABILITY,
    Choice,
    Consistency,
    Discrimination,
    Facility,
    Reliability,
    rivals,
)
from lms.quizzes.rules.reports import Around, Band, Scores, Share
from lms.quizzes.rules.sums import ItemSums, OptionSums, ScoreSums, offered, rightly

GRADED = ("daily", "gate")


@dataclass(frozen=True)
class Option:
    """An option of a question with who chose it; `text` is {zh, en}, or "true" and "false" for the page to name."""

    choice: Choice
    text: dict[str, str] | str
    right: bool
    better: bool  # who chose it did better on the whole than who answered rightly


@dataclass(frozen=True)
class ItemLine:
    """One version of a question in one quiz. What is None or empty has too few answers yet, or does not vary."""

    quiz: Quiz
    question: Question
    version: QuestionVersion
    sums: ItemSums
    facility: Facility | None
    discrimination: Discrimination | None
    options: tuple[Option, ...]
    suspect: bool

    @property
    def rank(self) -> int:
        """Return how much the question needs somebody: 0 first."""
        if self.suspect:
            return 0
        verdict = self.discrimination.verdict if self.discrimination else ""
        if verdict in ("check_key", "review"):
            return 1 if verdict == "check_key" else 2
        return 3 if self.facility is not None and self.facility.flag else 4


@dataclass(frozen=True)
class QuizFigures:
    """What first attempts at a quiz say about it as a whole; `most` is the full score where all had the same."""

    n: int
    in_time: Share | None
    passed: Share | None
    bands: tuple[Band, ...]
    fixed: bool
    reliability: Reliability | None
    consistency: Consistency | None
    most: float | None

    @property
    def usual_error(self) -> int | None:
        """Return the standard error of a score in per cent."""
        return reports.usual_error(self.reliability, self.most or 0.0)


@dataclass(frozen=True)
class ReportPage:
    """A quiz with its figures; `items` is None for who may see the whole only."""

    quiz: Quiz
    figures: QuizFigures
    items: tuple[ItemLine, ...] | None


LEAST = {
    "facility": LEAST_FACILITY,
    "discrimination": LEAST_DISCRIMINATION,
    "reliability": LEAST_RELIABILITY,
    "consistency": LEAST_CONSISTENCY,
}


def report_page(session: Session, by: Identity, slug: str) -> ReportPage:
    """Return the report of a quiz as far as `by` may see it, in four statements; NotFound otherwise.

    Trainers see every question; HR the whole of what is graded, advisers of what their own classes sit.
    """
    quiz = _reported(session, by, slug)
    scores = scores_of(session, quiz.id)
    found = item_lines(session, ItemRollup.quiz_id == quiz.id)
    lines = sorted(found, key=lambda line: (line.rank, line.question.ref, -line.version.version))
    shown = tuple(lines) if by.holds(Role.TRAINER) else None
    return ReportPage(quiz, figures([line.sums for line in found], scores, quiz.pass_percent), shown)


def _reported(session: Session, by: Identity, slug: str) -> Quiz:
    query = select(Quiz).where(Quiz.slug == slug)
    if not by.holds(Role.TRAINER):
        programmes = select(TrainingClass.programme_id).where(advised(by))
        own = or_(Quiz.class_id.is_(None), Quiz.class_id.in_(select(TrainingClass.id).where(advised(by))))
        seen = Quiz.purpose.in_(GRADED) if by.holds(Role.HR) else and_(Quiz.programme_id.in_(programmes), own)
        query = query.where(seen)
    quiz = session.scalar(query)
    if quiz is None:
        raise NotFound
    return quiz


def scores_of(session: Session, quiz_id: int) -> Scores:
    """Return how many first attempts at a quiz came to each score; one statement."""
    rows = session.scalars(select(ScoreRollup).where(ScoreRollup.quiz_id == quiz_id))
    return {(row.score, row.max_score): ScoreSums(row.n, row.in_time, row.passed) for row in rows}


def figures(parts: list[ItemSums], scores: Scores, pass_percent: int) -> QuizFigures:
    """Return what the sums of a quiz say of it as a whole."""
    found = reports.reliability(parts, scores)
    most = {most for _score, most in scores}
    return QuizFigures(
        n=reports.attempts(scores),
        in_time=reports.in_time(scores),
        passed=reports.passed(scores),
        bands=reports.bands(scores),
        fixed=reports.fixed_form(parts, scores),
        reliability=found,
        consistency=reports.consistency(scores, pass_percent, found),
        most=most.pop() if len(most) == 1 else None,
    )


def likely_range(session: Session, quiz_id: int, percent: float) -> Around | None:
    """Return between what a score would mostly lie again, where that is known; one statement more where it may be."""
    scores = scores_of(session, quiz_id)
    if reports.attempts(scores) < LEAST_RELIABILITY or len({most for _score, most in scores}) > 1:
        return None
    parts = [item_sums(row) for row in session.scalars(select(ItemRollup).where(ItemRollup.quiz_id == quiz_id))]
    return reports.around(percent, figures(parts, scores, 0).usual_error)


def item_sums(row: ItemRollup) -> ItemSums:
    """Return a stored row as a value."""
    return ItemSums(**{field.name: getattr(row, field.name) for field in fields(ItemSums)})


def item_lines(session: Session, *which: ColumnElement[bool]) -> list[ItemLine]:
    """Return what is known of question versions in quizzes, by quiz; two statements.

    `which` are conditions on sums, quizzes, questions and their versions.
    """
    base = (
        select(ItemRollup, QuestionVersion, Question, Quiz)
        .join(QuestionVersion, QuestionVersion.id == ItemRollup.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Quiz, Quiz.id == ItemRollup.quiz_id)
        .where(*which)
    )
    rows = session.execute(base.order_by(ItemRollup.quiz_id.desc(), ItemRollup.version_id)).all()
    chosen: dict[tuple[int, int], dict[str, OptionSums]] = defaultdict(dict)
    together = and_(OptionRollup.quiz_id == ItemRollup.quiz_id, OptionRollup.version_id == ItemRollup.version_id)
    taken = base.with_only_columns(OptionRollup, maintain_column_froms=True).join(OptionRollup, together)
    for each in session.scalars(taken):
        chosen[each.quiz_id, each.version_id][each.option] = OptionSums(each.chosen, each.total)
    return [
        _line(quiz, question, version, item_sums(row), chosen[row.quiz_id, row.version_id])
        for row, version, question, quiz in rows
    ]


def _line(
    quiz: Quiz, question: Question, version: QuestionVersion, sums: ItemSums, chosen: Mapping[str, OptionSums]
) -> ItemLine:
    ids = tuple(option["id"] for option in version.options)
    right = rightly(version.kind, version.key, ids, version.body)
    texts = {option["id"]: option["text"] for option in version.options}
    choices = reports.choices(offered(version.kind, version.key, ids, version.body), chosen, sums.n)
    fair = frozenset((*right, *version.key.get("fair", ())))
    better = rivals(choices, fair, reports.key_mean(sums))
    return ItemLine(
        quiz=quiz,
        question=question,
        version=version,
        sums=sums,
        facility=reports.facility(sums),
        discrimination=reports.discrimination(sums),
        options=tuple(
            Option(each, texts.get(each.option, each.option), right=each.option in right, better=each.option in better)
            for each in choices
        ),
        suspect=bool(better),
    )
