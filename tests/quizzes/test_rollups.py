"""Sums kept on write are those of the attempts: incremental, made anew and counted by hand, on random classes."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.quizzes import jobs
from lms.quizzes.actions import rollups, settle_all
from lms.quizzes.models import (
    Answer,
    Attempt,
    AttemptQuestion,
    ItemRollup,
    OptionRollup,
    QuestionVersion,
    Quiz,
    ScoreRollup,
)
from tests.make import Make

KINDS = ("single", "multiple", "numeric", "true_false")


def a_class(session: Session, make: Make, seed: int, *, settled: bool = True) -> tuple[Quiz, list[Attempt]]:
    """A quiz with random attempts: first and later ones, some partly answered, some out of time."""
    chance = Random(seed)
    lesson = make.lesson()
    versions = [_version(session, make, lesson, chance) for _ in range(8)]
    quiz = make.quiz(questions=0, draw=4)
    learners = [make.learner(make.training_class()) for _ in range(2)] + [make.person("learner") for _ in range(3)]
    attempts = []
    for learner in learners:
        for number in range(1, (chance.randint(1, 3) if settled else 1) + 1):
            attempt = _attempt(session, quiz, learner, number, chance.sample(versions, 4), chance)
            attempts.append(attempt)
            if settled:
                late = timedelta(minutes=chance.choice([1, 20]))
                settle_all(session, [attempt], now=attempt.started_at + late)
    return quiz, attempts


def _version(session: Session, make: Make, lesson: Any, chance: Random) -> QuestionVersion:
    kind = chance.choice(KINDS)
    body = {"partial": True} if kind == "multiple" else {}
    question = make.question(lesson, kind, body=body)
    return session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)).one()


def _attempt(
    session: Session, quiz: Quiz, learner: Person, number: int, versions: list[QuestionVersion], chance: Random
) -> Attempt:
    started = datetime.fromisoformat("2026-03-16T01:00:00+00:00") + timedelta(hours=number)
    attempt = Attempt(
        quiz_id=quiz.id,
        learner_id=learner.id,
        number=number,
        seed=1,
        lease="a" * 32,
        started_at=started,
        deadline=started + timedelta(minutes=8),
        grace_seconds=60,
        pass_percent=50,
        max_score=float(len(versions)),
    )
    attempt.quiz = quiz
    session.add(attempt)
    session.flush()
    for position, version in enumerate(versions, start=1):
        place = AttemptQuestion(attempt_id=attempt.id, position=position, version_id=version.id, option_order=[])
        session.add(place)
        session.flush()
        if chance.random() < 0.85:
            session.add(
                Answer(
                    attempt_id=attempt.id,
                    position=position,
                    response=_response(version, chance),
                    client_seq=1,
                    lease="a" * 32,
                    saved_at=started,
                    late_received=False,
                    confidence=chance.choice([None, "sure", "unsure"]),
                )
            )
    session.flush()
    return attempt


def _response(version: QuestionVersion, chance: Random) -> Any:
    if version.kind == "multiple":
        return sorted(chance.sample("abcd", chance.randint(1, 3)))
    if version.kind == "numeric":
        return chance.choice([45, 46])
    return chance.choice(["true", "false"] if version.kind == "true_false" else list("abcd"))


def stored(session: Session, model: Any, keys: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """All rows of a table of sums, by key."""
    rows = session.execute(select(*model.__table__.columns)).all()
    return {tuple(row[:keys]): tuple(row[keys:]) for row in rows}


def everything(session: Session) -> list[dict[tuple[Any, ...], tuple[Any, ...]]]:
    """All three tables of sums, without what is all nought."""
    return [stored(session, model, keys) for model, keys in ((ItemRollup, 2), (OptionRollup, 3), (ScoreRollup, 3))]


def same(one: dict[tuple[Any, ...], tuple[Any, ...]], other: dict[tuple[Any, ...], tuple[Any, ...]]) -> bool:
    """Whether the keys are the same and the sums agree to 1e-9."""
    return one.keys() == other.keys() and all(one[key] == pytest.approx(other[key], abs=1e-9) for key in one)


def by_hand(session: Session) -> list[dict[tuple[Any, ...], tuple[Any, ...]]]:
    """The sums as one would count them with a pencil, from the attempts alone."""
    items: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0] * 9)
    options: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0, 0.0])
    scores: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for attempt in session.scalars(select(Attempt)):
        first = attempt.number == 1 and attempt.settled_by != "discarded"
        score = attempt.score or 0.0
        if first:
            cell = scores[attempt.quiz_id, round(score, 10), attempt.max_score]
            cell[0] += 1
            cell[1] += attempt.settled_by == "submitted"
            cell[2] += bool(attempt.passed)
        for place in session.scalars(select(AttemptQuestion).where(AttemptQuestion.attempt_id == attempt.id)):
            version = session.get_one(QuestionVersion, place.version_id)
            answer = session.get(Answer, (attempt.id, place.position))
            key, mark = (attempt.quiz_id, version.id), place.marks or 0.0
            items[key][0] += 1
            if not first or place.weight == 0:
                continue
            rest = score - mark
            wrong = answer is not None and answer.confidence == "sure" and mark < 1
            parts = (1, answer is not None, mark, mark**2, rest, rest**2, mark * rest, wrong)
            items[key][1:] = [old + new for old, new in zip(items[key][1:], parts, strict=True)]
            given = [] if answer is None or version.kind == "numeric" else answer.response
            for option in given if isinstance(given, list) else [given]:
                options[*key, option][0] += 1
                options[*key, option][1] += score
    return [{key: tuple(parts) for key, parts in each.items()} for each in (items, options, scores)]


@pytest.mark.parametrize("seed", range(12))
def test_sums_kept_on_write_equal_those_made_anew_and_those_counted_by_hand(
    session: Session, make: Make, seed: int
) -> None:
    quiz, _attempts = a_class(session, make, seed)
    kept = everything(session)
    assert all(same(one, other) for one, other in zip(kept, by_hand(session), strict=True))
    rollups.rebuild(session, quiz.id)
    assert all(same(one, other) for one, other in zip(kept, everything(session), strict=True))


def test_a_question_made_void_leaves_the_sums_when_they_are_made_anew(session: Session, make: Make) -> None:
    quiz, attempts = a_class(session, make, 3)
    version = session.scalars(select(AttemptQuestion).where(AttemptQuestion.attempt_id == attempts[0].id)).first()
    assert version is not None
    for place in session.scalars(select(AttemptQuestion).where(AttemptQuestion.version_id == version.version_id)):
        attempt = session.get_one(Attempt, place.attempt_id)
        session.execute(
            update(Attempt)
            .where(Attempt.id == attempt.id)
            .values(score=(attempt.score or 0) - (place.marks or 0), max_score=attempt.max_score - 1)
        )
        place.marks, place.weight = 0.0, 0.0
    session.flush()
    session.expire_all()
    rollups.rebuild(session, quiz.id)
    assert all(same(one, other) for one, other in zip(everything(session), by_hand(session), strict=True))
    row = session.get_one(ItemRollup, (quiz.id, version.version_id))
    assert row.n == 0
    assert row.drawn > 0


def test_what_was_thrown_away_only_says_what_was_drawn(session: Session, make: Make) -> None:
    quiz, attempts = a_class(session, make, 5, settled=False)
    for attempt in attempts:
        settle_all(session, [attempt], now=attempt.started_at + timedelta(minutes=1))
    session.execute(update(Attempt).where(Attempt.quiz_id == quiz.id).values(settled_by="discarded"))
    session.expire_all()
    rollups.rebuild(session, quiz.id)
    items, options, scores = everything(session)
    assert sum(row[0] for row in items.values()) == 4 * len(attempts)
    assert not any(row[1] for row in items.values())
    assert not options
    assert not scores


def test_settling_takes_a_constant_number_of_statements_for_sums(session: Session, make: Make, statements: Any) -> None:
    _quiz, attempts = a_class(session, make, 7, settled=False)
    counts: Counter[int] = Counter()
    for several in (attempts[:1], attempts[1:]):
        with statements() as ran:
            settle_all(session, several, now=several[0].started_at + timedelta(minutes=1))
        counts[len([text for text in ran.texts if "_rollups" in text])] += 1
    assert counts == {3: 2}


def test_a_quiz_from_before_sums_gets_them_once(session: Session, make: Make, now: datetime) -> None:
    quiz, _attempts = a_class(session, make, 9)
    before = everything(session)
    assert jobs.catch_up(session, now=now) == 0
    for model in (ItemRollup, OptionRollup, ScoreRollup):
        session.query(model).delete()
    assert jobs.catch_up(session, now=now) == 1
    assert all(same(one, other) for one, other in zip(everything(session), before, strict=True))
    assert jobs.catch_up(session, now=now) == 0
    assert quiz.id


def test_attempts_that_are_still_open_add_nothing(session: Session, make: Make) -> None:
    quiz, _attempts = a_class(session, make, 11, settled=False)
    rollups.rebuild(session, quiz.id)
    assert everything(session) == [{}, {}, {}]
