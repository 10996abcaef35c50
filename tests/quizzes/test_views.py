"""Pages of quizzes as a browser without scripts uses them; nothing that gives answers away before its time."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.courses.models import Lesson
from lms.quizzes.models import Answer, AnswerConflict, Attempt, CheckAnswer, Question, QuestionVersion, Quiz
from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting
from tests.quizzes.test_actions import placed

Sit = Callable[..., Sitting]
ClientOf = Callable[..., FlaskClient]


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def browser(client_of: ClientOf, sit: Sit) -> tuple[FlaskClient, Sitting]:
    sitting = sit()
    return client_of(sitting.learner), sitting


def test_the_library_lists_what_a_learner_may_sit(client_of: ClientOf, make: Make) -> None:
    quiz = make.quiz()
    answer = client_of(make.learner()).get("/quizzes")
    assert answer.status_code == 200
    assert quiz.title_en in text(answer)
    assert "5 questions" in text(answer)


def test_the_library_without_quizzes_says_so(client_of: ClientOf, make: Make) -> None:
    assert "No quizzes yet" in text(client_of(make.learner()).get("/quizzes"))
    assert "No quizzes yet" in text(client_of(make.person("trainer")).get("/quizzes"))


def test_a_trainer_sees_all_quizzes_with_counts(client_of: ClientOf, make: Make) -> None:
    quiz = make.quiz()
    answer = text(client_of(make.person("trainer")).get("/quizzes"))
    assert quiz.title_en in answer
    assert "In the bank" in answer


@pytest.mark.parametrize("role", ["hr", "mentor", "adviser", "lead", "auditor", "admin"])
def test_for_others_the_library_does_not_exist(client_of: ClientOf, make: Make, role: str) -> None:
    assert client_of(make.person(role)).get("/quizzes").status_code == 404


def test_the_start_page_says_in_words_what_comes(client_of: ClientOf, make: Make, now: datetime) -> None:
    quiz = make.quiz(attempts_allowed=2, last_start_at=now + timedelta(days=1), hard_stop_at=now + timedelta(minutes=5))
    page = text(client_of(make.learner()).get(f"/quizzes/{quiz.slug}"))
    for words in (
        "5 minutes instead of 8",
        "5 questions",
        "2 attempts left",
        "does not stop when you leave",
        "handed in by itself",
        "as soon as you hand in",
        "consent",
    ):
        assert words in page


def test_starting_leads_to_the_first_question_and_back_again(client_of: ClientOf, make: Make, session: Session) -> None:
    quiz = make.quiz()
    browser = client_of(make.learner())
    first = browser.post(f"/quizzes/{quiz.slug}/attempts", data={"lease": LEASE})
    assert first.status_code == 303
    again = browser.post(f"/quizzes/{quiz.slug}/attempts", data={"lease": LEASE})
    assert again.location == first.location
    page = browser.get(first.location, follow_redirects=True)
    assert page.status_code == 200
    assert "Question 1 of 5" in text(page)
    assert "open in another window" not in text(page)
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_starting_without_consent_to_less_time_asks_for_it(client_of: ClientOf, make: Make, now: datetime) -> None:
    quiz = make.quiz(hard_stop_at=now + timedelta(minutes=5))
    browser = client_of(make.learner())
    answer = browser.post(f"/quizzes/{quiz.slug}/attempts", data={})
    assert answer.status_code == 409
    assert "Please confirm" in text(answer)
    assert browser.post(f"/quizzes/{quiz.slug}/attempts", data={"consent": "yes"}).status_code == 303


def test_a_quiz_that_cannot_be_started_says_why(client_of: ClientOf, make: Make, now: datetime) -> None:
    quiz = make.quiz(opens_at=now + timedelta(days=1))
    page = text(client_of(make.learner()).get(f"/quizzes/{quiz.slug}"))
    assert "not open yet" in page
    assert "Start now" not in page


def save(browser: FlaskClient, sitting: Sitting, position: int, response: Any, lease: str = LEASE) -> Any:
    data = {"response": response, "lease": lease}
    return browser.post(f"/attempts/{sitting.id}/questions/{position}", data=data)


def test_an_answer_is_saved_and_leads_to_the_next_question(browser: tuple[FlaskClient, Sitting]) -> None:
    client, sitting = browser
    answer = save(client, sitting, 1, "a")
    assert answer.status_code == 303
    assert answer.location.endswith(f"/attempts/{sitting.id}/questions/2?lease={LEASE}")
    page = text(client.get(f"/attempts/{sitting.id}/questions/1?lease={LEASE}"))
    assert "Saved 10:30:00" in page
    assert re.search(r'value="a"[^>]* checked', page)
    assert save(client, sitting, 5, "a").location.endswith(f"/submission?lease={LEASE}")


def test_what_a_question_cannot_take_comes_back_as_typed(
    client_of: ClientOf, make: Make, session: Session, sit: Sit
) -> None:
    course = make.course()
    make.question(make.lesson(course), "numeric")
    sitting = sit(make.quiz(course, questions=0, draw=1))
    client = client_of(sitting.learner)
    answer = save(client, sitting, 1, "about forty")
    assert answer.status_code == 422
    assert 'value="about forty"' in text(answer)
    assert "Please give a number" in text(answer)
    assert session.scalar(select(func.count()).select_from(Answer)) == 0


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"response": "x" * 3000, "lease": LEASE},
        {"response": "<script>alert(1)</script>", "lease": LEASE, "client_seq": "9" * 400},
        {"response": ["a", "b"], "lease": "x" * 5000},
        {"response": "a", "lease": LEASE, "client_seq": "-1"},
        {"response": "a\0", "lease": LEASE},
        {"response": "中文", "lease": "中文", "client_seq": "中文"},
    ],
)
def test_bad_input_is_never_our_fault(browser: tuple[FlaskClient, Sitting], data: dict[str, Any]) -> None:
    client, sitting = browser
    assert client.post(f"/attempts/{sitting.id}/questions/1", data=data).status_code < 500
    assert client.post(f"/attempts/{sitting.id}/lease", data=data).status_code < 500
    assert client.post(f"/quizzes/{sitting.quiz.slug}/attempts", data=data).status_code < 500
    assert client.post("/checks/1", data=data | {"lesson_id": "9" * 30}).status_code in (404, 422)
    assert client.get(f"/attempts/{sitting.id}", query_string=data).status_code < 500


def test_a_second_tab_reads_only_and_may_go_on_there(browser: tuple[FlaskClient, Sitting], session: Session) -> None:
    client, sitting = browser
    page = text(client.get(f"/attempts/{sitting.id}/questions/1"))
    assert "open in another window" in page
    assert "read-only" in page
    assert 'id="hand-in"' not in page
    answer = client.post(f"/attempts/{sitting.id}/lease", data={"lease": OTHER}, follow_redirects=True)
    assert "open in another window" not in text(answer)
    lost = save(client, sitting, 1, "a")
    assert lost.status_code == 409
    assert "does not count" in text(lost)
    assert session.scalar(select(func.count()).select_from(AnswerConflict)) == 1
    log = text(client.get(f"/attempts/{sitting.id}/log"))
    assert "Kept beside the attempt" in log
    assert "Option a" in log
    assert "from another window was kept" in text(
        client.post(f"/attempts/{sitting.id}/submission", follow_redirects=True)
    )


def test_handing_in_shows_what_is_missing_first_and_the_result_always_the_same(
    browser: tuple[FlaskClient, Sitting],
) -> None:
    client, sitting = browser
    for position in (1, 2):
        save(client, sitting, position, sitting.right(position))
    review = text(client.get(f"/attempts/{sitting.id}/submission?lease={LEASE}"))
    assert "3 questions have no answer yet" in review
    pages = [text(client.post(f"/attempts/{sitting.id}/submission", follow_redirects=True)) for _ in range(2)]
    assert "Score 2 of 5" in pages[0]
    assert re.sub("(?s)<head>.*</head>|csrf_token[^>]*", "", pages[0]) == re.sub(
        "(?s)<head>.*</head>|csrf_token[^>]*", "", pages[1]
    )
    assert "Not passed yet" in pages[0]
    for address in ("submission", "questions/1"):
        assert client.get(f"/attempts/{sitting.id}/{address}").location.endswith(f"/attempts/{sitting.id}")
    back = save(client, sitting, 1, "b")
    assert back.status_code == 303
    assert "is handed in" in text(client.get(back.location))


def test_all_answered_leads_to_the_review(browser: tuple[FlaskClient, Sitting]) -> None:
    client, sitting = browser
    sitting.answer_all(5)
    sitting.session.commit()
    answer = client.get(f"/attempts/{sitting.id}?lease={LEASE}")
    assert answer.location.endswith(f"/submission?lease={LEASE}")
    assert "all are saved" in text(client.get(answer.location))
    assert "open in another window" in text(client.get(f"/attempts/{sitting.id}/submission"))


def test_a_page_left_open_overnight_shows_the_result(browser: tuple[FlaskClient, Sitting]) -> None:
    client, sitting = browser
    sitting.answer_all(5)
    sitting.session.commit()
    with time_machine.travel(sitting.deadline + GRACE + MS, tick=False):
        late = save(client, sitting, 1, "b")
        assert late.status_code == 303
        page = text(client.get(f"/attempts/{sitting.id}/questions/3?lease={LEASE}", follow_redirects=True))
    assert "Passed. Well done." in page
    assert "The time ended at 10:38" in page


def test_a_strangers_attempt_does_not_exist(
    browser: tuple[FlaskClient, Sitting], client_of: ClientOf, make: Make
) -> None:
    _client, sitting = browser
    stranger = client_of(make.learner())
    for address in ("", "/questions/1", "/submission", "/log"):
        assert stranger.get(f"/attempts/{sitting.id}{address}").status_code == 404
    for address in ("/questions/1", "/submission", "/lease"):
        assert stranger.post(f"/attempts/{sitting.id}{address}", data={"lease": LEASE}).status_code == 404
    assert stranger.get(f"/attempts/{sitting.id}/questions/99999").status_code == 404
    assert client_of(make.person("learner")).get(f"/quizzes/{sitting.quiz.slug}").status_code == 404


@pytest.mark.parametrize("many", [3, 40])
def test_a_question_takes_constant_statements(
    client_of: ClientOf, make: Make, sit: Sit, statements: Any, many: int
) -> None:
    sitting = sit(make.quiz(questions=many))
    client = client_of(sitting.learner)
    with statements() as ran:
        client.get(f"/attempts/{sitting.id}/questions/1?lease={LEASE}")
    assert len(ran) == 6
    sitting.submit()
    sitting.session.commit()
    with statements() as ran:
        client.get(f"/attempts/{sitting.id}")
    assert len(ran) == 8


SECRET = "CANARY"


@pytest.fixture
def canary(make: Make, session: Session) -> Quiz:
    """A quiz whose keys, explanations and sources all shout when they get out."""
    course = make.course()
    lesson = make.lesson(course)
    kinds = ("single", "multiple", "true_false", "numeric", "short_text")
    for kind in kinds:
        make.question(lesson, kind)
    for version in session.scalars(select(QuestionVersion)):
        version.explanation = {"zh": SECRET, "en": SECRET}
        version.source = {"stem": {}, "explanation": {"zh": SECRET, "en": SECRET}}
        version.options = [option | {"correct": SECRET, "feedback": SECRET} for option in version.options]
        if version.kind == "short_text":
            version.key = {"accept": {"zh": [SECRET], "en": [SECRET]}}
        if version.kind == "numeric":
            version.key = {"value": 424242, "tolerance": 0}
    session.flush()
    return make.quiz(course, questions=0, draw=5, feedback="after_passing", pass_percent=100, attempts_allowed=2)


def leaks(answer: Any) -> bool:
    told = text(answer) + str(answer.headers)
    return SECRET in told or "424242" in told or "marks" in re.sub('class="marks"', "", told)


def test_keys_and_explanations_stay_here_until_feedback_is_due(
    canary: Quiz, client_of: ClientOf, make: Make, sit: Sit, session: Session
) -> None:
    sitting = sit(canary)
    client = client_of(sitting.learner)
    api = f"/api/v1/attempts/{sitting.id}"
    body = {"client_seq": 1, "client_time": "2026-03-17T10:30:00+08:00", "response": "not an option"}
    answers = [client.get(f"/attempts/{sitting.id}/questions/{n}?lease={LEASE}") for n in range(1, 6)]
    answers += [
        client.put(f"{api}/answers/{n}", json=body | {"response": sent})
        for n in range(1, 6)
        for sent in ("x", ["a"], 7)
    ]
    answers += [save(client, sitting, n, "x") for n in range(1, 6)]
    answers += [client.post(f"/api/v1/quizzes/{canary.slug}/attempts"), client.get(api), client.get("/api/v1/quizzes")]
    answers += [client.get(f"/attempts/{sitting.id}/submission"), client.get(f"/attempts/{sitting.id}/log")]
    answers += [client.post(f"{api}/submission"), client.get(api), client.get(f"/attempts/{sitting.id}")]
    answers += [
        client.get(f"/attempts/{sitting.id}/log"),
        client.get(f"/quizzes/{canary.slug}"),
        client.get("/quizzes"),
    ]
    assert [leak.request.path for leak in answers if leaks(leak)] == []
    assert all(answer.status_code < 500 for answer in answers)
    last = client.get(f"/attempts/{sitting.id}")
    assert "once you have passed" in text(last)

    canary.feedback = "at_once"
    session.commit()
    assert leaks(client.get(f"/attempts/{sitting.id}"))


def test_a_check_answers_as_fragment_and_as_page(client_of: ClientOf, make: Make, session: Session) -> None:
    lesson, learner = make.lesson(), make.learner()
    question = make.question(lesson)
    placed(make, lesson, question)
    session.commit()
    client = client_of(learner)
    data = {"response": "b", "lesson_id": lesson.id}
    page = client.post(f"/checks/{question.id}", data=data)
    assert page.status_code == 200
    for words in ("<html", "Not quite.", "Option a", "Because", f"/lessons/{lesson.id}"):
        assert words in text(page)
    fragment = client.post(f"/checks/{question.id}", data=data | {"response": "a"}, headers={"HX-Request": "true"})
    assert "<html" not in text(fragment)
    assert "Right." in text(fragment)
    for headers in ({}, {"HX-Request": "true"}):
        nothing = client.post(f"/checks/{question.id}", data={"lesson_id": lesson.id}, headers=headers)
        assert nothing.status_code == 422
        assert "Choose or type an answer first." in text(nothing)
    assert session.scalar(select(func.count()).select_from(CheckAnswer)) == 2
    assert client_of(make.person("learner")).post(f"/checks/{question.id}", data=data).status_code == 404
    assert client_of(make.person("admin")).post(f"/checks/{question.id}", data=data).status_code == 404


def test_a_check_waits_while_its_question_is_in_the_open_quiz(
    browser: tuple[FlaskClient, Sitting], make: Make, session: Session
) -> None:
    client, sitting = browser
    question = session.get_one(Question, sitting.version(1).question_id)
    lesson = session.get_one(Lesson, question.lesson_id)
    placed(make, lesson, question)
    session.commit()
    answer = client.post(f"/checks/{question.id}", data={"response": "a", "lesson_id": lesson.id})
    assert answer.status_code == 409
    assert "Because" not in text(answer)


def test_pages_are_there_in_chinese_too(browser: tuple[FlaskClient, Sitting], session: Session) -> None:
    client, sitting = browser
    sitting.learner.locale = "zh"
    sitting.save(1, "a", lease="")
    session.commit()
    addresses = [
        "/quizzes",
        f"/quizzes/{sitting.quiz.slug}",
        f"/attempts/{sitting.id}/questions/1",
        f"/attempts/{sitting.id}/log",
    ]
    pages = [text(client.get(address)) for address in addresses]
    sitting.submit()
    session.commit()
    pages.append(text(client.get(f"/attempts/{sitting.id}")))
    for page in pages:
        seen = re.sub(r"(?s)<script.*?</script>|<[^>]+>", " ", page.split("<main")[1].split("</main>")[0])
        assert not re.search(r"\b(the|your|question|answer|quiz)\b", seen, re.IGNORECASE), seen
