"""The second form: near the cut nothing is decided, both forms count together, and nobody picks the better one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Role
from lms.errors import Refused
from lms.quizzes.actions import Given, Started, accepted, save_answer, start_attempt, submit_attempt
from lms.quizzes.actions.rulings import make_ruling
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion, Quiz, Regrade
from lms.quizzes.queries import evidence_of_quiz, passed_attempts, result_page, start_page
from lms.quizzes.queries.forms import last_form
from lms.quizzes.queries.ruling_pages import Decision
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.pooling import Taken, borderline, pooled, undecided, used, verdict, within_of
from tests.authoring.writers import identity
from tests.make import Make
from tests.quizzes.test_rulings import rule, seen

LEASE = "a" * 32


@pytest.mark.parametrize(
    ("score", "within", "near"),
    [(16, 5, True), (15, 5, True), (17, 5, True), (14, 5, False), (18, 5, False), (16, 0, False), (14.99, 5, False)],
)
def test_near_is_within_so_many_points_to_either_side(score: float, within: int, near: bool) -> None:
    assert borderline(Result(score, 20, 80), within) is near


def test_an_empty_attempt_is_near_to_nothing() -> None:
    assert not borderline(Result(0, 0, 80), 20)


def test_a_first_form_is_not_decided_near_the_cut_and_a_second_one_always_is() -> None:
    assert verdict(Result(17, 20, 80), within_percent=5) is None
    assert verdict(Result(18, 20, 80), within_percent=5) is True
    assert verdict(Result(13, 20, 80), within_percent=5) is False
    assert verdict(Result(16, 20, 80), first=Result(16, 20, 80), within_percent=5) is True
    assert verdict(Result(20, 20, 80), first=Result(11, 20, 80), within_percent=5) is False
    assert (within_of("gate", 5), within_of("daily", 5)) == (5, 0)


@pytest.mark.parametrize("score", [0, 13, 14, 15, 16, 17, 18, 20])
def test_a_first_form_whose_second_one_has_begun_decides_nothing_by_itself_wherever_it_lies(score: int) -> None:
    assert verdict(Result(score, 20, 80), within_percent=5, has_second=True) is None
    assert verdict(Result(score, 20, 80), has_second=True) is None
    assert verdict(Result(score, 20, 80), first=Result(16, 20, 80), has_second=True) is (score >= 16)


def test_both_forms_count_by_their_marks_not_by_their_percents() -> None:
    assert pooled(Result(7, 10, 80), Result(17, 20, 70)) == Result(24, 30, 80)


def test_a_second_form_is_part_of_the_attempt_it_decides(now: datetime) -> None:
    first, second, third = Taken(1, now, None), Taken(2, now, False, pools_id=1), Taken(3, now, None)
    assert undecided([first]) == first
    assert undecided([first, second]) is None
    assert undecided([first, second, third]) == third
    assert undecided([Taken(1, None, None)]) is None
    assert undecided([Taken(1, now, False)]) is None
    assert used([first, second, third]) == 2


@pytest.fixture
def quiz(make: Make, session: Session) -> Quiz:
    course = make.course()
    for _ in range(10):
        lesson = make.lesson(course)
        for _ in range(5):
            make.question(lesson)
    made = make.quiz(course, questions=0, purpose="gate", draw=10, attempts_allowed=2, feedback="at_once")
    made.borderline_percent, made.retake_wait_hours = 10, 24
    session.flush()
    return made


@pytest.fixture
def learner(make: Make) -> Person:
    return make.learner(make.training_class())


def sit(session: Session, quiz: Quiz, learner: Person, right: int, now: datetime) -> Attempt:
    """Sit a form and answer `right` of its questions rightly."""
    begun = start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now)
    for position in range(1, right + 1):
        given = Given(position, ["a"], position, lease=LEASE)
        accepted(save_answer(session, begun.attempt_id, learner.id, given, now=now))
    return submit_attempt(session, begun.attempt_id, learner.id, now=now)


def asked(session: Session, attempt: Attempt) -> set[int]:
    query = select(QuestionVersion.question_id).join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
    return set(session.scalars(query.where(AttemptQuestion.attempt_id == attempt.id)))


def test_a_score_near_the_cut_is_neither_passed_nor_failed_and_is_no_evidence(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first = sit(session, quiz, learner, 9, now)
    assert first.passed is None
    assert evidence_of_quiz(session, learner.id, quiz.slug) is None
    page = result_page(session, first.id, learner.id, now=now)
    assert (page.standing.awaits_second, page.standing.refusal, page.feedback_due) == (True, None, False)
    row = start_page(session, quiz.slug, learner.id, now=now)
    assert (row.second_form, row.used, row.attempts_left, row.refusal, row.again_from) == (True, 1, 1, None, None)


def test_a_second_form_asks_other_questions_uses_up_no_attempt_and_both_decide(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 9, now)
    assert (second.form, second.pools_id, second.passed, first.passed) == (2, first.id, True, None)
    assert asked(session, first) & asked(session, second) == set()
    held = evidence_of_quiz(session, learner.id, quiz.slug)
    assert held is not None
    assert (held.attempt_id, held.percent) == (second.id, 80.0)
    assert [each.percent for each in passed_attempts(session, learner.id, quiz.slug)] == [80.0]
    assert start_page(session, quiz.slug, learner.id, now=now).used == 1
    for attempt in (first, second):
        page = result_page(session, attempt.id, learner.id, now=now)
        assert page.pooled == Result(16, 20, 80)
        assert page.feedback_due
        assert page.standing.place == 1


def test_the_better_of_two_is_never_what_counts(session: Session, quiz: Quiz, learner: Person, now: datetime) -> None:
    first, second = sit(session, quiz, learner, 9, now), sit(session, quiz, learner, 6, now)
    assert (first.passed, second.passed) == (None, False)
    assert evidence_of_quiz(session, learner.id, quiz.slug) is None


def test_another_try_comes_after_the_wait_on_a_form_that_is_new_to_the_learner(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 8, now), sit(session, quiz, learner, 7, now)
    with pytest.raises(Refused) as refused:
        start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now + timedelta(hours=23))
    assert refused.value.code == "retake_wait"
    assert last_form(session, quiz.id, learner.id) == asked(session, first) | asked(session, second)
    third = sit(session, quiz, learner, 10, now + timedelta(hours=25))
    assert (third.form, third.passed) == (1, True)
    assert asked(session, third) & (asked(session, first) | asked(session, second)) == set()
    assert result_page(session, third.id, learner.id, now=now).standing.place == 2


def test_a_second_form_is_asked_even_when_no_attempt_is_left(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    quiz.attempts_allowed = 1
    session.flush()
    first, second = sit(session, quiz, learner, 8, now), sit(session, quiz, learner, 8, now)
    assert (first.passed, second.passed) == (None, True)
    with pytest.raises(Refused) as refused:
        start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now + timedelta(days=2))
    assert refused.value.code == "no_attempts_left"


def test_starting_the_second_form_twice_returns_the_open_one(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    sit(session, quiz, learner, 8, now)
    once, twice = (start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now) for _ in range(2))
    assert isinstance(once, Started)
    assert (once.attempt_id, twice.is_new) == (twice.attempt_id, False)


def test_the_second_form_keeps_the_cut_of_the_first(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    sit(session, quiz, learner, 8, now)
    quiz.pass_percent = 90
    session.flush()
    second = sit(session, quiz, learner, 8, now)
    assert (second.pass_percent, second.passed) == (80, True)


def test_daily_quizzes_are_decided_at_once(session: Session, quiz: Quiz, learner: Person, now: datetime) -> None:
    quiz.purpose = "daily"
    session.flush()
    assert sit(session, quiz, learner, 8, now).passed is True


def test_a_second_form_from_a_blueprint_asks_nothing_of_the_first(
    session: Session, quiz: Quiz, learner: Person, now: datetime
) -> None:
    quiz.blueprint = [{"competency": "cb-*", "level": 1, "count": 10}]
    session.flush()
    first, second = sit(session, quiz, learner, 8, now), sit(session, quiz, learner, 8, now)
    assert second.form == 2
    assert asked(session, first) & asked(session, second) == set()


def test_the_learner_is_told_in_calm_words_and_led_to_the_second_form(
    session: Session, quiz: Quiz, learner: Person, now: datetime, client_of: Callable[[Person], FlaskClient]
) -> None:
    quiz.feedback = "after_passing"
    first = sit(session, quiz, learner, 8, now)
    session.commit()
    browser = client_of(learner)
    told = browser.get(f"/attempts/{first.id}").get_data(as_text=True)
    assert "neither passed nor failed" in told
    assert f'href="/quizzes/{quiz.slug}"' in told
    assert "This is your second form" in browser.get(f"/quizzes/{quiz.slug}").get_data(as_text=True)
    second = sit(session, quiz, learner, 7, now)
    session.commit()
    told = browser.get(f"/attempts/{second.id}").get_data(as_text=True)
    assert "Both forms together: 15 of 20, that is 75 %" in told
    assert "counted together" in browser.get(f"/attempts/{first.id}").get_data(as_text=True)


def test_a_re_score_of_the_first_form_decides_anew_by_both(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 8, now)
    assert (first.passed, second.passed) == (None, False)
    missed = missed_in(session, first)
    by = identity(make.person("trainer"), Role.TRAINER)
    for verdict_now, passed in (("full_credit", True), ("void", False)):
        rule(session, by, missed, verdict_now, now=now)
        session.refresh(first)
        session.refresh(second)
        assert (first.passed, second.passed, second.score) == (None, passed, 8)
    rows = session.scalars(select(Regrade).where(Regrade.attempt_id == second.id)).all()
    assert [(each.passed_before, each.passed_after) for each in rows] == [(False, True), (True, False)]


@pytest.mark.parametrize(
    ("scores", "verdict_now", "position", "before", "after"),
    [
        pytest.param((9, 5), "full_credit", 10, (14, False), (15, False), id="above the band, and both fail"),
        pytest.param(
            (9, 6), "full_credit", 10, (15, False), (16, True), id="above the band, and both pass by one mark"
        ),
        pytest.param((7, 10), "void", 1, (17, True), (16, True), id="below the band, and both pass"),
        pytest.param((7, 9), "void", 1, (16, True), (15, False), id="below the band, and both fail by one mark"),
    ],
)
def test_a_first_form_that_leaves_the_band_does_not_count_by_itself_once_there_is_a_second_one(
    session: Session,
    make: Make,
    quiz: Quiz,
    learner: Person,
    now: datetime,
    scores: tuple[int, int],
    verdict_now: str,
    position: int,
    before: tuple[int, bool],
    after: tuple[int, bool],
) -> None:
    first, second = (sit(session, quiz, learner, right, now) for right in scores)
    assert (first.passed, second.passed, first.score + second.score) == (None, before[1], before[0])
    question = missed_in(session, first, position)
    found = seen(session, question, verdict_now).considered.changes
    assert [(each.has_second, each.after.passed, each.flips) for each in found.changed] == [(True, None, False)]
    assert [each.after.passed for each in found.pooled] == [after[1]]
    rule(session, identity(make.person("trainer"), Role.TRAINER), question, verdict_now, now=now)
    session.refresh(first)
    session.refresh(second)
    assert (first.passed, second.passed, first.score + second.score) == (None, after[1], after[0])
    assert (evidence_of_quiz(session, learner.id, quiz.slug) is not None) is after[1]


def test_a_re_score_while_the_second_form_is_sat_leaves_the_decision_to_both(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime, client_of: Any
) -> None:
    first = sit(session, quiz, learner, 9, now)
    start_attempt(session, quiz.slug, learner.id, lease=LEASE, now=now)
    missed = missed_in(session, first)
    page = f"/questions/{missed.id}/versions/1/ruling/effect?verdict=full_credit"
    told = client_of(make.person("trainer")).get(page).text
    assert "first form; both forms decide together" in told
    assert "decided by both forms" in told
    rule(session, identity(make.person("trainer"), Role.TRAINER), missed, "full_credit", now=now)
    session.refresh(first)
    assert (first.score, first.passed) == (10, None)
    assert evidence_of_quiz(session, learner.id, quiz.slug) is None
    second = sit(session, quiz, learner, 5, now)
    assert (second.form, second.passed) == (2, False)


def test_a_first_form_that_leaves_the_band_before_a_second_one_begins_is_decided(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first = sit(session, quiz, learner, 9, now)
    missed = missed_in(session, first)
    (change,) = seen(session, missed, "full_credit").considered.changes.changed
    assert (change.has_second, change.after.passed, change.flips) == (False, True, True)
    rule(session, identity(make.person("trainer"), Role.TRAINER), missed, "full_credit", now=now)
    session.refresh(first)
    assert (first.score, first.passed) == (10, True)


def test_a_first_form_that_comes_near_to_the_cut_gets_a_second_one(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime, client_of: Any
) -> None:
    first = sit(session, quiz, learner, 6, now)
    assert first.passed is False
    missed = missed_in(session, first)
    page = f"/questions/{missed.id}/versions/1/ruling/effect?verdict=full_credit"
    assert "close to the pass mark now: a second form decides" in client_of(make.person("trainer")).get(page).text
    rule(session, identity(make.person("trainer"), Role.TRAINER), missed, "full_credit", now=now)
    assert start_page(session, quiz.slug, learner.id, now=now).second_form


def missed_in(session: Session, attempt: Attempt, position: int = 10) -> Question:
    """Return the question of an attempt at `position`; the last one is missed before all others."""
    return session.scalars(
        select(Question)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(AttemptQuestion, AttemptQuestion.version_id == QuestionVersion.id)
        .where(AttemptQuestion.attempt_id == attempt.id, AttemptQuestion.position == position)
    ).one()


def test_the_preview_of_a_re_score_shows_both_forms_before_and_after(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime, client_of: Any
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 8, now)
    missed = missed_in(session, first)
    found = seen(session, missed, "full_credit").considered.changes
    assert [(each.attempt_id, each.together) for each in found.changed] == [(first.id, None)]
    (pooled_one,) = found.pooled
    assert pooled_one.attempt_id == second.id
    assert pooled_one.together == (Result(15, 20, 80), Result(16, 20, 80))
    assert (pooled_one.before.score, pooled_one.after.score, pooled_one.flips) == (8, 8, True)
    assert (found.up, found.down) == (1, 0)
    page = (
        client_of(make.person("trainer"))
        .get(f"/questions/{missed.id}/versions/1/ruling/effect?verdict=full_credit")
        .text
    )
    assert "both forms: 15 of 20, 75 %" in page
    assert "both forms: 16 of 20, 80 %" in page
    assert "second form; its own marks stay" in page
    assert "counted together with a second form" in page


def test_a_change_in_the_second_form_is_shown_with_both_and_one_in_both_is_counted_once_each(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 8, now)
    missed = missed_in(session, second)
    found = seen(session, missed, "full_credit").considered.changes
    assert found.pooled == ()
    assert [each.score for each in found.changed[0].together or ()] == [15, 16]
    version = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == missed.id)).one()
    place = session.get_one(AttemptQuestion, (first.id, 10))
    place.version_id, place.marks = version.id, 0.0
    session.flush()
    both = seen(session, missed, "full_credit").considered.changes
    assert [(each.attempt_id, each.together is None) for each in both.changed] == [(first.id, True), (second.id, False)]
    assert [each.score for each in both.changed[1].together or ()] == [15, 17]
    assert (both.pooled, both.up) == ((), 1)
    rule(session, identity(make.person("trainer"), Role.TRAINER), missed, "full_credit", now=now)
    session.refresh(second)
    assert (second.score, second.passed) == (9, True)


def test_a_decision_holds_only_while_the_second_form_is_what_was_seen(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 8, now)
    missed = missed_in(session, first)
    preview = seen(session, missed, "full_credit")
    second.score = 7
    session.flush()
    decision = Decision(preview.asked, preview.considered.seal, "The key was wrong.")
    with pytest.raises(Refused) as refused:
        make_ruling(session, identity(make.person("trainer"), Role.TRAINER), missed.id, 1, decision, now=now)
    assert refused.value.code == "changed_meanwhile"


def test_when_all_of_a_second_form_is_void_its_pass_stays(
    session: Session, make: Make, quiz: Quiz, learner: Person, now: datetime
) -> None:
    first, second = sit(session, quiz, learner, 7, now), sit(session, quiz, learner, 9, now)
    assert second.passed
    for place in session.scalars(select(AttemptQuestion).where(AttemptQuestion.attempt_id == second.id)):
        place.marks, place.weight = 0.0, 0.0
    second.score, second.max_score = 0.0, 0.0
    session.flush()
    by = identity(make.person("trainer"), Role.TRAINER)
    assert seen(session, missed_in(session, first), "void").considered.changes.flips == ()
    rule(session, by, missed_in(session, first), "void", now=now)
    session.refresh(second)
    assert second.passed
