"""Keys and explanations stay with the server until feedback is due: nothing that a learner may call gives them away.

Strings are planted in every key, explanation and hidden corner of questions of all kinds, and every address that a
learner may call is called, rightly and wrongly, during an attempt and after it. Then the keys are exchanged: every
answer must stay the same to the byte, so that nothing, not even a length or an ETag, depends on them.
"""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.courses.models import LessonText
from lms.quizzes.actions import start_attempt
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion, Quiz
from lms.quizzes.rules.kinds import KINDS
from lms.web import policy
from tests.make import Make
from tests.quizzes.conftest import LEASE
from tests.quizzes.samples import columns

MARK = "canary7f3a"
PLANTED = re.compile(rb"canary7f3a|4711\.0815")
LEAVING = {"accounts.sign_out", "i18n.choose", "accounts.choose_locale"}
LEASES = re.compile(rb"\b[0-9a-f]{32}\b")
NOBODYS = 999_999
ENDING = re.compile(r"/submission$")
JUNK: tuple[Any, ...] = (
    {},
    {"response": {"deep": [MARK[:6]]}, "client_seq": 1},
    {"response": "x" * 3000, "client_seq": -1},
    {"response": None, "client_seq": 10**18, "lease": LEASE},
)

Values = dict[str, list[Any]]


def planted(value: Any) -> Any:
    """Return a key with one more accepted form in each place that has some; ids and points stay what they are."""
    if isinstance(value, dict) and "accept" in value:
        return {**value, "accept": {tongue: [*forms, f"{MARK}-form"] for tongue, forms in value["accept"].items()}}
    if isinstance(value, dict):
        return {name: planted(each) for name, each in value.items()}
    return [planted(each) for each in value] if isinstance(value, list) else value


def hidden(kind: str) -> dict[str, Any]:
    """Return the columns of a version of this kind, all that is secret of it planted."""
    made = columns(kind)
    key = {**planted(made["key"]), "note": f"{MARK}-key"}
    if kind == "numeric":
        key |= {"value": 4711.0815}
    options = [{**option, "why": f"{MARK}-option", "correct": f"{MARK}-flag"} for option in made["options"]]
    explanation = {"zh": f"{MARK}-解释", "en": f"{MARK}-explained"}
    return made | {"key": key, "options": options, "explanation": explanation, "kind": kind}


class World:
    """A learner with an open attempt at questions of all kinds, one of which the lesson asks too."""

    def __init__(self, make: Make, session: Session) -> None:
        klass, course = make.training_class(), make.course()
        self.session, self.learner = session, make.learner(klass)
        lesson = make.lesson(course, points=len(KINDS))
        for number, kind in enumerate(KINDS, start=1):
            question = make.question(lesson, "single", key_point=number)
            for version in (1, 2):
                self._version(make, question, version, hidden(kind) | {"key_point": number})
        self._ask_in_lesson(lesson.id, question.id)
        self.quiz: Quiz = make.quiz(
            course, questions=0, draw=len(KINDS), feedback="after_window", attempts_allowed=3, asks_confidence=True
        )
        make.progress(self.learner, lesson)
        started = start_attempt(session, self.quiz.slug, self.learner.id, lease=LEASE, now=make.now)
        self.attempt_id = started.attempt_id
        session.commit()
        positions = session.scalars(select(AttemptQuestion.position).where(self._mine()))
        self.values: Values = {
            "attempt_id": [self.attempt_id],
            "position": sorted(positions),
            "question_id": list(session.scalars(select(Question.id))),
            "lesson_id": [lesson.id],
            "learner_id": [self.learner.id],
            "person_id": [self.learner.id],
            "class_id": [klass.id],
            "kind": ["mm", "opml", "md", "svg"],
            "session_id": [NOBODYS],
            "token_id": [NOBODYS],
            "node": [f"lesson-{lesson.id}", f"point-{lesson.id}-1"],
        }
        self.junk = (*JUNK, {"lesson_id": lesson.id, "response": "a"})
        self.slugs = {"/courses/": course.slug, "/quizzes/": self.quiz.slug, "/lessons/": lesson.id}

    def _mine(self) -> Any:
        return AttemptQuestion.attempt_id == self.attempt_id

    @staticmethod
    def _version(make: Make, question: Question, version: int, values: dict[str, Any]) -> None:
        found = select(QuestionVersion).where(
            QuestionVersion.question_id == question.id, QuestionVersion.version == version
        )
        row = make.session.scalar(found)
        if row is None:
            first = make.session.scalars(
                select(QuestionVersion).where(QuestionVersion.question_id == question.id)
            ).one()
            kept = {name: getattr(first, name) for name in ("level", "competency", "stem")}
            make.add(QuestionVersion(question_id=question.id, version=version, **kept, **values))
            question.version = version
            return
        for name, value in values.items():
            setattr(row, name, value)
        make.session.flush()

    def _ask_in_lesson(self, lesson_id: int, question_id: int) -> None:
        for each in self.session.scalars(select(LessonText).where(LessonText.lesson_id == lesson_id)):
            blocks = [dict(block) for block in each.blocks]
            blocks[0]["pieces"] = [
                {"check": {"question_id": question_id, "kind": "single", "stem": "x", "options": []}}
            ]
            each.blocks = blocks

    def exchange_keys(self) -> None:
        """Make something else right everywhere, and explain it at another length."""
        other = {"explanation": {"zh": "别的", "en": "x" * 300}, "key": {"nothing": ["of", "what", "it", "was"]}}
        self.session.execute(update(QuestionVersion).values(**other))
        for row in self.session.scalars(select(QuestionVersion)):
            row.options = [{"id": option["id"], "text": option["text"]} for option in row.options]
        self.session.commit()
        self.session.expire_all()

    def addresses(self, app: Flask, rule: Rule) -> Iterator[str]:
        """Return every address of a rule that this learner has rows for."""
        known = dict(self.values)
        for start, slug in self.slugs.items():
            if start in rule.rule:
                known |= {"slug": [slug], "id": [slug], "course_slug": [slug], "quiz_slug": [slug]}
        names = sorted(rule.arguments)
        routes = app.url_map.bind("localhost")
        for chosen in product(*(known.get(name, [1]) for name in names)):
            yield routes.build(rule.endpoint, dict(zip(names, chosen, strict=True)))


@pytest.fixture
def world(make: Make, session: Session) -> World:
    return World(make, session)


def open_to_learners(app: Flask, method: str) -> list[Rule]:
    """Return the rules that a learner may call with `method`; streams and the way out are left."""
    found = []
    for rule in app.url_map.iter_rules():
        asked = policy.of(app, rule.endpoint)
        may = asked is not None and (asked.is_public or not asked.roles or Role.LEARNER in asked.roles)
        if may and method in (rule.methods or ()) and rule.endpoint not in LEAVING and "static" not in rule.endpoint:
            found.append(rule)
    return found


def leaks(answer: Any, browser: FlaskClient) -> bool:
    """Say whether what was planted is in a byte of an answer: its body, its headers, its cookies unpacked."""
    with browser.session_transaction() as cookie:
        unpacked = json.dumps(dict(cookie), default=str, ensure_ascii=False)
    bytes_sent = answer.get_data() + str(answer.headers).encode() + unpacked.encode()
    return PLANTED.search(bytes_sent) is not None


VARIANTS: tuple[dict[str, str], ...] = (
    {},
    {"HX-Request": "true"},
    {"X-Requested-With": "fetch"},
    {"Accept-Language": "zh", "If-None-Match": "*"},
)


def looked(app: Flask, world: World, browser: FlaskClient) -> dict[str, Any]:
    """Get everything there is to get, each address in four ways, and return the answers by address and way."""
    found = {}
    for rule in open_to_learners(app, "GET"):
        for address in world.addresses(app, rule):
            asked = f"{address}?q={MARK[:6]}" if rule.rule in ("/find", "/answers", "/api/v1/search") else address
            for number, headers in enumerate(VARIANTS):
                answer = browser.get(asked, headers=headers)
                assert answer.status_code < 500, address
                assert not leaks(answer, browser), f"{asked} {headers}"
                found[f"{asked} {number}"] = answer
    return found


def acted(app: Flask, world: World, browser: FlaskClient, *, within: str = "/") -> int:
    """Send everything there is to send, wrongly in several ways; nothing of it hands in. Return how often."""
    sent = 0
    for method in ("POST", "PUT", "DELETE"):
        for rule in open_to_learners(app, method):
            if ENDING.search(rule.rule) or within not in rule.rule:
                continue
            for address, junk in product(world.addresses(app, rule), world.junk):
                for more in ({"json": junk}, {"data": {k: str(v) for k, v in junk.items()}}):
                    answer = browser.open(address, method=method, **more)
                    assert answer.status_code < 500, (method, address, junk)
                    assert not leaks(answer, browser), (method, address, junk)
                    sent += 1
    return sent


@pytest.mark.slow
def test_not_a_byte_before_feedback_is_due(
    app: Flask, world: World, client_of: Callable[[Person], FlaskClient], session: Session
) -> None:
    browser = client_of(world.learner)
    during = looked(app, world, browser)
    questions = [answer for address, answer in during.items() if re.search(r"/questions/\d+ 0$", address)]
    assert [answer.status_code for answer in questions] == [200] * len(KINDS), "the walk sees every kind"
    assert acted(app, world, browser) > 100
    looked(app, world, browser)
    for address in (f"/api/v1/attempts/{world.attempt_id}/submission", f"/attempts/{world.attempt_id}/submission"):
        assert not leaks(browser.post(address, json={}), browser)
    assert session.get_one(Attempt, world.attempt_id, populate_existing=True).finished_at is not None
    looked(app, world, browser)
    acted(app, world, browser, within="/attempts")


def test_the_walk_would_see_them(app: Flask, world: World, client_of: Callable[[Person], FlaskClient]) -> None:
    """The proof can fail: once feedback is due, the result shows every explanation that was planted."""
    browser = client_of(world.learner)
    browser.post(f"/attempts/{world.attempt_id}/submission")
    world.quiz.feedback = "at_once"
    world.session.commit()
    answer = browser.get(f"/attempts/{world.attempt_id}")
    assert leaks(answer, browser)
    assert answer.text.count(f"{MARK}-explained") == len(KINDS)


@pytest.mark.slow
def test_no_answer_depends_on_a_key(
    app: Flask, world: World, client_of: Callable[[Person], FlaskClient], make: Make
) -> None:
    browser = client_of(world.learner)
    looked(app, world, browser)  # what is written at the first look is written
    before = looked(app, world, browser)
    world.exchange_keys()
    after = looked(app, world, browser)
    assert [address for address, answer in before.items() if told(answer) != told(after[address])] == []


def told(answer: Any) -> tuple[Any, ...]:
    """Return all of an answer; where a page proposes a lease, which is chance, without it."""
    return answer.status_code, list(answer.headers), LEASES.sub(b"", answer.data)
