"""Eight people reach for the last seat of a run at once: one has it, the others wait in order."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from lms import db, schema
from lms.accounts.rules import Role
from lms.timetable import actions
from lms.timetable.models import Run, RunPlace
from tests.conftest import NOW
from tests.games.conftest import who
from tests.make import Make
from tests.proofs.test_races import AT_ONCE, TRIALS, at_once

pytestmark = [pytest.mark.slow, pytest.mark.real_time]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[db.Database]:
    """A database of each kind that is committed to for real."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    engine = db.connect(new_database(request.param))
    schema.upgrade(engine)
    yield db.Database(engine)
    engine.dispose()


def test_the_last_seat_is_taken_by_exactly_one(store: db.Database) -> None:
    with store.writing() as session:
        make = Make(session, NOW)
        people = [who(make.learner(), Role.LEARNER) for _ in range(AT_ONCE)]
        course, trainer, site = make.course().id, make.person("trainer").id, make.site().id
        runs = [
            make.add(
                Run(
                    site_id=site,
                    course_id=course,
                    trainer_id=trainer,
                    starts_at=NOW + timedelta(days=1),
                    ends_at=NOW + timedelta(days=1, hours=1),
                    place_zh="二楼",
                    place_en="Room 2",
                    seats=1,
                    posts=[],
                    revision=0,
                    created_at=NOW,
                    changed_at=NOW,
                )
            ).id
            for _ in range(TRIALS)
        ]
    for run_id in runs:

        def come(n: int, run_id: int = run_id) -> int | None:
            with store.writing() as session:
                return actions.take_place(session, people[n], run_id, now=NOW).seat

        assert sorted(at_once(come), key=str) == [1] + [None] * (AT_ONCE - 1)

        def leave(n: int, run_id: int = run_id) -> None:
            with store.writing() as session:
                if n < AT_ONCE // 2:
                    actions.leave_place(session, people[n], run_id, now=NOW)

        at_once(leave)
        with store.reading() as session:
            left = session.query(RunPlace).filter(RunPlace.run_id == run_id, RunPlace.left_at.is_(None)).all()
        assert sorted((place.seat for place in left), key=str) == [1, None, None, None]
