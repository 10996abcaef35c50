"""What was decided about versions of questions, and what a decision would change: one set of facts for both."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, aliased

from lms.quizzes.models import Answer, Attempt, AttemptQuestion, Marking, QuestionVersion, Quiz
from lms.quizzes.models import Ruling as RulingRow
from lms.quizzes.queries.attempts import same_place
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.pooling import verdict, within_of
from lms.quizzes.rules.regrading import Outcome, Place, Question, Ruling, Verdict, Worth, outcome, worth

FirstForm = aliased(Attempt)
FEW = 1000  # so many attempts are named one by one in a statement, more by a subquery


def question_of(version: QuestionVersion) -> Question:
    """Return a version as grading needs it."""
    return Question(version.kind, version.key, tuple(version.unit.values()), version.body)


def versions_in(attempt_ids: Iterable[int]) -> Select[int]:
    """Return the statement that finds the versions asked in some attempts."""
    return select(AttemptQuestion.version_id).where(AttemptQuestion.attempt_id.in_(list(attempt_ids)))


def rulings_on(session: Session, version_ids: Any) -> tuple[Ruling, ...]:
    """Return the rulings on versions, which may be a subquery, oldest first; one statement."""
    rows = session.scalars(select(RulingRow).where(RulingRow.version_id.in_(version_ids)).order_by(RulingRow.id))
    return tuple(Ruling(row.version_id, Verdict(row.kind), tuple(row.accept)) for row in rows)


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
            *(AttemptQuestion.position, AttemptQuestion.marks, AttemptQuestion.weight),
            Answer.response,
            Marking.marks.label("by_hand"),
        )
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(FirstForm, FirstForm.id == Attempt.pools_id)
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
            within=within_of(row.purpose, row.borderline_percent),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Change:
    """What becomes of one attempt."""

    sat: Sat
    worth: Worth
    after: Outcome

    @property
    def flips(self) -> bool:
        """Say whether a pass becomes none, or the other way about."""
        return bool(self.sat.before.passed) != bool(self.after.passed)


@dataclass(frozen=True)
class Changes:
    """What becomes of all attempts that hold a version."""

    places: int
    changed: tuple[Change, ...] = field(default=())

    @property
    def flips(self) -> tuple[Change, ...]:
        """Return the attempts whose pass changes."""
        return tuple(each for each in self.changed if each.flips)

    @property
    def up(self) -> int:
        """Return how many attempts come to a pass."""
        return sum(bool(each.after.passed) for each in self.flips)

    @property
    def down(self) -> int:
        """Return how many attempts lose their pass."""
        return len(self.flips) - self.up

    def seal(self, *said: object) -> str:
        """Return what is equal only for the same decision over the same facts."""
        facts = [(each.sat.key, each.sat.before, each.worth, each.after) for each in self.changed]
        return sha256(repr((said, self.places, facts)).encode()).hexdigest()


def changes(session: Session, version_id: int, found: Iterable[Sat], rulings: Collection[Ruling]) -> Changes:
    """Return what `rulings` make of the attempts in `found`; one statement where anything changes, else none."""
    places = list(found)
    made = {each.key: worth(each.place, rulings) for each in places}
    moved = [each for each in places if made[each.key] != each.place.held]
    beside = _places_of(session, version_id, {each.attempt_id for each in moved}) if moved else {}
    changed = tuple(_change(each, made[each.key], beside[each.attempt_id]) for each in moved)
    return Changes(len(places), changed)


def _change(moved: Sat, made: Worth, places: Mapping[int, Worth]) -> Change:
    worths = {**places, moved.position: made}
    found = outcome(worths.values(), moved.pass_percent, passed=moved.before.passed)
    if not found.max_score:
        return Change(moved, made, found)
    result = Result(found.score, found.max_score, moved.pass_percent)
    passed = verdict(result, first=moved.first, within_percent=moved.within)
    return Change(moved, made, replace(found, passed=passed))


def _places_of(session: Session, version_id: int, attempt_ids: Collection[int]) -> dict[int, dict[int, Worth]]:
    named = AttemptQuestion.attempt_id.in_(attempt_ids)
    if len(attempt_ids) > FEW:
        named = AttemptQuestion.attempt_id.in_(
            select(AttemptQuestion.attempt_id).where(AttemptQuestion.version_id == version_id)
        )
    columns = (AttemptQuestion.attempt_id, AttemptQuestion.position, AttemptQuestion.marks, AttemptQuestion.weight)
    found: dict[int, dict[int, Worth]] = defaultdict(dict)
    for row in session.execute(select(*columns).where(named)):
        found[row.attempt_id][row.position] = Worth(row.marks or 0.0, row.weight)
    return found
