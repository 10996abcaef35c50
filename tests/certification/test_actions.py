"""Signatures, certificates and their ends; each is an entry of the record."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment
from lms.accounts.rules import Identity, Role
from lms.audit import queries as audit
from lms.certification import actions
from lms.certification.actions import EndValue, SignOffValue
from lms.certification.models import CompetencyPoint, Period, SignOff, VerificationTry
from lms.certification.queries import certificates, evidence, gates
from lms.certification.rules import ledger, requirements, verification
from lms.errors import NotFound, Refused, TooMany
from tests.certification.conftest import PASSWORD, World, identity

MENTOR_SIGNS = SignOffValue("go-live", "mentor", PASSWORD, "Calm on the line.")
ADVISER_SIGNS = SignOffValue("go-live", "adviser", PASSWORD)


def certify(session: Session, world: World, now: datetime) -> Period:
    world.sign(world.learner)
    return actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now).period


def test_the_mentor_signs_with_the_password_and_the_record_says_so(
    session: Session, world: World, now: datetime
) -> None:
    word = actions.sign_off(session, world.as_mentor, world.learner.id, MENTOR_SIGNS, now=now)
    assert (word.role, word.signer_id, word.note) == ("mentor", world.mentor.id, "Calm on the line.")
    entry = audit.about(session, world.learner.employee_no)[0]
    assert (entry.action, entry.actor) == ("gate.signed_off", world.mentor.employee_no)


def test_a_second_signature_on_the_same_day_is_the_first(session: Session, world: World, now: datetime) -> None:
    first = actions.sign_off(session, world.as_mentor, world.learner.id, MENTOR_SIGNS, now=now)
    later = now + timedelta(hours=1)
    assert actions.sign_off(session, world.as_mentor, world.learner.id, MENTOR_SIGNS, now=later).id == first.id
    tomorrow = actions.sign_off(session, world.as_mentor, world.learner.id, MENTOR_SIGNS, now=now + timedelta(days=1))
    assert tomorrow.id != first.id


def test_a_signature_after_a_revocation_of_the_same_day_is_a_new_one(
    session: Session, world: World, now: datetime
) -> None:
    period = certify(session, world, now)
    actions.end_period(
        session, world.as_hr, period.number, EndValue("revoked", "Wrong person"), now=now + timedelta(seconds=9)
    )
    later = now + timedelta(minutes=1)
    actions.sign_off(session, world.as_mentor, world.learner.id, MENTOR_SIGNS, now=later)
    assert session.scalar(select(func.count()).select_from(SignOff).where(SignOff.at == later)) == 1


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(SignOffValue("go-live", "mentor", "wrong"), "wrong_password", id="a wrong password"),
        pytest.param(SignOffValue("go-live", "adviser", PASSWORD), "not_your_role", id="another's role"),
        pytest.param(SignOffValue("go-live", "lead", PASSWORD), "not_asked", id="a role that is not asked"),
    ],
)
def test_signatures_that_are_refused(
    session: Session, world: World, now: datetime, value: SignOffValue, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        actions.sign_off(session, world.as_mentor, world.learner.id, value, now=now)
    assert refused.value.code == code
    assert session.scalar(select(func.count()).select_from(SignOff)) == 0


def test_a_gate_that_is_not_there_cannot_be_signed(session: Session, world: World, now: datetime) -> None:
    with pytest.raises(NotFound):
        actions.sign_off(session, world.as_mentor, world.learner.id, SignOffValue("no", "mentor", PASSWORD), now=now)


def test_another_mentor_finds_nobody_to_sign_for(session: Session, world: World, now: datetime) -> None:
    stranger = identity(world.make.mentor(), Role.MENTOR)
    with pytest.raises(NotFound):
        actions.sign_off(session, stranger, world.learner.id, MENTOR_SIGNS, now=now)


def test_nobody_signs_for_themselves(session: Session, world: World, now: datetime) -> None:
    both = identity(world.learner, Role.LEARNER, Role.HR)
    with pytest.raises(Refused) as refused:
        actions.sign_off(session, both, world.learner.id, MENTOR_SIGNS, now=now)
    assert refused.value.code == "not_yourself"


@pytest.mark.parametrize("named", [True, False], ids=["a grant that names the team", "a grant for the own team"])
def test_a_lead_signs_for_the_own_team(session: Session, world: World, now: datetime, named: bool) -> None:
    team = world.make.team()
    world.learner.team_id = team.id
    lead = world.make.person("lead", password_hash=world.mentor.password_hash, team_id=team.id)
    asked = [{"slug": "lead", "kind": "sign_off", "role": "lead", "title": {"zh": "组长", "en": "Lead"}}]
    world.make.gate(asked, slug="team", position=3, scope="nesting")
    who = identity(lead, Role.LEAD, team_id=team.id if named else None)
    actions.sign_off(session, who, world.learner.id, SignOffValue("team", "lead", PASSWORD), now=now)
    world.learner.team_id = None
    session.flush()
    with pytest.raises(NotFound):
        actions.sign_off(session, who, world.learner.id, SignOffValue("team", "lead", PASSWORD), now=now)


def test_a_lead_who_is_hr_too_does_not_sign_for_another_team(session: Session, world: World, now: datetime) -> None:
    both = identity(world.make.person("hr"), Role.HR, Role.LEAD)
    with pytest.raises(Refused) as refused:
        actions.sign_off(session, both, world.learner.id, MENTOR_SIGNS, now=now)
    assert refused.value.code == "not_your_role"


@pytest.mark.parametrize("who", ["as_adviser", "as_hr"])
def test_adviser_or_hr_certify_when_all_is_met(session: Session, world: World, now: datetime, who: str) -> None:
    world.sign(world.learner)
    issuer: Identity = getattr(world, who)
    issued = actions.issue(session, issuer, world.learner.id, "go-live", now=now)
    period = issued.period
    assert issued.created
    assert (period.valid_from, period.valid_until) == (date(2026, 3, 17), date(2027, 3, 16))
    assert requirements.evidence_hash(period.evidence) == period.evidence_hash
    assert {fact["kind"] for fact in period.evidence} == {
        "gate",
        "lesson",
        "attempt",
        "observation",
        "sign_off",
        "point",
    }
    assert len(period.code) == 32
    entry = audit.about(session, world.learner.employee_no)[0]
    assert (entry.action, entry.actor) == ("period.issued", issuer.employee_no)


def test_an_adviser_named_by_a_grant_for_the_class_certifies(session: Session, world: World, now: datetime) -> None:
    world.sign(world.learner)
    second = identity(world.make.person(), Role.ADVISER, class_id=world.training_class.id)
    assert actions.issue(session, second, world.learner.id, "go-live", now=now).created
    actions.sign_off(
        session,
        identity(world.adviser, Role.ADVISER, class_id=world.training_class.id),
        world.learner.id,
        ADVISER_SIGNS,
        now=now,
    )


def test_certifying_twice_gives_one_certificate(session: Session, world: World, now: datetime) -> None:
    first = certify(session, world, now)
    again = actions.issue(session, world.as_hr, world.learner.id, "go-live", now=now + timedelta(days=1))
    assert (again.created, again.period.id) == (False, first.id)


def test_who_comes_second_gets_the_first_ones_certificate(
    session: Session, world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = certify(session, world, now)
    answers = iter([[], [first]])
    monkeypatch.setattr(gates, "periods_of", lambda *_: next(answers))
    again = actions.issue(session, world.as_hr, world.learner.id, "go-live", now=now)
    assert (again.created, again.period.id) == (False, first.id)


def test_another_clash_is_not_taken_for_a_certificate(
    session: Session, world: World, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    certify(session, world, now)
    monkeypatch.setattr(gates, "periods_of", lambda *_: [])
    with pytest.raises(IntegrityError):
        actions.issue(session, world.as_hr, world.learner.id, "go-live", now=now)


def test_what_is_not_all_met_is_not_certified(session: Session, world: World, now: datetime) -> None:
    world.make.sign_off(world.learner, world.mentor, "mentor")
    with pytest.raises(Refused) as refused:
        actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now)
    assert refused.value.code == "not_all_met"
    assert session.scalar(select(func.count()).select_from(Period)) == 0


def test_what_went_stale_since_the_page_was_drawn_is_not_certified(
    session: Session, world: World, now: datetime
) -> None:
    world.sign(world.learner)
    with pytest.raises(Refused):
        actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now + timedelta(days=14))


def test_nobody_certifies_themselves(session: Session, world: World, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        actions.issue(session, identity(world.learner, Role.HR), world.learner.id, "go-live", now=now)
    assert refused.value.code == "not_yourself"


@pytest.mark.parametrize("role", [Role.MENTOR, Role.LEAD, Role.AUDITOR, Role.TRAINER])
def test_others_do_not_certify(session: Session, world: World, now: datetime, role: Role) -> None:
    world.sign(world.learner)
    with pytest.raises(NotFound):
        actions.issue(session, identity(world.mentor, role), world.learner.id, "go-live", now=now)


def test_an_adviser_of_another_class_does_not_certify(session: Session, world: World, now: datetime) -> None:
    world.sign(world.learner)
    with pytest.raises(NotFound):
        actions.issue(session, identity(world.make.person(), Role.ADVISER), world.learner.id, "go-live", now=now)


def test_a_learner_without_a_class_has_no_gate(session: Session, world: World, now: datetime) -> None:
    learner = world.make.person("learner")
    with pytest.raises(NotFound):
        actions.issue(session, world.as_hr, learner.id, "go-live", now=now)


def test_after_the_class_only_hr_certifies(session: Session, world: World, now: datetime) -> None:
    world.sign(world.learner)
    session.query(Enrolment).filter_by(learner_id=world.learner.id).one().ended_on = now.date()
    session.flush()
    with pytest.raises(NotFound):
        actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now)
    assert actions.issue(session, world.as_hr, world.learner.id, "go-live", now=now).created


def test_a_renewal_in_the_window_needs_evidence_of_the_window_and_keeps_the_anniversary(
    session: Session, world: World, now: datetime
) -> None:
    first = certify(session, world, now)
    soon = datetime(2027, 2, 20, 2, tzinfo=UTC)
    with pytest.raises(Refused):
        actions.issue(session, world.as_hr, world.learner.id, "go-live", now=soon)
    renew(session, world, soon)
    issued = actions.issue(session, world.as_hr, world.learner.id, "go-live", now=soon)
    assert issued.created
    assert (issued.period.valid_from, issued.period.valid_until) == (date(2027, 3, 17), date(2028, 3, 16))
    assert (first.ended_by, first.ended_at) == ("superseded", soon)
    held = gates.periods_of(session, world.learner.id)
    assert ledger.standing(held, soon).status is ledger.Status.VALID
    assert not actions.issue(session, world.as_hr, world.learner.id, "go-live", now=soon).created


def test_after_the_end_a_new_period_begins_on_its_own_day(session: Session, world: World, now: datetime) -> None:
    first = certify(session, world, now)
    late = datetime(2027, 5, 1, 2, tzinfo=UTC)
    renew(session, world, late)
    second = actions.issue(session, world.as_hr, world.learner.id, "go-live", now=late).period
    assert second.valid_from == date(2027, 5, 1)
    assert (first.ended_by, first.ended_at) == ("expiry", datetime(2027, 3, 16, 16, tzinfo=UTC))


def renew(session: Session, world: World, at: datetime) -> None:
    """Let the learner show everything again at `at`."""
    world.make.now = at
    world.prepare(world.learner, number=2)
    world.sign(world.learner)


def test_a_revoked_certificate_ends_at_once_and_needs_new_evidence(
    session: Session, world: World, now: datetime
) -> None:
    period = certify(session, world, now)
    later = now + timedelta(hours=1)
    ended = actions.end_period(session, world.as_hr, period.number, EndValue("revoked", "Mixed up"), now=later)
    assert (ended.ended_by, ended.ended_why, ended.ended_by_id) == ("revoked", "Mixed up", world.hr.id)
    assert audit.about(session, world.learner.employee_no)[0].action == "period.revoked"
    with pytest.raises(Refused) as refused:
        actions.issue(session, world.as_hr, world.learner.id, "go-live", now=later)
    assert refused.value.code == "not_all_met"


@pytest.mark.parametrize("days", [1, 400], ids=["ended before", "run out"])
def test_what_has_ended_cannot_be_ended(session: Session, world: World, now: datetime, days: int) -> None:
    period = certify(session, world, now)
    if days == 1:
        actions.end_period(session, world.as_hr, period.number, EndValue("suspended", "Complaint"), now=now)
    with pytest.raises(Refused) as refused:
        actions.end_period(
            session, world.as_hr, period.number, EndValue("revoked", "Again"), now=now + timedelta(days=days)
        )
    assert refused.value.code == "already_ended"


def test_an_end_is_hrs_and_never_for_oneself(session: Session, world: World, now: datetime) -> None:
    period = certify(session, world, now)
    why = EndValue("revoked", "Because")
    with pytest.raises(NotFound):
        actions.end_period(session, world.as_adviser, period.number, why, now=now)
    with pytest.raises(NotFound):
        actions.end_period(session, world.as_hr, "2026-NOTHING", why, now=now)
    with pytest.raises(Refused):
        actions.end_period(session, identity(world.learner, Role.HR), period.number, why, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE periods SET valid_until = '2099-01-01'",
        "UPDATE periods SET evidence_hash = 'x'",
        "UPDATE periods SET ended_why = 'another'",
        "DELETE FROM periods",
    ],
)
def test_the_database_keeps_the_ledger(session: Session, world: World, now: datetime, statement: str) -> None:
    period = certify(session, world, now)
    actions.end_period(session, world.as_hr, period.number, EndValue("revoked", "Once"), now=now)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def test_verification_tells_status_and_history_and_counts_the_look(
    session: Session, world: World, now: datetime
) -> None:
    period = certify(session, world, now)
    found = actions.verify(session, period.code.lower(), "203.0.113.7", now=now)
    assert (found.status, found.number, found.holder) == (ledger.Status.VALID, period.number, world.learner.name)
    assert [one.number for one in found.history] == [period.number]
    assert session.scalar(select(func.count()).select_from(VerificationTry)) == 1


@pytest.mark.parametrize("cause", ["revoked", "suspended"])
def test_unknown_malformed_and_withdrawn_codes_say_the_same_in_the_same_statements(
    session: Session, world: World, now: datetime, statements: Callable, cause: str
) -> None:
    period = certify(session, world, now)
    actions.end_period(session, world.as_hr, period.number, EndValue(cause, "Mixed up"), now=now)
    session.expunge_all()
    counts, answers = set(), set()
    for code in (period.code, "A" * 32, "nonsense", ""):
        with statements() as ran:
            answers.add(certificates.verified(session, code, at=now))
        counts.add(len(ran))
    assert (counts, len(answers)) == ({2}, 1)


def test_verification_works_after_the_person_left(session: Session, world: World, now: datetime) -> None:
    period = certify(session, world, now)
    world.learner.suspended_at = now
    session.flush()
    assert actions.verify(session, period.code, None, now=now).status is ledger.Status.VALID


def test_guessing_is_slowed_down_by_address(session: Session, world: World, now: datetime) -> None:
    for _ in range(verification.TRIES):
        actions.verify(session, "A" * 32, "203.0.113.7", now=now)
    with pytest.raises(TooMany):
        actions.verify(session, "A" * 32, "203.0.113.7", now=now)
    actions.verify(session, "A" * 32, "203.0.113.8", now=now)
    later = now + verification.TRIES_WINDOW
    actions.verify(session, "A" * 32, "203.0.113.7", now=later)
    kept = select(func.count()).where(VerificationTry.address == "203.0.113.7")
    assert session.scalar(kept) == 1


def test_facts_of_many_take_as_many_statements_as_facts_of_one(
    session: Session, world: World, now: datetime, cohort: Callable, statements: Callable
) -> None:
    session.expunge_all()
    with statements() as few:
        evidence.facts(session, [world.learner.id], [world.gate], until=now)
    people = cohort(20)
    with statements() as many:
        found = evidence.facts(session, [one.id for one in people], [world.gate], until=now)
    assert len(few) == len(many)
    assert all(len(facts.calls) == 2 and facts.points[0].confirmed_at == now for facts in found.values())


def test_facts_are_cut_at_the_instant_asked_for(session: Session, world: World, now: datetime) -> None:
    yesterday = evidence.facts(session, [world.learner.id], [world.gate], until=now - timedelta(days=1))
    facts = yesterday[world.learner.id]
    assert (facts.attempts, facts.calls) == ((), ())
    assert facts.lessons[0].done_at is None
    assert facts.points[0].confirmed_at is None


def test_a_point_without_a_question_is_confirmed_by_its_lessons(session: Session, world: World, now: datetime) -> None:
    point = world.make.session.query(CompetencyPoint).one()
    point.questions = []
    session.flush()
    other = world.make.learner(world.training_class)
    found = evidence.facts(session, [world.learner.id, other.id], [world.gate], until=now)
    assert found[world.learner.id].points[0].confirmed_at == now
    assert found[other.id].points[0].confirmed_at is None
    point.lessons = []
    session.flush()
    found = evidence.facts(session, [world.learner.id], [world.gate], until=now)
    assert found[world.learner.id].points[0].confirmed_at is None
