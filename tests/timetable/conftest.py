"""A class and a run: what the tests of this folder share."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lms.courses.models import Course
from lms.timetable.models import Run
from tests.make import Make


@pytest.fixture
def elective(make: Make) -> Course:
    """A course outside of every programme, open to everyone."""
    return make.add(
        Course(
            slug="steady",
            title_zh="稳住",
            title_en="Staying steady",
            summary_zh="内容",
            summary_en="Between calls.",
            posts=[],
            position=90,
            owner="Training desk",
            review_by=make.now.date(),
            elective=True,
        )
    )


@pytest.fixture
def new_run(make: Make, elective: Course) -> Callable[..., Run]:
    """Return a maker of runs: tomorrow, for an hour, of the elective, unless told otherwise."""
    trainer = make.person("trainer", name="王磊")

    def build(**more: Any) -> Run:
        values = {
            "site_id": make.site().id,
            "course_id": elective.id,
            "trainer_id": trainer.id,
            "starts_at": make.now + timedelta(days=1),
            "ends_at": make.now + timedelta(days=1, hours=1),
            "place_zh": "二楼教室",
            "place_en": "Room 2",
            "posts": [],
            "revision": 0,
            "created_at": make.now,
            "changed_at": make.now,
        }
        return make.add(Run(**values | more))

    return build
