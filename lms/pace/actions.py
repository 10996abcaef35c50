"""What changes of load: counters of one study day, added up by the database so that two tabs lose nothing; days off."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast

from sqlalchemy import Table, delete, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.audit import actions as audit
from lms.db import insert, insert_into
from lms.errors import Invalid, NotFound
from lms.pace.models import DayOff, Holiday, StudyDay
from lms.pace.rules import OFF_LATEST_ENTRY, Span, span_refusal


def record_study(
    session: Session, person_id: int, *, day: date, now: datetime, seconds: int = 0, new_points: int = 0
) -> None:
    """Add focused `seconds` and key points met for the first time to the person's `day`, in one statement."""
    _add(session, person_id, day, now, {"focused_seconds": seconds, "new_points": new_points})


def record_quiz(session: Session, person_id: int, *, day: date, now: datetime, failed: bool) -> None:
    """Count one graded quiz of the person's `day`; call it once an attempt, when it is settled."""
    _add(session, person_id, day, now, {"graded_quizzes": 1, "failed_quizzes": int(failed)})


def say_too_much(session: Session, person_id: int, *, day: date, now: datetime) -> None:
    """Note that the learner said "too much"; the first time of the day stays."""
    new = insert(session, StudyDay).values(**_empty(person_id, day, now) | {"too_much_at": now})
    session.execute(
        new.on_conflict_do_update(
            index_elements=[StudyDay.person_id, StudyDay.day],
            set_={"too_much_at": new.excluded.too_much_at, "last_seen_at": new.excluded.last_seen_at},
            where=StudyDay.too_much_at.is_(None),
        )
    )


def take_back_too_much(session: Session, person_id: int, *, day: date) -> None:
    """Forget that the learner said "too much" on `day`; nothing happens where they did not."""
    session.execute(
        update(StudyDay).where(StudyDay.person_id == person_id, StudyDay.day == day).values(too_much_at=None)
    )


def _add(session: Session, person_id: int, day: date, now: datetime, counts: dict[str, int]) -> None:
    if min(counts.values()) < 0:
        raise ValueError("what was done cannot be undone")
    add = _adding(session.get_bind().dialect.name, tuple(counts))
    session.execute(add, _empty(person_id, day, now) | counts)


@cache
def _adding(dialect: str, names: tuple[str, ...]) -> postgresql.Insert:
    """Return the statement that adds to these counters, built once: every report of a reader runs it."""
    days = cast(Table, StudyDay.__table__)
    new = insert_into(dialect, days)
    sums = {name: days.c[name] + new.excluded[name] for name in names}
    return new.on_conflict_do_update(
        index_elements=[days.c.person_id, days.c.day], set_=sums | {"last_seen_at": new.excluded.last_seen_at}
    )


def _empty(person_id: int, day: date, now: datetime) -> dict[str, object]:
    zeros = dict.fromkeys(("new_points", "focused_seconds", "graded_quizzes", "failed_quizzes"), 0)
    return {"person_id": person_id, "day": day, "last_seen_at": now} | zeros


@dataclass(frozen=True)
class HolidayValue:
    """A day that is not like its weekday; `works`: a weekend day that is worked in exchange for another."""

    day: date
    works: bool
    name_zh: str
    name_en: str


def set_holiday(session: Session, site_id: int, value: HolidayValue, *, actor: str, now: datetime) -> None:
    """Keep a day of a site, or its new words where it is there already; a decision."""
    row = session.get(Holiday, (site_id, value.day)) or Holiday(site_id=site_id, day=value.day)
    row.works, row.name_zh, row.name_en = value.works, value.name_zh, value.name_en
    session.add(row)
    session.flush()
    detail = {"day": value.day.isoformat(), "works": value.works, "name": value.name_en}
    audit.append(session, "holiday.set", actor=actor, subject=value.day.isoformat(), detail=detail, now=now)


def remove_holiday(session: Session, site_id: int, day: date, *, actor: str, now: datetime) -> None:
    """Let a day of a site be like its weekday again; a decision. NotFound for a day that was not kept."""
    row = session.get(Holiday, (site_id, day))
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()
    audit.append(session, "holiday.removed", actor=actor, subject=day.isoformat(), detail={}, now=now)


@dataclass(frozen=True)
class DaysOffValue:
    """Days on which somebody does not work; `why` goes to the record alone."""

    span: Span
    why: str = ""


def enter_days_off(
    session: Session, person: Person, value: DaysOffValue, *, actor: str, today: date, now: datetime
) -> int:
    """Keep days on which a person does not work; return how many were not kept yet. A decision.

    The caller has made sure that one may. Invalid at `first` or `last` where the span cannot be. Days that are kept
    already stay as they are, whoever enters them at the same time.
    """
    if (refused := span_refusal(value.span, today)) is not None:
        field, code = refused
        raise Invalid(code=code, field=field)
    rows = [{"person_id": person.id, "day": day} for day in value.span.days]
    kept = insert(session, DayOff).values(rows).on_conflict_do_nothing().returning(DayOff.day)
    new = len(session.execute(kept).all())
    if new:
        detail = _detail(value.span) | ({"why": value.why} if value.why else {})
        audit.append(session, "days_off.entered", actor=actor, subject=person.employee_no, detail=detail, now=now)
    return new


def take_back_days_off(session: Session, person: Person, span: Span, *, actor: str, today: date, now: datetime) -> None:
    """Let a person work on the days of `span` after all; a decision. NotFound where none of them was off.

    What is more than a month ago stays what it was.
    """
    since = max(span.first, today - timedelta(days=OFF_LATEST_ENTRY))
    gone = delete(DayOff).where(DayOff.person_id == person.id, DayOff.day.between(since, span.last))
    if not session.execute(gone.returning(DayOff.day)).all():
        raise NotFound
    audit.append(session, "days_off.removed", actor=actor, subject=person.employee_no, detail=_detail(span), now=now)


def _detail(span: Span) -> dict[str, object]:
    return {"first": span.first.isoformat(), "last": span.last.isoformat()}
