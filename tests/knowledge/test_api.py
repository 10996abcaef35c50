"""Search for machines: what the page finds, in its order, as text with places to be marked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts.models import Person
from lms.courses.models import Lesson
from lms.courses.rules.reader import Reader
from lms.knowledge.actions import index_lessons, save_page
from lms.knowledge.models import SearchMiss
from lms.knowledge.queries import search
from tests.knowledge.conftest import page
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def person(make: Make) -> Person:
    return make.learner()


@pytest.fixture
def learner(client_of: ClientOf, person: Person) -> FlaskClient:
    return client_of(person)


@pytest.fixture
def library(teach: Callable[..., Lesson], write: Any, define: Any, session: Session) -> Lesson:
    """A lesson, a page and a term that all say "verify"."""
    write()
    define(slug="verify", term_en="Verify", term_zh="核实", text_en="To compare what a caller says.")
    lesson = teach(
        ("先核身份", "先核实身份", "核实。"), ("Verify first", "verify identity", "We verify and verify again.")
    )
    index_lessons(session)
    session.commit()
    return lesson


def found(browser: FlaskClient, **asked: Any) -> dict[str, Any]:
    answer = browser.get("/api/v1/search", query_string=asked)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return answer.json


def test_hits_are_those_of_the_page_in_its_order_with_marks_as_offsets(
    library: Lesson, learner: FlaskClient, session: Session, person: Person
) -> None:
    told = found(learner, q="verify", locale="en")
    lines = search(session, Reader(person.id), "verify", "en").lines
    assert [item["key"] for item in told["items"]] == [line.hit.key for line in lines]
    assert {item["kind"] for item in told["items"]} == {"term", "page", "point", "lesson"}
    first = told["items"][0]
    assert (first["kind"], first["title"]) == ("term", {"text": "Verify", "marks": [[0, 6]]})
    assert first["url"].startswith("/glossary#term-")
    lesson = next(item for item in told["items"] if item["kind"] == "lesson")
    assert lesson["excerpt"]["text"] == "We verify and verify again."
    assert [lesson["excerpt"]["text"][start:end] for start, end in lesson["excerpt"]["marks"]] == ["verify", "verify"]
    assert (lesson["lesson_id"], lesson["url"]) == (library.id, f"/lessons/{library.id}")
    assert lesson["lesson"] == {"zh": "先核身份", "en": "Verify first"}
    of_manual = next(item for item in told["items"] if item["kind"] == "page")
    assert (of_manual["page"], of_manual["url"], of_manual["course"]) == (
        "verify-identity",
        "/manual/verify-identity",
        None,
    )
    assert (told["next_cursor"], told["some"], told["other_language"]) == (None, False, False)


def test_a_kind_and_a_post_narrow_it_down(library: Lesson, learner: FlaskClient, write: Any) -> None:
    write(slug="night", title_en="Verify at night", posts=("night-desk",))
    assert {item["kind"] for item in found(learner, q="verify", kind="point", locale="en")["items"]} == {"point"}
    for post, shown in (("night-desk", {"night", "verify-identity"}), ("hotline-agent", {"verify-identity"})):
        assert {item["page"] for item in found(learner, q="verify", kind="page", post=post)["items"]} == shown


def test_parts_follow_on_until_there_is_no_more(library: Lesson, learner: FlaskClient) -> None:
    whole = [item["key"] for item in found(learner, q="verify", locale="en")["items"]]
    taken, cursor = [], None
    for _ in whole:
        part = found(learner, q="verify", locale="en", limit=1, **({"cursor": cursor} if cursor else {}))
        taken += [item["key"] for item in part["items"]]
        cursor = part["next_cursor"]
    assert taken == whole
    assert cursor is None


def test_what_is_not_whole_says_so_and_is_not_counted(library: Lesson, learner: FlaskClient, session: Session) -> None:
    told = found(learner, q="verify martian", locale="en")
    assert told["some"]
    assert told["items"]
    assert found(learner, q="核实身份", locale="en")["other_language"]
    assert found(learner, q="火星人")["items"] == []
    assert found(learner, q="  ")["items"] == found(learner)["items"] == []
    assert session.query(SearchMiss).count() == 0


@pytest.mark.parametrize(
    "asked",
    [{"q": "x" * 81}, {"q": "a", "kind": "map"}, {"q": "a", "limit": 0}, {"q": "a", "limit": 31},
     {"q": "a", "limit": "many"}, {"q": "a", "cursor": "c" * 81}, {"q": "a", "locale": "fr"}, {"q": "\x00"}],
)  # fmt: skip
def test_bad_input_is_a_problem(learner: FlaskClient, asked: dict[str, Any]) -> None:
    answer = learner.get("/api/v1/search", query_string=asked)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_a_token_needs_its_scope_and_a_person_the_reach(
    library: Lesson,
    client: FlaskClient,
    client_of: ClientOf,
    make: Make,
    session: Session,
    person: Person,
    now: datetime,
) -> None:
    make.person("learner")
    tokens = {
        scope: accounts.make_token(session, person, [scope], name="", days=1, now=now) for scope in ("read", "go-live")
    }
    session.commit()
    answers = {
        scope: client.get("/api/v1/search?q=verify", headers={"Authorization": f"Bearer {token}"})
        for scope, token in tokens.items()
    }
    assert {scope: answer.status_code for scope, answer in answers.items()} == {"read": 200, "go-live": 403}
    stranger = found(client_of(make.person("learner")), q="verify", locale="en")
    assert {item["kind"] for item in stranger["items"]} == {"page", "term"}, "no lesson of a path that is not theirs"
    assert client_of(make.person("admin")).get("/api/v1/search?q=verify").status_code == 404


def test_it_is_described(client: FlaskClient) -> None:
    document: Any = client.get("/api/v1/openapi.json").json
    described = document["paths"]["/api/v1/search"]["get"]
    assert {p["name"] for p in described["parameters"]} == {"q", "kind", "post", "locale", "cursor", "limit"}


def test_it_costs_the_same_for_few_and_for_many_entries(
    library: Lesson, learner: FlaskClient, session: Session, statements: Any, now: datetime
) -> None:
    def cost() -> int:
        with statements() as ran:
            found(learner, q="verify identity martian", locale="en")
        return len(ran)

    few = cost()
    for n in range(200):
        save_page(session, page(slug=f"p{n}"), based_on=0, publish=True, actor="T1", now=now)
    session.commit()
    assert cost() <= few <= 14, "who asks, their lessons, and at most twelve of the search"
