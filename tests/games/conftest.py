"""A class with a game: what the tests of this folder share."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, TrainingClass
from lms.accounts.rules import Grant, Identity, Role
from lms.courses.models import Course
from lms.games import actions
from lms.games.models import Game, GameRound
from lms.games.rules import Move, Setup
from lms.quizzes.models import QuestionVersion
from tests.make import Make


def who(person: Person, *roles: Role, class_id: int | None = None) -> Identity:
    """Return a person as the door lets them in."""
    grants = tuple(Grant(role, class_id) for role in roles)
    names = {"name": person.name, "latin_name": person.latin_name, "locale": "en", "time_zone": "Asia/Shanghai"}
    return Identity(person.id, person.employee_no, site_id=person.site_id, grants=grants, **names)


@dataclass
class Show:
    """A game with its host and players, and the few things that tests do to it."""

    session: Session
    klass: TrainingClass
    course: Course
    host: Person
    players: list[Person]
    now: datetime
    game: Game = field(init=False)

    @property
    def identity(self) -> Identity:
        """The host as the door lets them in."""
        return who(self.host, Role.TRAINER)

    def open(self, **more: Any) -> Game:
        """Open a lobby."""
        values = {"course_ids": (self.course.id,), "rounds": 3, "seconds": 20, "teams": 2} | more
        self.game = actions.open_game(self.session, self.identity, self.klass.id, Setup(**values), now=self.now)
        return self.game

    def join(self, *players: Person) -> None:
        """Let players (all of them, unless named) join."""
        for player in players or self.players:
            assert actions.join_game(self.session, player.id, self.game.code, now=self.now) is not None

    def move(self, move: Move, *, later: float = 0) -> Game:
        """Make a move of the host, `later` seconds on."""
        self.now += timedelta(seconds=later)
        return actions.step_game(self.session, self.game.id, self.identity, move, step=self.game.step, now=self.now)

    def answer(self, player: Person, response: Any, *, later: float = 0) -> bool:
        """Answer the question of now."""
        at = self.now + timedelta(seconds=later)
        return actions.submit_answer(self.session, self.game.id, player.id, self.game.position, response, now=at)

    def version(self) -> QuestionVersion:
        """The question of now with its key."""
        query = select(QuestionVersion).join(GameRound, GameRound.version_id == QuestionVersion.id)
        return self.session.scalars(
            query.where(GameRound.game_id == self.game.id, GameRound.position == self.game.position)
        ).one()

    def right(self) -> Any:
        """What is right now."""
        version = self.version()
        return version.key["ids"] if version.kind == "multiple" else version.key["ids"][0]

    def wrong(self) -> Any:
        """What is wrong now."""
        kind = self.version().kind
        return "false" if kind == "true_false" else ["b"] if kind == "multiple" else "b"


@pytest.fixture
def show(make: Make, session: Session, now: datetime) -> Show:
    """A class of four with three questions about one course, and a trainer."""
    klass, course = make.training_class(), make.course()
    lesson = make.lesson(course)
    for kind in ("single", "multiple", "true_false"):
        make.question(lesson, kind)
    players = [make.learner(klass) for _ in range(4)]
    return Show(session, klass, course, make.person("trainer"), players, now)
