"""What hosts and players do. A locked game row puts their deeds in one order; the schema holds what must not happen."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import live
from lms.accounts.rules import Identity
from lms.audit import actions as audit
from lms.errors import Invalid, Refused, TooMany
from lms.games import queries
from lms.games.models import CodeTry, Game, GameAnswer, GamePlayer, GameRound, GameScore
from lms.games.rules import (
    CODE_LENGTH,
    TRIES,
    Move,
    Setup,
    State,
    code_from,
    may,
    team_count,
    team_points,
    team_to_join,
    time_over,
    typed_code,
)
from lms.quizzes.models import QuestionVersion
from lms.quizzes.queries.checks import asked_in_open_attempt
from lms.quizzes.rules import marks, responses
from lms.quizzes.rules.draw import draw

CODES = 5


def open_game(session: Session, identity: Identity, class_id: int, setup: Setup, *, now: datetime) -> Game:
    """Draw the rounds of a game for a class and open its lobby; where one is on already, return that one.

    Invalid at `courses` where none was chosen, or none that has questions for a game.
    """
    training_class = queries.hosted_class(session, class_id, identity)
    offered = {line.course.id for line in queries.courses(session, training_class)}
    chosen = offered & set(setup.course_ids)
    drawn = draw(queries.pool(session, chosen, class_id), setup.rounds, secrets.randbits(63)) if chosen else ()
    if not drawn:
        raise Invalid(code="no_questions", field="courses")
    game = _new_game(session, identity, class_id, setup, now)
    if game is None:
        return session.execute(select(Game).where(Game.class_id == class_id, Game.finished_at.is_(None))).scalar_one()
    for position, question in enumerate(drawn, start=1):
        place = {"game_id": game.id, "position": position, "option_order": list(question.option_order)}
        session.add(GameRound(version_id=question.version_id, **place))
    detail = {"class": training_class.name_en, "rounds": len(drawn), "game": game.id}
    audit.append(
        session, "game.opened", actor=identity.employee_no, subject=training_class.name_en, detail=detail, now=now
    )
    session.flush()
    return game


def _new_game(session: Session, identity: Identity, class_id: int, setup: Setup, now: datetime) -> Game | None:
    """Store a game under a code that no live game has; None where the class has a live game."""
    teams = team_count(setup.teams, queries.learners_of(session, class_id))
    for _try in range(CODES):
        game = Game(
            class_id=class_id,
            host_id=identity.id,
            code=code_from(secrets.randbelow(2**31) for _letter in range(CODE_LENGTH)),
            seconds=setup.seconds,
            teams=teams,
            state=State.LOBBY,
            position=0,
            step=0,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(game)
                session.flush()
        except IntegrityError:
            if session.scalar(select(Game.id).where(Game.class_id == class_id, Game.finished_at.is_(None))):
                return None
            continue  # one chance in nine hundred million a live game: another code
        return game
    raise Refused(code="busy")


def join_game(session: Session, person_id: int, typed: str, *, now: datetime) -> Game | None:
    """Put a learner into the smallest team of the live game of their class that has this code; twice is once.

    None where there is no such game for them, which is counted; TooMany where they guessed too often of late.
    """
    if queries.recent_tries(session, person_id, now=now) >= TRIES:
        raise TooMany(code="too_many_tries")
    code = typed_code(typed)
    game = queries.game_of_code(session, code, person_id) if code else None
    if game is None:
        session.add(CodeTry(person_id=person_id, at=now))
        return None
    if session.get(GamePlayer, (game.id, person_id)) is None:
        sizes = dict.fromkeys(range(1, game.teams + 1), 0)
        joined = select(GamePlayer.team, func.count()).where(GamePlayer.game_id == game.id)
        sizes |= {row[0]: row[1] for row in session.execute(joined.group_by(GamePlayer.team))}
        team = team_to_join(list(sizes.values()))
        session.add(GamePlayer(game_id=game.id, person_id=person_id, team=team, joined_at=now))
        session.flush()
        live.publish(session, queries.tally_channel(game.id), now=now)
    return game


def step_game(session: Session, game_id: int, identity: Identity, move: Move, *, step: int, now: datetime) -> Game:
    """Make a move of the host who saw the game at `step`; one who saw an older one changes nothing (a double click).

    Refused where nobody has joined yet. An open question whose time is over is closed first.
    """
    game = queries.hosted_game(session, game_id, identity, lock=True)
    if game.step != step or _close_if_over(session, game, now) or not may(game.state, move):
        return game
    if move is Move.START and not _players(session, game):
        raise Refused(code="nobody_joined")
    {
        Move.START: _open_next,
        Move.CLOSE: _close,
        Move.SKIP: _skip,
        Move.PAUSE: _pause,
        Move.RESUME: _resume,
        Move.NEXT: _open_next,
        Move.END: _end,
    }[move](session, game, now)
    return game


def close_if_over(session: Session, game_id: int, *, now: datetime) -> None:
    """Close the open question of a game where its time is over; whoever looks first does it, once."""
    game = session.scalar(
        select(Game).where(Game.id == game_id).with_for_update().execution_options(populate_existing=True)
    )
    if game is not None:
        _close_if_over(session, game, now)


def submit_answer(
    session: Session, game_id: int, person_id: int, position: int, response: object, *, now: datetime
) -> bool:
    """Keep a player's answer to the open question and say whether it is the first; a second changes nothing.

    Refused where the question is not open (any more) or a quiz that the player has open asks it, Invalid at `response`
    where this is no answer to it. When all have answered, the question is closed.
    """
    game = queries.played_game(session, game_id, person_id, lock=True)
    if _close_if_over(session, game, now) or game.state != State.OPEN or game.position != position:
        raise Refused(code="not_open")
    if session.get(GameAnswer, (game.id, position, person_id)) is not None:
        return False
    version = session.scalars(
        select(QuestionVersion)
        .join(GameRound, GameRound.version_id == QuestionVersion.id)
        .where(GameRound.game_id == game.id, GameRound.position == position)
    ).one()
    kept, flaw = responses.accepted(version.kind, response, [option["id"] for option in version.options])
    if flaw is not None or kept is None:
        raise Invalid(code=flaw or "nothing_given", field="response")
    if asked_in_open_attempt(session, version.question_id, person_id):  # the points of the team would tell the key
        raise Refused(code="in_open_attempt")
    answer = GameAnswer(game_id=game.id, position=position, person_id=person_id, response=kept, answered_at=now)
    answer.correct = marks.correct(version.kind, version.key, kept)
    session.add(answer)
    session.flush()
    answered = select(func.count()).select_from(GameAnswer)
    given = session.scalar(answered.where(GameAnswer.game_id == game.id, GameAnswer.position == position)) or 0
    if given >= _players(session, game):
        _close(session, game, now)
    else:
        live.publish(session, queries.tally_channel(game.id), now=now)
    return True


def end_game(session: Session, game: Game, *, now: datetime) -> None:
    """End a locked game that its host left open."""
    _end(session, game, now)


def _players(session: Session, game: Game) -> int:
    joined = select(func.count()).select_from(GamePlayer)
    return session.scalar(joined.where(GamePlayer.game_id == game.id)) or 0


def _round(session: Session, game: Game) -> GameRound:
    return session.get_one(GameRound, (game.id, game.position))


def _moved(session: Session, game: Game, state: State, now: datetime) -> None:
    game.state = state
    game.left_ms = game.left_ms if state is State.PAUSED else None
    game.step += 1
    session.flush()
    live.publish(session, queries.steps_channel(game.id), now=now)


def _close_if_over(session: Session, game: Game, now: datetime) -> bool:
    if game.state != State.OPEN or not time_over(game.state, _round(session, game).deadline, now):
        return False
    _close(session, game, now)
    return True


def _open_next(session: Session, game: Game, now: datetime) -> None:
    following = session.get(GameRound, (game.id, game.position + 1))
    if following is None:
        _end(session, game, now)
        return
    game.position += 1
    following.opened_at, following.deadline = now, now + timedelta(seconds=game.seconds)
    _moved(session, game, State.OPEN, now)


def _close(session: Session, game: Game, now: datetime) -> None:
    """Close the open question and give each team its points, once: a second time the table would refuse."""
    closing = _round(session, game)
    closing.closed_at = now
    right = (
        select(GameAnswer.person_id)
        .where(GameAnswer.game_id == game.id, GameAnswer.position == game.position, GameAnswer.correct.is_(True))
        .subquery()
    )
    tallies = session.execute(
        select(GamePlayer.team, func.count(right.c.person_id), func.count())
        .outerjoin(right, right.c.person_id == GamePlayer.person_id)
        .where(GamePlayer.game_id == game.id)
        .group_by(GamePlayer.team)
        .order_by(GamePlayer.team)
    ).all()
    for team, knew, players in tallies:
        score = GameScore(game_id=game.id, position=game.position, team=team, right_answers=knew, players=players)
        score.points = team_points(knew, players)
        session.add(score)
    _moved(session, game, State.CLOSED, now)


def _drop(session: Session, game: Game, now: datetime) -> None:
    """Take the question out: nobody gets points, and its key is not shown."""
    dropped = _round(session, game)
    dropped.closed_at, dropped.skipped = now, True


def _skip(session: Session, game: Game, now: datetime) -> None:
    _drop(session, game, now)
    _open_next(session, game, now)


def _pause(session: Session, game: Game, now: datetime) -> None:
    paused = _round(session, game)
    left = (paused.deadline or now) - now
    game.left_ms, paused.deadline = int(left / timedelta(milliseconds=1)), now
    _moved(session, game, State.PAUSED, now)


def _resume(session: Session, game: Game, now: datetime) -> None:
    _round(session, game).deadline = now + timedelta(milliseconds=game.left_ms or 0)
    _moved(session, game, State.OPEN, now)


def _end(session: Session, game: Game, now: datetime) -> None:
    if game.state in (State.OPEN, State.PAUSED):
        _drop(session, game, now)
    game.finished_at = now
    _moved(session, game, State.FINISHED, now)
