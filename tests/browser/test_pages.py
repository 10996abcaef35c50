"""Every page of every role: no accessibility finding, light and dark; no sideways scroll; light over the wire."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.browser.crawl import CAST, kinds_of_pages

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}  # all that another scheme changes


SCRIPT = Axe().axe_script
# What passes is not asked for: lists of it are most of an answer (measured: 43 s for a role's pages, 25 s without).
VIOLATIONS = "rules => axe.run({...rules, resultTypes: ['violations']}).then(found => found.violations)"
# A page as axe sees it: tags, attributes, and where some text is, but not which; rows that are alike count as one.
LOOK = """() => {
  const nothing = ['SCRIPT', 'STYLE', 'META', 'LINK'];
  const whatever = /^(href|src|action|value|content|title|datetime|d|points|[xyr]|c[xy]|width|height|viewBox)$/;
  const attribute = ({name, value}) =>
    `${name}=${whatever.test(name) ? Boolean(value) : value.replace(/[0-9]+/g, '0')}`;
  const look = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() && 'x';
    if (node.nodeType !== Node.ELEMENT_NODE || nothing.includes(node.tagName)) return '';
    const within = [...node.childNodes].map(look).filter((each, n, all) => each && each !== all[n - 1]).join('');
    return `<${node.tagName} ${[...node.attributes].map(attribute).join(' ')}>${within}`;
  };
  return look(document.documentElement);
}"""


def found(page: Page, rules: dict[str, list[str]] = RULES) -> list[str]:
    """Return what axe finds on the page, worded so that it can be mended."""
    if not page.evaluate("'axe' in window"):  # once a page: it is half a megabyte
        page.evaluate(SCRIPT)
    return [
        f"{page.url} {violation['id']}: {node['html'][:120]}"
        for violation in page.evaluate(VIOLATIONS, rules)
        for node in violation["nodes"]
    ]


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """The looks that axe has met, of whatever role: one page in six looks like an earlier one (19 of 125 of four)."""
    return set()


@pytest.mark.parametrize("role", list(CAST))
def test_each_page_is_accessible_and_fits_a_small_phone(
    enter: Callable[..., Page], built_app: Flask, seen: set[str], role: str
) -> None:
    page = enter(CAST[role], size={"width": 360, "height": 740}, locale="zh")
    wrong: list[str] = []
    visited = 0
    for name in kinds_of_pages(page, built_app, known=set()):
        visited += 1
        look = page.evaluate(LOOK)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)) if look not in seen else ():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            wrong += found(page, rules)
        seen.add(look)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            wrong.append(f"{page.url} ({name}) scrolls sideways by {wide} px")
    assert wrong == []
    assert visited >= 2


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/verify/NOSUCHCODE"])
def test_pages_before_the_door_are_accessible(new_page: Callable[..., Page], path: str) -> None:
    page = new_page(locale="zh")
    page.goto(path)
    assert found(page) == []


def test_the_first_view_is_light(enter: Callable[..., Page]) -> None:
    page = enter(CAST["learner"])
    sizes: list[int] = []
    page.context.clear_cookies(name="none")
    page.on("response", lambda r: sizes.append(int(r.headers.get("content-length") or len(r.body()))))
    page.goto("/today")
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 10
    assert sum(sizes) <= 100_000
