"""A course may be taught in another order than that of its folders; both doors know it."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.courses.models import Lesson
from tests.content.shelf import Shelf
from tests.content.test_standard import COURSE, told

ORDER = "owner: Desk\nlessons: [02-again, 01-hello]\n"


def slugs(session: Session) -> list[str]:
    return list(session.scalars(select(Lesson.slug).order_by(Lesson.position)))


def test_an_order_of_its_own_goes_in_and_out(session: Session, shelf: Shelf, now: datetime, tmp_path: Path) -> None:
    shelf.swap(COURSE, "owner: Desk\n", ORDER)
    library = read_library(shelf.root)
    import_library(session, library, actor="system", now=now)
    assert slugs(session) == ["02-again", "01-hello"]
    out = queries.library(session)
    assert out == library
    write_library(out, tmp_path / "out")
    assert read_library(tmp_path / "out") == library
    assert not import_library(session, out, actor="system", now=now).changed


def test_without_it_the_numbers_are_the_order_again(session: Session, shelf: Shelf, now: datetime) -> None:
    plain = read_library(shelf.root)
    shelf.swap(COURSE, "owner: Desk\n", ORDER)
    import_library(session, read_library(shelf.root), actor="system", now=now)
    report = import_library(session, plain, actor="system", now=now)
    assert slugs(session) == ["01-hello", "02-again"]
    assert {(change.slug, change.deed) for change in report.changes} == {
        ("basics/01-hello", "changed"),
        ("basics/02-again", "changed"),
    }


@pytest.mark.parametrize("order", ["[01-hello]", "[01-hello, 03-none]", "[01-hello, 01-hello]"])
def test_an_order_names_every_lesson_once(shelf: Shelf, order: str) -> None:
    shelf.swap(COURSE, "owner: Desk\n", f"owner: Desk\nlessons: {order}\n")
    assert f"{COURSE}:6: error: “lessons” must name every lesson of the course once." in told(shelf)
