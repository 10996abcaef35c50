from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.games.rules import TRIES, Move, State
from lms.quizzes.actions import start_attempt
from lms.quizzes.models import Attempt
from tests.games.conftest import Show
from tests.make import Make

Browser = Callable[[Person], FlaskClient]
CANARY = "KEYCANARY"
LIVE = {"HX-Request": "true"}


def test_a_trainer_makes_a_game_and_lands_in_the_lobby(show: Show, client_of: Browser, session: Session) -> None:
    session.commit()
    browser = client_of(show.host)
    assert "Spring" in browser.get("/games").text
    form = browser.get(f"/games/new/{show.klass.id}")
    assert "Course" in form.text
    sent = {"courses": show.course.id, "rounds": 2, "seconds": 20, "teams": "0"}
    made = browser.post(f"/games/new/{show.klass.id}", data=sent)
    assert made.status_code == 303
    lobby = browser.get(made.headers["Location"])
    assert "bigcode" in lobby.text
    assert "data:image/svg+xml" in lobby.text
    assert "Back to the game" in browser.get("/games").text


@pytest.mark.parametrize(
    "wrong",
    [
        {"courses": "x"},
        {"courses": 999_999},
        {"rounds": 0},
        {"rounds": 31},
        {"seconds": 4},
        {"seconds": "soon"},
        {"teams": "9"},
        {"courses": ""},
    ],
)
def test_a_game_that_cannot_be_is_sent_back_with_what_was_typed(
    show: Show, client_of: Browser, session: Session, wrong: dict[str, Any]
) -> None:
    session.commit()
    sent = {"courses": show.course.id, "rounds": 7, "seconds": 20, "teams": "0"} | wrong
    answer = client_of(show.host).post(f"/games/new/{show.klass.id}", data=sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text or "errors" in answer.text


def test_players_join_by_code_and_play_a_round(show: Show, client_of: Browser, session: Session) -> None:
    game = show.open()
    session.commit()
    phones = [client_of(player) for player in show.players]
    assert phones[0].get("/play?code=ABC").status_code == 200
    for phone in phones:
        joined = phone.post("/play", data={"code": f"{game.code[:3]} {game.code[3:].lower()}"})
        assert joined.headers["Location"] == f"/games/{game.id}"
    host = client_of(show.host)
    host.post(f"/games/{game.id}/steps", data={"move": "start", "step": 0})
    session.refresh(game)
    asked = phones[0].get(f"/games/{game.id}", headers=LIVE)
    assert "<html" not in asked.text
    assert 'data-state="open"' in asked.text
    right = show.right()
    answered = phones[0].post(f"/games/{game.id}/answers", data={"position": 1, "response": right}, headers=LIVE)
    assert "Your answer is in" in answered.text
    assert "1 of 4 have answered" in host.get(f"/games/{game.id}/host").text
    for phone in phones[1:]:
        phone.post(f"/games/{game.id}/answers", data={"position": 1, "response": right})
    assert 'data-state="closed"' in phones[0].get(f"/games/{game.id}").text
    for step in (2, 3):
        host.post(f"/games/{game.id}/steps", data={"move": "end", "step": step})
    assert "You had 1 of 1" in phones[0].get(f"/games/{game.id}").text
    assert "What the class knew" in host.get(f"/games/{game.id}/host", headers=LIVE).text
    assert "Games of late" in host.get("/games").text


def test_others_are_not_let_in(show: Show, client_of: Browser, make: Make, session: Session) -> None:
    game = show.open()
    show.join(show.players[0])
    outsider, other_adviser = make.learner(), make.person("adviser")
    session.commit()
    guesser = client_of(outsider)
    for _ in range(TRIES):
        assert guesser.post("/play", data={"code": game.code}).status_code == 422
    assert guesser.post("/play", data={"code": game.code}).status_code == 429
    assert guesser.post("/play", data={"code": ""}).status_code == 422
    for address in (f"/games/{game.id}", f"/games/{game.id}/events"):
        assert guesser.get(address).status_code == 404
        assert client_of(show.players[1]).get(address).status_code == 404, "has not joined"
    assert guesser.post(f"/games/{game.id}/answers", data={"position": 1, "response": "a"}).status_code == 404
    stranger = client_of(other_adviser)
    assert stranger.get(f"/games/{game.id}/host").status_code == 404
    assert stranger.post(f"/games/{game.id}/steps", data={"move": "end", "step": 0}).status_code == 404
    assert stranger.get(f"/games/new/{show.klass.id}").status_code == 404


def test_no_key_reaches_anybody_before_the_question_is_closed(
    show: Show, client_of: Browser, make: Make, session: Session, now: Any
) -> None:
    course = make.course()
    lesson = make.lesson(course)
    for kind in ("single", "multiple", "true_false"):
        key = {"ids": ["true"] if kind == "true_false" else ["a"], "note": CANARY}
        why = {"zh": f"<p>{CANARY}</p>", "en": f"<p>{CANARY}</p>"}
        options = [{"id": i, "text": {"zh": i, "en": i}, "right": CANARY} for i in "ab"]
        make.question(lesson, kind, key=key, explanation=why, options=[] if kind == "true_false" else options)
    game = show.open(course_ids=(course.id,))
    show.join()
    session.commit()
    phone, host = client_of(show.players[0]), client_of(show.host)
    seen = [phone.get(f"/games/{game.id}").text, host.get(f"/games/{game.id}/host").text]
    for _round in range(3):
        show.move(Move.START if game.state == State.LOBBY else Move.NEXT)
        right = show.right()
        session.commit()
        sent = {"position": game.position, "response": right}
        seen += [
            phone.get(f"/games/{game.id}").text,
            phone.post(f"/games/{game.id}/answers", data=sent, headers=LIVE).text,
            phone.get(f"/games/{game.id}", headers=LIVE).text,
            host.get(f"/games/{game.id}/host").text,
            phone.get(f"/games/{game.id}", headers={"X-Requested-With": "fetch"}).text,
        ]
        with phone.get(f"/games/{game.id}/events") as stream:
            seen.append(next(stream.iter_encoded()).decode())
        show.move(Move.PAUSE)
        session.commit()
        seen += [phone.get(f"/games/{game.id}").text, host.get(f"/games/{game.id}/host").text]
        show.move(Move.RESUME)
        show.move(Move.CLOSE)
        session.commit()
        assert CANARY in phone.get(f"/games/{game.id}").text
        assert CANARY in host.get(f"/games/{game.id}/host").text
    assert [text for text in seen if CANARY in text] == []


def test_a_question_of_an_open_quiz_stays_unexplained_to_the_one_who_sits_it(
    show: Show, client_of: Browser, make: Make, session: Session
) -> None:
    course = make.course()
    make.question(make.lesson(course), explanation={"zh": f"<p>{CANARY}</p>", "en": f"<p>{CANARY}</p>"})
    game = show.open(course_ids=(course.id,), rounds=1)
    show.join()
    sitting, free = show.players[:2]
    quiz = make.quiz(course, questions=0)
    start_attempt(session, quiz.slug, sitting.id, lease="l" * 22, now=show.now)
    show.move(Move.START)
    for player in show.players[1:]:
        show.answer(player, show.right())
    session.commit()
    sent = {"position": game.position, "response": show.right()}
    refused = client_of(sitting).post(f"/games/{game.id}/answers", data=sent)
    assert refused.status_code == 409
    assert "your team answers without you" in refused.text
    show.move(Move.CLOSE)
    session.commit()
    seen = client_of(sitting).get(f"/games/{game.id}").text
    assert 'data-state="closed"' in seen
    assert "in the quiz you have open" in seen
    assert CANARY not in seen
    assert "right" not in seen.split("What is right")[0].split("<h1")[-1]
    assert CANARY in client_of(free).get(f"/games/{game.id}").text
    session.execute(update(Attempt).values(finished_at=show.now, score=1, passed=True, settled_by="submitted"))
    session.commit()
    assert CANARY in client_of(sitting).get(f"/games/{game.id}").text


def test_one_person_has_three_streams_of_a_game_and_the_page_asks_by_itself_beyond(
    show: Show, client_of: Browser
) -> None:
    game = show.open()
    show.join(*show.players[:2])
    show.session.commit()
    phone, other = client_of(show.players[0]), client_of(show.players[1])
    address = f"/games/{game.id}/events"
    with ExitStack() as open_streams:
        for _ in range(3):
            assert open_streams.enter_context(phone.get(address)).status_code == 200
        refused = phone.get(address)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
        assert open_streams.enter_context(other.get(address)).status_code == 200
    with phone.get(address) as stream:
        assert stream.status_code == 200


def test_a_skipped_question_stays_unexplained(show: Show, client_of: Browser, session: Session) -> None:
    game = show.open(rounds=1)
    show.join()
    show.move(Move.START)
    show.move(Move.SKIP)
    session.commit()
    assert "Because" not in client_of(show.players[0]).get(f"/games/{game.id}").text
    assert "ended before a question" in client_of(show.host).get(f"/games/{game.id}/host").text


def test_looking_after_the_deadline_closes_the_question(show: Show, client_of: Browser, session: Session) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    session.commit()
    phone = client_of(show.players[0])
    with time_machine.travel(show.now.replace(second=21), tick=False):
        assert 'data-state="closed"' in phone.get(f"/games/{game.id}", headers=LIVE).text
        late = phone.post(f"/games/{game.id}/answers", data={"position": 1, "response": "a"}, headers=LIVE)
    assert late.status_code == 422
    assert "not open any more" in late.text


@pytest.mark.parametrize(
    "sent",
    [{}, {"move": "fly", "step": 0}, {"move": "start"}, {"move": "start", "step": "x"}, {"move": "end", "step": 2**40}],
)
def test_a_move_that_is_none_changes_nothing(
    show: Show, client_of: Browser, session: Session, sent: dict[str, Any]
) -> None:
    game = show.open()
    show.join()
    session.commit()
    assert client_of(show.host).post(f"/games/{game.id}/steps", data=sent).status_code in (303, 422)
    session.refresh(game)
    assert (game.state, game.step) == (State.LOBBY, 0)


def test_starting_alone_says_why_not(show: Show, client_of: Browser, session: Session) -> None:
    game = show.open()
    session.commit()
    sent = {"move": "start", "step": 0}
    host = client_of(show.host)
    assert host.post(f"/games/{game.id}/steps", data=sent).status_code == 409
    assert "Nobody has joined yet" in host.post(f"/games/{game.id}/steps", data=sent, headers=LIVE).text


@pytest.mark.parametrize("sent", [{"position": 1}, {"position": 1, "response": "zzz"}, {"position": "x"}])
def test_an_answer_that_is_none_is_sent_back(
    show: Show, client_of: Browser, session: Session, sent: dict[str, Any]
) -> None:
    game = show.open()
    show.join()
    show.move(Move.START)
    session.commit()
    phone = client_of(show.players[0])
    assert phone.post(f"/games/{game.id}/answers", data=sent).status_code in (409, 422)
    assert phone.post(f"/games/{game.id}/answers", data=sent, headers=LIVE).status_code == 422


def test_where_no_thread_is_free_the_stream_is_refused(
    show: Show, client_of: Browser, session: Session, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    game = show.open()
    show.join()
    session.commit()
    monkeypatch.setattr(app.extensions["lms_live"], "most", 0)
    refused = client_of(show.players[0]).get(f"/games/{game.id}/events")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
