from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import yaml
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.career.models import Track
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


def track(make: Make, repository: Any) -> Track:
    raw = yaml.safe_load((repository / "content/tracks/agent.yaml").read_text())
    return make.add(
        Track(
            slug="agent",
            title_zh=raw["title"]["zh"],
            title_en=raw["title"]["en"],
            rungs=raw["rungs"],
            branches=raw["branches"],
        )
    )


def words(response: Any) -> str:
    return " ".join(response.get_data(as_text=True).split())


def gates(make: Make) -> Any:
    make.gate([], slug="listening-in", position=1, scope="shadow", after_stage="study")
    return make.gate(
        [
            {
                "slug": "calls",
                "kind": "observed_calls",
                "scorecard": "s",
                "count": 2,
                "title": {"zh": "来电", "en": "Calls"},
            },
            {"slug": "mentor", "kind": "sign_off", "role": "mentor", "title": {"zh": "师傅", "en": "Mentor"}},
        ]
    )


def test_a_new_hire_sees_the_first_star_ahead(client_of: ClientOf, make: Make, repository: Any) -> None:
    track(make, repository)
    gates(make)
    text = words(client_of(make.learner()).get("/career"))
    for part in ("Next rung: Assistant agent", "0 of 2", "And then: Junior agent", "Go on with gate 1", "You are here"):
        assert part in text
    assert "style=" not in text.replace('rel="stylesheet"', "")


def test_who_went_live_stands_on_the_first_star(client_of: ClientOf, make: Make, repository: Any) -> None:
    track(make, repository)
    learner = make.learner()
    make.period(learner, gates(make), certified_at=make.now - timedelta(days=40), valid_from=date(2026, 2, 5))
    text = words(client_of(learner).get("/career"))
    assert "Next rung: Junior agent" in text
    assert "1 of 3 months" in text
    assert "Judged by people" in text


def test_the_top_of_the_road_is_said(client_of: ClientOf, make: Make) -> None:
    rung = {"slug": "only", "stars": 5, "title": {"zh": "顶", "en": "Top"}, "criteria": []}
    make.add(Track(slug="t", title_zh="路", title_en="Road", rungs=[rung], branches=[]))
    assert "You stand at the top of this road" in words(client_of(make.learner()).get("/career"))


def test_a_learner_in_no_class_sees_the_road(client_of: ClientOf, make: Make, repository: Any) -> None:
    track(make, repository)
    assert "Next rung: Assistant agent" in words(client_of(make.person("learner")).get("/career"))


def test_without_a_track_the_page_says_what_will_be_here(client_of: ClientOf, make: Make) -> None:
    assert "No career track is published yet" in words(client_of(make.learner()).get("/career"))


def test_who_is_no_learner_has_no_career_page(client_of: ClientOf, make: Make) -> None:
    assert client_of(make.person("hr")).get("/career").status_code == 404


def test_the_page_asks_the_database_as_often_with_many_learners(
    client_of: ClientOf, make: Make, repository: Any, statements: Callable[[], Any]
) -> None:
    track(make, repository)
    gates(make)
    browser = client_of(make.learner())
    with statements() as few:
        browser.get("/career")
    for _ in range(30):
        make.learner()
    with statements() as many:
        browser.get("/career")
    assert len(few) == len(many)
