from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.rules import Role
from lms.errors import Invalid, NotFound, Refused, TooMany
from lms.games import actions, jobs, queries
from lms.games.models import CodeTry, Game, GameAnswer, GameRound, GameScore
from lms.games.rules import TRIES, TRY_WINDOW, Move, Setup, State
from lms.live import LiveVersion
from lms.quizzes.actions import start_attempt
from tests.games.conftest import Show, who
from tests.make import Make


def test_a_game_draws_its_rounds_from_the_courses_chosen(show: Show, make: Make, session: Session) -> None:
    other = make.lesson()
    make.question(other)
    game = show.open(rounds=8)
    drawn = session.scalars(select(GameRound).where(GameRound.game_id == game.id)).all()
    assert [each.position for each in drawn] == [1, 2, 3]
    assert (game.state, game.position, game.teams, len(game.code)) == (State.LOBBY, 0, 2, 6)


def test_typed_answers_and_what_an_open_quiz_asks_are_left_out(show: Show, make: Make, session: Session) -> None:
    course = make.course()
    lesson = make.lesson(course)
    make.question(lesson, "numeric")
    make.question(lesson, "short_text")
    quiz = make.quiz(course, draw=20)
    start_attempt(session, quiz.slug, show.players[0].id, lease="a" * 32, now=show.now)
    make.question(lesson)
    make.question(lesson, "numeric")
    pool = queries.pool(session, [course.id], show.klass.id)
    assert len(pool) == 1


@pytest.mark.parametrize("chosen", [(), (999_999,)], ids=["no course", "a course of somebody else's programme"])
def test_a_game_needs_questions(show: Show, chosen: tuple[int, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        show.open(course_ids=chosen)
    assert refused.value.field == "courses"


def test_a_class_has_one_live_game(show: Show) -> None:
    assert show.open().id == show.open().id


def test_codes_that_are_taken_are_drawn_again(show: Show, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = show.open().code
    codes = iter([taken, "ABC234"])
    monkeypatch.setattr(actions, "code_from", lambda _numbers: next(codes))
    klass = make.training_class()
    make.learner(klass)
    setup = Setup((show.course.id,), 3, 20, 0)
    assert actions.open_game(show.session, show.identity, klass.id, setup, now=show.now).code == "ABC234"
    monkeypatch.setattr(actions, "code_from", lambda _numbers: taken)
    another = make.training_class()
    with pytest.raises(Refused):
        actions.open_game(show.session, show.identity, another.id, setup, now=show.now)


def test_an_adviser_hosts_their_own_class_only(show: Show, make: Make, session: Session) -> None:
    game = show.open()
    own = who(make.person("adviser"), Role.ADVISER, class_id=show.klass.id)
    other = who(make.person("adviser"), Role.ADVISER, class_id=make.training_class().id)
    assert queries.hosted_game(session, game.id, own).id == game.id
    for stranger in (other, who(show.players[0], Role.LEARNER)):
        with pytest.raises(NotFound):
            queries.hosted_game(session, game.id, stranger)
    with pytest.raises(NotFound):
        queries.watched_game(session, game.id, who(show.players[0], Role.LEARNER))


def test_players_join_even_teams_once(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    show.join()
    board = queries.board(session, game, hosts=True)
    assert [team.players for team in board.teams] == [2, 2]
    assert board.players == 4
    assert len(queries.player_names(session, game)) == 4


def test_others_find_no_game_under_the_code(show: Show, make: Make, session: Session) -> None:
    game = show.open()
    outsider = make.learner()
    assert actions.join_game(session, outsider.id, game.code, now=show.now) is None
    assert actions.join_game(session, show.players[0].id, "WRONG2", now=show.now) is None
    assert actions.join_game(session, show.players[0].id, "?", now=show.now) is None


def test_guessing_codes_is_slowed_down(show: Show, session: Session) -> None:
    game, guesser = show.open(), show.players[0]
    for _ in range(TRIES):
        assert actions.join_game(session, guesser.id, "ABC234", now=show.now) is None
    with pytest.raises(TooMany):
        actions.join_game(session, guesser.id, game.code, now=show.now)
    later = show.now + TRY_WINDOW
    assert actions.join_game(session, guesser.id, game.code, now=later) is not None


def test_a_round_goes_from_question_to_answer_to_points(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    with_right, with_wrong = show.players[0], show.players[1]
    show.move(Move.START)
    assert (game.state, game.position) == (State.OPEN, 1)
    assert show.answer(with_right, show.right())
    assert show.answer(with_wrong, show.wrong())
    assert not show.answer(with_right, show.wrong()), "the first counts"
    hidden = queries.board(session, game, hosts=True)
    assert hidden.round is not None
    assert hidden.round.explanation is None
    assert {option.right for option in hidden.round.options} == {None}
    assert queries.mine(session, game, with_right.id).correct is None
    show.move(Move.CLOSE)
    shown = queries.board(session, game, hosts=True)
    assert shown.round is not None
    assert shown.round.explanation is not None
    assert shown.round.right == 1
    assert [(team.points, team.leads) for team in shown.teams] == [(50, True), (0, False)]
    assert queries.mine(session, game, with_right.id).correct is True
    assert queries.mine(session, game, with_wrong.id).right == 0


def test_the_question_closes_when_all_have_answered(show: Show) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    for player in show.players:
        show.answer(player, show.right())
    assert game.state == State.CLOSED


def test_nothing_counts_after_the_deadline(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    with pytest.raises(Refused):
        show.answer(show.players[0], show.right(), later=20)
    session.expire_all()
    assert game.state == State.CLOSED
    actions.close_if_over(session, game.id, now=show.now + timedelta(seconds=21))
    actions.close_if_over(session, 999_999, now=show.now)
    assert session.query(GameScore).count() == 2, "points are given once"


@pytest.mark.parametrize("late", [20, 3600])
def test_the_table_itself_takes_no_late_answer(show: Show, session: Session, late: int) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    at = show.now + timedelta(seconds=late)
    person_id = show.players[0].id

    def store(at: datetime) -> None:
        row = {"game_id": game.id, "position": 1, "person_id": person_id, "response": "a", "correct": True}
        with session.begin_nested():
            session.add(GameAnswer(answered_at=at, **row))

    with pytest.raises(DBAPIError, match="not in time"):
        store(at)
    show.move(Move.CLOSE)
    with pytest.raises(DBAPIError, match="not in time"):
        store(show.now)


def test_what_is_no_answer_is_refused(show: Show) -> None:
    show.open()
    show.join()
    show.move(Move.START)
    for nonsense in ("z", "", ["a", "z"]):
        with pytest.raises(Invalid) as refused:
            show.answer(show.players[0], nonsense)
        assert refused.value.field == "response"


def test_an_answer_to_another_question_is_refused(show: Show) -> None:
    game = show.open()
    show.join()
    with pytest.raises(Refused):
        show.answer(show.players[0], "a")
    show.move(Move.START)
    with pytest.raises(Refused):
        actions.submit_answer(show.session, game.id, show.players[0].id, 2, "a", now=show.now)


def test_a_pause_stops_the_clock_and_takes_no_answers(show: Show) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    show.move(Move.PAUSE, later=15)
    with pytest.raises(Refused):
        show.answer(show.players[0], show.right())
    show.move(Move.RESUME, later=600)
    assert show.answer(show.players[0], show.right(), later=4)
    assert show.move(Move.CLOSE, later=5).state == State.CLOSED
    assert game.left_ms is None


def test_a_skipped_question_gives_no_points_and_no_answer(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    show.answer(show.players[0], show.right())
    show.move(Move.SKIP)
    assert (game.state, game.position) == (State.OPEN, 2)
    show.move(Move.PAUSE)
    show.move(Move.SKIP)
    assert (game.state, game.position) == (State.OPEN, 3)
    show.move(Move.SKIP)
    assert game.state == State.FINISHED
    assert session.query(GameScore).count() == 0
    assert queries.practised(session, show.players[0].id) == []
    assert queries.mine(session, game, show.players[0].id).answered == 0


def test_nobody_is_asked_before_somebody_joined(show: Show) -> None:
    show.open()
    with pytest.raises(Refused):
        show.move(Move.START)


def test_a_second_click_of_the_host_changes_nothing(show: Show) -> None:
    game = show.open()
    show.join()
    seen = game.step
    show.move(Move.START)
    again = actions.step_game(show.session, game.id, show.identity, Move.START, step=seen, now=show.now)
    assert (again.position, again.step) == (1, 1)
    assert show.move(Move.NEXT).state == State.OPEN, "next is no move while a question is open"


def test_a_move_after_the_deadline_closes_the_question_first(show: Show) -> None:
    show.open()
    show.join()
    show.move(Move.START)
    assert show.move(Move.SKIP, later=20).state == State.CLOSED


def test_a_finished_game_says_what_the_class_knew(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    for _round in range(3):
        for player in show.players[:3]:
            show.answer(player, show.right())
        show.answer(show.players[3], show.wrong())
        show.move(Move.NEXT)
    assert game.state == State.FINISHED
    board = queries.board(session, game, hosts=False)
    assert [(each.known.right, each.known.asked) for each in board.summary] == [(9, 12)]
    assert queries.to_practise(session, game, show.players[0].id) == []
    assert len(queries.to_practise(session, game, show.players[3].id)) == 1
    assert [each.correct for each in queries.practised(session, show.players[3].id)] == [False] * 3
    assert show.move(Move.END).step == game.step


def test_ending_drops_the_open_question(show: Show, session: Session) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    show.move(Move.END)
    assert game.state == State.FINISHED
    assert session.get_one(GameRound, (game.id, 1)).skipped


def test_a_forgotten_game_is_ended_and_tries_are_forgotten(show: Show, session: Session) -> None:
    game = show.open()
    actions.join_game(session, show.players[0].id, "WRONG2", now=show.now)
    assert jobs.end_forgotten(session, now=show.now) == 0
    assert jobs.end_forgotten(session, now=show.now + timedelta(hours=13)) == 1
    assert game.state == State.FINISHED
    assert session.query(CodeTry).count() == 0
    assert show.open().id != game.id


@pytest.mark.parametrize("table", ["game_answers", "game_scores"])
def test_answers_and_points_never_change(show: Show, session: Session, table: str) -> None:
    show.open()
    show.join()
    show.move(Move.START)
    show.answer(show.players[0], show.right())
    show.move(Move.CLOSE)
    for change in (f"UPDATE {table} SET position = 2", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
            session.connection().exec_driver_sql(change)


def test_every_step_is_told_and_answers_only_to_the_host(show: Show, session: Session) -> None:
    game = show.open()
    show.join()

    def told() -> dict[str, int]:
        session.flush()
        return {row.channel: row.version for row in session.query(LiveVersion).populate_existing()}

    assert told() == {f"game:{game.id}:tally": 4}
    show.move(Move.START)
    show.answer(show.players[0], show.right())
    assert told() == {f"game:{game.id}:tally": 5, f"game:{game.id}": 1}


def test_the_board_costs_the_same_for_few_and_many(show: Show, make: Make, session: Session, statements: Any) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    show.answer(show.players[0], show.right())
    show.move(Move.CLOSE)

    def counted() -> int:
        with statements() as ran:
            queries.board(session, session.get_one(Game, game.id), hosts=True)
        return len(ran)

    few = counted()
    for _ in range(20):
        show.join(make.learner(show.klass))
    assert counted() == few <= 9
    with statements() as ran:
        queries.board(session, session.get_one(Game, game.id), hosts=False, player_id=show.players[0].id)
    assert len(ran) <= 10
