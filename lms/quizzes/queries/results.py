"""A finished attempt as its learner may see it now, and how answers are written out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from lms.courses.models import Lesson
from lms.errors import NotFound
from lms.quizzes.models import Answer, Attempt, AttemptQuestion, Question, QuestionVersion
from lms.quizzes.queries.attempts import conflicts, own_attempt, same_place
from lms.quizzes.queries.checks import is_asked_now
from lms.quizzes.queries.facts import decided_result, open_beside, purposes_of, result_of, taken_of, terms_of
from lms.quizzes.rules import feedback, marks, pooling
from lms.quizzes.rules.kinds import Asked, Tally, kind_of
from lms.quizzes.rules.marks import Result
from lms.quizzes.rules.responses import Confidence
from lms.quizzes.rules.timing import ALONE, Refusal, Start, attempts_left, refusal


@dataclass(frozen=True)
class Marked:
    """A question of a finished attempt with its key and explanation; made only when feedback is due."""

    position: int
    kind: str
    stem: dict[str, str]
    given: tuple[dict[str, str], ...]
    right: tuple[dict[str, str], ...]
    unit: dict[str, str]
    body: dict[str, Any]
    correct: bool
    marks: float
    weight: float
    tally: Tally | None  # how the parts of the answer came to a part of the mark
    confidence: str | None
    explanation: dict[str, str]
    lesson: Lesson


@dataclass(frozen=True)
class ToPractise:
    """A lesson with questions missed; `missed` is None before feedback is due, as it would give marks away."""

    lesson: Lesson
    missed: int | None


@dataclass(frozen=True)
class Standing:
    """Where a learner stands with a quiz beyond this attempt."""

    passed_ever: bool
    attempts_left: int | None
    refusal: Refusal | None
    place: int = 1  # of the attempt among those that count; a second form is part of the one before
    awaits_second: bool = False  # it was near the cut, and no second form has begun
    second: Attempt | None = None  # the second form of this one
    in_the_way: Attempt | None = None  # what is to be handed in before the next start


@dataclass(frozen=True)
class ResultPage:
    """A finished attempt as its learner may see it now.

    `kept` questions are told of later, although feedback is due: an open quiz of the learner asks them too.
    """

    attempt: Attempt
    result: Result
    feedback_due: bool
    feedback_from: datetime | None
    marked: tuple[Marked, ...]
    kept: int
    sure_and_wrong: tuple[Marked, ...]
    practise: tuple[ToPractise, ...]
    sits: tuple[Lesson, ...]
    conflicts: int
    standing: Standing
    first: Attempt | None = None  # of a second form
    pooled: Result | None = None  # both forms together, once both are finished


def standing_of(session: Session, attempt: Attempt, *, now: datetime) -> Standing:
    """Return where the attempt's learner stands with its quiz."""
    here_or_open = or_(Attempt.quiz_id == attempt.quiz_id, Attempt.finished_at.is_(None))
    query = select(Attempt).options(joinedload(Attempt.quiz, innerjoin=True)).order_by(Attempt.number)
    found = session.scalars(query.where(Attempt.learner_id == attempt.learner_id, here_or_open)).all()
    all_of_them = [each for each in found if each.quiz_id == attempt.quiz_id]
    beside = open_beside(attempt.quiz, found, now)
    taken = [taken_of(each) for each in all_of_them]
    last = max((each.finished_at for each in all_of_them if each.finished_at), default=None)
    terms, used, waits = terms_of(attempt.quiz), pooling.used(taken), pooling.undecided(taken)
    again = Start(
        pooling.terms_now(terms, taken), used, consent=True, last_finished_at=last, **purposes_of(attempt.quiz, beside)
    )
    refused = refusal(again, now)
    return Standing(
        passed_ever=any(each.passed for each in taken),
        attempts_left=attempts_left(terms, used),
        refusal=refused,
        in_the_way=beside[0] if refused in ALONE else None,
        place=sum(each.pools_id is None for each in all_of_them if each.number <= attempt.number),
        awaits_second=waits is not None and waits.id == attempt.id,
        second=next((each for each in all_of_them if each.pools_id == attempt.id), None),
    )


def result_page(session: Session, attempt_id: int, learner_id: int, *, now: datetime) -> ResultPage:
    """Return what the learner may see of their finished attempt; NotFound while it is open."""
    attempt = own_attempt(session, attempt_id, learner_id)
    if attempt.finished_at is None:
        raise NotFound
    return finished_page(session, attempt, now=now)


def finished_page(session: Session, attempt: Attempt, *, now: datetime) -> ResultPage:
    """Return what the learner of a finished attempt, which was reached through them, may see of it."""
    standing = standing_of(session, attempt, now=now)
    terms = terms_of(attempt.quiz)
    after_window = attempt.quiz.feedback == feedback.Feedback.AFTER_WINDOW
    due = feedback.due(
        attempt.quiz.feedback,
        terms,
        now,
        finished=True,
        passed=standing.passed_ever,
        sat_now=after_window and _sat_now(session, attempt.quiz_id),
    )
    due = due and not (attempt.passed is None and _still_to_come(standing))
    first_form = session.get(Attempt, attempt.pools_id) if attempt.pools_id is not None else None
    rows = session.execute(
        select(
            *(AttemptQuestion, QuestionVersion, Lesson, Answer.response, Answer.confidence),
            is_asked_now(attempt.learner_id).label("kept"),
        )
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .outerjoin(Answer, same_place())
        .where(AttemptQuestion.attempt_id == attempt.id)
        .order_by(AttemptQuestion.position)
    ).all()
    if attempt.settled_by == "discarded":
        rows = []  # nothing of it was marked
    lessons = {row.Lesson.id: row.Lesson for row in rows}
    missed: dict[int, int] = {}
    for row in rows:
        if (row.AttemptQuestion.marks or 0.0) < row.AttemptQuestion.weight:
            missed[row.Lesson.id] = missed.get(row.Lesson.id, 0) + 1
    marked = tuple(_marked(*row[:-1]) for row in rows if not row.kept) if due else ()
    sure = tuple(each for each in marked if each.confidence == Confidence.SURE and not each.correct and each.weight)
    first = [each.lesson.id for each in sure]
    return ResultPage(
        attempt=attempt,
        result=result_of(attempt),
        feedback_due=due,
        feedback_from=feedback.window_end(terms) if after_window else None,
        marked=marked,
        kept=len(rows) - len(marked) if due else 0,
        sure_and_wrong=sure,
        practise=_practise(lessons, missed, first, due=due),
        sits=tuple(lesson for each, lesson in lessons.items() if each not in missed),
        conflicts=conflicts(session, attempt.id),
        standing=standing,
        first=first_form,
        pooled=_pooled(attempt, first_form, standing.second),
    )


def _sat_now(session: Session, quiz_id: int) -> bool:
    """Say whether anybody sits a quiz still."""
    sitting = select(Attempt.id).where(Attempt.quiz_id == quiz_id, Attempt.finished_at.is_(None)).limit(1)
    return session.scalar(sitting) is not None


def _still_to_come(standing: Standing) -> bool:
    """Say whether a second form is still to be asked or handed in; until then nothing of the first one is told."""
    return standing.second is None or standing.second.finished_at is None


def _pooled(attempt: Attempt, first: Attempt | None, second: Attempt | None) -> Result | None:
    if first is not None:
        return decided_result(attempt, first)
    return decided_result(second, attempt) if second is not None and second.finished_at is not None else None


def _practise(
    lessons: dict[int, Lesson], missed: dict[int, int], first: list[int], *, due: bool
) -> tuple[ToPractise, ...]:
    """Return the lessons to practise, `first` and most missed ones ahead; by place before feedback is due."""
    order = sorted(missed, key=lambda each: (-first.count(each), -missed[each]) if due else (0, lessons[each].position))
    return tuple(ToPractise(lessons[each], missed[each] if due else None) for each in order)


def _marked(
    place: AttemptQuestion, version: QuestionVersion, lesson: Lesson, response: Any, confidence: str | None
) -> Marked:
    return Marked(
        position=place.position,
        kind=version.kind,
        stem=version.stem,
        given=shown(version, response),
        right=right_answer(version),
        unit=version.unit,
        body=version.body,
        correct=(place.marks or 0.0) >= place.weight,
        marks=place.marks or 0.0,
        weight=place.weight,
        tally=_tally(place, version, response),
        confidence=confidence,
        explanation=version.explanation,
        lesson=lesson,
    )


def _tally(place: AttemptQuestion, version: QuestionVersion, response: Any) -> Tally | None:
    if not place.weight:
        return None
    earned, units = (place.marks or 0.0) / place.weight, tuple(version.unit.values())
    return marks.tally(version.kind, version.key, response, units, version.body, earned=earned)


def shown(version: QuestionVersion, response: Any) -> tuple[dict[str, str], ...]:
    """Return a response as texts in both languages; `true` and `false` stay words for the page to name."""
    return kind_of(version.kind).words(response, version.options, version.body)


def right_answer(version: QuestionVersion) -> tuple[dict[str, str], ...]:
    """Return the key as texts: options, a number, or the first accepted form of each language."""
    asked = Asked(tuple(option["id"] for option in version.options), tuple(version.unit.values()), version.body)
    return kind_of(version.kind).right_words(version.key, asked, version.options)
