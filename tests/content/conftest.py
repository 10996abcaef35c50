"""A shelf with a small library for every test that asks for it."""

from pathlib import Path

import pytest

from tests.content.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A small library on disk without any finding."""
    root = tmp_path / "library"
    root.mkdir()
    return Shelf(root)
