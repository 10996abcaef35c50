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
