"""Two advisers reach for the last place of a mentor at once: one has it, the other reads why not; nobody gets a 500."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms import db, schema
from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.audit import queries as audit
from lms.audit.rules import first_bad
from lms.errors import Refused
from lms.mentoring import actions
from lms.mentoring.models import MentorSlot, Observation, Pairing
from lms.mentoring.rules.calls import CallValue
from tests.make import Make

pytestmark = [pytest.mark.slow, pytest.mark.real_time]
TRIALS = int(os.environ.get("ONRAMP_TRIALS", "5"))
NOW = datetime.fromisoformat("2026-03-17T02:30:00+00:00")


@pytest.fixture
def committed(engine: Engine, database_kind: str, new_database: Callable[[str], str]) -> Iterator[db.Database]:
    """A database of its own, for what is committed here is never rolled back."""
    own = db.connect(new_database(database_kind))
    schema.upgrade(own)
    yield db.Database(own)
    own.dispose()


def who(person: Person, role: Role) -> Identity:
    return Identity(
        person.id, person.employee_no, person.name, None, "en", person.site_id, "Asia/Shanghai", (Grant(role),)
    )


def at_once(*acts: Callable[[Session], object]) -> Callable[[db.Database], list[str]]:
    """Run each act in its own transaction, all at the same moment; return `ok` or the refusal of each."""

    def run(store: db.Database) -> list[str]:
        together = Barrier(len(acts))

        def one(act: Callable[[Session], object]) -> str:
            together.wait()
            try:
                with store.writing() as session:
                    act(session)
            except Refused as refused:
                return refused.code or "?"
            return "ok"

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


def live(store: db.Database, mentor_id: int) -> list[int]:
    with store.reading() as session:
        query = select(Pairing.learner_id).where(Pairing.mentor_id == mentor_id, Pairing.ended_at.is_(None))
        return list(session.scalars(query))


def chain_is_whole(store: db.Database) -> bool:
    with store.reading() as session:
        return first_bad(audit.links(session), head=audit.head(session)) is None


Side = tuple[Identity, int, int]  # an adviser, their class, a learner of it


def side(make: Make) -> Side:
    adviser = make.person("adviser")
    group = make.training_class(adviser)
    return who(adviser, Role.ADVISER), group.id, make.learner(group).id


def assigning(one: Side, mentor_id: int | None) -> Callable[[Session], object]:
    return lambda session: actions.assign_mentor(session, *one, mentor_id, now=NOW)


def test_the_last_place_goes_to_one_of_two(committed: db.Database) -> None:
    with committed.writing() as session:
        make = Make(session, NOW)
        trials = [(make.mentor(capacity=1).id, side(make), side(make)) for _ in range(TRIALS)]
    for mentor_id, one, two in trials:
        answers = at_once(assigning(one, mentor_id), assigning(two, mentor_id))(committed)
        assert sorted(answers) == ["mentor_full", "ok"]
        assert len(live(committed, mentor_id)) == 1
    assert chain_is_whole(committed)


def test_a_learner_whom_two_assign_at_once_has_one_mentor(committed: db.Database) -> None:
    with committed.writing() as session:
        make = Make(session, NOW)
        trials = [(make.mentor().id, make.mentor().id, side(make)) for _ in range(TRIALS)]
    for first, second, one in trials:
        assert at_once(assigning(one, first), assigning(one, second))(committed) == ["ok", "ok"]
        assert len(live(committed, first)) + len(live(committed, second)) == 1
    assert chain_is_whole(committed)


def test_two_advisers_who_move_learners_across_do_not_block_each_other(committed: db.Database) -> None:
    with committed.writing() as session:
        make = Make(session, NOW)
        trials = []
        for _ in range(TRIALS):
            here, there = make.mentor(capacity=4).id, make.mentor(capacity=4).id
            classes = []
            for _side in range(2):
                adviser = make.person("adviser")
                group = make.training_class(adviser)
                learners = [make.learner(group).id for _learner in range(2)]
                classes.append((who(adviser, Role.ADVISER), group.id, learners))
            trials.append((here, there, classes))
    for here, there, ((a, a_class, (a1, a2)), (b, b_class, (b1, b2))) in trials:
        acts = [
            lambda s, w={a1: here, a2: there}, i=a, c=a_class: actions.assign_mentors(s, i, c, w, now=NOW),
            lambda s, w={b1: there, b2: here}, i=b, c=b_class: actions.assign_mentors(s, i, c, w, now=NOW),
        ]
        assert at_once(*acts)(committed) == ["ok", "ok"]
        assert len(live(committed, here)) == len(live(committed, there)) == 2


def test_a_place_is_not_taken_away_under_somebody(committed: db.Database) -> None:
    with committed.writing() as session:
        make = Make(session, NOW)
        hr = who(make.person("hr"), Role.HR)
        trials = [(make.mentor(capacity=1).id, side(make)) for _ in range(TRIALS)]
    for mentor_id, one in trials:
        closing = lambda session, m=mentor_id: actions.set_capacity(session, hr, m, 0, now=NOW)  # noqa: E731  # run at once
        answers = at_once(assigning(one, mentor_id), closing)(committed)
        assert answers in (["ok", "places_taken"], ["mentor_full", "ok"])
        with committed.reading() as session:
            slots = session.query(MentorSlot).filter_by(mentor_id=mentor_id).count()
        assert slots == len(live(committed, mentor_id))


def test_two_taps_open_one_scorecard(committed: db.Database) -> None:
    with committed.writing() as session:
        make = Make(session, NOW)
        person = make.mentor()
        card, mentor = make.scorecard(criteria=0).id, who(person, Role.MENTOR)
        learners = [make.learner(make.training_class()).id for _ in range(TRIALS)]
    value = CallValue("C-1", NOW, card)
    for learner_id in learners:
        start = lambda s, n=learner_id: actions.start_observation(s, mentor, n, value, now=NOW)  # noqa: E731  # run at once
        assert at_once(start, start)(committed) == ["ok", "ok"]
        with committed.reading() as session:
            assert session.query(Observation).filter_by(learner_id=learner_id).count() == 1
