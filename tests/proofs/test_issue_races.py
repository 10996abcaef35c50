"""Eight people press "Certify" at once: one certificate, on both databases, with real commits."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms import db, schema
from lms.accounts.rules import Grant, Identity, Role
from lms.audit import queries as audit
from lms.audit.rules import first_bad
from lms.certification import actions
from lms.certification.actions import EndValue
from lms.certification.models import Period
from tests.make import Make

pytestmark = [pytest.mark.slow, pytest.mark.real_time]
TRIALS = int(os.environ.get("ONRAMP_TRIALS", "5"))
AT_ONCE = 8
NOW = datetime.fromisoformat("2026-03-17T02:30:00+00:00")


@pytest.fixture
def committed(engine: Engine, database_kind: str, new_database: object) -> Iterator[Engine]:
    """A database of its own, for what is committed here is never rolled back."""
    own = db.connect(new_database(database_kind))  # type: ignore[operator]
    schema.upgrade(own)
    yield own
    own.dispose()


def test_eight_at_once_give_one_certificate(committed: Engine) -> None:
    store = db.Database(committed)
    with store.writing() as session:
        make = Make(session, NOW)
        hr = make.person("hr")
        mentor = make.mentor()
        asked = [{"slug": "mentor", "kind": "sign_off", "role": "mentor", "title": {"zh": "签字", "en": "Signed"}}]
        make.gate(asked)
        training_class = make.training_class()
        learners = [make.learner(training_class) for _ in range(TRIALS)]
        for learner in learners:
            make.sign_off(learner, mentor)
        issuer = Identity(hr.id, hr.employee_no, hr.name, None, "zh", hr.site_id, "Asia/Shanghai", (Grant(Role.HR),))
        ids = [learner.id for learner in learners]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for learner_id in ids:
            together = Barrier(AT_ONCE)

            def press(learner_id: int = learner_id, together: Barrier = together) -> tuple[str, bool]:
                together.wait()
                with store.writing() as session:
                    issued = actions.issue(session, issuer, learner_id, "go-live", now=NOW)
                    return issued.period.number, issued.created

            answers = [future.result() for future in [pool.submit(press) for _ in range(AT_ONCE)]]
            assert len({number for number, _ in answers}) == 1
            assert sum(created for _, created in answers) == 1
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Period)) == TRIALS
        assert audit.head(session)[0] == TRIALS
        assert first_bad(audit.links(session), head=audit.head(session)) is None


def test_eight_ends_at_once_write_one_end(committed: Engine) -> None:
    store = db.Database(committed)
    with store.writing() as session:
        make = Make(session, NOW)
        hr = make.person("hr")
        period = make.period(make.learner(), make.gate())
        issuer = Identity(hr.id, hr.employee_no, hr.name, None, "zh", hr.site_id, "Asia/Shanghai", (Grant(Role.HR),))
        number = period.number
    together = Barrier(AT_ONCE)

    def end(_n: int) -> str:
        together.wait()
        try:
            with store.writing() as session:
                return _ended(session)
        except actions.Refused as refused:
            return str(refused.code)

    def _ended(session: Session) -> str:
        actions.end_period(session, issuer, number, EndValue("revoked", "Once"), now=NOW)
        return "ended"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = sorted(pool.map(end, range(AT_ONCE)))
    assert answers == ["already_ended"] * (AT_ONCE - 1) + ["ended"]
