"""A course that leaves one installation and arrives in another: nothing else is touched, nothing is lost."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db, paths, schema
from lms.audit.models import AuditEntry
from lms.content import queries
from lms.content.actions import LibraryRefused, import_library, preview_library
from lms.content.commands import content
from lms.content.ondisk.doors import opened_zip, write_zip
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.library import Library
from lms.content.rules.parts import joined, only, rows
from lms.content.rules.standard import check
from lms.courses.models import Course, Lesson, LessonText
from lms.courses.rules.findings import errors
from tests.content.shelf import Shelf, starter
from tests.content.zips import zipped

HELLO = "basics/01-hello/lesson.en.md"


def course_alone(shelf: Shelf) -> Library:
    return read_library(shelf.root / "basics")


def stored(session: Session, shelf: Shelf, now: datetime) -> None:
    import_library(session, read_library(shelf.root), actor="system", now=now)


def second_course(shelf: Shelf) -> None:
    for path in sorted((shelf.root / "basics").rglob("*")):
        if path.is_file():
            file = path.relative_to(shelf.root / "basics").as_posix()
            text = path.read_text().replace("b-01", "m-01").replace("b-02", "m-02").replace("basics/", "more/")
            shelf.write(f"more/{file}", text.replace("order: 1", "order: 2"))


def test_a_course_folder_is_read_as_a_library_of_this_course(shelf: Shelf) -> None:
    library = course_alone(shelf)
    assert library.courses == read_library(shelf.root).courses
    assert library.courses[0].place.file == "basics/course.yaml"
    assert errors(check(library)) == ()


def test_a_course_goes_into_an_empty_installation_with_what_it_lacks_as_a_warning(
    session: Session, shelf: Shelf, now: datetime
) -> None:
    (shelf.root / "profiles/agent.yaml").unlink()
    report = import_library(session, course_alone(shelf), actor="T1", now=now, part=True)
    assert report.sums()["lesson"] == {"added": 2}
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor) == ("content.imported", "T1")
    assert '"courses":["basics"]' in entry.payload


def test_what_a_course_names_and_nobody_has_here_is_a_warning_with_its_line(
    session: Session, shelf: Shelf, now: datetime
) -> None:
    stored(session, shelf, now)
    shelf.swap(HELLO, "competencies: [b-greet]", "competencies: [b-greet, b-elsewhere]")
    shelf.swap(HELLO.replace(".en", ".zh"), "competencies: [b-greet]", "competencies: [b-greet, b-elsewhere]")
    report = import_library(session, course_alone(shelf), actor="system", now=now, part=True)
    told = {(finding.file, finding.line, finding.level) for finding in report.findings}
    assert (HELLO, 4, "warning") in told


def test_a_course_alone_retires_nothing_of_others(session: Session, shelf: Shelf, now: datetime) -> None:
    second_course(shelf)
    stored(session, shelf, now)
    report = import_library(session, course_alone(shelf), actor="system", now=now, part=True)
    assert report.changes == []
    assert session.scalars(select(Course.slug).where(Course.retired_at.is_not(None))).all() == []


def test_a_course_alone_retires_its_own_lessons_that_are_gone_if_asked(
    session: Session, shelf: Shelf, now: datetime
) -> None:
    second_course(shelf)
    stored(session, shelf, now)
    for file in sorted((shelf.root / "basics/02-again").glob("*")):
        file.unlink()
    before = preview_library(session, course_alone(shelf), now=now, part=True, retire_missing=False)
    assert before.changes == []
    report = import_library(session, course_alone(shelf), actor="system", now=now, part=True)
    assert report.sums() == {"lesson": {"retired": 1}, "question": {"retired": 3}}


def test_a_question_of_another_course_is_not_taken_away(session: Session, shelf: Shelf, now: datetime) -> None:
    second_course(shelf)
    stored(session, shelf, now)
    shelf.swap("basics/01-hello/questions.yaml", "id: b-01-02", "id: m-01-02")
    with pytest.raises(LibraryRefused, match="already used in more/01-hello"):
        import_library(session, course_alone(shelf), actor="system", now=now, part=True)


def test_a_trial_changes_nothing_and_says_the_same(session: Session, shelf: Shelf, now: datetime) -> None:
    stored(session, shelf, now)
    shelf.swap(HELLO, "Intro text.", "Another intro.")
    entries = len(session.scalars(select(AuditEntry)).all())
    trial = preview_library(session, course_alone(shelf), now=now, part=True)
    assert session.scalars(select(Lesson.revision).where(Lesson.slug == "01-hello")).one() == 1
    assert len(session.scalars(select(AuditEntry)).all()) == entries
    real = import_library(session, course_alone(shelf), actor="system", now=now, part=True)
    assert trial.changes == real.changes
    listed = {row.slug: (row.deed, row.file, row.line) for row in rows(course_alone(shelf), real)}
    assert listed["basics/01-hello"] == ("revised", "basics/01-hello/lesson.zh.md", 1)
    assert listed["b-01-02"] == ("unchanged", "basics/01-hello/questions.yaml", 12)


def test_lessons_that_wait_for_a_second_person_stay_as_they_are_and_are_told(
    session: Session, shelf: Shelf, now: datetime
) -> None:
    stored(session, shelf, now)
    shelf.swap(HELLO, "Intro text.", "Another intro.")
    shelf.swap("basics/02-again/lesson.en.md", "Intro text.", "Another intro.")
    names = {"basics/01-hello", "basics/09-new"}
    report = import_library(session, course_alone(shelf), actor="T1", now=now, part=True, withhold=names)
    assert report.sums()["lesson"] == {"revised": 1, "held": 1}
    assert [(held.course, held.lesson.slug) for held in report.held] == [("basics", "01-hello")]
    texts = session.scalars(select(LessonText.source).join(Lesson, Lesson.id == LessonText.lesson_id))
    assert sum("Another intro." in text for text in texts) == 1


def test_lessons_that_would_not_change_wait_for_nobody(session: Session, shelf: Shelf, now: datetime) -> None:
    stored(session, shelf, now)
    report = import_library(session, course_alone(shelf), actor="T1", now=now, part=True, withhold={"basics/01-hello"})
    assert report.changes == []
    assert report.held == []


def test_a_part_of_a_library_stands_in_for_what_is_called_the_same(shelf: Shelf) -> None:
    library = read_library(shelf.root)
    assert joined(library, only(library, "basics")) == library
    assert only(library, "nothing").courses == ()


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_whole_starter_library_goes_round_through_the_database_byte_for_byte(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    write_library(starter(), tmp_path / "normal")
    import_library(session, starter(), actor="system", now=now)
    write_library(queries.library(session), tmp_path / "out")
    assert tree(tmp_path / "out") == tree(tmp_path / "normal")
    lessons = {name: text for name, text in tree(paths.CONTENT).items() if name.endswith(".md")}
    assert lessons.items() <= tree(tmp_path / "out").items()


def test_the_whole_starter_library_goes_through_a_zip_and_comes_back_the_same(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    import_library(session, starter(), actor="system", now=now)
    first, second = io.BytesIO(), io.BytesIO()
    write_zip(queries.library(session), first)
    with opened_zip(first, "library") as parcel:
        assert (parcel.what, parcel.course, parcel.findings) == ("ours", None, ())
        arrived = read_library(parcel.root)
        assert errors(check(arrived)) == ()
        assert import_library(session, arrived, actor="system", now=now).changes == []
        assert arrived == queries.library(session)
    write_zip(arrived, second)
    assert first.getvalue() == second.getvalue()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `lms content …` on an installation with its tables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LMS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LMS_DATABASE_URL", f"sqlite:///{tmp_path}/data/test.db")
    monkeypatch.setenv("LMS_SECRET_KEY", "x" * 48)
    engine = db.connect(f"sqlite:///{tmp_path}/data/test.db")
    schema.upgrade(engine)
    engine.dispose()
    return lambda *words: CliRunner().invoke(content, [str(word) for word in words])


def test_a_course_is_taken_along_as_a_zip_and_arrives_by_command(
    run: Callable[..., Result], shelf: Shelf, tmp_path: Path
) -> None:
    assert run("import", shelf.root).exit_code == 0
    file = tmp_path / "out" / "basics.zip"
    result = run("export", file, "--course", "basics")
    assert result.output.startswith(f"7 files written to {file}: 1 courses, 2 lessons"), result.output
    assert run("check", file).exit_code == 0
    dry = run("import", file, "--dry-run", "--json")
    answer = json.loads(dry.output)
    assert answer["dry_run"] is True
    assert {change["deed"] for change in answer["changes"]} == {"unchanged"}
    assert "Nothing has changed" in run("import", file).output
    assert [path.name for path in file.parent.iterdir()] == ["basics.zip"]


def test_a_dry_run_names_file_and_line_of_what_would_change(run: Callable[..., Result], shelf: Shelf) -> None:
    run("import", shelf.root)
    shelf.swap(HELLO, "Intro text.", "Another intro.")
    result = run("import", shelf.root / "basics", "--dry-run")
    assert "basics/01-hello/lesson.zh.md:1: revised: lesson basics/01-hello" in result.output
    assert result.output.endswith("1 would change, 7 would stay as they are. Nothing was done.\n")
    assert "revised" in run("import", shelf.root / "basics").output


def test_a_zip_is_never_written_over(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_bytes(b"mine")
    result = run("export", file)
    assert result.exit_code == 1
    assert file.read_bytes() == b"mine"


def test_a_course_that_is_not_there_is_not_exported(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("export", tmp_path / "x.zip", "--course", "nothing")
    assert result.exit_code == 1
    assert "There is no course “nothing”." in result.output


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"docs/a.md": b"# A"}, "`lms content convert` makes one"),
        ({"a.png": b"x"}, "There is no course in this zip"),
        ({"../a.md": b"x"}, "leads out of the folder"),
    ],
    ids=["Markdown of another tool", "a picture", "a hostile zip"],
)
def test_a_zip_that_is_no_library_is_refused_with_a_sentence(
    run: Callable[..., Result], tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(zipped(files))
    result = run("import", file)
    assert result.exit_code == 1
    assert words in result.output
