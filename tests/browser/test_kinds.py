"""Every kind of question in a real Chromium: by keyboard, on a phone, without JavaScript, and after a crash."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Enrolment, Person, TrainingClass
from lms.courses.models import Course, Lesson, LessonText
from lms.db import connect
from lms.quizzes.actions import submit_attempt
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, Question, QuestionVersion, Quiz, QuizCourse
from lms.quizzes.rules import marks
from lms.quizzes.rules.kinds import KINDS, Asked
from tests.browser.conftest import Site
from tests.quizzes.samples import columns

Enter = Callable[..., Page]
places = AttemptQuestion.__table__
SMALL = {"width": 360, "height": 740}
LEARNER = "E3101"
NEW = {"title_zh": "所有题型", "title_en": "Every kind"}


def like_row(row: Any, *but: str) -> dict[str, Any]:
    """Return the columns of a row, without its number and those named."""
    return {c.key: getattr(row, c.key) for c in row.__table__.columns if c.key not in ("id", *but)}


def fill(session: Session) -> None:
    """Give the learner's programme a course with one question of every kind, and a quiz that asks them all."""
    programme = session.scalars(
        select(TrainingClass.programme_id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .join(Person, Person.id == Enrolment.learner_id)
        .where(Person.employee_no == LEARNER, Enrolment.ended_on.is_(None))
    ).one()
    like = session.scalars(select(Lesson).limit(1)).one()
    course = session.get_one(Course, like.course_id)
    made = Course(**like_row(course, "slug") | NEW, slug="every-kind")
    session.add(made)
    session.flush()
    lesson = Lesson(**like_row(like, "course_id", "slug"), course_id=made.id, slug="01-every-kind")
    session.add(lesson)
    session.flush()
    texts = select(LessonText).where(LessonText.lesson_id == like.id, LessonText.revision == like.revision)
    for text in session.scalars(texts):  # a lesson without them is no lesson: what reads the library next would stumble
        session.add(LessonText(**like_row(text, "lesson_id"), lesson_id=lesson.id))
    for kind in KINDS:
        question = Question(ref=f"kind-{kind}", lesson_id=lesson.id, competency="x", version=1)
        session.add(question)
        session.flush()
        version = QuestionVersion(
            question_id=question.id,
            version=1,
            kind=kind,
            level=1,
            competency="x",
            stem={"zh": f"题型 {kind}？", "en": f"Kind {kind}?"},
            explanation={"zh": f"因为 {kind}。", "en": f"Because {kind}."},
            **columns(kind),
        )
        session.add(version)
    quiz = Quiz(
        slug="every-kind",
        programme_id=programme,
        position=99,
        purpose="practice",
        **NEW,
        draw=len(KINDS),
        limit_minutes=60,
        pass_percent=80,
        attempts_allowed=None,
        feedback="at_once",
        asks_confidence=True,
    )
    session.add(quiz)
    session.flush()
    session.add(QuizCourse(quiz_id=quiz.id, course_id=made.id))


@pytest.fixture
def kept(site: Site) -> Iterator[Callable[[], dict[str, tuple[object, str | None]]]]:
    """Make the quiz once, end what was left open, and return what reads the answers of its last attempt, by kind."""
    engine = connect(f"sqlite:///{site.data}/onramp.db")
    with Session(engine) as session:
        if session.scalar(select(func.count()).where(Quiz.slug == "every-kind")) == 0:
            fill(session)
        unfinished = select(Attempt).join(Quiz).where(Quiz.slug == "every-kind", Attempt.finished_at.is_(None))
        for left in session.scalars(unfinished).all():  # another test's: each begins one of its own
            submit_attempt(session, left.id, left.learner_id, now=clock.now())
        session.commit()

    def read() -> dict[str, tuple[object, str | None]]:
        newest = select(func.max(Attempt.id)).join(Quiz).where(Quiz.slug == "every-kind").scalar_subquery()
        with Session(engine) as session:
            rows = session.execute(
                select(QuestionVersion.kind, Answer.response, Answer.confidence)
                .select_from(Answer)
                .join(Attempt, Attempt.id == Answer.attempt_id)
                .join(places, (places.c.attempt_id == Answer.attempt_id) & (places.c.position == Answer.position))
                .join(QuestionVersion, QuestionVersion.id == places.c.version_id)
                .where(Attempt.id == newest)
            )
            return {row[0]: (row[1], row[2]) for row in rows}

    yield read
    engine.dispose()


def asked_of(fields: dict[str, Any]) -> Asked:
    return Asked([option["id"] for option in fields["options"]], tuple(fields["unit"].values()), fields["body"])


def begin(page: Page) -> None:
    page.goto("/quizzes/every-kind")
    page.locator("main form .btn").first.click()
    page.wait_for_selector("form#sheet")


def kind_here(page: Page) -> str:
    found = re.search(r"Kind (\w+)\?|题型 (\w+)", page.locator(".stem").inner_text())
    assert found is not None
    return found.group(1) or found.group(2)


def reach(page: Page, where: str) -> None:
    """Press Tab until the focus stands on what `where` selects."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("where => document.activeElement?.matches(where) ?? false", where):
            return
    raise AssertionError(f"Tab never reaches {where}")


# What is pressed for each kind; what begins with "> " is first reached by Tab.
KEYS = {
    "single": ["1"],
    "multiple": ["1", "2"],
    "true_false": ["1"],
    "numeric": ["> [data-response] input", "4", "5", "Tab"],
    "short_text": ["> [data-response] input", "4", "5", "Tab"],
    "cloze": ["> [name='response:1']", "4", "5", "Tab", "9", "0", "Tab"],
    "matching": ["> [data-response] select", "ArrowDown", "Tab", "ArrowDown", "ArrowDown"],
    "ordering": ["> button[data-move='1']", "Enter"],
    "hot_list": ["1", "2"],
    "next_line": ["1"],
    "call_steps": ["> button[data-move='1']", "Alt+ArrowDown"],
    "listen_score": ["3"],
}


def answer_by_keys(page: Page, kind: str) -> None:
    """Answer a question without a mouse."""
    for key in KEYS[kind]:
        if key.startswith("> "):
            reach(page, key.removeprefix("> "))
        else:
            page.keyboard.press(key)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_kind_is_answered_by_keyboard_on_a_phone_and_stays(
    enter: Enter, kept: Callable[[], dict[str, tuple[object, str | None]]], *, dark: bool
) -> None:
    page = enter(LEARNER, size=SMALL, dark=dark)
    begin(page)
    for _question in KINDS:
        kind = kind_here(page)
        with page.expect_response(lambda r: "/answers/" in r.url and r.request.method == "PUT") as saved:
            answer_by_keys(page, kind)
        assert saved.value.status == 200, (kind, saved.value.text())
        expect(page.locator("[data-saved]")).not_to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], kind
        reach(page, "[name=confidence]")
        with page.expect_response(lambda r: "/answers/" in r.url and r.request.method == "PUT"):
            page.keyboard.press("Space")
        where = page.url
        reach(page, "form#sheet button[type=submit]")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=where: url != before)
    answers = kept()
    assert set(answers) == set(KINDS)
    assert {said for _response, said in answers.values()} == {"sure"}
    assert answers["matching"][0] is not None
    assert len(answers["ordering"][0]) == 3  # type: ignore[arg-type]  # a list
    assert answers["cloze"][0] == ["45", "90"]
    assert answers["listen_score"][0] == [["opening", "3"]]
    page.locator("form[action$='/submission'] button").first.click()
    confirm = page.locator("dialog[open] button.btn:not(.quiet)")
    if confirm.count():
        confirm.first.click()
    expect(page.locator("#answers")).to_be_visible()
    expect(page.locator("dl.said")).to_have_count(len(KINDS))
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


def test_every_kind_is_answered_rightly_without_javascript(
    enter: Enter, kept: Callable[[], dict[str, tuple[object, str | None]]]
) -> None:
    page = enter(LEARNER, size=SMALL, java_script_enabled=False)
    begin(page)
    for _question in KINDS:
        kind = kind_here(page)
        fields = columns(kind)
        right = KINDS[kind].right(fields["key"], asked_of(fields))
        for value in KINDS[kind].typed(right):
            box = page.locator(f"[data-response] input[value='{value}']")
            option = page.locator(f"[data-response] option[value='{value}']")
            if box.count() and box.get_attribute("type") != "text":
                page.locator(f"label:has(input[value='{value}'])").click()
            elif option.count():
                option.locator("..").select_option(value)
            else:
                page.locator("[data-response] input").nth(KINDS[kind].typed(right).index(value)).fill(value)
        where = page.url
        page.locator("form#sheet button[type=submit]").click()
        page.wait_for_url(lambda url, before=where: url != before)
    answers = kept()
    for kind in KINDS:
        fields = columns(kind)
        units = tuple(fields["unit"].values())
        assert marks.correct(kind, fields["key"], answers[kind][0], units, fields["body"]), (kind, answers[kind])
    page.locator("form[action$='/submission'] button").first.click()
    expect(page.locator("[aria-labelledby=score] .chip.ok")).to_be_visible()


def test_what_was_given_off_the_line_is_there_again_after_a_reload(
    enter: Enter, kept: Callable[[], dict[str, tuple[object, str | None]]]
) -> None:
    page = enter(LEARNER)
    begin(page)
    first = re.sub(r"questions/\d+", "questions/{}", page.url)
    given: dict[int, str] = {}
    page.route("**/answers/*", lambda route: route.abort())
    for position in range(1, len(KINDS) + 1):
        page.goto(first.replace("{}", str(position)))
        answer_by_keys(page, kind_here(page))
        expect(page.locator("[data-unsent]")).to_be_visible()
        given[position] = shown(page)
        page.reload()
        expect(page.locator("[data-unsent]")).to_be_visible()
        assert shown(page) == given[position], kind_here(page)
    assert kept() == {}
    page.unroute("**/answers/*")
    page.goto(first.replace("{}", "1"))
    expect(page.locator("[data-unsent]")).to_be_hidden()
    deadline = time.monotonic() + 20
    while set(kept()) != set(KINDS) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert set(kept()) == set(KINDS)
    for position, before in given.items():
        page.goto(first.replace("{}", str(position)))
        page.wait_for_selector("quiz-sheet:defined")
        assert shown(page) == before, kind_here(page)


def shown(page: Page) -> str:
    """Return the answer as the controls hold it, and the order of lines that can be moved."""
    page.wait_for_selector("quiz-sheet:defined")
    return str(
        page.evaluate(
            """() => JSON.stringify([
                [...new FormData(document.querySelector("form#sheet"))].filter((each) => /^response/.test(each)).sort(),
                [...document.querySelectorAll("sortable-list li")].map((line) => line.dataset.id)])"""
        )
    )
