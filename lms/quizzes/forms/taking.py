"""What is sent about quizzes."""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField

from lms.quizzes.actions import Given
from lms.quizzes.rules.responses import confidence
from lms.web.forms import Form

LEASE = re.compile(r"[0-9a-f]{32}")
LARGEST_NUMBER = 2**63 - 1
MOST_CHOSEN = 20


def lease(text: str | None) -> str:
    """Return `text` where it is a lease as our pages make them, else the lease that nobody holds."""
    return text if text and LEASE.fullmatch(text) else ""


def number(text: str | None) -> int | None:
    """Return the number that was sent, or None for what is none or too large to be one of ours."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(2**63)) else None


class Responses(Field):  # type: ignore[misc,unused-ignore]  # typed only where stubs are installed
    """All values sent as `response`, or as `response:…` where one question has several groups of radio buttons.

    They are kept as they are, those with a number in its order (languages put gaps in different places); the question
    decides what they are worth.
    """

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the values of all controls of the answer."""
        del data, extra_filters
        names = [name for name in formdata or () if name == self.name or name.startswith(f"{self.name}:")]
        names.sort(key=_number)
        values = [str(value) for name in names for value in formdata.getlist(name)]
        self.process_errors, self.data = [], values[:MOST_CHOSEN]


def _number(name: str) -> int:
    """Return the number that the name of a control ends in, or 0."""
    digits = name.partition(":")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 3 else 0  # noqa: PLR2004  # two digits


class AnswerForm(Form):
    """An answer on the page of a question."""

    response = Responses(_l("Your answer"))
    lease = StringField()
    client_seq = StringField()
    confidence = StringField()
    question = StringField()

    def value(self, position: int) -> Given:
        """Return the answer to the question at `position`; a number that is none counts as not sent."""
        sequence = number(self.client_seq.data)
        return Given(
            position,
            self.response.data or [],
            client_seq=sequence,
            lease=lease(self.lease.data),
            confidence=confidence(self.confidence.data),
            question=number(self.question.data),
        )


@dataclass(frozen=True)
class StartValue:
    """What the start page sends."""

    lease: str
    consent: bool


class StartForm(Form):
    """Starting, or going on in this tab."""

    lease = StringField()
    consent = StringField()

    def value(self) -> StartValue:
        """Return the tab's lease and whether less time is fine."""
        return StartValue(lease(self.lease.data), self.consent.data == "yes")


@dataclass(frozen=True)
class CheckValue:
    """A try at a check."""

    lesson_id: int
    response: list[str]


class CheckForm(Form):
    """A check inside a lesson."""

    lesson_id = StringField()
    response = Responses(_l("Your answer"))

    def value(self) -> CheckValue:
        """Return the try; a lesson that is no number is lesson 0, which does not exist."""
        number = (self.lesson_id.data or "").strip()
        known = number.isascii() and number.isdigit() and len(number) < len(str(2**31))
        return CheckValue(int(number) if known else 0, self.response.data or [])
