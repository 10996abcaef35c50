"""Builds rows for tests; each method names only what differs and flushes what it made."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person, RoleGrant, Site, Team, TrainingClass
from lms.certification.models import CompetencyPoint, Gate, Period, Profile, SignOff
from lms.courses.models import Course, KeyPoint, Lesson, LessonProgress, LessonText, Programme, Stage, StageCourse
from lms.db import Base
from lms.mentoring.models import Criterion, Meeting, MentorSlot, Observation, Pairing, Scorecard
from lms.quizzes.models import Question, QuestionVersion, Quiz, QuizCourse

Row = TypeVar("Row", bound=Base)


class Make:
    """A small centre on demand: site, people, a programme with one course, and what they do."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.numbers = count(1)
        self._site: Site | None = None
        self._programme: Programme | None = None

    def add(self, row: Row) -> Row:
        """Store `row` so that it has an id."""
        self.session.add(row)
        self.session.flush()
        return row

    def site(self) -> Site:
        """The one site of the test, in Shanghai."""
        if self._site is None:
            self._site = self.add(Site(name_zh="清河", name_en="Qinghe", time_zone="Asia/Shanghai"))
        return self._site

    def team(self, name: str = "Billing") -> Team:
        """A team of the site."""
        return self.add(Team(site_id=self.site().id, name_zh=f"{name}组", name_en=name))

    def person(self, *roles: str, name: str = "李明", **more: Any) -> Person:
        """A person with `roles`, each for the whole site (`"adviser:3"`: for class 3; `"lead:2"`: for team 2)."""
        n = next(self.numbers)
        values = {
            "site_id": self.site().id,
            "employee_no": f"E{n:04}",
            "name": name,
            "latin_name": f"Li Ming {n}",
            "locale": "en",
            "created_at": self.now,
        }
        person = self.add(Person(**values | more))
        for held in roles:
            self.grant(person, held)
        return person

    def grant(self, person: Person, held: str) -> RoleGrant:
        """Give `person` a role, written as `role` or `role:scope id`."""
        role, _, scope = held.partition(":")
        class_id = int(scope) if scope and role == "adviser" else None
        team_id = int(scope) if scope and role == "lead" else None
        return self.add(
            RoleGrant(person_id=person.id, role=role, class_id=class_id, team_id=team_id, granted_at=self.now)
        )

    def programme(self, **more: Any) -> Programme:
        """The one programme of the test, with its four stages."""
        if self._programme is None:
            values: dict[str, Any] = {
                "slug": "hotline",
                "post": "hotline-agent",
                "title_zh": "热线客服",
                "title_en": "Hotline agent",
                "caps": {"new_points_target": 12, "new_points": 16, "minutes_target": 60, "minutes": 90},
                "calendar": {"working_days": ["mon", "tue", "wed", "thu", "fri"], "days": 30},
            }
            self._programme = self.add(Programme(**values | more))
            steps = (
                ("study", "study"),
                ("listening-in", "shadow"),
                ("teaching-back", "shadow"),
                ("gate-calls", "shadow"),
            )
            for n, (slug, scope) in enumerate(steps):
                self.session.add(
                    Stage(
                        programme_id=self._programme.id,
                        position=n + 1,
                        slug=slug,
                        scope=scope,
                        title_zh=slug,
                        title_en=slug.replace("-", " ").capitalize(),
                        summary_zh="一步",
                        summary_en="A step.",
                        first_day=n * 7 + 1,
                        last_day=n * 7 + 7,
                    )
                )
            self.session.flush()
        return self._programme

    def stage(self, slug: str = "study") -> Stage:
        """A stage of the programme."""
        programme = self.programme()
        return self.session.query(Stage).filter_by(programme_id=programme.id, slug=slug).one()

    def training_class(self, adviser: Person | None = None, **more: Any) -> TrainingClass:
        """A class that started two weeks ago."""
        n = next(self.numbers)
        values = {
            "site_id": self.site().id,
            "name_zh": f"春季{n}班",
            "name_en": f"Spring {n}",
            "adviser_id": (adviser or self.person("adviser", name="刘敏")).id,
            "programme_id": self.programme().id,
            "starts_on": (self.now - timedelta(days=15)).date(),
            "created_at": self.now,
        }
        return self.add(TrainingClass(**values | more))

    def learner(self, training_class: TrainingClass | None = None, **more: Any) -> Person:
        """A learner enrolled in a class."""
        learner = self.person("learner", **{"name": "周晓雨"} | more)
        self.add(
            Enrolment(
                learner_id=learner.id,
                class_id=(training_class or self.training_class()).id,
                joined_on=(self.now - timedelta(days=15)).date(),
            )
        )
        return learner

    def course(self, stage: Stage | None = None, **more: Any) -> Course:
        """A course that is part of a stage (the first, unless named)."""
        n = next(self.numbers)
        values: dict[str, Any] = {
            "slug": f"course-{n}",
            "title_zh": f"课程{n}",
            "title_en": f"Course {n}",
            "summary_zh": "内容",
            "summary_en": "What it is about.",
            "posts": ["hotline-agent"],
            "position": n,
            "owner": "Training desk",
            "review_by": date(2027, 6, 30),
        }
        course = self.add(Course(**values | more))
        self.add(StageCourse(stage_id=(stage or self.stage()).id, course_id=course.id, position=n))
        return course

    def lesson(self, course: Course | None = None, *, points: int = 3, blocks: int = 3, **more: Any) -> Lesson:
        """A lesson with `points` key points, one after another in `blocks` blocks, in both languages."""
        n = next(self.numbers)
        values: dict[str, Any] = {
            "course_id": (course or self.course()).id,
            "slug": f"{n:02}-lesson",
            "position": n,
            "minutes": 4,
            "point_count": points,
            "block_count": blocks,
            "title_zh": f"第{n}课",
            "title_en": f"Lesson {n}",
            "competencies": ["cb-open"],
            "prerequisites": [],
            "revision": 1,
        }
        lesson = self.add(Lesson(**values | more))
        for number in range(1, points + 1):
            self.session.add(
                KeyPoint(lesson_id=lesson.id, number=number, text_zh=f"要点{number}", text_en=f"Point {number}")
            )
        for locale in ("zh", "en"):
            cut = [
                {
                    "heading": f"Block {b + 1}" if b else None,
                    "pieces": [{"html": f"<p>Text of block {b + 1}.</p>"}],
                    "points": [p for p in range(1, points + 1) if (p - 1) * blocks // max(points, 1) == b],
                }
                for b in range(blocks)
            ]
            self.session.add(
                LessonText(
                    lesson_id=lesson.id,
                    revision=1,
                    locale=locale,
                    title=values["title_zh"] if locale == "zh" else values["title_en"],
                    source="Text.",
                    blocks=cut,
                    outline={"text": values[f"title_{locale}"], "kind": "lesson", "children": []},
                    published_at=self.now,
                    content_hash="0" * 64,
                )
            )
        self.session.flush()
        return lesson

    def progress(self, learner: Person, lesson: Lesson, *, done: bool = True, **more: Any) -> LessonProgress:
        """A learner's place in a lesson; finished unless said otherwise."""
        values: dict[str, Any] = {
            "person_id": learner.id,
            "lesson_id": lesson.id,
            "revision": 1,
            "position": lesson.block_count - 1 if done else 0,
            "furthest": lesson.block_count - 1 if done else 0,
            "seconds": 200,
            "started_at": self.now,
            "updated_at": self.now,
            "done_at": self.now if done else None,
        }
        return self.add(LessonProgress(**values | more))

    def question(self, lesson: Lesson, kind: str = "single", **more: Any) -> Question:
        """A question of a lesson; option (or answer) `a`, true, 45, "ninety" is right."""
        n = next(self.numbers)
        question = self.add(
            Question(ref=f"q-{n}", lesson_id=lesson.id, competency=more.pop("competency", "cb-open"), version=1)
        )
        options = [{"id": i, "text": {"zh": f"选项{i}", "en": f"Option {i}"}} for i in "abcd"]
        keys: dict[str, dict[str, Any]] = {
            "single": {"ids": ["a"]},
            "multiple": {"ids": ["a", "c"]},
            "true_false": {"ids": ["true"]},
            "numeric": {"value": 45, "tolerance": 0},
            "short_text": {"accept": {"zh": ["九十分钟"], "en": ["ninety minutes", "90 minutes"]}},
        }
        values: dict[str, Any] = {
            "question_id": question.id,
            "version": 1,
            "kind": kind,
            "level": 1,
            "competency": question.competency,
            "key_point": 1,
            "stem": {"zh": f"问题{n}？", "en": f"Question {n}?"},
            "options": options if kind in ("single", "multiple") else [],
            "unit": {"zh": "分钟", "en": "minutes"} if kind == "numeric" else {},
            "key": keys[kind],
            "explanation": {"zh": f"因为{n}。", "en": f"Because {n}."},
        }
        self.add(QuestionVersion(**values | more))
        return question

    def quiz(self, course: Course | None = None, *, questions: int = 5, **more: Any) -> Quiz:
        """A daily quiz over a course that gets a lesson with as many questions as it draws."""
        n = next(self.numbers)
        course = course or self.course()
        if questions:
            lesson = self.lesson(course)
            for _ in range(questions):
                self.question(lesson)
        values: dict[str, Any] = {
            "slug": f"quiz-{n}",
            "programme_id": self.programme().id,
            "position": n,
            "purpose": "daily",
            "title_zh": f"测验{n}",
            "title_en": f"Quiz {n}",
            "draw": max(questions, 1),
            "limit_minutes": 8,
            "grace_seconds": 60,
            "pass_percent": 80,
            "attempts_allowed": None,
            "feedback": "at_once",
        }
        quiz = self.add(Quiz(**values | more))
        self.add(QuizCourse(quiz_id=quiz.id, course_id=course.id))
        return quiz

    def mentor(self, *, capacity: int = 4, **more: Any) -> Person:
        """A mentor with free slots."""
        mentor = self.person("mentor", **{"name": "陈静"} | more)
        for slot in range(1, capacity + 1):
            self.session.add(MentorSlot(mentor_id=mentor.id, slot=slot))
        self.session.flush()
        return mentor

    def pairing(self, mentor: Person, learner: Person, *, slot: int = 1, **more: Any) -> Pairing:
        """A live pairing."""
        values = {"assigned_by_id": mentor.id, "started_at": self.now}
        return self.add(Pairing(mentor_id=mentor.id, learner_id=learner.id, slot=slot, **values | more))

    def meeting(self, pairing: Pairing, **more: Any) -> Meeting:
        """A meeting this afternoon."""
        values: dict[str, Any] = {
            "pairing_id": pairing.id,
            "starts_at": self.now + timedelta(hours=5),
            "place": "Desk 214",
            "topic": "This week's misses",
            "arranged_by_id": pairing.mentor_id,
            "arranged_at": self.now,
        }
        return self.add(Meeting(**values | more))

    def scorecard(self, *, criteria: int = 8, **more: Any) -> Scorecard:
        """A scorecard whose second criterion is critical."""
        values: dict[str, Any] = {
            "slug": "service-call",
            "version": 1,
            "title_zh": "服务通话",
            "title_en": "Service call",
            "pass_percent": 80,
            "content_hash": "0" * 64,
        }
        card = self.add(Scorecard(**values | more))
        for n in range(1, criteria + 1):
            self.session.add(
                Criterion(
                    scorecard_id=card.id,
                    position=n,
                    slug=f"criterion-{n}",
                    title_zh=f"标准{n}",
                    title_en=f"Criterion {n}",
                    weight=1,
                    critical=n == 2,
                    anchors={str(s): {"zh": f"听到{s}", "en": f"Heard {s}"} for s in range(4)},
                )
            )
        self.session.flush()
        return card

    def observation(self, learner: Person, observer: Person, scorecard: Scorecard, **more: Any) -> Observation:
        """A finished, passed observation of a call of today."""
        values: dict[str, Any] = {
            "learner_id": learner.id,
            "observer_id": observer.id,
            "scorecard_id": scorecard.id,
            "call_ref": "C-1",
            "call_at": self.now,
            "started_at": self.now,
            "finished_at": self.now,
            "percent": 90.0,
            "critical_failed": False,
            "passed": True,
        }
        return self.add(Observation(**values | more))

    def gate(self, requirements: list[dict[str, Any]] | None = None, **more: Any) -> Gate:
        """The go-live gate, asking for nothing unless told."""
        values: dict[str, Any] = {
            "programme_id": self.programme().id,
            "slug": "go-live",
            "version": 1,
            "position": 2,
            "after_stage": "gate-calls",
            "scope": "full",
            "valid_months": 12,
            "title_zh": "上岗",
            "title_en": "Go-live",
            "summary_zh": "可以独立接听。",
            "summary_en": "You take calls on your own.",
            "requirements": requirements or [],
            "content_hash": "0" * 64,
        }
        return self.add(Gate(**values | more))

    def profile(self, points: int = 3) -> Profile:
        """A job profile of minimum points."""
        profile = self.add(Profile(slug="hotline-agent", title_zh="热线客服代表", title_en="Hotline agent"))
        for n in range(1, points + 1):
            self.session.add(
                CompetencyPoint(
                    profile_id=profile.id,
                    position=n,
                    slug=f"point-{n}",
                    group_zh="基础",
                    group_en="Basics",
                    kind="knowledge",
                    minimum=True,
                    title_zh=f"能力{n}",
                    title_en=f"Competency {n}",
                    lessons=[],
                    questions=[],
                )
            )
        self.session.flush()
        return profile

    def sign_off(self, learner: Person, signer: Person, role: str = "mentor", **more: Any) -> SignOff:
        """A sign-off for the go-live gate."""
        values: dict[str, Any] = {
            "programme_id": self.programme().id,
            "gate_slug": "go-live",
            "learner_id": learner.id,
            "signer_id": signer.id,
            "role": role,
            "at": self.now,
        }
        return self.add(SignOff(**values | more))

    def period(self, learner: Person, gate: Gate, **more: Any) -> Period:
        """A live period from today for a year."""
        n = next(self.numbers)
        values: dict[str, Any] = {
            "learner_id": learner.id,
            "programme_id": gate.programme_id,
            "gate_id": gate.id,
            "scope": gate.scope,
            "number": f"2026-{n:06}",
            "code": f"CODE{n:028}",
            "time_zone": "Asia/Shanghai",
            "requested_at": self.now,
            "certified_at": self.now,
            "valid_from": date(2026, 3, 17),
            "valid_until": date(2027, 3, 16),
            "issued_by_id": learner.id,
            "evidence": [],
            "evidence_hash": "0" * 64,
        }
        return self.add(Period(**values | more))
