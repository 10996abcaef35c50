"""What is sent about mentoring: each form gives one frozen value, or the marks of a scorecard."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import AnyOf, ValidationError

from lms.mentoring.rules.calls import CallValue, place_in_call, place_text
from lms.mentoring.rules.pairing import MOST_PLACES, MeetingValue
from lms.mentoring.rules.scorecard import BEST, Mark
from lms.web.forms import Form, choice, line, options, required, text, whole

NOT_ASKED = "na"
SCORES = [*map(str, range(BEST + 1)), NOT_ASKED]
YEARS = range(2000, 2100)  # what every database and every time zone can hold
SENTENCES = {
    "own_mentor": _l("Nobody is their own mentor. Nothing was saved yet; your choices are kept."),
    "not_a_mentor": _l(
        "One of the chosen people is no mentor here any more. Nothing was saved yet; your choices are kept."
    ),
    "mentor_full": _l("%(name)s has no place left for all of them. Nothing was saved yet; your choices are kept."),
    "too_many_places": _l("A number of places from 0 to 60, please."),
    "places_taken": _l("There are more apprentices than that. Give one of them another mentor first."),
    "meeting_past": _l("That moment is over. Please choose one that is still to come."),
    "meeting_far": _l("That is more than three months ahead. Please choose a nearer day."),
    "meeting_over": _l("This talk is over; there is nothing to cancel any more."),
    "call_ahead": _l("This call has not taken place yet."),
    "call_too_old": _l("This call is more than two weeks old. Please listen to a newer one."),
    "already_scored": _l("You have scored this call already. It stands in the list."),
    "no_scorecard": _l("This scorecard is not in use any more. Please choose another."),
    "unknown_number": _l("There is no new hire with this number whose calls you can listen to."),
    "finished": _l("This scorecard is finished and can no longer be changed."),
    "other_scorecard": _l("This page is out of date. Please reload it."),
    "incomplete": _l("Something is still missing; the list says what."),
    "nothing_scored": _l("Every line says “did not come up”. Score at least one thing you heard."),
}


class LocalMoment(DateTimeLocalField):
    """A day and time of the clock on the wall at the site."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what a browser sends; anything else is refused in a sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("A day and a time, please, such as 2026-03-17 15:30.")) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse years that no calendar of ours holds."""
        del form
        if self.data is not None and self.data.year not in YEARS:
            raise ValidationError(_l("A day and a time, please, such as 2026-03-17 15:30."))

    def instant(self, time_zone: str) -> datetime:
        """Return the moment as an instant."""
        moment = self.data
        assert moment is not None  # noqa: S101  # the form was validated
        return moment.replace(tzinfo=ZoneInfo(time_zone))


class MeetingForm(Form):
    """When, where and about what mentor and apprentice talk."""

    starts_at = LocalMoment(_l("Day and time"), required())
    place = line(_l("Where"), most=120)
    topic = line(_l("About what"), most=300, optional=True)

    def value(self, time_zone: str) -> MeetingValue:
        """Return the talk as typed, in the site's time zone."""
        return MeetingValue(self.starts_at.instant(time_zone), self.place.data or "", self.topic.data or "")


class CallForm(Form):
    """Which call is listened to."""

    call_ref = line(_l("Number of the call"), most=80, description=_l("As the telephone system shows it."))
    call_at = LocalMoment(_l("When the call was"), required())
    scorecard = choice(_l("Scorecard"))

    def __init__(self, cards: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scorecard.choices = options(cards)

    def value(self, time_zone: str) -> CallValue:
        """Return the call as typed, in the site's time zone."""
        return CallValue(self.call_ref.data or "", self.call_at.instant(time_zone), int(self.scorecard.data))


class OtherCallForm(CallForm):
    """Which call of somebody else's apprentice is listened to."""

    employee_no = line(_l("Employee number"), most=40, description=_l("Of the new hire who took the call."))


class ScoresForm(Form):
    """A scorecard as it stands, finished or not; fields of its criteria are added by `scores_form`."""

    comment = text(_l("What to say first"), most=2000)
    criterion_ids: tuple[int, ...] = ()

    def value(self) -> list[Mark]:
        """Return the marks of the criteria for which anything was sent, a score or only a remark."""
        parts = ("score", "at", "remark")
        sent = [n for n in self.criterion_ids if any(self[f"{part}-{n}"].raw_data for part in parts)]
        return [self._mark(number) for number in sent]

    def _mark(self, number: int) -> Mark:
        score = self[f"score-{number}"].data
        return Mark(
            criterion_id=number,
            score=int(score) if score and score != NOT_ASKED else None,
            given=bool(score),
            at_second=place_in_call(self[f"at-{number}"].data or ""),
            remark=self[f"remark-{number}"].data or "",
        )


def scores_form(criterion_ids: Iterable[int], marks: Mapping[int, Mark], comment: str) -> ScoresForm:
    """Return the form of a scorecard with what was given so far; what is sent goes before."""
    fields: dict[str, Any] = {"criterion_ids": tuple(criterion_ids)}
    data: dict[str, Any] = {"comment": comment}
    for number in fields["criterion_ids"]:
        fields[f"score-{number}"] = line(
            _l("Score"), most=2, optional=True, check=[AnyOf(SCORES, _l("0 to 3, or “did not come up”, please."))]
        )
        fields[f"at-{number}"] = line(_l("Place in the call"), most=8, optional=True, check=[_is_place])
        fields[f"remark-{number}"] = line(_l("What you heard"), most=300, optional=True)
        if number in marks:
            mark = marks[number]
            data[f"score-{number}"] = (NOT_ASKED if mark.score is None else str(mark.score)) if mark.given else ""
            data[f"at-{number}"], data[f"remark-{number}"] = place_text(mark.at_second), mark.remark
    form: ScoresForm = type("Scores", (ScoresForm,), fields)(data=data)
    return form


def _is_place(_form: Form, field: StringField) -> None:
    if place_in_call(field.data or "") is None:
        raise ValidationError(_l("Minutes and seconds, please, such as 3:18."))


class AssignmentsForm(Form):
    """A mentor for each learner of a class; fields of its learners are added by `assignments_form`."""

    learner_ids: tuple[int, ...] = ()

    def value(self) -> dict[int, int | None]:
        """Return the mentor wanted for each learner; None: nobody. Learners whose field was not sent are left out."""
        sent = {number: self[f"mentor-{number}"] for number in self.learner_ids}
        return {number: int(field.data) if field.data else None for number, field in sent.items() if field.raw_data}


def assignments_form(
    held: Mapping[int, int | None], names: Mapping[int, str], places: Mapping[int, str]
) -> AssignmentsForm:
    """Return the form with a choice of mentors for each learner: their own by name, others with their places."""
    fields: dict[str, Any] = {"learner_ids": tuple(held)}
    for learner, mentor in held.items():
        labels = [(str(number), names[number] if number == mentor else places[number]) for number in names]
        fields[f"mentor-{learner}"] = choice(_l("Mentor"), choices=options([("", _l("Nobody yet")), *labels]))
    data = {f"mentor-{learner}": str(mentor or "") for learner, mentor in held.items()}
    form: AssignmentsForm = type("Assignments", (AssignmentsForm,), fields)(data=data)
    return form


class PlacesForm(Form):
    """How many apprentices a mentor has room for."""

    places = whole(_l("Places"), least=0, most=MOST_PLACES)
