"""Deciding what forms are drawn from: what fits is kept and on the record, what does not is named."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.rules import Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.actions.blueprints import Forms, set_forms
from lms.quizzes.models import Quiz
from lms.quizzes.rules.blueprint import Cell
from tests.authoring.writers import identity
from tests.make import Make

GOOD = Forms((Cell("fr-a", 1, 2), Cell("cb-*", 2, 1)), 5, 24)


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    course = make.course()
    lesson = make.lesson(course)
    for competency, level, count in (("fr-a", 1, 4), ("cb-a", 2, 2), ("cb-b", 2, 3)):
        for _ in range(count):
            make.question(lesson, competency=competency, level=level)
    made = make.quiz(course, questions=0, purpose="gate", draw=3)
    session.flush()
    return made


@pytest.fixture
def trainer(make: Make) -> Identity:
    return identity(make.person("trainer"), Role.TRAINER)


def test_a_blueprint_is_kept_and_goes_to_the_record(
    session: Session, quiz: Quiz, trainer: Identity, now: datetime
) -> None:
    set_forms(session, trainer, quiz.slug, GOOD, " new post ", asked_by="T9", now=now)
    assert quiz.blueprint[1] == {"competency": "cb-*", "level": 2, "count": 1}
    assert (quiz.borderline_percent, quiz.retake_wait_hours) == (5, 24)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.forms")).one()
    assert entry.subject == quiz.slug
    assert "new post" in entry.payload
    assert '"asked_by":"T9"' in entry.payload


def test_of_a_gate_nobody_decides_alone(session: Session, quiz: Quiz, trainer: Identity, now: datetime) -> None:
    for asked_by in (None, trainer.employee_no):
        with pytest.raises(Refused, check=lambda error: error.code == "needs_second"):
            set_forms(session, trainer, quiz.slug, GOOD, "new post", asked_by=asked_by, now=now)
    assert quiz.blueprint == []


def test_what_changes_nothing_leaves_no_trace(session: Session, quiz: Quiz, trainer: Identity, now: datetime) -> None:
    for _ in range(2):
        set_forms(session, trainer, quiz.slug, GOOD, "why", asked_by="T9", now=now)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "quiz.forms")).all()) == 1


@pytest.mark.parametrize(
    ("wanted", "reason", "code"),
    [
        (GOOD, " ", "reason"),
        (GOOD, "x" * 401, "reason"),
        (Forms(GOOD.cells, 21, 0), "why", "borderline"),
        (Forms(GOOD.cells, 5, 337), "why", "retake_wait_hours"),
        (Forms(GOOD.cells[:1], 5, 0), "why", "blueprint_sum"),
        (Forms((*GOOD.cells, Cell("cb-b", 3, 0)), 5, 0), "why", "blueprint_sum"),
        (Forms((Cell("cb-*", 2, 2), Cell("cb-b", 2, 1)), 5, 0), "why", "cells_overlap"),
        (Forms((Cell("fr-a", 3, 3),), 5, 0), "why", "blueprint_too_much"),
    ],
    ids=["no reason", "long reason", "far from the cut", "long wait", "sum", "empty cell", "overlap", "short"],
)
def test_what_does_not_fit_is_named(
    session: Session, quiz: Quiz, trainer: Identity, now: datetime, wanted: Forms, reason: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_forms(session, trainer, quiz.slug, wanted, reason, now=now)
    assert refused.value.code == code


def test_practice_has_no_second_form_but_may_have_a_blueprint_without_a_reason(
    session: Session, quiz: Quiz, trainer: Identity, now: datetime
) -> None:
    quiz.purpose = "practice"
    session.flush()
    with pytest.raises(Invalid):
        set_forms(session, trainer, quiz.slug, GOOD, "", now=now)
    set_forms(session, trainer, quiz.slug, Forms(GOOD.cells, 0, 0), "", now=now)
    set_forms(session, trainer, quiz.slug, Forms((), 0, 0), "", now=now)
    assert quiz.blueprint == []


def test_a_retired_quiz_has_no_blueprint_to_decide(
    session: Session, quiz: Quiz, trainer: Identity, now: datetime
) -> None:
    quiz.retired_at = now
    session.flush()
    with pytest.raises(NotFound):
        set_forms(session, trainer, quiz.slug, GOOD, "why", now=now)
