# names are sentences
"""What an administrator types, and what it answers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import IntegrityError

from lms import db, schema
from lms.content.commands import content
from tests.content.shelf import Shelf

HELLO = "basics/01-hello/lesson.en.md"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `lms content …` on a fresh installation."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LMS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path}/data/test.db")
    monkeypatch.setenv("LMS_SECRET_KEY", "x" * 48)
    return lambda *words: CliRunner().invoke(content, [str(word) for word in words])


@pytest.fixture
def installed(run: Callable[..., Result], tmp_path: Path) -> None:
    """The database of `run` with its tables."""
    engine = db.connect(f"sqlite:///{tmp_path}/data/test.db")
    schema.upgrade(engine)
    engine.dispose()


def test_check_says_how_much_there_is(run: Callable[..., Result], shelf: Shelf) -> None:
    result = run("check", shelf.root)
    assert result.exit_code == 0
    assert result.output == (
        "0 errors, 0 warnings in 1 courses, 2 lessons, 5 questions, 1 profiles, 1 points, 1 programmes, 1 scorecards, "
        "1 tracks, 0 pages, 0 terms.\n"
    )


def test_check_says_what_it_reads_where_somebody_watches(
    run: Callable[..., Result], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.content.commands._watched", lambda: True)
    result = run("check", shelf.root)
    assert "reading basics …" in result.stderr
    assert "reading" not in result.stdout


def test_check_without_a_path_checks_what_came_with_us(run: Callable[..., Result]) -> None:
    result = run("check", "--json")
    answer = json.loads(result.output)
    assert result.exit_code == 0
    assert answer["findings"] == []
    assert answer["counts"]["lessons"] >= 20


def test_check_ends_non_zero_and_names_file_and_line(run: Callable[..., Result], shelf: Shelf) -> None:
    shelf.swap(HELLO, "Intro", "[x](nowhere) Intro")
    result = run("check", shelf.root)
    assert result.exit_code == 1
    assert f"{HELLO}:7: error: Dead link: nowhere\n" in result.output
    listed = json.loads(run("check", shelf.root, "--json").output)["findings"]
    assert listed == [{"file": HELLO, "line": 7, "level": "error", "message": "Dead link: nowhere"}]


def test_check_speaks_chinese(run: Callable[..., Result], shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.swap(HELLO, "Intro", "[x](nowhere) Intro")
    chosen = run("check", shelf.root, "--language", "zh").output
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert run("check", shelf.root).output == chosen
    assert "链接失效：nowhere" in chosen


@pytest.mark.usefixtures("installed")
def test_import_and_export_and_import_again(run: Callable[..., Result], shelf: Shelf, tmp_path: Path) -> None:
    first = run("import", shelf.root)
    assert first.exit_code == 0, first.output
    assert "question: 5 added\n" in first.output
    assert first.output.endswith("1 tracks, 0 pages, 0 terms.\n")
    out = tmp_path / "out"
    assert run("export", out).output.startswith(f"11 files written to {out}: 1 courses, 2 lessons")
    again = run("import", out)
    assert (again.exit_code, again.output) == (0, "Nothing has changed since the last import.\n")
    assert json.loads(run("import", out, "--json").output)["changed"] is False
    assert json.loads(run("export", tmp_path / "more", "--json").output)["files"] == 11
    refused = run("export", out)
    assert (refused.exit_code, refused.output) == (1, f"Error: {out} is not empty; name a new folder.\n")


@pytest.mark.usefixtures("installed")
def test_import_refuses_a_library_with_errors(run: Callable[..., Result], shelf: Shelf) -> None:
    shelf.swap(HELLO, "Intro", "[x](nowhere) Intro")
    result = run("import", shelf.root)
    assert result.exit_code == 1
    assert f"{HELLO}:7: error: Dead link: nowhere\n" in result.output
    assert "Nothing was imported: 1 error(s)." in result.output
    listed = run("import", shelf.root, "--json")
    assert listed.exit_code == 1
    assert '"changed": false' in listed.output


def test_a_database_without_tables_is_said_in_one_line(
    run: Callable[..., Result], shelf: Shelf, tmp_path: Path
) -> None:
    for result in (run("import", shelf.root), run("export", tmp_path / "out")):
        assert result.exit_code == 1
        assert "run `lms db upgrade`" in result.output
        assert "Traceback" not in result.output


@pytest.mark.usefixtures("installed")
def test_a_race_with_another_import_is_said(
    run: Callable[..., Result], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def race(*_words: object, **_more: object) -> None:
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    monkeypatch.setattr("lms.content.commands.import_library", race)
    result = run("import", shelf.root)
    assert result.exit_code == 1
    assert "Run it again" in result.output


def test_a_wrong_setting_is_said_by_name(
    run: Callable[..., Result], shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", "mysql://x")
    result = run("import", shelf.root)
    assert result.exit_code == 1
    assert "LMS_DATABASE_URL" in result.output


@pytest.mark.usefixtures("installed")
def test_an_export_that_cannot_be_written_is_said(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run("export", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {tmp_path}/file")
