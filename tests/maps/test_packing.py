import gzip
import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from tests.make import Make
from tests.maps.test_views import outlined

ClientOf = Callable[[Person], FlaskClient]


@pytest.mark.parametrize(("points", "asked", "packed"), [(90, "gzip", True), (90, "", False), (1, "gzip", False)])
def test_a_large_map_is_packed_for_whoever_can_unpack_it(
    session: Session, make: Make, client_of: ClientOf, points: int, asked: str, packed: bool
) -> None:
    lesson = make.lesson(make.course(slug="c"), points=points, blocks=2)
    outlined(session, lesson, points)
    answer = client_of(make.learner()).get(f"/api/v1/lessons/{lesson.id}/mindmap", headers={"Accept-Encoding": asked})
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    plain = gzip.decompress(answer.data) if packed else answer.data
    assert json.loads(plain)["id"] == f"lesson-{lesson.id}"
