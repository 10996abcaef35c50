"""The installation while it is being filled: who is there already, what there is to learn, who acts."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.models import Person, Team, TrainingClass
from lms.accounts.rules import Grant, Identity, Role
from lms.certification.models import CompetencyPoint, Gate, Profile
from lms.certification.queries.gates import current
from lms.courses.models import Lesson, LessonText, Programme
from lms.courses.queries import path_lessons
from lms.demo.cast import Cast
from lms.demo.days import Days
from lms.mentoring.models import Criterion, Scorecard
from lms.quizzes.models import Question, QuestionVersion, Quiz

NOBODY = 0


@dataclass(frozen=True)
class Reading:
    """A lesson of the path with the questions that it asks as checks."""

    id: int
    minutes: int
    blocks: int
    checks: tuple[QuestionVersion, ...]
    refs: tuple[str, ...]


@dataclass(frozen=True)
class Shelf:
    """What the library holds, as the stories need it."""

    programme: Programme
    readings: tuple[Reading, ...]
    quizzes: dict[str, Quiz]
    points: dict[str, frozenset[str]]  # minimum points of the post, with the questions that confirm each
    gates: tuple[Gate, ...]
    scorecard: Scorecard
    criteria: tuple[Criterion, ...]


@dataclass
class Centre:
    """A session, the cast with their rows, the classes by how many days ago they began (0: the class of today)."""

    session: Session
    cast: Cast
    days: Days
    now: datetime
    site_id: int
    password: str = field(default_factory=secrets.token_hex)
    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    classes: dict[int, TrainingClass] = field(default_factory=dict)

    @cached_property
    def password_hash(self) -> str:
        """Return the hash of a password that nobody is told and that is good only while the centre is filled.

        Signatures ask for one, fifty times here; at full strength they would take ten seconds.
        """
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(self.password)

    def calendar(self, class_days: int) -> Days:
        """Return the working days of a class."""
        return Days.begun(class_days, self.now, self.cast.time_zone) if class_days else self.days

    def identity(self, employee_no: str) -> Identity:
        """Return who acts, with the roles held at this moment of the story."""
        person = self.people[employee_no]
        held = accounts.held_roles(self.session, person.id)
        return Identity(
            id=person.id,
            employee_no=person.employee_no,
            name=person.name,
            latin_name=person.latin_name,
            locale=person.locale,
            site_id=person.site_id,
            time_zone=self.cast.time_zone,
            grants=tuple(
                Grant(
                    Role(one.role),
                    one.training_class.id if one.training_class else None,
                    one.team.id if one.team else None,
                )
                for one in held
            ),
        )

    def first(self, role: str) -> str:
        """Return the employee number of the first of the cast with a role."""
        return self.cast.of(role)[0].employee_no


def chance(*names: object) -> Random:
    """Return the chance of one part of the story, the same in every installation."""
    return Random("/".join(map(str, names)))  # noqa: S311  # a story that comes out the same every time


def shelf(session: Session, programme_slug: str) -> Shelf:
    """Return what there is to learn for a programme, once its library is stored."""
    programme = session.scalars(select(Programme).where(Programme.slug == programme_slug)).one()
    points = session.scalars(
        select(CompetencyPoint)
        .join(Profile, Profile.id == CompetencyPoint.profile_id)
        .where(Profile.slug == programme.post, CompetencyPoint.minimum)
    )
    card = session.scalars(select(Scorecard).where(Scorecard.retired_at.is_(None))).first()
    if card is None:
        raise RuntimeError("the starter library has no scorecard")
    criteria = session.scalars(select(Criterion).where(Criterion.scorecard_id == card.id).order_by(Criterion.position))
    quizzes = session.scalars(select(Quiz).where(Quiz.programme_id == programme.id, Quiz.retired_at.is_(None)))
    return Shelf(
        programme=programme,
        readings=_readings(session, [one.id for one in path_lessons(session, NOBODY, programme.id)]),
        quizzes={quiz.slug: quiz for quiz in quizzes},
        points={point.slug: frozenset(point.questions) for point in points},
        gates=tuple(current(session, [programme.id])[programme.id]),
        scorecard=card,
        criteria=tuple(criteria),
    )


def _readings(session: Session, lesson_ids: Iterable[int]) -> tuple[Reading, ...]:
    rows = session.execute(
        select(Lesson, LessonText.blocks)
        .join(LessonText, (LessonText.lesson_id == Lesson.id) & (LessonText.revision == Lesson.revision))
        .where(LessonText.locale == "zh")
    )
    present = (Question.id == QuestionVersion.question_id) & (Question.version == QuestionVersion.version)
    versions = {row.question_id: row for row in session.scalars(select(QuestionVersion).join(Question, present))}
    found = {}
    for lesson, blocks in rows:
        checks = [piece["check"] for block in blocks for piece in block["pieces"] if "check" in piece]
        asked = tuple(versions[check["question_id"]] for check in checks)
        refs = tuple(check["ref"] for check in checks)
        found[lesson.id] = Reading(lesson.id, lesson.minutes, len(blocks), asked, refs)
    return tuple(found[lesson_id] for lesson_id in lesson_ids)
