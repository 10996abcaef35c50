"""Facts about learners, for the rules to judge: a constant number of statements for however many people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from lms.certification.models import CompetencyPoint, Gate, Profile, SignOff
from lms.certification.rules import requirements as rules
from lms.courses.models import Course, Lesson, LessonProgress, Programme
from lms.mentoring.models import Observation, Scorecard
from lms.quizzes.models import Attempt, AttemptQuestion, CheckAnswer, Question, QuestionVersion, Quiz
from lms.quizzes.queries.evidence import earned
from lms.quizzes.queries.facts import decided_result

Grouped = dict[int, list[Any]]


def facts(
    session: Session, learner_ids: Collection[int], gates: Sequence[Gate], *, until: datetime
) -> dict[int, rules.Facts]:
    """Return what was known at `until` about each learner that `gates` ask for; gates of one programme or of many.

    Every statement is cut at the same instant, and evidence is only ever added, so together they are one snapshot.
    """
    asked = [rules.requirement(raw) for gate in gates for raw in gate.requirements]
    ids = sorted(set(learner_ids))
    lessons = _lessons(session, ids, {course for one in asked for course in one.courses}, until)
    attempts = _attempts(session, ids, {one.quiz for one in asked if one.kind == "quiz"}, until)
    calls = _calls(session, ids, {one.scorecard for one in asked if one.kind == "observed_calls"}, until)
    words = _sign_offs(session, ids, until)
    covering = any(one.kind == "coverage" for one in asked)
    points = _points(session, ids, {gate.programme_id for gate in gates} if covering else set(), until)
    return {
        learner: rules.Facts(
            lessons=tuple(lessons[learner]),
            attempts=tuple(attempts[learner]),
            calls=tuple(calls[learner]),
            sign_offs=tuple(words[learner]),
            points=tuple(points[learner]),
        )
        for learner in ids
    }


def _lessons(session: Session, ids: list[int], courses: set[str], until: datetime) -> Grouped:
    """Return every lesson of `courses` with who of `ids` had finished it, in one statement."""
    finished = and_(
        LessonProgress.lesson_id == Lesson.id, LessonProgress.person_id.in_(ids), LessonProgress.done_at <= until
    )
    rows = session.execute(
        select(
            *(Course.slug, Lesson.id, Lesson.slug, Lesson.revision),
            *(LessonProgress.person_id, LessonProgress.revision, LessonProgress.done_at),
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .outerjoin(LessonProgress, finished)
        .where(Course.slug.in_(courses), Lesson.retired_at.is_(None))
        .order_by(Course.position, Lesson.position, Lesson.id)
    ).all()
    wanted = {number: (course, slug, revision) for course, number, slug, revision, *_read in rows}
    done = {(person, number): (read, at) for _course, number, _slug, _newest, person, read, at in rows}
    grouped: Grouped = defaultdict(list)
    for learner in ids:
        for number, (course, slug, newest) in wanted.items():
            revision, done_at = done.get((learner, number), (newest, None))
            grouped[learner].append(rules.LessonFact(course, number, slug, revision, done_at))
    return grouped


def _attempts(session: Session, ids: list[int], quizzes: set[str], until: datetime) -> Grouped:
    first = aliased(Attempt)
    found = session.execute(
        select(Attempt, Quiz.slug, first)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .outerjoin(first, first.id == Attempt.pools_id)
        .where(Attempt.learner_id.in_(ids), Quiz.slug.in_(quizzes), Attempt.finished_at <= until)
    )
    grouped: Grouped = defaultdict(list)
    for attempt, slug, first_form in found:
        if attempt.score is None or attempt.finished_at is None:
            continue  # the schema grades what is finished; this tells the type checker so
        result = decided_result(attempt, first_form)
        percent = round(100 * result.score / result.max_score, 1) if result.max_score else 0.0
        fact = rules.AttemptFact(
            attempt.id, slug, attempt.number, percent, passed=bool(attempt.passed), at=attempt.finished_at
        )
        grouped[attempt.learner_id].append(fact)
    return grouped


def _calls(session: Session, ids: list[int], cards: set[str], until: datetime) -> Grouped:
    found = session.execute(
        select(Observation, Scorecard.slug, Scorecard.version)
        .join(Scorecard, Scorecard.id == Observation.scorecard_id)
        .where(Observation.learner_id.in_(ids), Scorecard.slug.in_(cards), Observation.finished_at <= until)
    )
    grouped: Grouped = defaultdict(list)
    for call, slug, version in found:
        if call.percent is None or call.finished_at is None:
            continue  # likewise
        fact = rules.CallFact(
            id=call.id,
            scorecard=slug,
            version=version,
            observer_id=call.observer_id,
            call_ref=call.call_ref,
            percent=call.percent,
            critical_failed=call.critical_failed,
            at=call.finished_at,
        )
        grouped[call.learner_id].append(fact)
    return grouped


def _sign_offs(session: Session, ids: list[int], until: datetime) -> Grouped:
    found = session.scalars(select(SignOff).where(SignOff.learner_id.in_(ids), SignOff.at <= until))
    grouped: Grouped = defaultdict(list)
    for word in found:
        grouped[word.learner_id].append(rules.SignOffFact(word.id, word.gate_slug, word.role, word.signer_id, word.at))
    return grouped


def _points(session: Session, ids: list[int], programmes: set[int], until: datetime) -> Grouped:
    """Return minimum points with the moment of the first right answer to one of their questions.

    A point without a question is confirmed when all its lessons are finished; one with neither never is.
    """
    points = session.scalars(
        select(CompetencyPoint)
        .join(Profile, Profile.id == CompetencyPoint.profile_id)
        .join(Programme, Programme.post == Profile.slug)
        .where(Programme.id.in_(programmes), CompetencyPoint.minimum)
        .order_by(CompetencyPoint.position)
    ).all()
    right = _right_answers(session, ids, {ref for point in points for ref in point.questions}, until)
    unasked = {path for point in points if not point.questions for path in point.lessons}
    read = _finished(session, ids, unasked, until) if unasked else {}
    grouped: Grouped = defaultdict(list)
    for learner in ids:
        for point in points:
            first = point.lessons[0] if point.lessons else ""
            at = min((right[learner, ref] for ref in point.questions if (learner, ref) in right), default=None)
            if not point.questions and point.lessons and all((learner, path) in read for path in point.lessons):
                at = max(read[learner, path] for path in point.lessons)
            grouped[learner].append(rules.PointFact(point.slug, first, at))
    return grouped


def _right_answers(
    session: Session, ids: list[int], refs: Iterable[str], until: datetime
) -> dict[tuple[int, str], datetime]:
    checks = (
        select(CheckAnswer.person_id.label("learner"), Question.ref, CheckAnswer.at.label("at"))
        .join(Question, Question.id == CheckAnswer.question_id)
        .where(CheckAnswer.person_id.in_(ids), CheckAnswer.correct, CheckAnswer.at <= until, Question.ref.in_(refs))
    )
    graded = (
        select(Attempt.learner_id.label("learner"), Question.ref, Attempt.finished_at.label("at"))
        .join(AttemptQuestion, AttemptQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(
            Attempt.learner_id.in_(ids),
            AttemptQuestion.marks >= 1,
            earned(),
            Attempt.finished_at <= until,
            Question.ref.in_(refs),
        )
    )
    both = union_all(checks, graded).subquery()
    first = session.execute(
        select(both.c.learner, both.c.ref, func.min(both.c.at)).group_by(both.c.learner, both.c.ref)
    )
    return {(learner, ref): at for learner, ref, at in first}


def _finished(session: Session, ids: list[int], lessons: set[str], until: datetime) -> dict[tuple[int, str], datetime]:
    found = session.execute(
        select(LessonProgress.person_id, Course.slug, Lesson.slug, LessonProgress.done_at)
        .join(Lesson, Lesson.id == LessonProgress.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            LessonProgress.person_id.in_(ids),
            LessonProgress.done_at <= until,
            Lesson.slug.in_([path.partition("/")[2] for path in lessons]),
        )
    )
    return {(person, f"{course}/{lesson}"): at for person, course, lesson, at in found if at is not None}
