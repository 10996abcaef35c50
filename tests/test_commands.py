"""The `lms` command as an operator meets it: what it prepares, what it says, and how it fails."""

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms import clock, db, jobs, paths
from lms.cli import main
from lms.doctor import findings
from lms.settings import SettingsError, load
from lms.storage import Storage
from tests.make import Make


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder that the command works in."""
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    return tmp_path


def lms(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_init_makes_one_administrator_with_a_link_and_no_password(home: Path) -> None:
    first = lms("init", "--employee-no", "X1")
    assert first.exit_code == 0
    assert "/link/" in first.output
    assert "nothing was changed" in lms("init", "--employee-no", "X2").output
    people = sqlite3.connect(home / "onramp.db").execute("SELECT employee_no, password_hash FROM people").fetchall()
    assert people == [("X1", None)]


def test_commands_refuse_tables_of_another_version_in_one_line(home: Path) -> None:
    newest = max(file.stem for file in (paths.MIGRATIONS / "versions").glob("0*.py"))
    refused = lms("audit", "verify")
    assert refused.exit_code == 1
    assert refused.output.strip().splitlines() == [
        f"lms: the database is at nothing, this version needs {newest}: run `lms db upgrade`"
    ]
    assert lms("db", "upgrade").exit_code == 0
    assert lms("db", "check").exit_code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LMS_TIME_ZONE", "Moon/Crater"),
        ("LMS_LOCALE", "fr"),
        ("LMS_BASE_URL", "onramp.example"),
        ("LMS_DATABASE_URL", "mysql://x"),
        ("LMS_SESSION_HOURS", "soon"),
        ("LMS_CONFIG", "/no/such/file"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_names_itself(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    refused = lms("db", "check")
    assert refused.exit_code == 1
    assert name in refused.output
    assert len(refused.output.strip().splitlines()) == 1


def test_a_token_is_made_for_somebody_who_exists(home: Path) -> None:
    lms("init", "--employee-no", "X1")
    made = lms("token", "create", "--user", "X1", "--scope", "read", "--json")
    assert json.loads(made.output)["token"].startswith("onramp_")
    nobody = lms("token", "create", "--user", "X9", "--scope", "read")
    assert (nobody.exit_code, nobody.output.strip()) == (1, "lms: There is nobody with employee number X9.")


def test_tokens_are_listed_and_ended_by_their_number(home: Path) -> None:
    lms("init", "--employee-no", "X1")
    assert lms("token", "list", "--user", "X1").output.strip() == "none"
    lms("token", "create", "--user", "X1", "--scope", "read", "--name", "phone")
    assert "phone  read  " in lms("token", "list", "--user", "X1").output
    (row,) = json.loads(lms("token", "list", "--user", "X1", "--json").output)
    assert lms("token", "revoke", "--user", "X1", str(row["id"])).output.strip() == f"Token {row['id']} works no more."
    assert json.loads(lms("token", "list", "--user", "X1", "--json").output) == []
    assert lms("token", "revoke", "--user", "X1", "999").exit_code == 1


@pytest.mark.parametrize(
    ("tampering", "bad"),
    [
        ("UPDATE audit_entries SET payload = replace(payload, 'X1', 'X2') WHERE id = 2", 2),
        ("DELETE FROM audit_entries WHERE id = 2", 2),
        ("DELETE FROM audit_entries WHERE id = (SELECT max(id) FROM audit_entries)", 3),
    ],
    ids=["an entry rewritten", "an entry taken out", "the end cut off"],
)
def test_the_record_names_the_first_entry_that_does_not_follow(home: Path, tampering: str, bad: int) -> None:
    lms("init", "--employee-no", "X1")
    assert lms("audit", "verify").exit_code == 0
    store = sqlite3.connect(home / "onramp.db")
    for trigger in ("audit_entries_no_update", "audit_entries_no_delete"):
        store.execute(f"DROP TRIGGER {trigger}")
    store.execute(tampering)
    store.commit()
    store.close()
    found = lms("audit", "verify", "--json")
    assert found.exit_code == 1
    assert json.loads(found.output.splitlines()[0])["first_bad"] == bad


def test_the_doctor_says_what_to_do(home: Path) -> None:
    before = {finding.what: finding for finding in findings()}
    assert "lms db upgrade" in before["tables"].words
    assert lms("doctor").exit_code == 1
    lms("init")
    after = {finding.what: finding for finding in findings()}
    assert after["tables"].good
    assert after["administrators"].good
    assert after["record"].good


def test_the_description_of_the_interface_is_printed(home: Path) -> None:
    assert json.loads(lms("openapi").output)["openapi"].startswith("3.1")


def test_jobs_run_when_they_are_due_and_one_that_fails_stops_no_other(home: Path) -> None:
    lms("db", "upgrade")
    store = db.Database(db.connect(f"sqlite:///{home / 'onramp.db'}"))
    ran: list[str] = []

    def broken(*_args: object, **_named: object) -> int:
        raise RuntimeError("on purpose")

    def works(*_args: object, **_named: object) -> int:
        ran.append("works")
        return 1

    now = clock.now()
    pending = [jobs.Job("broken", jobs.KEEP_TRIES, broken, now), jobs.Job("works", jobs.KEEP_TRIES, works, now)]
    jobs.run_due(store, pending, now=now)
    jobs.run_due(store, pending, now=now)
    assert ran == ["works"]
    jobs.run_due(store, pending, now=now + jobs.KEEP_TRIES)
    assert ran == ["works", "works"]


def test_all_jobs_do_their_work_on_an_empty_centre(home: Path) -> None:
    lms("db", "upgrade")
    store = db.Database(db.connect(f"sqlite:///{home / 'onramp.db'}"))
    with store.writing() as session:
        Make(session, clock.now()).site()
    jobs.run_due(store, jobs.jobs(Storage(load())), now=clock.now())


def test_a_kept_head_is_checked_and_a_wrong_one_named(home: Path, tmp_path: Path) -> None:
    lms("init", "--employee-no", "X1")
    kept = tmp_path / "heads.jsonl"
    kept.write_text(lms("audit", "head").output)
    assert lms("audit", "verify", "--kept", str(kept)).exit_code == 0
    kept.write_text('{"entry": 1, "hash": "0000"}')
    assert "breaks at entry 1" in lms("audit", "verify", "--kept", str(kept)).output
    kept.write_text("[]")
    refused = lms("audit", "verify", "--kept", str(kept))
    assert refused.exit_code == 1
    assert "as `lms audit head` prints it" in refused.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_DATABASE_URL", "sqlite:///", "must name a file"),
        ("LMS_DATABASE_URL", "sqlite:////proc/no/such.db", "/proc/no"),
        ("LMS_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/x", "the database: connection failed"),
        ("LMS_DATA_DIR", "/proc/no", "LMS_DATA_DIR: /proc/no"),
        ("LMS_SECRET_KEY", "short", "at least 32 characters"),
        ("LMS_BASE_URL", "https://", "name a host"),
        ("LMS_SESSION_HOURS", "many", "LMS_SESSION_HOURS"),
        ("LMS_TIME_ZONE", "Nowhere/Land", "LMS_TIME_ZONE"),
        ("LMS_CONFIG", "/no/such/file", "LMS_CONFIG"),
    ],
)
def test_a_wrong_setting_ends_in_one_line_that_names_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    failed = lms("init")
    assert failed.exit_code == 1
    assert len(failed.output.strip().splitlines()) == 1
    assert words in failed.output
    assert "short\n" not in failed.output


@pytest.mark.parametrize("arguments", [("--employee-no", ""), ("--employee-no", "a b"), ("--name", "x" * 81)])
def test_init_takes_only_what_its_columns_hold(home: Path, arguments: tuple[str, str]) -> None:
    assert lms("init", *arguments).exit_code == 2


def test_a_secret_is_made_once_and_an_empty_one_is_not_used(home: Path) -> None:
    first = load().secret_key
    assert load().secret_key == first
    assert [file.name for file in home.iterdir()] == ["secret.key"]
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600
    (home / "secret.key").write_text("")
    with pytest.raises(SettingsError, match="holds no secret"):
        load()
