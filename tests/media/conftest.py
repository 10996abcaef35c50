"""A course with a trainer, and files to bring."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.courses.models import Course, Lesson, LessonText
from tests.make import Make


@dataclass
class Desk:
    """A trainer at work on one lesson."""

    course: Course
    lesson: Lesson
    browser: FlaskClient

    @property
    def address(self) -> str:
        """Where files of the lesson are brought to."""
        return f"/api/v1/courses/{self.course.slug}/lessons/{self.lesson.slug}/media"

    def bring(self, data: bytes, name: str = "Photo.png", **more: str) -> TestResponse:
        """Send a file as the editor does."""
        return self.browser.post(self.address, data={"file": (BytesIO(data), name), **more})

    def show(self, session: Session, *names: str, revision: int = 1) -> None:
        """Let the stored text of a revision show the files called `names`, and nothing else."""
        html = "".join(f'<img src="/lessons/{self.lesson.id}/media/{quote(name)}" alt="x">' for name in names)
        blocks = [{"heading": None, "pieces": [{"html": html}, {"check": {"ref": "a"}}], "points": []}]
        wanted = (LessonText.lesson_id == self.lesson.id, LessonText.revision == revision)
        session.execute(update(LessonText).where(*wanted).values(blocks=blocks))
        session.commit()

    def revise(self, session: Session) -> None:
        """Publish a second revision that shows nothing."""
        self.lesson.revision = 2
        for text in session.scalars(select(LessonText).where(LessonText.lesson_id == self.lesson.id)).all():
            columns = {c.key: getattr(text, c.key) for c in LessonText.__table__.columns if c.key != "id"}
            session.add(LessonText(**columns | {"revision": 2, "blocks": []}))
        session.commit()


@pytest.fixture
def desk(make: Make, client_of: Callable[[Person], FlaskClient]) -> Desk:
    """A trainer at work on one lesson."""
    course = make.course()
    lesson = make.lesson(course)
    return Desk(course, lesson, client_of(make.person("trainer")))
