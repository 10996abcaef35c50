"""What a decision, or a mark given by hand, makes of finished attempts, and of the second forms that pool with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.quizzes.models import AttemptQuestion
from lms.quizzes.queries.rulings import Sat, Second
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.pooling import pooled, verdict
from lms.quizzes.rules.regrading import Outcome, Ruling, Worth, outcome, worth

FEW = 1000  # so many attempts are named one by one in a statement, more by a subquery


@dataclass(frozen=True)
class Change:
    """What becomes of one attempt; `worth` is None where its own marks stay and only its first form changes.

    `together` is what both forms come to before and after; None where the attempt is no second form. `has_second`: it
    is a first form whose second one has begun, so that both decide.
    """

    attempt_id: int
    quiz_id: int
    learner_id: int
    finished_at: datetime
    position: int
    worth: Worth | None
    before: Outcome
    after: Outcome
    together: tuple[Result, Result] | None = None
    has_second: bool = False

    @property
    def flips(self) -> bool:
        """Say whether a pass becomes none, or the other way about."""
        return bool(self.before.passed) != bool(self.after.passed)


@dataclass(frozen=True)
class Changes:
    """What becomes of all attempts that hold a version, and of second forms whose first form does."""

    places: int
    changed: tuple[Change, ...] = field(default=())
    pooled: tuple[Change, ...] = field(default=())

    @property
    def all(self) -> tuple[Change, ...]:
        """Return both."""
        return (*self.changed, *self.pooled)

    @property
    def flips(self) -> tuple[Change, ...]:
        """Return the attempts whose pass changes."""
        return tuple(each for each in self.all if each.flips)

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
        facts = [
            (each.attempt_id, each.position, each.before, each.worth, each.after, each.together, each.has_second)
            for each in self.all
        ]
        return sha256(repr((said, self.places, facts)).encode()).hexdigest()


def changes(session: Session, version_id: int, found: Iterable[Sat], rulings: Collection[Ruling]) -> Changes:
    """Return what `rulings` make of the attempts in `found`; one statement where anything changes, else none."""
    places = list(found)
    made = {each.key: worth(each.place, rulings) for each in places}
    moved = [each for each in places if made[each.key] != each.place.held]
    if not moved:
        return Changes(len(places))
    beside = _places_of(session, version_id, {each.attempt_id for each in moved})
    after = {each.attempt_id: _outcome(each, made[each.key], beside[each.attempt_id]) for each in moved}
    changed = tuple(_change(each, made[each.key], after) for each in moved)
    pools = tuple(
        _decided(each, each.second, after[each.attempt_id])
        for each in moved
        if each.second is not None and each.second.attempt_id not in after
    )
    return Changes(len(places), changed, pools)


def _outcome(moved: Sat, made: Worth, places: Mapping[int, Worth]) -> Outcome:
    """Return what the attempt comes to by itself; where there are two forms, the second one says what both decide."""
    worths = {**places, moved.position: made}
    found = outcome(worths.values(), moved.pass_percent, passed=moved.before.passed)
    if not found.max_score or moved.first is not None:
        return found
    result = Result(found.score, found.max_score, moved.pass_percent)
    return replace(found, passed=verdict(result, within_percent=moved.within, has_second=moved.has_second))


def _change(moved: Sat, made: Worth, after: Mapping[int, Outcome]) -> Change:
    found = after[moved.attempt_id]
    one = Change(
        moved.attempt_id,
        moved.quiz_id,
        moved.learner_id,
        moved.finished_at,
        moved.position,
        made,
        moved.before,
        found,
        has_second=moved.has_second,
    )
    if moved.first is None:
        return one
    becomes = after.get(moved.first_id) if moved.first_id is not None else None
    first = moved.first if becomes is None else _result(becomes, moved.first)
    before = pooled(moved.first, _result(moved.before, moved.first))
    both = pooled(first, _result(found, moved.first))
    passed = both.passed if found.max_score else moved.before.passed
    return replace(one, after=replace(found, passed=passed), together=(before, both))


def _result(found: Outcome, of: Result) -> Result:
    return Result(found.score, found.max_score, of.pass_percent)


def _decided(first: Sat, second: Second, becomes: Outcome) -> Change:
    """Return what becomes of a second form whose own marks stay."""
    held, before = second.came_to, Result(first.before.score, first.before.max_score, first.pass_percent)
    own = _result(held, before)
    both = pooled(_result(becomes, before), own)
    return Change(
        attempt_id=second.attempt_id,
        quiz_id=first.quiz_id,
        learner_id=first.learner_id,
        finished_at=second.finished_at,
        position=0,
        worth=None,
        before=held,
        after=replace(held, passed=both.passed if held.max_score else held.passed),
        together=(pooled(before, own), both),
    )


def _places_of(session: Session, version_id: int, attempt_ids: Collection[int]) -> dict[int, dict[int, Worth]]:
    columns = (AttemptQuestion.attempt_id, AttemptQuestion.position, AttemptQuestion.marks, AttemptQuestion.weight)
    named = AttemptQuestion.attempt_id.in_(attempt_ids)
    if len(attempt_ids) > FEW:
        named = AttemptQuestion.attempt_id.in_(
            select(AttemptQuestion.attempt_id).where(AttemptQuestion.version_id == version_id)
        )
    found: dict[int, dict[int, Worth]] = defaultdict(dict)
    for row in session.execute(select(*columns).where(named)):
        found[row.attempt_id][row.position] = Worth(row.marks or 0.0, row.weight)
    return found
