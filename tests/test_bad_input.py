"""Each form that a page shows, sent with values that no one should send: 4xx with the field named, never a 500.

The forms are read from the pages themselves, so that a new one is met without being listed here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from lms.accounts.models import Person
from tests.make import Make

pytestmark = pytest.mark.slow
Browser = Callable[[Person], FlaskClient]
HOSTILE = {
    "missing": "",
    "wrong type": "not-a-number",
    "negative": "-1",
    "huge number": "9" * 40,
    "over-long": "x" * 6000,
    "NUL byte": "a\0b",
    "Chinese": "客户" * 300,
    "markup": "<script>alert(1)</script>",
    "infinity": "1e999",
    "nonsense date": "2026-13-45T99:99",
}
NEVER_PRESSED = ("/sign-out",)


@dataclass
class Form:
    """A form as a page shows it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """Collects the forms of a page, with every field and the value it starts with."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.links: list[str] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.found and tag in ("input", "textarea", "button") and given.get("name"):
            self.found[-1].values.setdefault(given["name"], given.get("value", ""))
        elif self.found and tag == "select" and given.get("name"):
            self._select = given["name"]
            self.found[-1].values.setdefault(given["name"], "")
        elif self.found and tag == "option" and self._select and not self.found[-1].values[self._select]:
            self.found[-1].values[self._select] = given.get("value", "")


def walk(browser: FlaskClient, app: Flask, *, most: int = 60) -> Iterator[tuple[str, Forms]]:
    """Yield one page of each endpoint that links lead to, with its forms."""
    adapter, seen, waiting = app.url_map.bind("localhost"), set(), ["/", "/profile"]
    while waiting and len(seen) < most:
        path = urlsplit(waiting.pop(0)).path
        try:
            endpoint = adapter.match(path, method="GET")[0]
        except HTTPException:  # not an address of ours
            continue
        if endpoint in seen or path.startswith(("/static", "/api")):
            continue
        seen.add(endpoint)
        answer = browser.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        if "text/html" not in answer.content_type:
            continue
        page = Forms()
        page.feed(answer.text)
        waiting += page.links
        yield answer.request.path, page


@pytest.fixture
def cast(make: Make, session: Session) -> dict[str, Person]:
    """A learner in the middle of everything, and everybody around them."""
    adviser, mentor = make.person("adviser", name="刘敏"), make.mentor()
    klass = make.training_class(adviser)
    team = make.team()
    learner = make.learner(klass, team_id=team.id)
    pairing = make.pairing(mentor, learner)
    make.meeting(pairing)
    course = make.course()
    make.lesson(course)
    make.quiz(course)
    card = make.scorecard()
    gate = make.gate(
        [{"slug": "mentor", "kind": "sign_off", "role": "mentor", "title": {"zh": "签字", "en": "Sign-off"}}]
    )
    make.observation(learner, mentor, card)
    make.observation(learner, mentor, card, finished_at=None, percent=None, passed=None)
    make.period(make.learner(klass), gate)
    make.profile()
    people = {"learner": learner, "mentor": mentor, "adviser": adviser, "lead": make.person(f"lead:{team.id}")}
    people |= {role: make.person(role) for role in ("trainer", "hr", "auditor", "admin")}
    for role in ("learner", "adviser", "hr", "admin"):
        people[role].locale = "zh"  # every kind of form is met in one of the languages, most in both
    session.commit()
    return people


@pytest.mark.parametrize("role", ["learner", "mentor", "adviser", "lead", "trainer", "hr", "auditor", "admin"])
def test_no_form_breaks(app: Flask, client_of: Browser, cast: dict[str, Person], role: str) -> None:
    browser = client_of(cast[role])
    broken: list[str] = []
    met: set[tuple[str, ...]] = set()
    for path, page in walk(browser, app):
        for form in page.found:
            action = form.action or path
            key = (urlsplit(action).path.rstrip("0123456789"), *sorted(form.values))
            if action in NEVER_PRESSED or key in met:
                continue
            met.add(key)
            for name in form.values:
                for what, value in HOSTILE.items():
                    sent = form.values | {name: value}
                    answer = (
                        browser.get(action, query_string=sent)
                        if form.method == "get"
                        else browser.post(action, data=sent)
                    )
                    if answer.status_code >= 500:
                        broken.append(f"{form.method} {action} {name}={what} -> {answer.status_code}")
                    if "<script>alert(1)</script>" in answer.text:
                        broken.append(f"{action} {name} echoes markup")
    assert broken == []
    assert met


def test_no_query_breaks_a_page(app: Flask, client_of: Browser, cast: dict[str, Person]) -> None:
    browser = client_of(cast["hr"])
    for name in ("page", "before", "at", "q", "role", "class", "team", "status", "scope", "cursor", "expiring"):
        for value in HOSTILE.values():
            for path in ("/people", "/record", "/go-live", "/go-live.csv", "/api/v1/go-live"):
                answer = browser.get(path, query_string={name: value})
                assert answer.status_code < 500, f"{path}?{name}={value[:20]!r}"


JSON_VALUES = [
    None,
    "",
    "x" * 6000,
    -1,
    10**40,
    1.5,
    True,
    [],
    {},
    [[]],
    {"a": {"b": "\0"}},
    "\ud800",
    "客户",
    "<script>",
]


def test_no_json_breaks_the_interface_for_machines(app: Flask, client_of: Browser, cast: dict[str, Person]) -> None:
    browser = client_of(cast["learner"])
    fields = ("response", "client_seq", "client_time", "lease", "position", "seconds", "done")
    good = {
        "response": "a",
        "client_seq": 1,
        "client_time": "2026-03-17T02:30:00Z",
        "position": 0,
        "seconds": 5,
        "done": False,
    }
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        values = dict.fromkeys(rule.arguments, 1)
        with app.test_request_context():
            url = app.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            bodies = [good | {name: value} for name in fields for value in JSON_VALUES] + [[], None, "text", 5]
            for body in bodies:
                answer = browser.open(url, method=method, data=json.dumps(body), content_type="application/json")
                assert answer.status_code < 500, f"{method} {url} {str(body)[:80]}"
                if answer.status_code >= 400:
                    assert answer.content_type == "application/problem+json"
            assert (
                browser.open(url, method=method, data=b"\xff\xfe{", content_type="application/json").status_code < 500
            )
