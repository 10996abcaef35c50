"""What was decided about versions of questions, and who sat them: the facts that decisions are made on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from lms.quizzes.models import Answer, Attempt, AttemptQuestion, Marking, QuestionVersion, Quiz
from lms.quizzes.models import Ruling as RulingRow
from lms.quizzes.queries.attempts import same_place
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.pooling import within_of
from lms.quizzes.rules.regrading import Outcome, Place, Question, Ruling, Verdict, Worth

FirstForm, SecondForm = aliased(Attempt), aliased(Attempt)


def question_of(version: QuestionVersion) -> Question:
    """Return a version as grading needs it."""
    return Question(version.kind, version.key, tuple(version.unit.values()), version.body)


def rulings_in(session: Session, attempt_ids: Iterable[int]) -> tuple[Ruling, ...]:
    """Return the rulings on what some attempts ask, oldest first; one statement."""
    return _rulings(session.scalars(IN_ATTEMPTS, {"attempt_ids": list(attempt_ids)}))


def rulings_on(session: Session, version_ids: Iterable[int]) -> tuple[Ruling, ...]:
    """Return the rulings on versions, oldest first; one statement."""
    rows = session.scalars(select(RulingRow).where(RulingRow.version_id.in_(version_ids)).order_by(RulingRow.id))
    return _rulings(rows)


_asked = select(AttemptQuestion.version_id).where(
    AttemptQuestion.attempt_id.in_(bindparam("attempt_ids", expanding=True))
)
IN_ATTEMPTS = select(RulingRow).where(RulingRow.version_id.in_(_asked)).order_by(RulingRow.id)


def _rulings(rows: Iterable[RulingRow]) -> tuple[Ruling, ...]:
    return tuple(Ruling(row.version_id, Verdict(row.kind), tuple(row.accept)) for row in rows)


@dataclass(frozen=True)
class Second:
    """The finished second form of an attempt, with what it came to by itself and what was decided."""

    attempt_id: int
    finished_at: datetime
    came_to: Outcome


@dataclass(frozen=True)
class Sat:
    """The place of a version in a finished attempt, with what the attempt came to."""

    attempt_id: int
    position: int
    quiz_id: int
    learner_id: int
    pass_percent: int
    finished_at: datetime
    place: Place
    before: Outcome
    first: Result | None = None  # of a second form: what the first one came to
    first_id: int | None = None
    second: Second | None = None  # of a first form, once it is finished
    has_second: bool = False  # a second form of it has begun
    within: int = 0  # a first form this near to the cut is not decided

    @property
    def key(self) -> tuple[int, int]:
        """Return what names the place."""
        return self.attempt_id, self.position

    @property
    def whole(self) -> bool:
        """Say whether the place has its whole mark."""
        held = self.place.held
        return held is not None and 0 < held.weight <= held.marks


def sat(session: Session, version: QuestionVersion, *, lock: bool = False) -> list[Sat]:
    """Return every place of `version` in finished attempts, by attempt, their rows locked if asked for; one statement.

    Attempts that were thrown away at the end are left out: nothing of them was marked.
    """
    query = (
        select(
            *(Attempt.id, Attempt.quiz_id, Attempt.learner_id, Attempt.finished_at, Attempt.pass_percent),
            *(Attempt.score, Attempt.max_score, Attempt.passed, Attempt.pools_id),
            *(Quiz.purpose, Quiz.borderline_percent),
            *(FirstForm.score.label("first_score"), FirstForm.max_score.label("first_max")),
            *(SecondForm.id.label("second_id"), SecondForm.finished_at.label("second_at")),
            *(SecondForm.score.label("second_score"), SecondForm.max_score.label("second_max")),
            SecondForm.passed.label("second_passed"),
            *(AttemptQuestion.position, AttemptQuestion.marks, AttemptQuestion.weight),
            Answer.response,
            Marking.marks.label("by_hand"),
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(FirstForm, FirstForm.id == Attempt.pools_id)
        .outerjoin(SecondForm, SecondForm.pools_id == Attempt.id)
        .outerjoin(Answer, same_place())
        .outerjoin(
            Marking,
            and_(Marking.attempt_id == AttemptQuestion.attempt_id, Marking.position == AttemptQuestion.position),
        )
        .where(
            AttemptQuestion.version_id == version.id,
            Attempt.finished_at.is_not(None),
            Attempt.settled_by != "discarded",
        )
        .order_by(Attempt.id)
    )
    rows = session.execute(query.with_for_update(of=Attempt) if lock else query)
    question = question_of(version)
    return [
        Sat(
            attempt_id=row.id,
            position=row.position,
            quiz_id=row.quiz_id,
            learner_id=row.learner_id,
            pass_percent=row.pass_percent,
            finished_at=row.finished_at,
            place=Place(version.id, question, row.response, Worth(row.marks or 0.0, row.weight), row.by_hand),
            before=Outcome(row.score, row.max_score, row.passed),
            first=None if row.pools_id is None else Result(row.first_score, row.first_max, row.pass_percent),
            first_id=row.pools_id,
            second=_second(row),
            has_second=row.second_id is not None,
            within=within_of(row.purpose, row.borderline_percent),
        )
        for row in rows
    ]


def _second(row: Any) -> Second | None:
    if row.second_at is None:
        return None
    return Second(row.second_id, row.second_at, Outcome(row.second_score or 0.0, row.second_max, row.second_passed))
