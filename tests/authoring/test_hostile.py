"""Hostile texts: none runs, none costs more than a moment, each is harmless or has a clear finding.

That nothing runs in a real browser is asked in tests/browser/test_editor.py, with the same texts.
"""

import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from time import process_time

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.actions.drafts import open_new_draft
from lms.authoring.queries.preview import preview
from lms.authoring.rules import diff
from lms.authoring.texts import read_draft
from lms.courses.rules.findings import errors
from tests.authoring.hostile import HEAD, HEAVY, HOSTILE
from tests.authoring.writers import identity
from tests.make import Make

TAGS = {"p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "em"}
TAGS |= {"strong", "del", "sup", "sub", "mark", "a", "img", "table", "thead", "tbody", "tr", "th", "td", "figure"}
TAGS |= {"figcaption", "section", "div", "span", "b", "small"}
ATTRIBUTES = {"href", "title", "src", "alt", "align", "start", "class", "lang", "rel"}
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SAFE = re.compile(r"^(?:https?|mailto|tel):", re.IGNORECASE)


class Watch(HTMLParser):
    """Notes what a page would run or reach."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}>")
            bare = re.sub(r"[\x00-\x20]", "", value or "")
            if name in ("href", "src") and SCHEME.match(bare) and not SAFE.match(bare):
                self.wrong.append(f"<{tag} {name}={bare[:60]}>")


def pieces(text: str) -> str:
    """Return all HTML that a lesson with this body is shown as, made as publishing makes it."""
    lesson = read_draft("course", "01-hostile", {"zh": HEAD + text, "en": HEAD + text, "questions": ""}).lesson
    shown = [preview(lesson, language) for language in ("zh", "en")]
    return "\n".join(piece.get("html", "") for each in shown for block in each.blocks for piece in block["pieces"])


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hostile_is_left_to_run(name: str) -> None:
    watch = Watch()
    watch.feed(pieces(HOSTILE[name]))
    watch.close()
    assert watch.wrong == []


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith(("a link that runs", "a link to"))])
def test_a_link_that_dies_is_named_by_its_line(name: str) -> None:
    reading = read_draft("course", "01-hostile", {"zh": HEAD + HOSTILE[name], "en": HEAD + "Text."})
    words = HOSTILE[name]
    if not re.match(r"\[x\]\(<?(?:javascript|vbscript|data|blob):", words, re.IGNORECASE):
        pytest.skip("its spelling is no address to Markdown; it stands in the text as letters or is cut away")
    assert any(f.line == 6 and "may not begin with" in f.template for f in errors(reading.findings))


@pytest.mark.parametrize("name", HEAVY)
def test_nothing_heavy_costs_more_than_a_moment(name: str) -> None:
    begun = process_time()
    html = pieces(HEAVY[name])
    taken = process_time() - begun
    watch = Watch()
    watch.feed(html)
    assert watch.wrong == []
    assert taken < 4, f"{taken:.1f} s for both languages"


HOSTILE_YAML = {
    "no list": "id: x",
    "a broken list": "- id: [",
    "a tag that makes objects": "- !!python/object/apply:os.system ['true']",
    "aliases that swell": "- &a [x,x]\n- *a",
    "deep nesting": "[" * 10_000,
    "deep mappings": "{a: " * 5_000,
    "a number that never ends": "- {id: a-01-01, version: " + "9" * 5_000 + "}",
    "no number": "- {id: a-01-01, version: .nan, kind: numeric, answer: .inf, tolerance: -.inf}",
    "an unknown kind": "- {id: a-01-01, kind: essay}",
    "a tab": "-\tid: x\n\t\tversion: 1",
    "only scalars": "- a\n- 1\n- null",
    "keys that are lists": "- {[a, b]: c}",
    "a script as the question": "- {id: a-01-01, version: 1, kind: true_false, competency: c, level: 1, "
    "stem: {zh: '<script>1</script>', en: '<img src=x onerror=1>'}, answer: true, explanation: {zh: a, en: b}}",
    "characters that are none": "- id: \x07",
    "two documents": "---\n- id: a\n---\n- id: b",
}


@pytest.mark.parametrize("name", HOSTILE_YAML)
def test_a_hostile_list_of_questions_has_findings_by_line(name: str) -> None:
    reading = read_draft("course", "01-hostile", {"zh": HEAD, "en": HEAD, "questions": HOSTILE_YAML[name]})
    found = [f for f in reading.findings if f.file.endswith("questions.yaml")]
    assert found or name == "a script as the question"
    watch = Watch()
    lesson = read_draft(
        "course", "01-hostile", {"en": HEAD + "::: check a-01-01\n:::", "questions": HOSTILE_YAML[name]}
    ).lesson
    for block in preview(lesson, "en").blocks:
        for piece in block["pieces"]:
            watch.feed(piece["check"]["stem"] if "check" in piece else piece["html"])
    assert watch.wrong == []


@pytest.mark.parametrize("part", ["zh", "en", "questions"])
def test_no_hostile_text_ends_in_an_error_of_ours(
    make: Make, session: Session, client_of: Callable[[Person], FlaskClient], now: datetime, part: str
) -> None:
    writer = make.person("trainer")
    make.course(slug="fault-repair")
    titles = {"zh": "停电", "en": "Power"}
    draft_id = open_new_draft(session, identity(writer), "fault-repair", titles, now=now)
    session.commit()
    browser, version = client_of(writer), 1
    texts = [HEAD + text for text in (*HOSTILE.values(), *HEAVY.values())] if part != "questions" else []
    for text in texts[::3] + list(HOSTILE_YAML.values()):
        answer = browser.put(f"/api/v1/drafts/{draft_id}/parts/{part}", json={"text": text, "version": version})
        assert answer.status_code == 200, text[:80]
        version = answer.get_json()["version"]
    assert browser.get(f"/drafts/{draft_id}?part={part}").status_code == 200
    assert browser.get(f"/drafts/{draft_id}?part=questions").status_code == 200
    assert browser.get(f"/drafts/{draft_id}/revisions?part={part}&old=now").status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n".join(str(n) for n in range(1400)), "\n".join(str(n) for n in reversed(range(1400)))),
        ("a\n" * 30_000, "b\n" * 30_000),
        ("a " * 30_000, "b " * 30_000),
        ("ab" * 20_000, "ba" * 20_000),
    ],
    ids=["lines the other way round", "30,000 lines", "one long line", "one long word"],
)
def test_comparing_hostile_texts_takes_a_moment(old: str, new: str) -> None:
    begun = process_time()
    assert diff.rows(old, new)
    assert process_time() - begun < 4
