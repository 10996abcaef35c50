"""Hints of unfair answers as trainers see them, and what came of looking into one."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.models import Person, Site
from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Invalid, NotFound
from lms.quizzes.actions.fairness import judge
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, FairnessNote, QuestionVersion, Quiz
from lms.quizzes.queries.signals import signals_page
from lms.quizzes.rules.signals import Paper
from tests.make import Make
from tests.quizzes.test_signals import QUESTIONS, copied, sat

ClientOf = Callable[..., FlaskClient]
SECONDS = 20


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


@pytest.fixture
def exam(session: Session, make: Make) -> Quiz:
    """A quiz of 35 questions over one lesson."""
    return make.quiz(questions=QUESTIONS)


@pytest.fixture
def handed_in(session: Session, make: Make, now: datetime) -> Callable[..., list[Person]]:
    """Return a function that stores papers of one class as attempts; those in `quick` took two seconds an answer."""

    def store(
        quiz: Quiz, papers: list[Paper], *, quick: tuple[int, ...] = (), client: bool = False, site: int | None = None
    ) -> list[Person]:
        versions = list(session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id)))
        klass = make.training_class()
        people, places, answers = [], [], []
        for paper in papers:
            more = {"site_id": site} if site else {}
            learner = make.learner(klass, latin_name=f"Learner {paper.attempt_id:03}", **more)
            people.append(learner)
            started = now - timedelta(hours=2)
            score = sum(not each.wrong for each in paper.given)
            attempt = make.add(
                Attempt(
                    quiz_id=quiz.id,
                    learner_id=learner.id,
                    number=1,
                    seed=1,
                    lease="a" * 32,
                    started_at=started,
                    deadline=started + timedelta(hours=1),
                    grace_seconds=60,
                    pass_percent=80,
                    score=score,
                    finished_at=started + timedelta(minutes=30),
                    settled_by="submitted",
                    max_score=QUESTIONS,
                    passed=False,
                )
            )
            step = 2 if paper.attempt_id in quick else SECONDS
            for position, each in enumerate(paper.given, start=1):
                key = {"attempt_id": attempt.id, "position": position}
                at = started + timedelta(seconds=step * position)
                version = versions[each.version_id]
                places.append(
                    {**key, "version_id": version, "option_order": [], "marks": float(not each.wrong), "weight": 1.0}
                )
                answers.append(
                    {**key, "response": each.choice, "client_seq": 1, "lease": "a" * 32, "late_received": False}
                    | {"saved_at": started if client else at, "client_time": at if client else None}
                )
        session.execute(insert(AttemptQuestion), places)
        session.execute(insert(Answer), answers)
        return people

    return store


def cheats(seed: int = 5) -> tuple[list[Paper], set[int]]:
    """A class in which one of the weaker took nearly everything from another."""
    chance = Random(seed)
    papers = sat(chance)
    weak = sorted(papers, key=lambda paper: sum(each.wrong for each in paper.given))[-2:]
    papers[weak[1].attempt_id] = copied(weak[1], weak[0], 0.95, chance)
    return papers, {weak[0].attempt_id, weak[1].attempt_id}


def trainer(make: Make, **more: Any) -> Identity:
    person = make.person("trainer", **more)
    who = {"id": person.id, "employee_no": person.employee_no, "name": person.name, "latin_name": None}
    grants = (Grant(Role.TRAINER),)
    return Identity(**who, locale="en", site_id=person.site_id, time_zone="Asia/Shanghai", grants=grants)


def test_a_planted_copy_is_listed_with_its_evidence_and_the_sentence_that_it_proves_nothing(
    client_of: ClientOf, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    papers, pair = cheats()
    handed_in(exam, papers)
    found = text(client_of(make.person("trainer")).get(f"/quizzes/{exam.slug}/signals"))
    assert all(f"Learner {number:03}" in found for number in pair)
    assert found.count('class="row"') == 1
    assert "A hint, not a proof." in found
    assert "have the same wrong answer; chance gives about" in found


def test_an_honest_class_has_nothing_to_look_into(
    client_of: ClientOf, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    handed_in(exam, sat(Random(2)))
    assert "Nothing to look into" in text(client_of(make.person("trainer")).get(f"/quizzes/{exam.slug}/signals"))


def test_of_few_papers_nothing_is_listed(
    client_of: ClientOf, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    papers, pair = cheats()
    handed_in(exam, [papers[number] for number in sorted(pair)], quick=tuple(pair))
    found = text(client_of(make.person("trainer")).get(f"/quizzes/{exam.slug}/signals"))
    assert "Too few answers yet: 2 of 20" in found
    assert "Learner" not in found


@pytest.mark.parametrize("client", [False, True], ids=["times of the server", "times of the browser"])
def test_answers_faster_than_reading_are_listed_and_answers_that_arrive_together_are_not(
    session: Session,
    make: Make,
    exam: Quiz,
    handed_in: Callable[..., list[Person]],
    client: bool,
) -> None:
    long = "word " * 120
    for version in session.scalars(select(QuestionVersion)):
        version.stem = {"zh": "字" * 200, "en": long}
    handed_in(exam, sat(Random(2)), quick=(7,), client=client)
    found = signals_page(session, trainer(make), exam.slug)
    assert [each.first.learner.latin_name for each in found.waiting] == ["Learner 007"]
    seen = found.waiting[0].fast
    assert seen is not None
    assert (seen.fast, seen.median_seconds, seen.others_seconds) == (QUESTIONS - client, 2.0, SECONDS)


def test_what_came_of_it_is_kept_on_the_record_and_the_hint_moves_down(
    client_of: ClientOf, session: Session, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    papers, _pair = cheats()
    handed_in(exam, papers)
    found = signals_page(session, trainer(make), exam.slug).waiting[0]
    assert found.other is not None
    address = f"/quizzes/{exam.slug}/signals/similarity/{found.first.id}?other={found.other.id}"
    browser = client_of(make.person("trainer"))
    assert "What came of it" in text(browser.get(address))
    assert browser.post(address, data={"note": "Seen"}).status_code == 422
    sent = {"verdict": "talked", "note": "They learn together"}
    assert browser.post(address, data=sent).status_code == 303
    assert browser.post(address, data=sent).status_code == 303
    assert len(session.scalars(select(FairnessNote)).all()) == 1
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "fairness.judged")).all()
    assert {entry.subject for entry in entries} == {found.first.learner.employee_no, found.other.learner.employee_no}
    assert all("They learn together" not in entry.payload for entry in entries)
    listed = text(browser.get(f"/quizzes/{exam.slug}/signals"))
    assert "Looked into" in listed
    assert "Talked about" in listed
    assert "They learn together" in text(browser.get(address))
    assert browser.post(address, data={"verdict": "sit_again", "note": "On Friday"}).status_code == 303
    assert len(session.scalars(select(FairnessNote)).all()) == 2


def test_notes_are_only_ever_added(
    session: Session, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]], now: datetime
) -> None:
    handed_in(exam, cheats()[0])
    by = trainer(make)
    key = signals_page(session, by, exam.slug).waiting[0].key
    note = judge(session, by, exam.slug, key, "nothing", "Same notes", now=now)
    note.verdict = "talked"
    with pytest.raises(DBAPIError), session.begin_nested():
        session.flush()
    session.expire_all()


@pytest.mark.parametrize(("verdict", "note"), [("guilty", "Why"), ("nothing", " "), ("nothing", "x" * 401)])
def test_a_finding_names_a_verdict_and_says_what_was_seen(
    session: Session, make: Make, exam: Quiz, now: datetime, verdict: str, note: str
) -> None:
    with pytest.raises(Invalid):
        judge(session, trainer(make), exam.slug, ("speed", 1, None), verdict, note, now=now)


def test_only_what_is_listed_can_be_judged_and_only_by_trainers(
    client_of: ClientOf, session: Session, make: Make, exam: Quiz, now: datetime
) -> None:
    with pytest.raises(NotFound):
        judge(session, trainer(make), exam.slug, ("speed", 1, None), "nothing", "Why", now=now)
    with pytest.raises(NotFound):
        signals_page(session, trainer(make), "no-such-quiz")
    for role in ("learner", "mentor", "adviser", "lead", "hr", "auditor", "admin"):
        assert client_of(make.person(role)).get(f"/quizzes/{exam.slug}/signals").status_code == 404
    browser = client_of(make.person("trainer"))
    assert browser.get(f"/quizzes/{exam.slug}/signals/speed/1?other=x").status_code == 404
    assert browser.get(f"/quizzes/{exam.slug}/signals/guess/1").status_code == 404


def test_learners_of_another_site_are_neither_named_nor_compared(
    session: Session, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    elsewhere = make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    handed_in(exam, cheats()[0], site=elsewhere.id)
    assert signals_page(session, trainer(make), exam.slug).papers == 0
    assert signals_page(session, trainer(make, site_id=elsewhere.id), exam.slug).papers == 30


def test_the_list_takes_the_same_number_of_statements_for_a_few_papers_and_for_many(
    client_of: ClientOf, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]], statements: Any
) -> None:
    papers = cheats()[0]
    browser = client_of(make.person("trainer"))
    counts = []
    for part in (papers[:5], papers[5:]):
        handed_in(exam, part)
        with statements() as ran:
            assert browser.get(f"/quizzes/{exam.slug}/signals").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 8


def test_a_hint_about_one_learner_is_recorded_about_that_learner(
    session: Session, make: Make, exam: Quiz, handed_in: Callable[..., list[Person]], now: datetime
) -> None:
    for version in session.scalars(select(QuestionVersion)):
        version.stem = {"zh": "字" * 200, "en": "word " * 120}
    handed_in(exam, sat(Random(2)), quick=(7,))
    by = trainer(make)
    found = signals_page(session, by, exam.slug).waiting[0]
    judge(session, by, exam.slug, found.key, "nothing", "Sat the lesson yesterday", now=now)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "fairness.judged"))
    assert entry.subject == found.first.learner.employee_no
    assert signals_page(session, by, exam.slug).looked_into[0].key == found.key


def test_nobody_says_what_came_of_a_hint_about_themselves(
    client_of: ClientOf, make: Make, session: Session, exam: Quiz, handed_in: Callable[..., list[Person]]
) -> None:
    papers, pair = cheats()
    people = handed_in(exam, papers)
    copied_from = next(person for person in people if person.latin_name == f"Learner {min(pair):03}")
    make.grant(copied_from, "trainer")
    session.commit()
    browser = client_of(copied_from)
    found = re.search(
        rf'href="(/quizzes/{exam.slug}/signals/similarity/[^"]+)"', text(browser.get(f"/quizzes/{exam.slug}/signals"))
    )
    assert found
    said = browser.post(found.group(1).replace("&amp;", "&"), data={"verdict": "nothing", "note": "It was me"})
    assert said.status_code == 409
    assert session.scalars(select(FairnessNote)).all() == []
