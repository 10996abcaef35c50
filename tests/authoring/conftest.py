"""A small library that was imported, whose one course feeds a gate."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.content.actions import import_library
from lms.content.ondisk.reading import read_library
from tests.content.shelf import Shelf
from tests.make import Make


@pytest.fixture
def library(session: Session, tmp_path: Path, now: datetime) -> Shelf:
    """The library on disk, imported."""
    root = tmp_path / "library"
    root.mkdir()
    shelf = Shelf(root)
    import_library(session, read_library(root), actor="system", now=now)
    session.commit()
    return shelf


@pytest.fixture
def trainer(make: Make) -> Person:
    """Who writes."""
    return make.person("trainer", name="王磊")


@pytest.fixture
def second(make: Make) -> Person:
    """Who reads what others wrote."""
    return make.person("trainer", name="宋岚")
