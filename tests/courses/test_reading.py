"""Reading a large lesson renders nothing, asks the database little, and weighs little."""

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import markup
from lms.accounts.models import Person
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from lms.courses.models import Lesson, LessonText
from tests.content.shelf import Shelf
from tests.make import Make

LARGE = 19_000


@pytest.fixture
def large_lesson(session: Session, tmp_path: Path, now: datetime) -> Lesson:
    """A published lesson of some 20 kB, with tables, lists, code and a check, as long as the form allows."""
    root = tmp_path / "library"
    root.mkdir()
    shelf = Shelf(root)
    for language, unit in (("zh", "`----------------------------------------`"), ("en", "`------------------------`")):
        rows = "".join(f"| {unit} | {unit} |\n" for _ in range(40))
        filler = f"\n| a | b |\n| --- | --- |\n{rows}\n- {unit}\n- {unit}\n\n```text\n{'-' * 60}\n{'=' * 60}\n```\n"
        name = f"basics/01-hello/lesson.{language}.md"
        body = (root / name).read_text()
        while len((body + filler).encode()) < LARGE:
            body += filler
        shelf.write(name, body)
    import_library(session, read_library(root), actor="system", now=now)
    session.commit()
    lesson = session.scalars(select(Lesson).where(Lesson.slug == "01-hello")).one()
    source = session.scalars(select(LessonText.source).where(LessonText.lesson_id == lesson.id)).first()
    assert len((source or "").encode()) > LARGE * 0.8
    return lesson


@pytest.fixture
def trainer(make: Make) -> Person:
    """Somebody who may read every lesson."""
    return make.person("trainer")


def test_reading_a_large_lesson_renders_no_markdown(
    large_lesson: Lesson,
    trainer: Person,
    client_of: Callable[[Person], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    statements: Any,
) -> None:
    def refuse(*_args: object, **_more: object) -> str:
        raise AssertionError("Markdown was rendered while a lesson was read")

    for name in ("markdown", "inline", "clean", "_parser"):
        monkeypatch.setattr(markup, name, refuse)
    monkeypatch.setattr("markdown.Markdown.convert", refuse)
    monkeypatch.setattr("bleach.clean", refuse)
    browser = client_of(trainer)
    with statements() as ran:
        answer = browser.get(f"/lessons/{large_lesson.id}")
    assert answer.status_code == 200
    assert "---------" in answer.text
    assert len(ran) <= 8, ran.texts


def test_a_large_lesson_is_light_over_the_wire(
    large_lesson: Lesson, trainer: Person, client_of: Callable[[Person], FlaskClient]
) -> None:
    body = client_of(trainer).get(f"/lessons/{large_lesson.id}").data
    assert len(gzip.compress(body)) <= 40_000
