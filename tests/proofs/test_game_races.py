"""Races in a quiz show: eight answers of one player, an answer against the close, two clicks of a host."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lms import db, schema
from lms.accounts.rules import Role
from lms.errors import LmsError
from lms.games import actions
from lms.games.models import Game, GameAnswer, GamePlayer, GameRound, GameScore
from lms.games.rules import Move, Setup, State
from tests.conftest import NOW
from tests.games.conftest import who
from tests.make import Make
from tests.proofs.test_races import AT_ONCE, TRIALS, at_once

pytestmark = [pytest.mark.slow, pytest.mark.real_time]
PLAYERS = 4


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[db.Database]:
    """A database of each kind that is committed to for real."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("not asked for")
    engine = db.connect(new_database(request.param))
    schema.upgrade(engine)
    yield db.Database(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def build(store: db.Database) -> Callable[..., tuple[Any, int, str, list[int]]]:
    """Return a maker of a class with a game: the host, the game, its code and the learners; all joined and started."""
    made: list[Make] = []

    def build(*, start: bool = True) -> tuple[Any, int, str, list[int]]:
        with store.writing() as session:
            make = made[0] if made else Make(session, NOW)
            make.session = session
            made[:] = [make]
            klass, course = make.training_class(), make.course()
            lesson = make.lesson(course)
            for _ in range(2):
                make.question(lesson)
            host = who(make.person("trainer"), Role.TRAINER)
            learners = [make.learner(klass).id for _ in range(PLAYERS)]
            game = actions.open_game(session, host, klass.id, Setup((course.id,), 2, 20, 2), now=NOW)
            if start:
                for learner_id in learners:
                    actions.join_game(session, learner_id, game.code, now=NOW)
                actions.step_game(session, game.id, host, Move.START, step=0, now=NOW)
            return host, game.id, game.code, learners

    return build


def count(store: db.Database, table: Any, game_id: int, *more: Any) -> int:
    with store.reading() as session:
        found = select(func.count()).select_from(table).where(table.game_id == game_id, *more)
        return session.scalar(found) or 0


@pytest.mark.parametrize("trial", range(TRIALS))
def test_eight_answers_of_one_player_are_one(store: db.Database, build: Any, trial: int) -> None:
    _host, game_id, _code, learners = build()

    def answer(n: int) -> bool:
        with store.writing() as session:
            return actions.submit_answer(session, game_id, learners[0], 1, "abcd"[n % 4], now=NOW)

    assert sorted(at_once(answer)) == [False] * (AT_ONCE - 1) + [True]
    assert count(store, GameAnswer, game_id) == 1


@pytest.mark.parametrize("trial", range(TRIALS))
def test_an_answer_against_the_close_counts_wholly_or_not_at_all(store: db.Database, build: Any, trial: int) -> None:
    host, game_id, _code, learners = build()

    def act(n: int) -> str:
        try:
            with store.writing() as session:
                if n % 2:
                    actions.submit_answer(session, game_id, learners[n // 2], 1, "a", now=NOW)
                elif n < PLAYERS:
                    actions.step_game(session, game_id, host, Move.CLOSE, step=1, now=NOW)
                else:
                    actions.close_if_over(session, game_id, now=NOW + timedelta(seconds=20))
        except LmsError as error:
            return error.code or ""
        return "ok"

    answers = at_once(act)
    assert set(answers) <= {"ok", "not_open"}
    kept = sum(given == "ok" for given in answers[1::2])
    assert count(store, GameAnswer, game_id) == kept
    assert count(store, GameScore, game_id) == 2, "points are given once"
    with store.reading() as session:
        counted = session.scalar(select(func.sum(GameScore.right_answers)).where(GameScore.game_id == game_id))
        late = (
            select(func.count())
            .select_from(GameAnswer)
            .join(GameRound, GameRound.game_id == GameAnswer.game_id)
            .where(GameAnswer.game_id == game_id, GameRound.closed_at < GameAnswer.answered_at)
        )
        assert session.scalar(late) == 0
    assert counted == kept, "what was kept was counted, what came later was refused"


@pytest.mark.parametrize("trial", range(TRIALS))
def test_clicks_of_one_moment_are_one_step(store: db.Database, build: Any, trial: int) -> None:
    host, game_id, _code, _learners = build()

    def skip(_n: int) -> None:
        with store.writing() as session:
            actions.step_game(session, game_id, host, Move.SKIP, step=1, now=NOW)

    at_once(skip)
    with store.reading() as session:
        game = session.get_one(Game, game_id)
        assert (game.state, game.position, game.step) == (State.OPEN, 2, 2)


@pytest.mark.parametrize("trial", range(TRIALS))
def test_who_join_at_once_make_even_teams(store: db.Database, build: Any, trial: int) -> None:
    _host, game_id, code, learners = build(start=False)

    def join(n: int) -> None:
        with store.writing() as session:
            assert actions.join_game(session, learners[n % PLAYERS], code, now=NOW) is not None

    at_once(join)
    assert [count(store, GamePlayer, game_id, GamePlayer.team == team) for team in (1, 2)] == [2, 2]
