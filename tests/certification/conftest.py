"""A learner for whom everything is met but the signatures, with the people around them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person, TrainingClass
from lms.accounts.passwords import hashed
from lms.accounts.rules import Grant, Identity, Role
from lms.certification.models import CompetencyPoint, Gate
from lms.courses.models import Course, Lesson
from lms.mentoring.models import Scorecard
from lms.quizzes.models import Attempt, CheckAnswer, Question, QuestionVersion, Quiz
from tests.make import Make

PASSWORD = "quiet river stone"


def identity(person: Person, *roles: Role, class_id: int | None = None, team_id: int | None = None) -> Identity:
    """The person as the application sees them."""
    return Identity(
        id=person.id,
        employee_no=person.employee_no,
        name=person.name,
        latin_name=person.latin_name,
        locale="en",
        site_id=person.site_id,
        time_zone="Asia/Shanghai",
        grants=tuple(Grant(role, class_id, team_id) for role in roles),
    )


@dataclass
class World:
    """The cast."""

    make: Make
    learner: Person
    mentor: Person
    adviser: Person
    hr: Person
    training_class: TrainingClass
    course: Course
    lesson: Lesson
    quiz: Quiz
    card: Scorecard
    gate: Gate
    question: Question

    def prepare(self, learner: Person, *, number: int = 1) -> None:
        """Let a learner meet everything but the signatures, for the `number`-th time."""
        make, now = self.make, self.make.now
        if number == 1:
            make.progress(learner, self.lesson)
        make.add(
            Attempt(
                quiz_id=self.quiz.id,
                learner_id=learner.id,
                number=number,
                seed=1,
                lease="x",
                started_at=now.replace(hour=1),
                deadline=now,
                grace_seconds=60,
                pass_percent=80,
                finished_at=now,
                settled_by="submitted",
                score=9.0,
                max_score=10.0,
                passed=True,
            )
        )
        make.observation(learner, self.mentor, self.card, call_ref=f"C-{number}-1")
        make.observation(learner, self.mentor, self.card, call_ref=f"C-{number}-2")
        version = make.session.query(QuestionVersion).filter_by(question_id=self.question.id).one()
        make.add(
            CheckAnswer(
                person_id=learner.id,
                question_id=self.question.id,
                version_id=version.id,
                response="a",
                correct=True,
                at=now,
            )
        )

    def sign(self, learner: Person) -> None:
        """Give both signatures."""
        self.make.sign_off(learner, self.mentor, "mentor")
        self.make.sign_off(learner, self.adviser, "adviser")

    @property
    def as_mentor(self) -> Identity:
        return identity(self.mentor, Role.MENTOR)

    @property
    def as_adviser(self) -> Identity:
        return identity(self.adviser, Role.ADVISER)

    @property
    def as_hr(self) -> Identity:
        return identity(self.hr, Role.HR)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hashed(PASSWORD)


@pytest.fixture
def world(make: Make, session: Session, now: datetime, password_hash: str) -> World:
    adviser = make.person("adviser", name="刘敏", latin_name="Liu Min", password_hash=password_hash)
    mentor = make.mentor(password_hash=password_hash, latin_name="Chen Jing")
    hr = make.person("hr", name="何芳", latin_name="He Fang")
    training_class = make.training_class(adviser)
    learner = make.learner(training_class, latin_name="Zhou Xiaoyu")
    make.pairing(mentor, learner)
    course = make.course()
    lesson = make.lesson(course)
    question = make.question(lesson)
    quiz = make.quiz(course, questions=0, slug="gate-go-live", purpose="gate")
    card = make.scorecard()
    profile = make.profile(points=0)
    make.add(
        CompetencyPoint(
            profile_id=profile.id,
            position=1,
            slug="cb-open",
            group_zh="基础",
            group_en="Basics",
            kind="knowledge",
            minimum=True,
            title_zh="开场",
            title_en="Opening",
            lessons=[f"{course.slug}/{lesson.slug}"],
            questions=[question.ref],
        )
    )
    gate = make.gate(requirements(course.slug))
    made = World(make, learner, mentor, adviser, hr, training_class, course, lesson, quiz, card, gate, question)
    made.prepare(learner)
    return made


def requirements(course: str) -> list[dict[str, Any]]:
    """What the go-live gate of the sample asks."""
    title = {"zh": "一项要求", "en": "A requirement"}
    return [
        {"slug": "lessons", "kind": "lessons", "courses": [course], "title": title},
        {"slug": "quiz", "kind": "quiz", "quiz": "gate-go-live", "fresh_days": 30, "title": title},
        {
            "slug": "calls",
            "kind": "observed_calls",
            "scorecard": "service-call",
            "count": 2,
            "min_percent": 80,
            "fresh_days": 14,
            "title": title,
        },
        {"slug": "mentor", "kind": "sign_off", "role": "mentor", "fresh_days": 14, "title": title},
        {"slug": "adviser", "kind": "sign_off", "role": "adviser", "fresh_days": 14, "title": title},
        {"slug": "coverage", "kind": "coverage", "title": title},
    ]


@pytest.fixture
def cohort(world: World) -> Callable[[int], list[Person]]:
    """Return a maker of further learners of the class who have met everything but the signatures."""

    def make(count: int) -> list[Person]:
        learners = [world.make.learner(world.training_class) for _ in range(count)]
        for learner in learners:
            world.prepare(learner)
        return learners

    return make
