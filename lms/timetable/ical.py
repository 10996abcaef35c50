"""Course dates as calendars read them (RFC 5545). Times are in UTC, which needs no description of a time zone."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from lms.timetable.models import Run


def calendar(runs: Iterable[Run], *, name: str, locale: str, host: str, address: Callable[[int], str]) -> bytes:
    """Return the calendar of `runs`, loaded with their courses, in a language; the same for the same runs.

    `host` makes the ids of events unique in the world, `address` gives the page of a run.
    """
    made = Calendar()
    made.add("prodid", "-//Onramp//Course dates//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for run in runs:
        made.add_component(_event(run, locale, host, address(run.id)))
    return bytes(made.to_ical())


def _event(run: Run, locale: str, host: str, address: str) -> Event:
    event = Event()
    event.add("uid", f"run-{run.id}@{host}")
    event.add("dtstamp", run.changed_at)
    event.add("last-modified", run.changed_at)
    event.add("sequence", run.revision)
    event.add("dtstart", run.starts_at)
    event.add("dtend", run.ends_at)
    event.add("summary", run.course.title_zh if locale == "zh" else run.course.title_en)
    event.add("description", run.course.summary_zh if locale == "zh" else run.course.summary_en)
    event.add("location", run.place_zh if locale == "zh" else run.place_en)
    event.add("url", address)
    event.add("status", "CANCELLED" if run.cancelled_at else "CONFIRMED")
    return event
