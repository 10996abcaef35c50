"""The calendar of the demo: working days Monday to Friday counted to today, at the site's own clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.pace.rules import MON_TO_FRI, study_day, working_days_back

TODAY = 12  # the working day of the class that today is: early in its third week
TALKS = (time(10, 0), time(11, 0), time(13, 30), time(14, 30), time(15, 30), time(16, 30))


@dataclass(frozen=True)
class Days:
    """The working days of one class; on a day off, today is the working day before it."""

    starts_on: date
    time_zone: str
    now: datetime

    @classmethod
    def ending_today(cls, now: datetime, time_zone: str) -> "Days":
        """Return the calendar of a class for which today is working day 12."""
        return cls(working_days_back(study_day(now, time_zone), TODAY), time_zone, now)

    @classmethod
    def begun(cls, days_ago: int, now: datetime, time_zone: str) -> "Days":
        """Return the calendar of a class that began so many calendar days ago, on a working day."""
        return cls(working_days_back(study_day(now, time_zone) - timedelta(days=days_ago), 1), time_zone, now)

    def day(self, number: int) -> date:
        """Return working day `number`: 1 is the first of the class, 0 the one before it."""
        if number < 1:
            return working_days_back(self.starts_on - timedelta(days=1), 1 - number)
        day = self.starts_on
        while number > 1 or day.weekday() not in MON_TO_FRI:
            day += timedelta(days=1)
            number -= day.weekday() in MON_TO_FRI
        return day

    def at(self, day: date | int, hour: int, minute: int = 0) -> datetime:
        """Return a moment of a day (a working day's number, or a date) by the clock on the site's wall."""
        day = self.day(day) if isinstance(day, int) else day
        return datetime.combine(day, time(hour, minute), ZoneInfo(self.time_zone))

    def ago(self, days: int) -> date:
        """Return the last working day that was at least so many calendar days ago."""
        return working_days_back(study_day(self.now, self.time_zone) - timedelta(days=days), 1)

    def next_talk(self, skip: int) -> datetime:
        """Return the time of the talk after the next `skip` ones: later today, else on the next working days."""
        local = self.now.astimezone(ZoneInfo(self.time_zone))
        day = local.date()
        slots: list[datetime] = []
        while len(slots) <= skip:
            if day.weekday() in MON_TO_FRI:
                every = [datetime.combine(day, at, ZoneInfo(self.time_zone)) for at in TALKS]
                slots += [slot for slot in every if slot > self.now]
            day += timedelta(days=1)
        return slots[skip]
