from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.settings import Settings
from lms.web.page import back
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]
HTMX = {"HX-Request": "true"}


def words(response: Any) -> str:
    return " ".join(response.get_data(as_text=True).split())


def test_an_unknown_address_is_a_page_with_a_way_on(client: FlaskClient) -> None:
    response = client.get("/no-such-page")
    assert response.status_code == 404
    text = words(response)
    assert "Nothing to see here" in text
    assert "Go to my first page" in text


def test_errors_speak_the_readers_language(client: FlaskClient) -> None:
    assert "这里没有内容" in words(client.get("/no-such-page", headers={"Accept-Language": "zh-CN"}))


def test_htmx_gets_a_notice_and_no_page(client: FlaskClient) -> None:
    text = words(client.get("/no-such-page", headers=HTMX))
    assert "<html" not in text
    assert 'role="alert"' in text


@pytest.mark.parametrize("address", ["/api/v1/no-such-thing", "/no-such-thing.json"])
def test_machines_get_a_problem(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"
    assert response.get_json()["status"] == 404


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    response = client.post("/healthz")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_a_row_number_that_no_column_holds_is_no_address(client_of: ClientOf, make: Make) -> None:
    browser = client_of(make.person("adviser"))
    assert browser.get("/classes/99999999999999999999").status_code == 404


@pytest.mark.parametrize("address", ["/today", "/career", "/classes", "/health", "/classes/1"])
def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 303
    assert response.location.startswith("/sign-in?next=")
    assert client.get(address, headers=HTMX).headers["HX-Redirect"].startswith("/sign-in")


def test_a_crash_says_what_is_safe_and_is_written_down(app: Flask, client: FlaskClient, caplog: Any) -> None:
    def crash() -> None:
        raise RuntimeError("not for readers")

    kept = app.view_functions["home.alive"]
    crash.policy = kept.policy  # type: ignore[attr-defined]  # as a decorator declares it
    app.view_functions["home.alive"] = crash
    try:
        response = client.get("/healthz")
    finally:
        app.view_functions["home.alive"] = kept
    text = words(response)
    assert response.status_code == 500
    assert "What you saved is safe" in text
    assert "not for readers" not in text
    assert "unexpected error at GET /healthz" in caplog.text


@pytest.mark.parametrize("sent", ["a\0b", "\ud800"])
def test_what_cannot_be_stored_is_refused_by_name(client: FlaskClient, sent: str) -> None:
    body = f"locale={sent.encode('utf-8', 'surrogatepass').decode('latin-1')}".encode("latin-1")
    response = client.post("/locale", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422


def test_a_nul_byte_in_the_address_is_refused(client: FlaskClient) -> None:
    assert client.get("/today?x=%00").status_code in (303, 422)
    assert client.get("/healthz?x=%00").status_code == 422


def test_a_nul_byte_in_json_is_refused_by_name(client_of: ClientOf, make: Make) -> None:
    response = client_of(make.learner()).put("/api/v1/lessons/1/progress", json={"deep": [{"name": "a\0"}]})
    assert response.status_code == 422
    assert response.get_json()["field"] == "name"


def test_a_body_of_no_stated_length_is_looked_at_too(client_of: ClientOf, make: Make) -> None:
    response = client_of(make.learner()).put(
        "/api/v1/lessons/1/progress",
        input_stream=BytesIO(b'{"name": "a\\u0000"}'),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert response.get_json()["field"] == "name"


@pytest.mark.parametrize("body", ["[" * 100_000 + "]" * 100_000, '{"a":' * 900 + "1" + "}" * 900])
def test_json_may_be_as_deep_as_it_likes(client_of: ClientOf, make: Make, body: str) -> None:
    browser = client_of(make.learner())
    response = browser.put("/api/v1/lessons/1/progress", data=body, content_type="application/json")
    assert response.status_code == 422


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    assert client.post("/locale", data={"locale": "z" * 3_000_000}).status_code == 413


def test_every_answer_carries_the_strict_headers(client: FlaskClient) -> None:
    for address in ("/sign-in", "/no-such-page", "/healthz", "/api/v1/me"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_behind_https_the_browser_is_told_to_stay_there(settings: Settings) -> None:
    from lms.app import create_app

    secure = create_app(settings.model_copy(update={"base_url": "https://onramp.example"}))
    assert "Strict-Transport-Security" in secure.test_client().get("/healthz").headers


def test_a_form_without_its_token_is_refused_kindly(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        response = client.post("/locale", data={"locale": "zh"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert response.status_code == 400
    assert "what you typed is still in the form" in words(response)


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/career", "/career"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\r/evil.example", "/"),
        ("/a\\..\\evil.example", "/"),
        ("/courses?q=a b&n=1", "/courses?q=a b&n=1"),
        ("/a\nb", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_back_leads_to_our_own_pages_only(app: Flask, target: str | None, where: str) -> None:
    with app.test_request_context():
        assert back(target, "home.index").location == where
