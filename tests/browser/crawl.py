"""Walks the application as each role does, by its links, and meets every kind of page once."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

# One person of each role; between them they reach every page that has a link.
CAST = {"learner": "E3101", "mentor": "M2001", "trainer": "T1001", "adviser": "A1001", "lead": "L1001"} | {
    "hr": "H1001",
    "auditor": "U1001",
    "admin": "X1001",
}
NOT_PAGES = (".csv", ".pdf", ".json", ".ics", ".svg", ".png", ".zip", ".md", ".mm", ".opml")
MOST = 40


def password(printed: str) -> str:
    """Return the password of the demo from what it printed: the one line that is set in."""
    return next(line.strip() for line in printed.splitlines() if line.startswith("    "))


def endpoint(app: Flask, url: str) -> str | None:
    """Return the endpoint that `url` leads to, or None where it is no page of ours."""
    path = urlsplit(url).path
    if path.endswith(NOT_PAGES) or path.startswith(("/api/", "/static/", "/metrics")):
        return None
    try:
        return str(app.url_map.bind("localhost").match(path, method="GET")[0])
    except HTTPException:
        return None


def links(page: Page) -> list[str]:
    """Return the addresses of this page's links within the application; what is a file to keep is none."""
    found = page.eval_on_selector_all("a[href^='/']:not([download])", "all => all.map(a => a.getAttribute('href'))")
    return [str(href) for href in found]


def kinds_of_pages(page: Page, app: Flask, *, known: set[str]) -> Iterator[str]:
    """Go to one page of each endpoint that is not in `known` yet; yield the endpoint while being there."""
    waiting = [urlsplit(page.url).path]
    while waiting and len(known) < MOST * 3:
        url = waiting.pop(0)
        name = endpoint(app, url)
        if name is None or name in known:
            continue
        known.add(name)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status < 400, f"{url} -> {answer.status}"
        yield name
        waiting += links(page)
