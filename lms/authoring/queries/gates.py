"""Which gates lessons feed, and so which need the yes of a second person."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.rules.board import Feed, GateFacts, Minimum, feeds
from lms.certification.models import CompetencyPoint, Gate
from lms.courses.models import Course
from lms.quizzes.models import Question, Quiz, QuizCourse


@dataclass(frozen=True)
class GateBook:
    """Everything that gates ask for, read once for many lessons."""

    gates: tuple[GateFacts, ...]
    minimums: tuple[Minimum, ...]

    def feeds(self, course: str, lesson: str, refs: Collection[str]) -> tuple[Feed, ...]:
        """Return the gates that a lesson with the questions `refs` feeds."""
        return feeds(course, lesson, refs, self.gates, self.minimums)


def gate_book(session: Session) -> GateBook:
    """Return what all gates ask for, in three statements."""
    drawn: dict[tuple[int, str], set[str]] = defaultdict(set)
    for programme_id, quiz, course in session.execute(
        select(Quiz.programme_id, Quiz.slug, Course.slug)
        .join(QuizCourse, QuizCourse.quiz_id == Quiz.id)
        .join(Course, Course.id == QuizCourse.course_id)
        .where(Quiz.retired_at.is_(None))
    ):
        drawn[programme_id, quiz].add(course)
    gates = session.scalars(select(Gate).where(Gate.retired_at.is_(None)).order_by(Gate.programme_id, Gate.position))
    minimums = session.execute(
        select(CompetencyPoint.lessons, CompetencyPoint.questions).where(CompetencyPoint.minimum)
    )
    return GateBook(
        gates=tuple(
            GateFacts(
                gate.title_zh,
                gate.title_en,
                tuple(gate.requirements),
                {quiz: courses for (programme, quiz), courses in drawn.items() if programme == gate.programme_id},
            )
            for gate in gates
        ),
        minimums=tuple(Minimum(tuple(lessons), tuple(questions)) for lessons, questions in minimums),
    )


def refs_of(session: Session, lesson_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the ids of the questions of lessons, in one statement."""
    found: dict[int, set[str]] = defaultdict(set)
    for lesson_id, ref in session.execute(
        select(Question.lesson_id, Question.ref).where(
            Question.lesson_id.in_(list(lesson_ids)), Question.retired_at.is_(None)
        )
    ):
        found[lesson_id].add(ref)
    return found
