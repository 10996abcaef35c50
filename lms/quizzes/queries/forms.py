"""What forms are drawn from: the bank of a quiz with how often each question was seen and how easy it was."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.quizzes.models import Attempt, AttemptQuestion, ItemRollup, Question, QuestionVersion, Quiz
from lms.quizzes.queries.pools import askable, candidate
from lms.quizzes.rules.blueprint import BankItem, Cell
from lms.quizzes.rules.draw import Candidate
from lms.quizzes.rules.items import LEAST_FACILITY


@dataclass(frozen=True)
class Stock:
    """The questions that a quiz may draw, as the draw and as the blueprint see them."""

    candidates: tuple[Candidate, ...]
    items: tuple[BankItem, ...]


def cells_of(quiz: Quiz) -> tuple[Cell, ...]:
    """Return the cells of a quiz's blueprint."""
    return tuple(Cell(each["competency"], each["level"], each["count"]) for each in quiz.blueprint)


def stock_of(session: Session, quiz_id: int) -> Stock:
    """Return the bank of a quiz with exposure and facility; two statements, however many questions.

    Exposure is the share of the quiz's attempts that drew the question, in any of its versions. Facility is the mean
    mark of first attempts at the present version in all quizzes, where there are enough of them.
    """
    drawn = (
        select(QuestionVersion.question_id, func.sum(ItemRollup.drawn).label("drawn"))
        .join(ItemRollup, ItemRollup.version_id == QuestionVersion.id)
        .where(ItemRollup.quiz_id == quiz_id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    ease = (
        select(ItemRollup.version_id, func.sum(ItemRollup.n).label("n"), func.sum(ItemRollup.marks).label("marks"))
        .group_by(ItemRollup.version_id)
        .subquery()
    )
    attempts = session.scalar(select(func.count(Attempt.id)).where(Attempt.quiz_id == quiz_id)) or 0
    rows = session.execute(
        askable(quiz_id)
        .add_columns(drawn.c.drawn, ease.c.n, ease.c.marks)
        .outerjoin(drawn, drawn.c.question_id == Question.id)
        .outerjoin(ease, ease.c.version_id == QuestionVersion.id)
    ).all()
    items = tuple(
        BankItem(
            row.id,
            row.competency,
            row.level,
            exposure=(row.drawn or 0) / attempts if attempts else 0.0,
            facility=row.marks / row.n if (row.n or 0) >= LEAST_FACILITY else None,
        )
        for row in rows
    )
    return Stock(tuple(candidate(row) for row in rows), items)


def last_form(session: Session, quiz_id: int, learner_id: int) -> frozenset[int]:
    """Return the questions of the learner's last attempt at a quiz, of both its forms; one statement."""
    last = (
        select(Attempt.id, Attempt.pools_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.learner_id == learner_id)
        .order_by(Attempt.number.desc())
        .limit(1)
        .cte("last_attempt")
    )
    asked = (
        select(QuestionVersion.question_id)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .join(last, or_(AttemptQuestion.attempt_id == last.c.id, AttemptQuestion.attempt_id == last.c.pools_id))
    )
    return frozenset(session.scalars(asked))
