"""What a host chooses from: classes, courses with their questions, the games of late."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.models import Enrolment, TrainingClass
from lms.accounts.rules import Identity
from lms.courses.models import Course, Lesson, Stage, StageCourse
from lms.games.models import Game, GameAnswer, GamePlayer, GameRound
from lms.games.queries.reach import hosted
from lms.games.rules import KINDS
from lms.quizzes.models import Attempt, AttemptQuestion, Question, QuestionVersion
from lms.quizzes.rules.draw import Candidate

RECENT = 20


@dataclass(frozen=True)
class ClassLine:
    """A class that a game can be run for; `live`: the one that is on."""

    training_class: TrainingClass
    learners: int
    live: Game | None


def classes(session: Session, identity: Identity) -> list[ClassLine]:
    """Return the classes with learners that `identity` may run a game for, newest first; one statement."""
    rows = session.execute(
        select(TrainingClass, func.count(Enrolment.id), Game)
        .join(Enrolment, and_(Enrolment.class_id == TrainingClass.id, Enrolment.ended_on.is_(None)))
        .outerjoin(Game, and_(Game.class_id == TrainingClass.id, Game.finished_at.is_(None)))
        .where(hosted(identity))
        .group_by(TrainingClass.id, Game.id)
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    )
    return [ClassLine(*row) for row in rows]


def recent_games(session: Session, identity: Identity) -> list[tuple[Game, int]]:
    """Return the finished games of classes that `identity` may host, newest first, with how many played."""
    played = select(GamePlayer.game_id, func.count().label("players")).group_by(GamePlayer.game_id).subquery()
    rows = session.execute(
        select(Game, played.c.players)
        .join(Game.training_class)
        .outerjoin(played, played.c.game_id == Game.id)
        .options(contains_eager(Game.training_class))
        .where(hosted(identity), Game.finished_at.is_not(None), Game.position > 0)
        .order_by(Game.created_at.desc(), Game.id.desc())
        .limit(RECENT)
    )
    return [(game, players or 0) for game, players in rows]


def learners_of(session: Session, class_id: int) -> int:
    """Return how many learn in a class now."""
    query = select(func.count()).select_from(Enrolment)
    return session.scalar(query.where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))) or 0


@dataclass(frozen=True)
class CourseLine:
    """A course of the class's programme with the number of questions that a game can ask."""

    course: Course
    questions: int


def courses(session: Session, training_class: TrainingClass) -> list[CourseLine]:
    """Return the courses of the class's programme that have questions for a game, in their order; one statement."""
    rows = session.execute(
        select(Course, func.count(Question.id))
        .join(StageCourse, StageCourse.course_id == Course.id)
        .join(Stage, Stage.id == StageCourse.stage_id)
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Question, Question.lesson_id == Lesson.id)
        .join(QuestionVersion, _current())
        .where(Stage.programme_id == training_class.programme_id, Course.retired_at.is_(None), _askable())
        .group_by(Course.id, Stage.position, StageCourse.position)
        .order_by(Stage.position, StageCourse.position, Course.id)
    )
    return [CourseLine(*row) for row in rows]


def _current() -> ColumnElement[bool]:
    return and_(QuestionVersion.question_id == Question.id, QuestionVersion.version == Question.version)


def _askable() -> ColumnElement[bool]:
    return and_(Question.retired_at.is_(None), Lesson.retired_at.is_(None), QuestionVersion.kind.in_(KINDS))


def pool(session: Session, course_ids: Collection[int], class_id: int) -> list[Candidate]:
    """Return the questions that a game of a class may ask about some courses.

    What stands in a quiz that one of the class has open is left out: the game would answer it.
    """
    members = select(Enrolment.learner_id).where(Enrolment.class_id == class_id, Enrolment.ended_on.is_(None))
    asked = (
        select(AttemptQuestion.version_id)
        .join(Attempt, Attempt.id == AttemptQuestion.attempt_id)
        .where(Attempt.learner_id.in_(members), Attempt.finished_at.is_(None))
    )
    rows = session.execute(
        select(Question.id, QuestionVersion.id, Question.lesson_id, QuestionVersion.options, Question.competency)
        .join(QuestionVersion, _current())
        .join(Lesson, Lesson.id == Question.lesson_id)
        .where(Lesson.course_id.in_(course_ids), _askable(), QuestionVersion.id.not_in(asked))
    )
    return [
        Candidate(row[0], row[1], row[2], tuple(option["id"] for option in row.options), row.competency) for row in rows
    ]


@dataclass(frozen=True)
class Practised:
    """An answer given in a game, for whoever plans what a learner practises next; it is no grade."""

    question_id: int
    version_id: int
    correct: bool


def practised(session: Session, person_id: int) -> list[Practised]:
    """Return what a learner answered in games, in rounds that were played to their end, oldest first."""
    rows = session.execute(
        select(QuestionVersion.question_id, QuestionVersion.id, GameAnswer.correct)
        .join(GameRound, and_(GameRound.game_id == GameAnswer.game_id, GameRound.position == GameAnswer.position))
        .join(QuestionVersion, QuestionVersion.id == GameRound.version_id)
        .where(GameAnswer.person_id == person_id, GameRound.closed_at.is_not(None), GameRound.skipped.is_(False))
        .order_by(GameAnswer.answered_at, GameAnswer.game_id, GameAnswer.position)
    )
    return [Practised(*row) for row in rows]
