"""A course with a trainer, and files to bring."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.courses.models import Course, Lesson
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


@pytest.fixture
def desk(make: Make, client_of: Callable[[Person], FlaskClient]) -> Desk:
    """A trainer at work on one lesson."""
    course = make.course()
    lesson = make.lesson(course)
    return Desk(course, lesson, client_of(make.person("trainer")))
