"""What is sent about course dates; times are those on the wall of the site."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional, StopValidation

from lms.errors import LmsError
from lms.timetable.rules import SEATS_MOST, Refusal, RunValue
from lms.web.forms import YEARS, Form, choice, line, options, required

WALL = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
SENTENCES = {
    Refusal.CANCELLED: _l("This date is cancelled."),
    Refusal.STARTED: _l("This has started already."),
    Refusal.NOT_OPEN_YET: _l("Signing up is not open yet."),
    Refusal.CLOSED: _l("The time to sign up is over."),
    Refusal.FOR_A_CLASS: _l("This date is for one class; nobody needs to sign up."),
    Refusal.OTHER_POST: _l("This date is for other posts."),
    "busy": _l("Several people sign up at once. Please try again."),
    "seats_taken": _l("More people than that have a seat already."),
    "ends_before_start": _l("The end must be after the start."),
}


def sentence(error: LmsError | None = None, code: str | None = None) -> str:
    """Return the sentence for an error, or for a reason."""
    return str(SENTENCES.get(code or (error.code if error else None) or "", ""))


def moment(label: Any, *, optional: bool = False, **kwargs: Any) -> DateTimeLocalField:
    """Return a field for day and time of day."""
    return DateTimeLocalField(label, [*([Optional()] if optional else required()), _in_years], format=WALL, **kwargs)


def _in_years(_form: Any, field: DateTimeLocalField) -> None:
    if field.data is not None and field.data.year not in YEARS:
        raise StopValidation(_l("A day such as 2026-03-17, please."))


class RunForm(Form):
    """A date of a course."""

    course = choice(_l("Course"))
    starts_at = moment(_l("Starts"))
    ends_at = moment(_l("Ends"))
    place_zh = line(_l("Place in Chinese"))
    place_en = line(_l("Place in English"))
    trainer = choice(_l("Trainer"))
    training_class = choice(
        _l("For"), description=_l("A class need not sign up. Everybody else signs up, and electives are open to all.")
    )
    seats = IntegerField(
        _l("Seats"),
        [Optional(), NumberRange(1, SEATS_MOST, _l("A whole number from %(min)s to %(max)s, please."))],
        description=_l("Empty: as many as come."),
    )
    signup_opens_at = moment(_l("Signing up opens"), optional=True, description=_l("Empty: at once."))
    signup_closes_at = moment(_l("Signing up closes"), optional=True, description=_l("Empty: when it starts."))
    posts = SelectMultipleField(_l("Posts"), [Optional()], description=_l("None chosen: every post."))

    def __init__(self, **kwargs: Any) -> None:
        choices = {name: kwargs.pop(name) for name in ("courses", "trainers", "classes", "known_posts")}
        super().__init__(**kwargs)
        self.course.choices = options(choices["courses"])
        self.trainer.choices = options(choices["trainers"])
        self.training_class.choices = options([("", _l("Whoever signs up")), *choices["classes"]])
        self.posts.choices = options(choices["known_posts"])

    def value(self, zone: str) -> RunValue:
        """Return the run as typed on the wall clock of `zone`."""
        opens, closes = self.signup_opens_at.data, self.signup_closes_at.data
        return RunValue(
            course_id=int(self.course.data),
            class_id=int(self.training_class.data) if self.training_class.data else None,
            trainer_id=int(self.trainer.data),
            starts_at=instant(self.starts_at.data, zone),
            ends_at=instant(self.ends_at.data, zone),
            place_zh=self.place_zh.data or "",
            place_en=self.place_en.data or "",
            seats=self.seats.data,
            signup_opens_at=instant(opens, zone) if opens else None,
            signup_closes_at=instant(closes, zone) if closes else None,
            posts=tuple(self.posts.data or ()),
        )


def instant(wall: Any, zone: str) -> datetime:
    """Return the instant at which the clock on the wall of `zone` shows `wall`."""
    shown: datetime = wall
    return shown.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def on_wall(at: datetime | None, zone: str) -> datetime | None:
    """Return an instant as the clock on the wall of `zone` shows it."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at else None
