"""The only ways to a game: hosting its class, or having joined it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, true
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.accounts.queries import advised
from lms.accounts.rules import Identity, Role
from lms.errors import NotFound
from lms.games.models import CodeTry, Game, GamePlayer, GameRound
from lms.games.rules import TRY_WINDOW, time_over


def hosted(identity: Identity) -> ColumnElement[bool]:
    """Return the condition on classes that `identity` may run a game for: trainers all, advisers own."""
    whose = true() if identity.holds(Role.TRAINER) else advised(identity)
    return and_(TrainingClass.site_id == identity.site_id, whose)


def hosted_class(session: Session, class_id: int, identity: Identity) -> TrainingClass:
    """Return a class that `identity` may run a game for, or raise NotFound."""
    found = session.scalar(select(TrainingClass).where(TrainingClass.id == class_id, hosted(identity)))
    if found is None:
        raise NotFound
    return found


def _games() -> Select[Game]:
    return select(Game).join(Game.training_class).options(contains_eager(Game.training_class))


def _one(session: Session, query: Select[Game], *, lock: bool) -> Game:
    if lock:
        query = query.with_for_update(of=Game).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def hosted_game(session: Session, game_id: int, identity: Identity, *, lock: bool = False) -> Game:
    """Return a game with its class for one who may host it, or raise NotFound."""
    return _one(session, _games().where(Game.id == game_id, hosted(identity)), lock=lock)


def _played(person_id: int) -> ColumnElement[bool]:
    return Game.id.in_(select(GamePlayer.game_id).where(GamePlayer.person_id == person_id))


def played_game(session: Session, game_id: int, person_id: int, *, lock: bool = False) -> Game:
    """Return a game with its class for one who has joined it, or raise NotFound."""
    return _one(session, _games().where(Game.id == game_id, _played(person_id)), lock=lock)


def watched_game(session: Session, game_id: int, identity: Identity) -> tuple[Game, bool]:
    """Return a game for its host or a player, and whether they host it; NotFound for anybody else."""
    if identity.holds(Role.TRAINER, Role.ADVISER):
        game = session.scalar(_games().where(Game.id == game_id, hosted(identity)))
        if game is not None:
            return game, True
    return played_game(session, game_id, identity.id), False


def overdue(session: Session, game: Game, *, now: datetime) -> bool:
    """Say whether the open question of a game must be closed before anybody looks at it."""
    here = select(GameRound.deadline).where(GameRound.game_id == game.id, GameRound.position == game.position)
    return time_over(game.state, session.scalar(here), now)


def game_of_code(session: Session, code: str, person_id: int) -> Game | None:
    """Return the live game of `code`, locked, if the person learns in its class now; else None."""
    mine = select(Enrolment.class_id).where(Enrolment.learner_id == person_id, Enrolment.ended_on.is_(None))
    query = _games().where(Game.code == code, Game.finished_at.is_(None), Game.class_id.in_(mine))
    return session.scalar(query.with_for_update(of=Game).execution_options(populate_existing=True))


def recent_tries(session: Session, person_id: int, *, now: datetime) -> int:
    """Return how many wrong codes a person typed of late; their row is locked, so that guesses in parallel count."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    tries = select(func.count()).select_from(CodeTry)
    return session.scalar(tries.where(CodeTry.person_id == person_id, CodeTry.at > now - TRY_WINDOW)) or 0
