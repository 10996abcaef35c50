"""Migrations bring an empty and a populated database to what the models say, on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from lms import db, schema


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_tables_match_the_models(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine)
    assert schema.differences(engine) == []
    assert schema.revisions(engine)[0] == schema.revisions(engine)[1]
    engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_each_migration_runs_on_a_populated_database(
    kind: str, new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--db") not in ("both", kind):
        pytest.skip("other database chosen")
    engine = db.connect(new_database(kind))
    schema.upgrade(engine, "0001_first")
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO sites (id, name_zh, name_en, time_zone) VALUES (1, '清河', 'Qinghe', 'Asia/Shanghai')")
        )
        connection.execute(
            text(
                "INSERT INTO people (id, site_id, employee_no, name, locale, created_at) "
                "VALUES (1, 1, 'E1', '周晓雨', 'zh', '2026-03-17 02:30:00')"
            )
        )
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM people")).scalar_one() == "周晓雨"
        assert connection.execute(text("SELECT entry_id FROM audit_head")).scalar_one() == 0
    engine.dispose()
