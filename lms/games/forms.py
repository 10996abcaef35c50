"""What is sent about games."""

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from lms.games.rules import MOST_TEAMS, ROUNDS, SECONDS, Move, Setup
from lms.web.forms import Form, choice, line, options, whole

LARGEST = 2**31 - 1


class SetupForm(Form):
    """A game to be made."""

    courses = SelectMultipleField(_l("Questions about"), coerce=int)
    rounds = whole(_l("Number of questions"), least=ROUNDS[0], most=ROUNDS[1], default=8)
    seconds = whole(_l("Seconds a question"), least=SECONDS[0], most=SECONDS[1], default=20)
    teams = choice(_l("The teams"), default="0", description=_l("Teams are made evenly as people join."))

    def __init__(self, courses: list[tuple[int, str]]) -> None:
        super().__init__()
        self.courses.choices = courses
        several = [(str(n), _l("%(count)s teams", count=n)) for n in range(2, MOST_TEAMS + 1)]
        self.teams.choices = options([("0", _l("As many as suit the class")), *several, ("1", _l("All in one team"))])

    def value(self) -> Setup:
        """Return the game as asked for."""
        return Setup(
            course_ids=tuple(self.courses.data or ()),
            rounds=self.rounds.data or ROUNDS[0],
            seconds=self.seconds.data or SECONDS[0],
            teams=int(self.teams.data),
        )


class CodeForm(Form):
    """A join code as typed."""

    code = line(_l("Code on the screen"), most=20)


def move() -> tuple[Move | None, int]:
    """Return the move that a host's button asks for and the step at which they saw the game."""
    sent = request.form.get("move", "")
    return (Move(sent) if sent in set(Move) else None), _number("step")


def answer() -> tuple[int, list[str]]:
    """Return the round and the options that a player chose."""
    return _number("position"), request.form.getlist("response")


def _number(name: str) -> int:
    found = request.form.get(name, -1, type=int)
    return found if 0 <= found <= LARGEST else -1
