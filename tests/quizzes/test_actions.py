"""Starting, saving, handing in, settling: what holds, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.audit.models import AuditEntry
from lms.courses.models import Lesson
from lms.courses.rules.reader import Reader
from lms.errors import Invalid, NotFound, Refused
from lms.pace.models import StudyDay
from lms.quizzes import actions, jobs
from lms.quizzes.actions import Given
from lms.quizzes.models import (
    Answer,
    Attempt,
    AttemptEvent,
    AttemptQuestion,
    CheckAnswer,
    Question,
    QuestionVersion,
    Quiz,
)
from tests.make import Make
from tests.quizzes.conftest import GRACE, LEASE, MS, OTHER, Sitting

Sit = Callable[..., Sitting]
MINUTE = timedelta(minutes=1)


def start(session: Session, quiz: Quiz, learner: Any, now: datetime, **more: Any) -> actions.Started:
    return actions.start_attempt(session, quiz.slug, learner.id, now=now, **{"lease": LEASE} | more)


def refused(code: str) -> Any:
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_starting_freezes_questions_options_and_deadline(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    places = session.scalars(select(AttemptQuestion).where(AttemptQuestion.attempt_id == sitting.id)).all()
    assert [place.position for place in places] == [1, 2, 3, 4, 5]
    assert all(sorted(place.option_order) == ["a", "b", "c", "d"] for place in places)
    assert sitting.deadline == now + timedelta(minutes=8)
    assert sitting.events() == ["started"]


def test_starting_again_returns_the_open_attempt(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    again = start(session, sitting.quiz, sitting.learner, now + MINUTE)
    elsewhere = start(session, sitting.quiz, sitting.learner, now + MINUTE, lease=OTHER)
    stands = {"started_at": now, "deadline": sitting.deadline, "is_new": False}
    assert again == actions.Started(sitting.id, holds_lease=True, **stands)
    assert elsewhere == actions.Started(sitting.id, holds_lease=False, **stands)
    assert sitting.attempt.lease == LEASE


def test_starting_after_the_time_settles_the_old_attempt_first(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    started = start(session, sitting.quiz, sitting.learner, now + timedelta(hours=1))
    assert started.is_new
    assert sitting.attempt.settled_by == "time"
    assert session.get_one(Attempt, started.attempt_id).number == 2


def test_the_attempt_limit_holds(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit(make.quiz(attempts_allowed=1))
    sitting.submit()
    with refused("no_attempts_left"):
        start(session, sitting.quiz, sitting.learner, now)


def test_another_tab_that_was_first_wins(
    session: Session, make: Make, sit: Sit, now: datetime, monkeypatch: Any
) -> None:
    # A tab that looked before the other one began: the unique index decides, and it is answered with what exists.
    from lms.quizzes.actions import attempts

    sitting = sit()
    looked: list[bool] = []
    real = attempts._earlier

    def blind(*args: Any) -> tuple[list[Attempt], list[Attempt]]:
        looked.append(True)
        return ([], []) if len(looked) == 1 else real(*args)

    monkeypatch.setattr(attempts, "_earlier", blind)
    assert start(session, sitting.quiz, sitting.learner, now).attempt_id == sitting.id
    monkeypatch.setattr(attempts, "_earlier", lambda *_args: ([], []))
    with refused("busy"):
        start(session, sitting.quiz, sitting.learner, now)


def test_a_quiz_that_ends_soon_asks_for_consent(session: Session, make: Make, now: datetime) -> None:
    quiz, learner = make.quiz(hard_stop_at=now + 3 * MINUTE), make.learner()
    with refused("no_consent"):
        start(session, quiz, learner, now)
    started = start(session, quiz, learner, now, consent=True)
    assert session.get_one(Attempt, started.attempt_id).deadline == now + 3 * MINUTE


def test_a_quiz_without_questions_does_not_start(session: Session, make: Make, now: datetime) -> None:
    with refused("no_questions"):
        start(session, make.quiz(questions=0), make.learner(), now)


def test_a_quiz_of_no_programme_of_mine_does_not_exist(session: Session, make: Make, now: datetime) -> None:
    quiz, stranger = make.quiz(), make.person("learner")
    with pytest.raises(NotFound):
        start(session, quiz, stranger, now)


def test_retired_questions_and_lessons_are_not_drawn(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    quiz = make.quiz(questions=4)
    questions = session.scalars(select(Question)).all()
    questions[0].retired_at = now
    make.lesson(retired_at=now)
    session.flush()
    assert sit(quiz).attempt.max_score == 3


def test_saving_takes_two_statements(sit: Sit, now: datetime, statements: Any) -> None:
    sitting = sit()
    sitting.session.flush()
    with statements() as first:
        sitting.save(1, "a")
    with statements() as second:
        sitting.save(1, "b", now + MS)
    assert (len(first), len(second)) == (2, 2)


def test_a_newer_answer_replaces_an_older_and_not_the_other_way_round(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a", now + 2 * MS)
    late = sitting.save(1, "b", now + 3 * MS, client_seq=1)
    assert late.client_seq == int((now + 2 * MS).timestamp() * 1000)
    assert late.saved_at == now + 2 * MS
    assert stored(sitting).response == "a"
    sitting.save(1, "b", now + 4 * MS)
    assert stored(sitting).response == "b"


def stored(sitting: Sitting, position: int = 1) -> Answer:
    query = select(Answer).where(Answer.attempt_id == sitting.id, Answer.position == position)
    return sitting.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def test_repeating_an_answer_answers_with_what_is_stored(sit: Sit, now: datetime) -> None:
    sitting = sit()
    once = sitting.save(1, "a", client_seq=7)
    again = sitting.save(1, "a", now + MINUTE, client_seq=7)
    assert again == once


def test_repeating_an_answer_whose_reply_was_lost_is_fine_even_after_the_end(sit: Sit, now: datetime) -> None:
    sitting = sit()
    once = sitting.save(1, "a", client_seq=7)
    assert sitting.save(1, "a", sitting.deadline + GRACE + MS, client_seq=7) == once
    sitting.submit()
    assert sitting.save(1, "a", now + MINUTE, client_seq=7) == once
    with refused("finished"):
        sitting.save(1, "b", now + MINUTE, client_seq=8)
    with refused("finished"):
        sitting.save(2, "b", now + MINUTE, client_seq=8)


def test_a_page_without_scripts_sends_no_number_and_its_last_word_counts(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a", client_seq=None, client_time=None)
    assert sitting.save(1, "b", now + MS, client_seq=None, client_time=None).client_seq == 1
    assert stored(sitting).response == "b"


def test_an_answer_may_be_taken_back(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a")
    sitting.save(1, None, now + MS)
    assert stored(sitting).response is None
    assert sitting.submit().score == 0


@pytest.mark.parametrize(
    ("after", "made", "code"),
    [
        pytest.param(-MS, -MS, None, id="a millisecond before the end"),
        pytest.param(0 * MS, -MS, None, id="at the end"),
        pytest.param(GRACE, -MS, None, id="at the end of the grace"),
        pytest.param(GRACE, MS, "made_after_time", id="made after the end"),
        pytest.param(GRACE + MS, -MS, "time_over", id="a millisecond after the grace"),
    ],
)
def test_the_boundary_is_kept_to_the_millisecond(sit: Sit, after: timedelta, made: timedelta, code: str | None) -> None:
    sitting = sit()
    end = sitting.deadline
    if code is None:
        saved = sitting.save(1, "a", end + after, client_time=end + made)
        assert saved.late_received is (after > 0 * MS)
        assert stored(sitting).late_received is (after > 0 * MS)
    else:
        with refused(code):
            sitting.save(1, "a", end + after, client_time=end + made)


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=1), timedelta(hours=-1), timedelta(days=-1)])
def test_a_wrong_clock_of_the_browser_costs_a_punctual_learner_nothing(sit: Sit, off: timedelta) -> None:
    sitting = sit()
    at = sitting.deadline - MS
    assert sitting.save(1, "a", at, client_time=at + off, client_seq=1).late_received is False


def test_a_server_clock_stepped_back_refuses_nothing(sit: Sit, now: datetime) -> None:
    sitting = sit()
    before = now - timedelta(minutes=5)
    sitting.save(1, sitting.right(1), before)
    attempt = sitting.submit(before)
    assert attempt.finished_at == now
    assert attempt.score == 1


def test_what_a_question_cannot_take_is_invalid(sit: Sit) -> None:
    sitting = sit()
    with pytest.raises(Invalid) as caught:
        sitting.save(1, "z")
    assert (caught.value.field, caught.value.code) == ("response", "not_an_option")


def test_a_place_that_is_not_there_and_a_strangers_attempt_do_not_exist(make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit()
    stranger = make.learner()
    with pytest.raises(NotFound):
        sitting.save(99, "a")
    for act in (
        lambda: actions.save_answer(sitting.session, sitting.id, stranger.id, Given(1, "a"), now=now),
        lambda: actions.submit_attempt(sitting.session, sitting.id, stranger.id, now=now),
        lambda: actions.take_over(sitting.session, sitting.id, stranger.id, lease=OTHER, now=now),
        lambda: actions.settle_overdue(sitting.session, sitting.id, stranger.id, now=now),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_tab_that_lost_its_lease_overwrites_nothing_and_loses_nothing(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.save(1, "a")
    actions.take_over(sitting.session, sitting.id, sitting.learner.id, lease=OTHER, now=now)
    actions.take_over(sitting.session, sitting.id, sitting.learner.id, lease=OTHER, now=now)
    sitting.save(1, "b", now + MS, lease=OTHER, client_seq=3)  # a slower clock, a smaller number: still newer
    for _twice in range(2):
        lost = sitting.save(1, "c", now + 2 * MS, lease=LEASE)
        with refused("lease_lost"):
            actions.accepted(lost)
    assert stored(sitting).response == "b"
    sitting.save(1, "d", now + 3 * MS, lease=LEASE, client_seq=2)
    assert stored(sitting).response == "b"
    assert {kept.response for kept in sitting.conflicts()} == {"c", "d"}
    assert sitting.events() == ["started", "taken_over", "conflict", "conflict"]


def test_a_lost_tab_repeating_what_is_stored_hears_that_it_is_stored(sit: Sit, now: datetime) -> None:
    sitting = sit()
    once = sitting.save(1, "a", client_seq=7)
    actions.take_over(sitting.session, sitting.id, sitting.learner.id, lease=OTHER, now=now)
    assert sitting.save(1, "a", now + MS, client_seq=7) == once
    assert sitting.conflicts() == []


def test_a_lost_tab_without_scripts_is_kept_too(sit: Sit, now: datetime) -> None:
    sitting = sit()
    assert sitting.save(1, "a", lease="", client_seq=None).refusal == "lease_lost"
    assert sitting.conflicts()[0].client_seq == int(now.timestamp() * 1000)


def test_a_machine_without_tabs_may_leave_the_lease_out(sit: Sit) -> None:
    sitting = sit()
    assert actions.accepted(sitting.save(1, "a", lease=None)).refusal is None


def test_handing_in_grades_once_and_answers_the_same_after(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(4)
    first = sitting.submit(now + MINUTE)
    assert (first.score, first.passed, first.settled_by, first.finished_at) == (4, True, "submitted", now + MINUTE)
    again = sitting.submit(now + timedelta(days=1))
    assert (again.score, again.finished_at) == (4, now + MINUTE)
    assert sitting.events().count("settled") == 1


@pytest.mark.parametrize("after", [MS, GRACE, GRACE + MS, timedelta(hours=14)])
def test_who_comes_first_makes_no_difference(make: Make, sit: Sit, after: timedelta) -> None:
    quiz = make.quiz()
    sittings = [sit(quiz, make.learner()) for _ in range(3)]
    for sitting in sittings:
        sitting.answer_all(3)
    by_hand, by_page, by_sweep = sittings
    at = by_hand.deadline + after
    by_hand.submit(at)
    actions.settle_overdue(by_page.session, by_page.id, by_page.learner.id, now=at)
    jobs.sweep(by_sweep.session, now=at)
    last = at + GRACE
    actions.settle_overdue(by_page.session, by_page.id, by_page.learner.id, now=last)
    jobs.sweep(by_sweep.session, now=last)
    results = {(s.attempt.finished_at, s.attempt.settled_by, s.attempt.score, s.attempt.passed) for s in sittings}
    assert results == {(by_hand.deadline, "time", 3.0, False)}


def test_the_sweeper_takes_what_waits_longest_and_leaves_the_rest(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    quiz = make.quiz()
    first, second, third = (sit(quiz, make.learner(), now + n * MINUTE) for n in range(3))
    at = second.deadline + GRACE + MS
    assert jobs.sweep(session, now=at, limit=1) == 1
    assert first.attempt.finished_at is not None
    assert jobs.sweep(session, now=at) == 1
    assert jobs.sweep(session, now=at) == 0
    assert third.attempt.finished_at is None


def test_saved_answers_count_for_a_learner_who_went_home(sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(5)
    jobs.sweep(sitting.session, now=now + timedelta(hours=16))
    assert (sitting.attempt.score, sitting.attempt.passed) == (5, True)


def test_saved_answers_count_for_a_learner_suspended_meanwhile(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(5)
    sitting.learner.suspended_at = now
    session.flush()
    jobs.sweep(session, now=now + timedelta(hours=1))
    assert sitting.attempt.passed is True


def test_editing_rekeying_and_retiring_a_question_changes_no_attempt(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    sitting.answer_all(5)
    for question in session.scalars(select(Question)).all():
        old = session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()
        names = ("kind", "level", "competency", "key_point", "stem", "options", "unit", "explanation")
        copied = {name: getattr(old, name) for name in names}
        session.add(QuestionVersion(question_id=question.id, version=2, key={"ids": ["b"]}, **copied))
        question.version, question.retired_at = 2, now
    session.execute(update(Quiz).values(limit_minutes=1, pass_percent=100, retired_at=now))
    session.flush()
    assert sitting.submit().score == 5
    assert sitting.attempt.pass_percent == 80


@pytest.mark.parametrize(("purpose", "counted"), [("daily", (1, 1)), ("gate", (1, 1)), ("practice", None)])
def test_graded_quizzes_count_into_the_day_they_ended(
    session: Session, make: Make, sit: Sit, now: datetime, purpose: str, counted: tuple[int, int] | None
) -> None:
    sitting = sit(make.quiz(purpose=purpose))
    jobs.sweep(session, now=now + timedelta(days=1))
    sitting.submit(now + timedelta(days=1))
    row = session.execute(select(StudyDay.day, StudyDay.graded_quizzes, StudyDay.failed_quizzes)).one_or_none()
    assert (tuple(row[1:]) if row else None) == counted
    assert row is None or row.day.isoformat() == "2026-03-17"


def test_an_extension_moves_the_deadline_is_logged_and_is_a_decision(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    before = sitting.deadline
    actions.extend_attempt(session, sitting.id, minutes=5, reason=" Fire drill ", actor="T1", now=now)
    assert sitting.deadline == before + 5 * MINUTE
    sitting.save(1, "a", before + GRACE + MS)
    assert sitting.events() == ["started", "deadline_changed"]
    event = session.scalars(select(AttemptEvent).where(AttemptEvent.kind == "deadline_changed")).one()
    assert event.detail["reason"] == "Fire drill"
    assert session.scalars(select(AuditEntry)).one().action == "attempt.extended"


@pytest.mark.parametrize(
    ("minutes", "reason", "field"),
    [(0, "x", "minutes"), (241, "x", "minutes"), (5, " ", "reason"), (5, "x" * 401, "reason")],
)
def test_an_extension_needs_minutes_and_a_reason(
    session: Session, sit: Sit, now: datetime, minutes: int, reason: str, field: str
) -> None:
    sitting = sit()
    with pytest.raises(Invalid) as caught:
        actions.extend_attempt(session, sitting.id, minutes=minutes, reason=reason, actor="T1", now=now)
    assert caught.value.field == field


def test_an_extension_comes_too_late_or_not_beyond_the_hard_stop(
    session: Session, make: Make, sit: Sit, now: datetime
) -> None:
    def extend(attempt_id: int, at: datetime) -> None:
        actions.extend_attempt(session, attempt_id, minutes=5, reason="x", actor="T1", now=at)

    sitting = sit()
    with refused("finished"):
        extend(sitting.id, now + timedelta(hours=1))
    sitting.submit()
    with refused("finished"):
        extend(sitting.id, now)
    with refused("hard_stop"):
        extend(sit(make.quiz(hard_stop_at=now + 8 * MINUTE)).id, now)
    with pytest.raises(NotFound):
        extend(999999, now)


def test_taking_over_after_the_time_settles(session: Session, sit: Sit, now: datetime) -> None:
    sitting = sit()
    found = actions.take_over(session, sitting.id, sitting.learner.id, lease=OTHER, now=now + timedelta(hours=1))
    assert found.settled_by == "time"
    assert actions.take_over(session, sitting.id, sitting.learner.id, lease=OTHER, now=now).lease == LEASE
    assert "taken_over" not in sitting.events()


def placed(make: Make, lesson: Lesson, question: Question) -> None:
    """Ask `question` as a check in the text of `lesson`."""
    from lms.courses.models import LessonText

    for text in make.session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)):
        check = {"ref": question.ref, "question_id": question.id, "kind": "single"}
        text.blocks = [{"heading": None, "pieces": [{"html": "<p>x</p>"}, {"check": check}], "points": []}]
    make.session.flush()


def test_a_check_is_answered_at_once_and_kept(session: Session, make: Make, now: datetime) -> None:
    lesson, learner = make.lesson(), make.learner()
    question = make.question(lesson)
    placed(make, lesson, question)

    def check(response: Any) -> actions.Checked:
        return actions.answer_check(
            session, question.id, Reader(learner.id), lesson_id=lesson.id, response=response, now=now
        )

    assert check(["b"]).correct is False
    assert check(["a"]).correct is True
    with pytest.raises(Invalid, check=lambda error: error.code == "nothing_given"):
        check([])
    with pytest.raises(Invalid, check=lambda error: error.code == "not_an_option"):
        check(["x"])
    assert session.scalar(select(func.count()).select_from(CheckAnswer)) == 2


def test_only_what_a_lesson_asks_can_be_tried(session: Session, make: Make, now: datetime) -> None:
    lesson, learner, stranger = make.lesson(), make.learner(), make.person("learner")
    asked, in_bank = make.question(lesson), make.question(lesson)
    placed(make, lesson, asked)
    other = make.lesson()
    tries = [(in_bank, learner, lesson), (asked, learner, other), (asked, stranger, lesson)]
    for question, who, where in tries:
        with pytest.raises(NotFound):
            actions.answer_check(session, question.id, Reader(who.id), lesson_id=where.id, response="a", now=now)
    asked.retired_at = now
    session.flush()
    with pytest.raises(NotFound):
        actions.answer_check(session, asked.id, Reader(learner.id), lesson_id=lesson.id, response="a", now=now)


def test_a_check_does_not_answer_a_quiz_that_is_open(session: Session, make: Make, sit: Sit, now: datetime) -> None:
    sitting = sit()
    version = sitting.version(1)
    question = session.get_one(Question, version.question_id)
    lesson = session.get_one(Lesson, question.lesson_id)
    placed(make, lesson, question)

    def check() -> actions.Checked:
        who = Reader(sitting.learner.id)
        return actions.answer_check(session, question.id, who, lesson_id=lesson.id, response="a", now=now)

    with refused("in_open_attempt"):
        check()
    sitting.submit()
    assert check().correct


def test_practice_leads_to_every_point_of_what_was_met(session: Session, make: Make, now: datetime) -> None:
    course = make.course()
    lesson = make.lesson(course)
    for n in range(12):
        make.question(lesson, competency=f"point-{n}")
    quiz = make.quiz(course, questions=0, draw=4, purpose="practice")
    learner = make.learner()
    make.progress(learner, lesson)
    asked: list[str] = []
    for turn in range(3):
        started = actions.start_attempt(session, quiz.slug, learner.id, lease=f"{turn:032x}", now=now)
        rows = session.execute(
            select(AttemptQuestion.position, QuestionVersion.competency)
            .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
            .where(AttemptQuestion.attempt_id == started.attempt_id)
        ).all()
        asked += [row.competency for row in rows]
        for row in rows:
            given = Given(row.position, "a", 1, None, f"{turn:032x}")
            actions.save_answer(session, started.attempt_id, learner.id, given, now=now)
        actions.submit_attempt(session, started.attempt_id, learner.id, now=now)
    assert sorted(asked) == sorted(f"point-{n}" for n in range(12))
