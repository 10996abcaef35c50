from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import queries as audit
from lms.audit import rules as chain
from lms.certification import actions as certification
from lms.certification.actions import SignOffValue
from lms.certification.queries import gates
from lms.certification.rules import ledger
from lms.content.ondisk.reading import read_library
from lms.courses.models import LessonProgress
from lms.demo import scenario
from lms.demo.crowd import crowd
from lms.demo.filling import fill
from lms.mentoring.queries.pairings import live_mentor
from lms.paths import CONTENT


def test_the_journey_of_one_about_to_be_certified_can_be_finished(session: Session, now: datetime) -> None:
    centre = fill(session, read_library(CONTENT), scenario.few("E3102"), now=now, password=scenario.PASSWORD)
    session.expire_all()
    learner = centre.people["E3102"]
    value = SignOffValue(gate="go-live", role="mentor", password=scenario.PASSWORD)
    certification.sign_off(session, centre.identity("M2001"), learner.id, value, now=now)
    issued = certification.issue(session, centre.identity("A1001"), learner.id, "go-live", now=now)
    assert issued.created
    assert ledger.standing(gates.periods_of(session, learner.id), now).held
    assert chain.first_bad(audit.links(session), head=audit.head(session)) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2028, 2, 29, 19, 30, tzinfo=UTC), id="the small hours after a leap day"),
        pytest.param(datetime(2026, 10, 4, 0, 5, tzinfo=UTC), id="a Sunday morning"),
    ],
)
def test_the_scene_of_the_whole_path_is_set_at_any_moment(session: Session, moment: datetime) -> None:
    people = scenario.whole_path(session, now=moment)
    newcomer = people["E3101"].id
    read = select(func.count()).select_from(LessonProgress)
    assert session.scalar(read.where(LessonProgress.person_id == newcomer)) == 0
    assert session.scalar(read.where(LessonProgress.person_id == people["E3102"].id)) == 22
    assert live_mentor(session, newcomer) is not None
    assert session.scalar(select(func.max(LessonProgress.updated_at))) <= moment


def test_a_crowd_needs_a_class_to_join(session: Session, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="no class"):
        crowd(session, 1, now=now)
