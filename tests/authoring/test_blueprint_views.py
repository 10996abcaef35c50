"""The blueprint of a quiz in a browser: counted while it is written, kept with a reason, nobody else's business."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.quizzes.models import Quiz, QuizCourse
from tests.make import Make

Browser = Callable[[Person], FlaskClient]


def fill(make: Make, quiz_course: object, competency: str, level: int, count: int) -> None:
    lesson = make.lesson(quiz_course)  # type: ignore[arg-type]  # a course of the caller
    for _ in range(count):
        make.question(lesson, competency=competency, level=level)


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    course = make.course()
    fill(make, course, "fr-call", 1, 10)
    fill(make, course, "cb-open", 2, 3)
    made = make.quiz(course, questions=0, purpose="gate", draw=3)
    make.profile()
    session.commit()
    return made


def sent(*cells: tuple[str, int, int], **more: str) -> dict[str, object]:
    names, levels, counts = ([str(cell[n]) for cell in cells] for n in range(3))
    return {
        "competency": names,
        "level": levels,
        "count": counts,
        "borderline_percent": "5",
        "retake_wait_hours": "24",
        "reason": "new post",
    } | more


def test_a_trainer_reads_what_the_bank_can_give_before_anything_is_kept(
    make: Make, client_of: Browser, session: Session, quiz: Quiz
) -> None:
    browser = client_of(make.person("trainer"))
    address = f"/quizzes/{quiz.slug}/blueprint"
    page = browser.get(address).get_data(as_text=True)
    assert "fr-*" in page
    assert "cb-open" in page
    cells = (("fr-call", 1, 2), ("cb-open", 2, 4))
    counted = browser.post(address, data=sent(*cells, act="count"), headers={"HX-Request": "true"})
    text = counted.get_data(as_text=True)
    assert text.lstrip().startswith('<div id="cells"')
    assert "3 of 4" in text
    assert "nobody could start" in text
    session.refresh(quiz)
    assert quiz.blueprint == []


def test_without_scripts_a_button_counts_and_another_proposes(
    make: Make, client_of: Browser, session: Session, quiz: Quiz
) -> None:
    browser = client_of(make.person("trainer"))
    address = f"/quizzes/{quiz.slug}/blueprint"
    page = browser.post(address, data=sent(("fr-call", 1, 2), act="count")).get_data(as_text=True)
    assert "<html" in page
    assert "2 of 3 questions" in page
    assert "3 of 3 questions" in browser.post(address, data=sent(act="propose")).get_data(as_text=True)


def test_what_is_kept_is_drawn_by_from_then_on(make: Make, client_of: Browser, session: Session, quiz: Quiz) -> None:
    browser, second = client_of(make.person("trainer")), make.person("trainer")
    address = f"/quizzes/{quiz.slug}/blueprint"
    answer = browser.post(address, data=sent(("fr-call", 1, 2), ("cb-*", 2, 1), act="save"))
    assert answer.status_code == 303
    session.refresh(quiz)
    assert quiz.blueprint == []
    told = browser.get(address).text
    assert "asked for other forms on" in told
    assert 'class="note warn" href="/authoring/quiz-proposals/' in told
    assert browser.post(address, data=sent(("fr-call", 1, 3), act="save")).status_code == 409
    assert client_of(second).post(f"{answer.headers['Location']}/approval").status_code == 303
    session.refresh(quiz)
    assert quiz.blueprint == [
        {"competency": "fr-call", "level": 1, "count": 2},
        {"competency": "cb-*", "level": 2, "count": 1},
    ]
    assert (quiz.borderline_percent, quiz.retake_wait_hours) == (5, 24)


@pytest.mark.parametrize(
    "wrong",
    [
        sent(("fr-call", 1, 2)),
        sent(("fr-call", 1, 3), reason=""),
        sent(("fr-call", 1, 3), borderline_percent="21"),
        sent(("fr-call", 1, 3), retake_wait_hours="much"),
        sent(("fr-call", 7, 3)),
        sent(("fr-call", 1, 10**9)),
        {"competency": ["x" * 500], "level": ["1"], "count": ["²"]},
    ],
    ids=["sum", "no reason", "borderline", "no number", "no such level", "too many", "nonsense"],
)
def test_what_cannot_be_kept_comes_back_with_what_was_typed(
    make: Make, client_of: Browser, session: Session, quiz: Quiz, wrong: dict[str, object]
) -> None:
    answer = client_of(make.person("trainer")).post(f"/quizzes/{quiz.slug}/blueprint", data=wrong)
    assert answer.status_code == 422
    session.refresh(quiz)
    assert quiz.blueprint == []


def test_the_page_takes_as_many_statements_for_a_large_bank(
    make: Make, client_of: Browser, session: Session, quiz: Quiz, statements: Callable[..., object]
) -> None:
    browser = client_of(make.person("trainer"))
    address = f"/quizzes/{quiz.slug}/blueprint"
    browser.get(address)
    counts = []
    for _ in range(2):
        with statements() as ran:  # type: ignore[attr-defined]  # a fixture that is called
            assert browser.get(address).status_code == 200
        counts.append(len(ran))
        course = make.course()
        fill(make, course, "ac-more", 1, 40)

        session.add(QuizCourse(quiz_id=quiz.id, course_id=course.id))
        session.commit()
    assert counts[0] == counts[1]


def test_learners_and_strangers_find_no_blueprint(make: Make, client_of: Browser, quiz: Quiz) -> None:
    for person in (make.learner(make.training_class()), make.person("mentor")):
        assert client_of(person).get(f"/quizzes/{quiz.slug}/blueprint").status_code == 404
    assert client_of(make.person("trainer")).get("/quizzes/no-such/blueprint").status_code == 404
