# ruff: noqa: E501  # tables have one case a line
"""What a quiz's file may state besides: read, checked, imported, written out again; what it leaves out stays."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions.importing import import_library
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.quizzes.models import Quiz
from tests.content.shelf import Shelf
from tests.content.test_standard import PROGRAMME, told

PLAIN = "purpose: daily, courses: [basics], draw: 3, limit_minutes: 5,\n     pass_percent: 80, attempts: null, feedback: at_once}"
GATE = PLAIN.replace("daily", "gate", 1).removesuffix("}")
CELLS = "blueprint: [{competency: b-greet, level: 1, count: 2}, {competency: b-*, level: 3, count: 1}]"


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (f"{GATE}, {CELLS}, borderline: 5, retake_wait_hours: 24, confidence: true, at_end: submit_in_grace}}", ""),
        (f"{GATE}, {CELLS.replace('count: 2', 'count: 1')}}}", "The blueprint sums to 2 questions; the quiz draws 3."),
        (f"{GATE}, {CELLS.replace('b-greet', 'x-greet')}}}", "No profile has a competency “x-greet”."),
        (
            f"{GATE}, {CELLS.replace('level: 3', 'level: 1')}}}",
            "“b-*” at level 1 could take a question of a cell above",
        ),
        (f"{GATE}, {CELLS.replace('level: 1', 'level: 2')}}}", "“b-greet” at level 2 draws 2 questions; there are 1."),
        (f"{GATE}, {CELLS.replace('b-*', 'B*')}}}", "“competency” is a competency, or a family of them such as fr-*."),
        (f"{GATE}, {CELLS.replace('level: 3', 'level: 4')}}}", "“level” must be a number from 1 to 3."),
        (f"{GATE}, pauses: {{allowed: 1, minutes: 5}}}}", "A gate is never paused."),
        (f"{GATE}, at_end: discard}}", "Only practice may be thrown away when time ends."),
        (f"{PLAIN.removesuffix('}')}, borderline: 5}}", "Only a gate has a second form near the pass mark."),
        (f"{GATE}, borderline: 21}}", "“borderline” must be a number from 0 to 20."),
    ],
)
def test_what_does_not_fit_is_said_in_its_line(shelf: Shelf, new: str, expected: str) -> None:
    shelf.swap(PROGRAMME, PLAIN, new)
    findings = told(shelf)
    assert (f"{PROGRAMME}:" in findings and expected in findings) if expected else "error" not in findings


def test_what_is_stated_comes_back_and_what_is_left_out_stays(
    shelf: Shelf, session: Session, now: datetime, tmp_path: Path
) -> None:
    shelf.swap(
        PROGRAMME, PLAIN, f"{PLAIN.removesuffix('}')}, {CELLS}, pauses: {{allowed: 2, minutes: 10}}, confidence: true}}"
    )
    library = read_library(shelf.root)
    import_library(session, library, actor="system", now=now)
    quiz = session.scalars(select(Quiz)).one()
    assert (quiz.pauses_allowed, quiz.pause_minutes, quiz.asks_confidence, len(quiz.blueprint)) == (2, 10, True, 2)
    write_library(queries.library(session), tmp_path / "out")
    assert read_library(tmp_path / "out").programmes == library.programmes
    shelf.write(PROGRAMME, (shelf.root / PROGRAMME).read_text(encoding="utf-8").replace(f", {CELLS}", ""))
    import_library(session, read_library(shelf.root), actor="system", now=now)
    session.refresh(quiz)
    assert len(quiz.blueprint) == 2
