"""A re-score never ends a certificate: HR looks again, and a person decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Site
from lms.accounts.rules import Identity, Role
from lms.audit.models import AuditEntry
from lms.certification import actions
from lms.certification.actions import EndValue
from lms.certification.models import Period
from lms.certification.queries.changed import changed_evidence
from lms.errors import NotFound, Refused
from lms.quizzes.models import Attempt, QuestionVersion, Regrade, Ruling
from tests.certification.conftest import World, identity

ClientOf = Callable[..., FlaskClient]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def certified(world: World, session: Session, now: datetime) -> Period:
    """A certificate that leans on an attempt."""
    fact = {"kind": "attempt", "id": attempt(session).id, "version": 1, "value": 90.0, "requirement": "gate-quiz"}
    period = world.make.period(world.learner, world.gate, evidence=[fact], certified_at=now)
    session.commit()
    return period


@pytest.fixture
def hr(world: World) -> Identity:
    """HR, signed in."""
    return identity(world.hr, Role.HR)


def attempt(session: Session) -> Attempt:
    return session.scalars(select(Attempt)).one()


def regrade(session: Session, at: datetime, *, passed: bool = False, **more: Any) -> Regrade:
    """Write what a ruling does: the attempt, and the row that stays."""
    version = session.scalars(select(QuestionVersion)).first()
    assert version is not None
    sat = attempt(session)
    values = {"version_id": version.id, "kind": "void", "accept": [], "decided_by_id": sat.learner_id}
    ruling = Ruling(**values, reason="Two answers were right.", decided_at=at)
    session.add(ruling)
    session.flush()
    before = bool(sat.passed)
    sat.score, sat.max_score, sat.passed = (8.0 if passed else 6.0), 9.0, passed
    row = Regrade(
        attempt_id=sat.id,
        cause="ruling",
        ruling_id=ruling.id,
        at=at,
        score_before=9,
        max_before=10,
        passed_before=before,
        score_after=sat.score,
        max_after=9,
        passed_after=passed,
        **more,
    )
    session.add(row)
    session.commit()
    return row


@pytest.mark.usefixtures("certified")
def test_nothing_changed_is_nothing_to_decide(session: Session, hr: Identity, now: datetime, statements: Any) -> None:
    with statements() as ran:
        assert changed_evidence(session, hr, at=now) == ()
    assert len(ran) == 1


def test_a_lost_pass_is_laid_before_hr_and_the_certificate_stays(
    session: Session, world: World, hr: Identity, certified: Period, now: datetime, statements: Any
) -> None:
    row = regrade(session, now + timedelta(days=1))
    with statements() as ran:
        (found,) = changed_evidence(session, hr, at=now + timedelta(days=1))
    assert len(ran) == 3
    assert (found.period.number, found.learner.id) == (certified.number, world.learner.id)
    assert (found.regrade.id, found.reason) == (row.id, "Two answers were right.")
    session.refresh(certified)
    assert certified.ended_at is None


def test_what_stays_passed_is_no_matter(session: Session, hr: Identity, certified: Period, now: datetime) -> None:
    del certified
    regrade(session, now + timedelta(days=1), passed=True)
    assert changed_evidence(session, hr, at=now) == ()


def test_a_pass_that_came_back_is_no_matter(session: Session, hr: Identity, certified: Period, now: datetime) -> None:
    del certified
    regrade(session, now + timedelta(days=1))
    regrade(session, now + timedelta(days=2), passed=True)
    assert changed_evidence(session, hr, at=now + timedelta(days=2)) == ()


def test_a_certificate_on_other_evidence_is_no_matter(
    session: Session, world: World, hr: Identity, now: datetime
) -> None:
    world.make.period(world.learner, world.gate, certified_at=now)
    regrade(session, now + timedelta(days=1))
    assert changed_evidence(session, hr, at=now) == ()


def test_a_certificate_that_has_ended_or_run_out_is_no_matter(
    session: Session, hr: Identity, certified: Period, now: datetime
) -> None:
    regrade(session, now + timedelta(days=1))
    assert changed_evidence(session, hr, at=now + timedelta(days=400)) == ()
    actions.end_period(session, hr, certified.number, EndValue("revoked", "Wrong"), now=now + timedelta(days=2))
    assert changed_evidence(session, hr, at=now + timedelta(days=2)) == ()


def test_a_person_decides_that_it_stands_and_why(
    session: Session, world: World, hr: Identity, certified: Period, now: datetime
) -> None:
    row = regrade(session, now + timedelta(days=1))
    later = now + timedelta(days=2)
    actions.keep_certificate(session, hr, certified.number, row.id, "Watched two calls.", now=later)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "evidence.stands")).all()
    assert (entry.actor, entry.subject) == (world.hr.employee_no, world.learner.employee_no)
    assert changed_evidence(session, hr, at=later) == ()
    with pytest.raises(Refused) as refused:
        actions.keep_certificate(session, hr, certified.number, row.id, "Again.", now=later)
    assert refused.value.code == "nothing_changed"


def test_a_second_loss_is_looked_at_again(session: Session, hr: Identity, certified: Period, now: datetime) -> None:
    row = regrade(session, now + timedelta(days=1))
    actions.keep_certificate(session, hr, certified.number, row.id, "Fine.", now=now + timedelta(days=1))
    regrade(session, now + timedelta(days=2), passed=True)
    again = regrade(session, now + timedelta(days=3))
    (found,) = changed_evidence(session, hr, at=now + timedelta(days=3))
    assert found.regrade.id == again.id


def test_others_decide_nothing(session: Session, world: World, certified: Period, now: datetime) -> None:
    row = regrade(session, now + timedelta(days=1))
    adviser = identity(world.adviser, Role.ADVISER)
    assert changed_evidence(session, adviser, at=now) == ()
    with pytest.raises(NotFound):
        actions.keep_certificate(session, adviser, certified.number, row.id, "Fine.", now=now)
    own = identity(world.learner, Role.LEARNER, Role.HR)
    with pytest.raises(Refused) as refused:
        actions.keep_certificate(session, own, certified.number, row.id, "Fine.", now=now)
    assert refused.value.code == "not_yourself"
    with pytest.raises(NotFound):
        actions.keep_certificate(session, own, "2026-NONE", row.id, "Fine.", now=now)


def test_hr_of_another_site_sees_none_of_it(session: Session, world: World, certified: Period, now: datetime) -> None:
    del certified
    regrade(session, now + timedelta(days=1))
    elsewhere = world.make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    far = identity(world.make.person("hr", site_id=elsewhere.id), Role.HR)
    assert changed_evidence(session, far, at=now) == ()


def test_hr_is_led_from_the_board_and_decides(
    client_of: ClientOf, session: Session, world: World, certified: Period, now: datetime
) -> None:
    browser = client_of(world.hr)
    assert "The evidence of" not in text(browser.get("/go-live"))
    assert "Nothing to decide" in text(browser.get("/go-live/evidence"))
    row = regrade(session, now + timedelta(seconds=1))
    assert "The evidence of 1 certificate changed." in text(browser.get("/go-live"))
    page = text(browser.get("/go-live/evidence"))
    assert certified.number in page
    assert "9 of 10 became 6 of 9" in page
    assert "Two answers were right." in page
    where = f"/certificates/{certified.number}/evidence"
    assert browser.post(where, data={"regrade": str(row.id), "why": " "}).status_code == 422
    assert browser.post(where, data={"regrade": "x", "why": "Fine."}).status_code == 422
    sent = {"regrade": str(row.id), "why": "Watched two calls."}
    assert "It stands." in text(browser.post(where, data=sent, follow_redirects=True))
    assert "nothing to decide about this certificate any more" in text(
        browser.post(where, data=sent, follow_redirects=True)
    )
    assert "The evidence of" not in text(browser.get("/go-live"))


@pytest.mark.parametrize("who", ["mentor", "adviser", "learner"])
def test_only_hr_may_look(client_of: ClientOf, world: World, certified: Period, who: str) -> None:
    browser = client_of(getattr(world, who))
    assert browser.get("/go-live/evidence").status_code == 404
    assert browser.post(f"/certificates/{certified.number}/evidence", data={"regrade": "1"}).status_code == 404
