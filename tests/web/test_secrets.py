"""Addresses that are keys stay out of every log."""

import logging
import sys
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.config import Config

from lms.accounts import queries
from lms.serve import Log
from lms.web.secrets import HIDDEN, Formatter, hidden

KEY = "Zx9_-token.of-someone"


def test_every_address_with_a_token_is_hidden(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<token>" in rule.rule]
    assert len(rules) >= 3
    for rule in rules:
        address = rule.replace("<token>", KEY)
        for said in (
            address,
            f"GET {address}?x=1 HTTP/1.1",
            f'"{address}"',
            f"/sign-in?next={address.replace('/', '%2F')}",
        ):
            assert KEY not in hidden(said), said
            assert HIDDEN in hidden(said)


@pytest.mark.parametrize(
    "address",
    ["/calendar", "/calendar/runs/7.ics", "/courses/files", "/today?link=2", "/courses/x/lessons/y/media/z.png"],
)
def test_other_addresses_are_told_as_they_are(address: str) -> None:
    assert hidden(address) == address


def test_an_unexpected_error_is_logged_without_its_key(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(queries, "password_link", broken)
    assert client.get(f"/link/{KEY}").status_code == 500
    assert "unexpected error at GET /link/[hidden]" in caplog.text
    assert KEY not in caplog.text


def test_the_logs_of_the_server_hide_keys_in_lines_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    config = Config()
    config.set("accesslog", "-")
    log = Log(config)
    try:
        raise ValueError(f"/link/{KEY}")
    except ValueError:
        log.exception("Error handling request %s %s", "GET", f"/calendar/{KEY}.ics")
    log.access_log.info("GET /files/%s", KEY)
    said = capsys.readouterr()
    for handler in (*log.error_log.handlers, *log.access_log.handlers):
        assert isinstance(handler.formatter, Formatter)
    assert "/calendar/[hidden].ics" in said.err
    assert "/link/[hidden]" in said.err
    assert "/files/[hidden]" in said.out
    assert KEY not in said.err + said.out


def test_a_line_without_a_formatter_of_its_own_is_a_line() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "at /link/%s", (KEY,), sys.exc_info())
    assert Formatter(None).format(record).startswith("at /link/[hidden]")
