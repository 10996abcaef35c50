"""The chain: entries follow one another, and any later change to one shows."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.audit import actions, queries, rules


def test_entries_follow_one_another(session: Session, now: datetime) -> None:
    for n in range(3):
        actions.append(session, "person.added", actor="X1001", subject=f"E{n}", detail={"n": n}, now=now)
    assert rules.first_bad(queries.links(session), head=queries.head(session)) is None
    assert queries.head(session)[0] == 3


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'X'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_an_entry(session: Session, now: datetime, statement: str) -> None:
    actions.append(session, "person.added", actor="X1001", subject="E1", detail={}, now=now)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


def rewritten(session: Session, *statements: str) -> int | None:
    """Change the table as somebody with the database's own password can, and return the entry at which it shows."""
    trigger = "DROP TRIGGER audit_entries_{0}"
    if session.get_bind().dialect.name == "sqlite":
        drops = [trigger.format("no_update"), trigger.format("no_delete")]
    else:
        drops = [trigger.format("append_only") + " ON audit_entries"]
    for statement in (*drops, *statements):
        session.execute(text(statement))
    return rules.first_bad(queries.links(session), head=queries.head(session))


@pytest.mark.parametrize(
    ("statements", "shows_at"),
    [
        (["UPDATE audit_entries SET payload = replace(payload, 'E1', 'E9') WHERE id = 2"], 2),
        (["UPDATE audit_entries SET actor = 'X9' WHERE id = 2"], 2),
        (["UPDATE audit_entries SET subject = 'E9' WHERE id = 2"], 2),
        (["UPDATE audit_entries SET action = 'role.ended' WHERE id = 3"], 3),
        (["UPDATE audit_entries SET at = '2020-01-01 00:00:00+00:00' WHERE id = 1"], 1),
        (["UPDATE audit_entries SET payload = '[]' WHERE id = 1"], 1),
        (["DELETE FROM audit_entries WHERE id = 2"], 2),
        (["DELETE FROM audit_entries WHERE id = 1"], 1),
        (["DELETE FROM audit_entries WHERE id = 4"], 4),
        (
            [
                "UPDATE audit_entries SET id = 9 WHERE id = 2",
                "UPDATE audit_entries SET id = 2 WHERE id = 3",
                "UPDATE audit_entries SET id = 3 WHERE id = 9",
            ],
            2,
        ),
    ],
    ids=["payload", "actor", "subject", "action", "moment", "nonsense", "one gone", "first gone", "tail", "order"],
)
def test_every_change_behind_the_databases_back_shows(
    session: Session, now: datetime, statements: list[str], shows_at: int
) -> None:
    for n in range(4):
        actions.append(session, "person.added", actor="X1001", subject=f"E{n}", detail={"n": n, "名": "李"}, now=now)
    assert rewritten(session, *statements) == shows_at


def test_a_chain_made_anew_shows_against_what_was_kept_outside(session: Session, now: datetime) -> None:
    for n in range(3):
        actions.append(session, "person.added", actor="X1001", subject=f"E{n}", detail={}, now=now)
    links, head = list(queries.links(session)), queries.head(session)
    assert rules.first_bad(links, head=head, kept={0: rules.GENESIS, 2: links[1].hash, 3: head[1]}) is None
    assert rules.first_bad(links, head=head, kept={2: "0" * 64}) == 2
    assert rules.first_bad(links[:2], head=(2, links[1].hash), kept={3: head[1]}) == 3
