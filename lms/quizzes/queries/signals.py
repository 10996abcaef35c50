"""What of a quiz somebody may want to look into, with the evidence and what came of it; for trainers of the site."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.accounts.rules import Identity
from lms.errors import NotFound
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, FairnessNote, QuestionVersion, Quiz
from lms.quizzes.queries.attempts import same_place
from lms.quizzes.rules.marks import WHOLE
from lms.quizzes.rules.signals import LEAST_SHEETS, Alike, Fast, Given, Paper, alike, fast, reading_seconds, seconds_of

MOST_PAPERS = 300  # the newest; a page must not grow with the years


@dataclass(frozen=True)
class Sat:
    """An attempt and who sat it."""

    id: int
    learner: Person
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Signal:
    """A hint with its evidence, and the last thing that somebody found who looked into it."""

    kind: str
    first: Sat
    other: Sat | None
    alike: Alike | None
    fast: Fast | None
    note: FairnessNote | None
    by: Person | None

    @property
    def key(self) -> tuple[str, int, int | None]:
        """Return what names the hint in addresses."""
        return self.kind, self.first.id, self.other.id if self.other else None


@dataclass(frozen=True)
class SignalsPage:
    """The hints of a quiz, those that nobody has looked into first."""

    quiz: Quiz
    papers: int
    least: int
    waiting: tuple[Signal, ...]
    looked_into: tuple[Signal, ...]


def signals_page(session: Session, by: Identity, slug: str) -> SignalsPage:
    """Return the hints of a quiz among the newest first attempts of `by`'s site, in six statements; or NotFound."""
    quiz = session.scalar(select(Quiz).where(Quiz.slug == slug))
    if quiz is None:
        raise NotFound
    sat = _sat(session, quiz.id, by.site_id)
    papers, reading = _papers(session, sat)
    notes = _notes(session, quiz.id)
    found = [
        *(_signal("similarity", sat[each.first], sat[each.second], each, notes) for each in alike(papers)),
        *(_signal("speed", sat[each.attempt_id], None, each, notes) for each in fast(papers, reading)),
    ]
    waiting = tuple(each for each in found if each.note is None)
    return SignalsPage(quiz, len(sat), LEAST_SHEETS, waiting, tuple(each for each in found if each.note is not None))


def one_signal(
    session: Session, by: Identity, slug: str, key: tuple[str, int, int | None]
) -> tuple[SignalsPage, Signal]:
    """Return one hint of a quiz; NotFound for what is not listed there."""
    found = signals_page(session, by, slug)
    for each in (*found.waiting, *found.looked_into):
        if each.key == key:
            return found, each
    raise NotFound


def _sat(session: Session, quiz_id: int, site_id: int) -> dict[int, Sat]:
    rows = session.execute(
        select(Attempt.id, Attempt.started_at, Attempt.finished_at, Person)
        .join(Person, Person.id == Attempt.learner_id)
        .where(
            Attempt.quiz_id == quiz_id,
            Attempt.finished_at.is_not(None),
            Attempt.settled_by != "discarded",
            Attempt.number == 1,
            Attempt.form == 1,
            Person.site_id == site_id,
        )
        .order_by(Attempt.id.desc())
        .limit(MOST_PAPERS)
    )
    return {row.id: Sat(row.id, row.Person, row.started_at, row.finished_at) for row in rows if row.finished_at}


def _papers(session: Session, sat: Mapping[int, Sat]) -> tuple[list[Paper], dict[int, float]]:
    """Return the papers of `sat` and how long each question takes to read; three statements."""
    rows = session.execute(
        select(
            AttemptQuestion.attempt_id,
            AttemptQuestion.position,
            AttemptQuestion.version_id,
            AttemptQuestion.marks,
            Answer.response,
            Answer.saved_at,
            Answer.client_time,
        )
        .join(Answer, same_place())
        .where(AttemptQuestion.attempt_id.in_(sat), AttemptQuestion.weight > 0)
    )
    answers: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.response is not None:
            answers[row.attempt_id].append(row)
    classes = _classes(session, {each.learner.id for each in sat.values()})
    papers = [
        Paper(each.id, classes.get(each.learner.id), _given(each, answers[each.id]))
        for each in sorted(sat.values(), key=lambda one: one.id)
    ]
    return papers, _reading(session, {row.version_id for held in answers.values() for row in held})


def _given(sat: Sat, rows: Sequence[Row[Any]]) -> tuple[Given, ...]:
    """Return the answers of a paper.

    Times are those at which answers were made, where the browser said so for all of them: what was offline arrives
    all at once. The first answer then has none, as the start was taken from another clock.
    """
    by_client = all(row.client_time is not None for row in rows)
    seconds: dict[int, float | None] = dict(
        seconds_of(sat.started_at, {row.position: row.client_time if by_client else row.saved_at for row in rows})
    )
    if by_client and seconds:
        seconds[next(iter(seconds))] = None
    return tuple(
        Given(
            version_id=row.version_id,
            choice=json.dumps(row.response, sort_keys=True).casefold(),
            wrong=(row.marks or 0.0) < WHOLE,
            seconds=seconds[row.position],
        )
        for row in sorted(rows, key=lambda row: int(row.position))
    )


def _classes(session: Session, learner_ids: set[int]) -> dict[int, int]:
    """Return the last class of each learner."""
    joined = select(Enrolment.learner_id, Enrolment.class_id).where(Enrolment.learner_id.in_(learner_ids))
    return dict(session.execute(joined.order_by(Enrolment.joined_on, Enrolment.id)).all())


def _reading(session: Session, version_ids: set[int]) -> dict[int, float]:
    asked = select(QuestionVersion.id, QuestionVersion.stem, QuestionVersion.options)
    return {
        row.id: reading_seconds(
            {
                language: "".join([stem, *(option["text"].get(language, "") for option in row.options)])
                for language, stem in row.stem.items()
            }
        )
        for row in session.execute(asked.where(QuestionVersion.id.in_(version_ids)))
    }


Notes = Mapping[tuple[str, int, int | None], tuple[FairnessNote, Person]]


def _notes(session: Session, quiz_id: int) -> Notes:
    """Return the last note about each hint of a quiz."""
    rows = session.execute(
        select(FairnessNote, Person)
        .join(Person, Person.id == FairnessNote.by_id)
        .join(Attempt, Attempt.id == FairnessNote.attempt_id)
        .where(Attempt.quiz_id == quiz_id)
        .order_by(FairnessNote.id)
    )
    return {(note.kind, note.attempt_id, note.other_attempt_id): (note, person) for note, person in rows}


def _signal(kind: str, first: Sat, other: Sat | None, found: Alike | Fast, notes: Notes) -> Signal:
    note, by = notes.get((kind, first.id, other.id if other else None), (None, None))
    same = found if isinstance(found, Alike) else None
    return Signal(kind, first, other, same, found if isinstance(found, Fast) else None, note, by)
