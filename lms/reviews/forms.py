"""What is sent about reviews: so many minutes of a branch, and how one recall went."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from lms.reviews.rules.recall import Rating
from lms.web.forms import Form, options

MINUTES = (2, 5, 10)
LONGEST_BRANCH = 120
WORDS = {
    "again": _l("Not this time"),
    "hard": _l("With effort"),
    "good": _l("It was there"),
}


@dataclass(frozen=True)
class Asked:
    """Minutes, and the branch they are for (nothing: everything met)."""

    minutes: int
    branch: str


class StartForm(Form):
    """So many minutes."""

    minutes = HiddenField()
    branch = HiddenField()

    def value(self, branch: str) -> Asked:
        """Return what is asked for; other than the minutes we offer means the middle one."""
        given = (self.minutes.data or "").strip()
        minutes = int(given) if given in map(str, range(1, 61)) else MINUTES[1]
        return Asked(minutes, (self.branch.data or branch or "")[:LONGEST_BRANCH])


class RatingForm(Form):
    """How it went."""

    rating = RadioField(_l("How was it?"), choices=options(WORDS.items()))

    def value(self) -> Rating:
        """Return the rating."""
        return Rating.named(str(self.rating.data))
