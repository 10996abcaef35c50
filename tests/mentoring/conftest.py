"""A small cast: a class with its adviser, a mentor, an apprentice, a scorecard."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person, RoleGrant, TrainingClass
from lms.accounts.rules import Grant, Identity, Role
from lms.mentoring.models import Pairing, Scorecard
from tests.make import Make


@dataclass
class Cast:
    """Who is there."""

    adviser: Person
    training_class: TrainingClass
    mentor: Person
    learner: Person
    pairing: Pairing
    card: Scorecard


@pytest.fixture
def cast(make: Make) -> Cast:
    """Adviser, class, mentor with four places and one apprentice, and a scorecard of three criteria."""
    adviser = make.person("adviser", name="刘敏")
    group = make.training_class(adviser)
    mentor = make.mentor()
    learner = make.learner(group)
    return Cast(adviser, group, mentor, learner, make.pairing(mentor, learner), make.scorecard(criteria=3))


@pytest.fixture
def who(session: Session) -> Callable[[Person], Identity]:
    """Return a maker of identities, as a signed-in person has one."""

    def identity(person: Person) -> Identity:
        grants = session.query(RoleGrant).filter_by(person_id=person.id)
        return Identity(
            person.id,
            person.employee_no,
            person.name,
            person.latin_name,
            person.locale,
            person.site_id,
            "Asia/Shanghai",
            tuple(Grant(Role(g.role), g.class_id, g.team_id) for g in grants),
        )

    return identity
