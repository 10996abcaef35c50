from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.pace import actions, queries
from lms.pace.models import DayOff, Holiday
from lms.pace.rules import Caps, Load
from tests.make import Make

TODAY = date(2026, 3, 17)
CAPS = Caps()


def test_what_is_studied_adds_up_over_the_day(session: Session, make: Make, now: datetime) -> None:
    learner = make.person("learner")
    actions.record_study(session, learner.id, day=TODAY, now=now, seconds=100, new_points=2)
    actions.record_study(session, learner.id, day=TODAY, now=now, seconds=50)
    actions.record_study(session, learner.id, day=TODAY - timedelta(days=1), now=now, seconds=999, new_points=9)
    load = queries.load_of(session, learner.id, TODAY, CAPS, now=now)
    assert (load.new_points, load.focused_seconds) == (2, 150)


def test_adding_is_one_statement(session: Session, make: Make, now: datetime, statements: Callable[[], Any]) -> None:
    learner = make.person("learner")
    with statements() as ran:
        actions.record_study(session, learner.id, day=TODAY, now=now, seconds=100, new_points=2)
    assert len(ran) == 1


def test_what_was_done_cannot_be_taken_away(session: Session, make: Make, now: datetime) -> None:
    with pytest.raises(ValueError, match="cannot be undone"):
        actions.record_study(session, make.person().id, day=TODAY, now=now, seconds=-1)


def test_quizzes_count_by_day_and_week_and_failures_by_five_working_days(
    session: Session, make: Make, now: datetime
) -> None:
    learner = make.person("learner")
    for day, failed in ((10, True), (11, True), (16, False), (17, True)):
        actions.record_quiz(session, learner.id, day=date(2026, 3, day), now=now, failed=failed)
    load = queries.load_of(session, learner.id, TODAY, CAPS, now=now)
    assert (load.graded_quizzes, load.graded_this_week, load.failed_quizzes) == (1, 2, 2)


def test_the_first_too_much_of_the_day_stays(session: Session, make: Make, now: datetime) -> None:
    learner = make.person("learner")
    actions.record_study(session, learner.id, day=TODAY, now=now, new_points=1)
    assert not queries.load_of(session, learner.id, TODAY, CAPS, now=now).too_much
    actions.say_too_much(session, learner.id, day=TODAY, now=now)
    actions.say_too_much(session, learner.id, day=TODAY, now=now + timedelta(hours=1))
    assert queries.load_of(session, learner.id, TODAY, CAPS, now=now) == Load(CAPS, new_points=1, too_much=True)
    assert queries.load_of(session, learner.id, TODAY + timedelta(days=1), CAPS, now=now) == Load(CAPS)
    assert queries.last_seen(session, [learner.id]) == {learner.id: now}


def test_too_much_may_be_the_first_thing_said_on_a_day(session: Session, make: Make, now: datetime) -> None:
    learner = make.person("learner")
    actions.say_too_much(session, learner.id, day=TODAY, now=now)
    assert queries.load_of(session, learner.id, TODAY, CAPS, now=now).state == "full"


@pytest.mark.parametrize("people", [2, 60])
def test_loads_of_many_are_one_statement(
    session: Session, make: Make, now: datetime, statements: Callable[[], Any], people: int
) -> None:
    learners = [make.person("learner").id for _ in range(people)]
    actions.record_study(session, learners[0], day=TODAY, now=now, new_points=3)
    with statements() as ran:
        loads = queries.loads_of(session, learners, TODAY, CAPS, now=now)
    assert len(ran) == 1
    assert [loads[learner].new_points for learner in learners] == [3] + [0] * (people - 1)


def test_too_much_can_be_taken_back(session: Session, make: Make, now: datetime) -> None:
    learner = make.person("learner")
    actions.take_back_too_much(session, learner.id, day=TODAY)
    actions.say_too_much(session, learner.id, day=TODAY, now=now)
    actions.take_back_too_much(session, learner.id, day=TODAY)
    assert not queries.load_of(session, learner.id, TODAY, CAPS, now=now).too_much


def test_days_off_and_holidays_let_the_window_of_failed_quizzes_reach_further_back(
    session: Session, make: Make, now: datetime, statements: Callable[[], Any]
) -> None:
    learner, other = make.learner(), make.learner()
    for person in (learner, other):
        for day in (6, 10, 17):
            actions.record_quiz(session, person.id, day=date(2026, 3, day), now=now, failed=True)
    make.add(DayOff(person_id=learner.id, day=date(2026, 3, 13)))
    tuesday = date(2026, 3, 17)

    def failed() -> list[int]:
        with statements() as ran:
            loads = queries.loads_of(session, [learner.id, other.id], tuesday, Caps(), now=now)
        assert len(ran) == 1
        return [loads[each.id].failed_quizzes for each in (learner, other)]

    assert failed() == [2, 1]
    site = make.site().id
    make.add(Holiday(site_id=site, day=date(2026, 3, 12), name_zh="假", name_en="Holiday"))
    assert failed() == [2, 2]
    make.add(Holiday(site_id=site, day=date(2026, 3, 11), name_zh="假", name_en="Holiday"))
    make.add(Holiday(site_id=site, day=date(2026, 3, 9), name_zh="假", name_en="Holiday"))
    assert failed() == [3, 3]
    make.add(Holiday(site_id=site, day=date(2026, 3, 14), name_zh="补班", name_en="Working Saturday", works=True))
    assert failed() == [3, 2]
    assert not queries.loads_of(session, [learner.id], date(2026, 3, 12), Caps(), now=now)[learner.id].day_off
    assert queries.loads_of(session, [learner.id], date(2026, 3, 13), Caps(), now=now)[learner.id].day_off
