"""What is stored of games. The schema holds: one live game a class, one answer a player and round, none after the
deadline (a trigger, see migration 0008), points of a team once a round.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import TrainingClass
from lms.db import Base

LIVE = text("finished_at IS NULL")


class Game(Base):
    """One game of a class. `position` is the round it is at, `step` grows with every move of the host."""

    __tablename__ = "games"
    __table_args__ = (
        Index("uq_games_live_code", "code", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("uq_games_live_class", "class_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        CheckConstraint("state IN ('lobby', 'open', 'paused', 'closed', 'finished')", name="known_state"),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished_at_its_time"),
        CheckConstraint("(state = 'paused') = (left_ms IS NOT NULL)", name="paused_with_time_left"),
        CheckConstraint("teams BETWEEN 1 AND 4 AND seconds BETWEEN 5 AND 120", name="sane_numbers"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    code: Mapped[str] = mapped_column(String(6))
    seconds: Mapped[int]
    teams: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    step: Mapped[int]
    left_ms: Mapped[int | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    training_class: Mapped[TrainingClass] = relationship(lazy="raise")


class GameRound(Base):
    """One question of a game, drawn when the game was made; opened when its turn comes."""

    __tablename__ = "game_rounds"
    __table_args__ = (
        CheckConstraint("(opened_at IS NULL) = (deadline IS NULL)", name="opened_with_deadline"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_after_opened"),
    )

    game_id: Mapped[int] = mapped_column(ForeignKey("games.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    version_id: Mapped[int] = mapped_column(ForeignKey("question_versions.id"))
    option_order: Mapped[list[str]]
    opened_at: Mapped[datetime | None]
    deadline: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    skipped: Mapped[bool] = mapped_column(default=False)


class GamePlayer(Base):
    """A learner in a game, in one of its teams."""

    __tablename__ = "game_players"
    __table_args__ = (CheckConstraint("team BETWEEN 1 AND 4", name="known_team"),)

    game_id: Mapped[int] = mapped_column(ForeignKey("games.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    team: Mapped[int]
    joined_at: Mapped[datetime]


class GameAnswer(Base):
    """The one answer of a player to a round; never changed. It counts as practice, never for a grade."""

    __tablename__ = "game_answers"
    __table_args__ = (
        ForeignKeyConstraint(["game_id", "position"], ["game_rounds.game_id", "game_rounds.position"]),
        ForeignKeyConstraint(["game_id", "person_id"], ["game_players.game_id", "game_players.person_id"]),
        Index("ix_game_answers_who", "person_id", "answered_at"),
    )

    game_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    response: Mapped[Any] = mapped_column(JSON)
    correct: Mapped[bool]
    answered_at: Mapped[datetime]


class GameScore(Base):
    """What a team got for a round, given when the round was closed."""

    __tablename__ = "game_scores"
    __table_args__ = (
        ForeignKeyConstraint(["game_id", "position"], ["game_rounds.game_id", "game_rounds.position"]),
        CheckConstraint("right_answers BETWEEN 0 AND players", name="no_more_right_than_players"),
        CheckConstraint("points BETWEEN 0 AND 100", name="points_in_range"),
    )

    game_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    right_answers: Mapped[int]
    players: Mapped[int]
    points: Mapped[int]


class CodeTry(Base):
    """A join code that opened nothing; counted to slow guessing down."""

    __tablename__ = "game_code_tries"
    __table_args__ = (Index("ix_game_code_tries_who", "person_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
