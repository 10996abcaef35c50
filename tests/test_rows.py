"""Many rows at once: the same rows come out on both databases, to the last bit."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from lms.quizzes import actions
from lms.quizzes.models import AttemptQuestion, OptionRollup, QuestionVersion
from lms.rows import add_rows, insert_rows, update_rows
from tests.make import Make

SUMS, PLACES = (cast(Table, model.__table__) for model in (OptionRollup, AttemptQuestion))
KEYS = ("quiz_id", "version_id", "option")
ODD = 0.1 + 0.2  # no decimal of sixteen digits


def places_of(session: Session, attempt_id: int) -> list[tuple[int, list[str], float | None, float]]:
    columns = PLACES.c
    asked = select(columns.position, columns.option_order, columns.marks, columns.weight)
    rows = session.execute(asked.where(columns.attempt_id == attempt_id).order_by(columns.position))
    return [(row.position, row.option_order, row.marks, row.weight) for row in rows]


def test_rows_are_added_to_or_written(session: Session, make: Make) -> None:
    quiz = make.quiz(questions=1)
    version_id = session.scalars(select(QuestionVersion.id)).first()

    def add(**of: tuple[int, float]) -> None:
        rows = [
            {"quiz_id": quiz.id, "version_id": version_id, "option": option, "chosen": chosen, "total": total}
            for option, (chosen, total) in of.items()
        ]
        add_rows(session, SUMS, KEYS, rows)

    add(a=(1, 0.1), b=(1, 0.0))
    add(a=(2, 0.2), c=(0, -1.5))
    add()
    found = session.execute(select(SUMS.c.option, SUMS.c.chosen, SUMS.c.total).order_by(SUMS.c.option)).all()
    assert [tuple(row) for row in found] == [("a", 3, ODD), ("b", 1, 0.0), ("c", 0, -1.5)]


def test_rows_are_written_and_changed_by_their_keys(session: Session, make: Make, now: datetime) -> None:
    quiz, learner = make.quiz(questions=3), make.learner()
    attempt_id = actions.start_attempt(session, quiz.slug, learner.id, lease="a" * 32, now=now).attempt_id
    before = places_of(session, attempt_id)
    version_id = session.scalars(select(QuestionVersion.id)).first()
    new = {"attempt_id": attempt_id, "position": 40, "version_id": version_id, "option_order": ["乙", 'a"', "\\"]}
    insert_rows(session, PLACES, [new, new | {"position": 41, "option_order": []}])
    insert_rows(session, PLACES, [])
    changed = [{"attempt_id": attempt_id, "position": 40, "marks": ODD, "weight": 1.0}]
    update_rows(session, PLACES, ("attempt_id", "position"), changed)
    after = places_of(session, attempt_id)
    assert after[: len(before)] == before
    assert after[len(before) :] == [(40, ["乙", 'a"', "\\"], ODD, 1.0), (41, [], None, 1.0)]
