"""What templates may call: texts in the reader's language, dates and numbers by locale."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, format_time, get_locale
from flask_babel import lazy_gettext as _l

from lms.accounts.rules import Identity, Role
from lms.web.i18n import language

HANZI = re.compile("[㐀-䶿一-鿿]")
ROLE_NAMES = {
    Role.LEARNER: _l("New hire"),
    Role.MENTOR: _l("Mentor"),
    Role.TRAINER: _l("Trainer"),
    Role.ADVISER: _l("Class adviser"),
    Role.LEAD: _l("Team lead"),
    Role.HR: _l("HR"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}


def local(value: Any, name: str = "title") -> str:
    """Return attribute or key `name` of `value` in the reader's language (`title_zh`, or `{zh, en}` of a mapping)."""
    lang = language()
    if hasattr(value, f"{name}_{lang}"):
        return str(getattr(value, f"{name}_{lang}"))
    inner = value.get(name, value) if isinstance(value, dict) else getattr(value, name)
    return str(inner.get(lang) or inner.get("en") or "") if isinstance(inner, dict) else str(inner)


def desk(value: str) -> str:
    """Return who answers for something, as this language calls it: “培训组 / Training desk” has both names."""
    zh, parted, en = value.partition(" / ")
    if not parted or not HANZI.search(zh) or HANZI.search(en) or not en.strip():
        return value
    return (zh if language() == "zh" else en).strip()


def person_name(value: Any) -> str:
    """Return a person's name as readers of this language write it."""
    latin = getattr(value, "latin_name", None)
    return str(latin if language() == "en" and latin else value.name)


def long_day(value: date | datetime) -> str:
    """Return "Tuesday 17 March" or "3月17日 星期二"."""
    return str(format_date(value, "M月d日 EEEE" if language() == "zh" else "EEEE d MMMM"))


def short_day(value: date | datetime) -> str:
    """Return "17 March 2026" or "2026年3月17日"."""
    return str(format_date(value, "y年M月d日" if language() == "zh" else "d MMMM y"))


def clock_time(value: datetime) -> str:
    """Return the time of day, 24 hours, in the site's time zone."""
    return str(format_time(value, "HH:mm"))


def moment(value: datetime) -> str:
    """Return day and time of day in the site's time zone."""
    return str(format_datetime(value, "y年M月d日 HH:mm" if language() == "zh" else "d MMM y, HH:mm"))


def number(value: float) -> str:
    """Return a number as the language writes it, with at most one decimal."""
    return str(format_decimal(round(value, 1)))


def iso(value: datetime) -> str:
    """Return an instant as RFC 3339, for `<time datetime>` and scripts."""
    return value.isoformat(timespec="milliseconds")


def minutes(value: timedelta | int) -> int:
    """Return whole minutes, rounded up, of a duration or of seconds."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    return -(-int(seconds) // 60)


def role_name(role: str) -> str:
    """Return the name of a role in the reader's language."""
    return str(ROLE_NAMES[Role(role)])


def first_role(identity: Identity) -> str:
    """Return the name of the role that a person was given first, or nothing."""
    return role_name(identity.grants[0].role) if identity.grants else ""


def gap() -> str:
    """Return what stands between two sentences on one line: a space, and in Chinese nothing."""
    return "" if language() == "zh" else " "


def init(app: Flask) -> None:
    """Register the filters on `app`."""
    names = (
        local,
        desk,
        person_name,
        role_name,
        first_role,
        long_day,
        short_day,
        clock_time,
        moment,
        number,
        iso,
        minutes,
    )
    app.jinja_env.filters.update({function.__name__: function for function in names})
    app.jinja_env.globals.update(get_locale=get_locale, gap=gap)
