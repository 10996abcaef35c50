"""An import leaves what decides about a gate's quiz as it is, unless a second person agreed, and says so."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db, schema
from lms.accounts.models import Person, RoleGrant, Site
from lms.audit.models import AuditEntry
from lms.cli import main
from lms.content.actions import import_library, preview_library
from lms.content.ondisk.reading import read_library
from lms.content.rules.gates import gate_change
from lms.content.rules.report import Report
from lms.courses.models import Course
from lms.errors import NotFound, Refused
from lms.quizzes.models import Quiz, QuizCourse
from tests.content.shelf import FILES, Shelf
from tests.make import Make

PROGRAMME = "programmes/agent.yaml"
CELLS = "blueprint: [{competency: b-greet, level: 1, count: 2}, {competency: b-*, level: 3, count: 1}]"
BEFORE = {"purpose": "gate", "draw": 3, "limit_minutes": 5, "blueprint": [], "attempts_allowed": None}
Load = Callable[..., Report]


@pytest.fixture
def load(session: Session, shelf: Shelf, now: datetime) -> Load:
    """Import the shelf as it stands; its quiz is a gate."""
    shelf.swap(PROGRAMME, "purpose: daily", "purpose: gate")

    def run(**more: Any) -> Report:
        values: dict[str, Any] = {"actor": "system", "now": now} | more
        report = import_library(session, read_library(shelf.root), **values)
        session.expire_all()
        return report

    return run


def quiz_of(session: Session) -> Quiz:
    return session.scalars(select(Quiz)).one()


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({}, None),
        ({"draw": 3, "limit_minutes": 5}, None),
        ({"limit_minutes": 6, "position": 9}, "limit_minutes 5 → 6"),
        ({"attempts_allowed": 2, "draw": 4}, "draw 3 → 4; attempts_allowed none → 2"),
        ({"purpose": "practice"}, "purpose gate → practice"),
        (
            {"blueprint": [{"competency": "fr-*", "level": 2, "count": 4}]},
            "blueprint none → 4 × fr-* level 2",
        ),
    ],
)
def test_what_decides_is_told_in_words_and_nothing_else(after: dict[str, Any], words: str | None) -> None:
    found = gate_change("gate", BEFORE, after)
    assert (found.words if found else None) == words
    assert gate_change("gate", BEFORE | {"purpose": "daily"}, after) is None


def test_the_first_import_needs_nobody(session: Session, load: Load) -> None:
    assert load().gates == []
    assert quiz_of(session).limit_minutes == 5
    assert not load().changed


def test_a_gate_stays_as_it_is_and_what_does_not_decide_changes(session: Session, load: Load, shelf: Shelf) -> None:
    load()
    shelf.swap(PROGRAMME, "limit_minutes: 5,\n     pass_percent: 80", "limit_minutes: 9,\n     pass_percent: 60")
    report = load()
    assert [(each.kind, each.slug, each.deed) for each in report.changes] == [("quiz", "daily", "held")]
    assert report.gates[0].words == "limit_minutes 5 → 9; pass_percent 80 → 60"
    assert not report.changed
    shelf.swap(PROGRAMME, "en: Daily}", "en: The gate}")
    shelf.swap(PROGRAMME, "feedback: at_once", f"feedback: after_passing, {CELLS}, borderline: 5")
    report = load()
    assert report.sums() == {"quiz": {"changed": 1, "held": 1}}
    quiz = quiz_of(session)
    assert (quiz.title_en, quiz.limit_minutes, quiz.pass_percent, quiz.feedback) == ("The gate", 5, 80, "at_once")
    assert (quiz.blueprint, quiz.borderline_percent) == ([], 0)


@pytest.mark.parametrize("new", ["practice", "daily"])
def test_a_gate_does_not_become_less_than_one_alone(session: Session, load: Load, shelf: Shelf, new: str) -> None:
    load()
    shelf.swap(PROGRAMME, "purpose: gate", f"purpose: {new}")
    load()
    assert quiz_of(session).purpose == "gate"


def test_a_gate_that_was_retired_comes_back_as_it_was(
    session: Session, load: Load, shelf: Shelf, now: datetime
) -> None:
    load()
    quiz_of(session).retired_at = now
    session.flush()
    shelf.swap(PROGRAMME, "limit_minutes: 5", "limit_minutes: 9")
    assert ("quiz", "daily", "revived") in {(each.kind, each.slug, each.deed) for each in load().changes}
    assert (quiz_of(session).retired_at, quiz_of(session).limit_minutes) == (None, 5)


def test_it_draws_from_the_courses_it_drew_from(session: Session, load: Load, shelf: Shelf, make: Make) -> None:
    load()
    for name, text in FILES.items():
        if name.startswith("basics/"):
            moved = text.replace("b-01", "n-01").replace("b-02", "n-02").replace("basics/", "new/")
            shelf.write(name.replace("basics/", "new/"), moved)
    shelf.swap(PROGRAMME, "courses: [basics], draw", "courses: [basics, new], draw")
    shelf.swap(PROGRAMME, "days: [1, 10], courses: [basics]", "days: [1, 10], courses: [basics, new]")
    report = load()
    assert [each.words for each in report.gates] == ["courses basics → basics, new"]
    drawn = select(Course.slug).join(QuizCourse, QuizCourse.course_id == Course.id)
    assert session.scalars(drawn).all() == ["basics"]
    trainer = make.person("trainer")
    load(approved_by=trainer.employee_no)
    assert sorted(session.scalars(drawn)) == ["basics", "new"]


def test_who_agreed_is_on_the_record_with_what_was_before(
    session: Session, load: Load, shelf: Shelf, make: Make
) -> None:
    load()
    author, trainer = make.person("trainer"), make.person("trainer")
    shelf.swap(PROGRAMME, "limit_minutes: 5", "limit_minutes: 9")
    report = load(actor=author.employee_no, approved_by=trainer.employee_no)
    assert report.sums() == {"quiz": {"changed": 1}}
    assert quiz_of(session).limit_minutes == 9
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [each.action for each in entries][-2:] == ["quiz.imported", "content.imported"]
    assert (entries[-2].actor, entries[-2].subject) == (author.employee_no, "daily")
    assert json.loads(entries[-2].payload)["detail"] == {
        "before": {"limit_minutes": 5},
        "after": {"limit_minutes": 9},
        "approved_by": trainer.employee_no,
    }
    assert not load(approved_by=trainer.employee_no).changed


def test_only_a_trainer_who_can_sign_in_and_did_not_bring_it_agrees(
    session: Session, load: Load, shelf: Shelf, make: Make, now: datetime
) -> None:
    load()
    shelf.swap(PROGRAMME, "limit_minutes: 5", "limit_minutes: 9")
    mentor, trainer, gone = make.mentor(), make.person("trainer"), make.person("trainer", suspended_at=now)
    for actor, approver in (
        ("system", mentor.employee_no),
        ("system", gone.employee_no),
        (trainer.employee_no, trainer.employee_no),
    ):
        with pytest.raises(Refused):
            load(actor=actor, approved_by=approver)
        library = read_library(shelf.root)
        with pytest.raises(Refused):
            preview_library(session, library, now=now, actor=actor, approved_by=approver)
    with pytest.raises(NotFound):
        load(approved_by="nobody")
    assert quiz_of(session).limit_minutes == 5


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Callable[..., Result]:
    """Run `lms content …` on an installation with two trainers."""
    url = f"sqlite:///{tmp_path}/data/test.db"
    (tmp_path / "data").mkdir()
    for name, value in (("DATA_DIR", f"{tmp_path}/data"), ("DATABASE_URL", url), ("SECRET_KEY", "x" * 48)):
        monkeypatch.setenv(f"LMS_{name}", value)
    engine = db.connect(url)
    schema.upgrade(engine)
    with db.Database(engine).writing() as session:
        session.add(site := Site(name_zh="清河", name_en="Qinghe", time_zone="Asia/Shanghai"))
        session.flush()
        for number in ("T1", "T2"):
            person = Person(site_id=site.id, employee_no=number, name="李明", locale="en", created_at=now)
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, role="trainer", granted_at=now))
    engine.dispose()
    return lambda *words: CliRunner().invoke(main, ["content", *(str(word) for word in words)])


def test_the_command_says_what_changes_a_gate_and_asks_for_a_second_person(
    run: Callable[..., Result], shelf: Shelf
) -> None:
    shelf.swap(PROGRAMME, "purpose: daily", "purpose: gate")
    assert run("import", shelf.root).exit_code == 0
    shelf.swap(PROGRAMME, "limit_minutes: 5", "limit_minutes: 9")
    line = "this changes a gate: quiz daily: limit_minutes 5 → 9: "
    waits = f"{line}stays as it is until a trainer agrees (--approved-by EMPLOYEE_NO).\n"
    tried = run("import", shelf.root, "--dry-run").output
    assert tried.startswith(waits)
    assert "-:0: held: quiz daily\n" in tried
    assert run("import", shelf.root).output == f"{waits}quiz: 1 held\nNothing has changed since the last import.\n"
    told = json.loads(run("import", shelf.root, "--dry-run", "--json").output)["gates"]
    assert told == [
        {"quiz": "daily", "before": {"limit_minutes": 5}, "after": {"limit_minutes": 9}, "approved_by": None}
    ]
    alone = run("import", shelf.root, "--by", "T1", "--approved-by", "T1")
    assert (alone.exit_code, alone.output) == (1, "lms: T1 brings the change; somebody else agrees to it.\n")
    assert run("import", shelf.root, "--by", "T9").exit_code == 1
    done = run("import", shelf.root, "--by", "T1", "--approved-by", "T2")
    assert done.output.startswith(f"{line}approved by T2.\nquiz: 1 changed\n")
    assert json.loads(run("import", shelf.root, "--json").output)["gates"] == []
