"""More time for a person: set by HR, seen by the learner, in force everywhere and at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, Refused
from lms.quizzes import actions
from lms.quizzes.actions import MoreTime
from lms.quizzes.models import Accommodation, AttemptEvent
from lms.quizzes.rules.spans import Allowance
from tests.make import Make
from tests.quizzes.conftest import GRACE, MS, Sitting

Sit = Callable[..., Sitting]
Browser = Callable[[Person], FlaskClient]
MINUTE = timedelta(minutes=1)
HALF_MORE = Allowance(1.5)


def hr(make: Make) -> Identity:
    person = make.person("hr")
    return Identity(
        id=person.id,
        employee_no=person.employee_no,
        name=person.name,
        latin_name=None,
        locale="en",
        site_id=person.site_id,
        time_zone="Asia/Shanghai",
        grants=(Grant(Role.HR),),
    )


def grant(make: Make, person: Person, allowance: Allowance, now: datetime) -> None:
    actions.set_accommodation(make.session, person, MoreTime(allowance, "Reads slowly"), by=hr(make), now=now)


@pytest.mark.parametrize(
    ("allowance", "minutes"),
    [
        (Allowance(1.25), 10),
        (Allowance(1.5), 12),
        (Allowance(extra_minutes=10), 18),
        (Allowance(1.5, 5), 17),
        (Allowance(unlimited=True), 24 * 60),
    ],
)
def test_more_time_counts_from_the_start(
    make: Make, sit: Sit, now: datetime, allowance: Allowance, minutes: int
) -> None:
    learner = make.learner()
    grant(make, learner, allowance, now)
    attempt = sit(learner=learner).attempt
    assert attempt.deadline == now + minutes * MINUTE
    kept = Allowance(attempt.factor, attempt.extra_minutes, attempt.unlimited)
    assert (kept, attempt.limit_minutes, attempt.at_end) == (allowance, 8, "submit")


def test_without_a_limit_the_hard_stop_is_the_end(make: Make, sit: Sit, now: datetime) -> None:
    learner = make.learner()
    grant(make, learner, Allowance(unlimited=True), now)
    assert sit(make.quiz(hard_stop_at=now + 90 * MINUTE), learner).deadline == now + 90 * MINUTE


def test_more_time_moves_an_open_attempt_at_once(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit()
    grant(make, sitting.learner, HALF_MORE, now + MINUTE)
    assert sitting.deadline == now + 12 * MINUTE
    sitting.save(1, "a", now + 8 * MINUTE + GRACE + MS)
    assert sitting.events() == ["started", "deadline_changed"]
    event = make.session.scalars(select(AttemptEvent).where(AttemptEvent.kind == "deadline_changed")).one()
    assert event.detail["cause"] == "accommodation"
    assert "Reads slowly" not in str(event.detail)


def test_the_record_says_what_was_granted_and_not_why(make: Make, now: datetime) -> None:
    learner = make.learner()
    grant(make, learner, HALF_MORE, now)
    entry = make.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("accommodation.set", learner.employee_no)
    assert "1.5" in entry.payload
    assert "Reads slowly" not in entry.payload


def test_a_new_grant_takes_the_place_of_the_old_one_which_stays(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit()
    grant(make, sitting.learner, Allowance(extra_minutes=10), now)
    actions.extend_attempt(make.session, sitting.id, minutes=3, reason="x", actor="T1", now=now)
    grant(make, sitting.learner, Allowance(1.25, 5), now + MINUTE)
    assert sitting.deadline == now + (10 + 5 + 3) * MINUTE
    rows = make.session.scalars(select(Accommodation).order_by(Accommodation.id)).all()
    assert [(row.extra_minutes, row.ended_at) for row in rows] == [(10, now + MINUTE), (5, None)]


def test_taking_time_away_never_ends_an_attempt_in_the_past(make: Make, sit: Sit, now: datetime) -> None:
    learner = make.learner()
    grant(make, learner, Allowance(unlimited=True), now)
    sitting = sit(learner=learner)
    late = now + timedelta(hours=2, seconds=7)
    actions.end_accommodation(make.session, learner, by=hr(make), now=late)
    assert late <= sitting.deadline < late + MINUTE
    assert sitting.attempt.unlimited is False
    actions.end_accommodation(make.session, learner, by=hr(make), now=late)
    assert sitting.events() == ["started", "deadline_changed"]


def test_an_attempt_whose_time_is_over_is_not_brought_back(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit()
    end = sitting.deadline
    grant(make, sitting.learner, Allowance(unlimited=True), end + GRACE + MS)
    assert sitting.deadline == end


@pytest.mark.parametrize(
    ("allowance", "reason", "field"),
    [
        (Allowance(2.0), "x", "kind"),
        (Allowance(), "x", "kind"),
        (Allowance(extra_minutes=241), "x", "extra_minutes"),
        (Allowance(extra_minutes=-1), "x", "extra_minutes"),
        (Allowance(1.5), " ", "reason"),
        (Allowance(1.5), "x" * 401, "reason"),
    ],
)
def test_what_makes_no_sense_is_not_granted(
    make: Make, now: datetime, allowance: Allowance, reason: str, field: str
) -> None:
    learner = make.learner()
    with pytest.raises(Invalid, check=lambda error: error.field == field):
        actions.set_accommodation(make.session, learner, MoreTime(allowance, reason), by=hr(make), now=now)


def test_of_two_grants_at_once_one_holds(make: Make, now: datetime, monkeypatch: Any) -> None:
    from lms.quizzes.actions import accommodations

    learner = make.learner()
    grant(make, learner, HALF_MORE, now)
    monkeypatch.setattr(accommodations, "in_force", lambda *_args: None)
    with pytest.raises(Refused, check=lambda error: error.code == "busy"):
        grant(make, learner, Allowance(1.25), now)


SENT = {"kind": "1.5", "extra_minutes": "0", "reason": "Reads slowly"}


def test_hr_grants_and_ends_on_the_page_of_the_person(make: Make, client_of: Browser, now: datetime) -> None:
    learner, browser = make.learner(), client_of(make.person("hr"))
    url = f"/people/{learner.employee_no}/accommodation"
    assert "nothing more" in browser.get(url).text
    assert url in browser.get(f"/people/{learner.id}").text
    assert browser.post(url, data=SENT).status_code == 303
    shown = browser.get(url).text
    assert "1.5 times the time" in shown
    assert "Reads slowly" in shown
    assert browser.post(url, data={"kind": "no_limit", "extra_minutes": "0", "reason": "x"}).status_code == 303
    assert "no time limit" in browser.get(url).text
    assert browser.post(f"{url}/end").status_code == 303
    shown = browser.get(url).text
    assert "nothing more" in shown
    assert "Reads slowly" in shown


@pytest.mark.parametrize(
    "sent",
    [
        SENT | {"kind": "1", "extra_minutes": "0"},
        SENT | {"kind": "7"},
        SENT | {"extra_minutes": "many"},
        SENT | {"extra_minutes": "241"},
        SENT | {"reason": ""},
        {},
    ],
)
def test_what_cannot_be_granted_is_asked_again_with_what_was_typed(
    make: Make, client_of: Browser, sent: dict[str, str]
) -> None:
    learner, browser = make.learner(), client_of(make.person("hr"))
    answer = browser.post(f"/people/{learner.employee_no}/accommodation", data=sent)
    assert answer.status_code == 422
    assert sent.get("reason", "") in answer.text


@pytest.mark.parametrize("role", ["trainer", "mentor", "adviser", "lead", "auditor", "admin", "learner"])
def test_nobody_but_hr_reads_the_reason(make: Make, client_of: Browser, now: datetime, role: str) -> None:
    learner = make.learner()
    grant(make, learner, HALF_MORE, now)
    url = f"/people/{learner.employee_no}/accommodation"
    assert client_of(make.person(role)).get(url).status_code == 404


def test_learners_see_their_own_time_without_the_reason(make: Make, client_of: Browser, now: datetime) -> None:
    learner = make.learner()
    browser = client_of(learner)
    assert "My time in quizzes" not in browser.get("/profile").text
    grant(make, learner, Allowance(1.5, 5), now)
    make.session.commit()
    shown = browser.get("/profile").text
    assert "1.5 times the time and 5 minutes more in each quiz" in shown
    assert "Reads slowly" not in shown
