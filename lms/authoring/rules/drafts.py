"""When a saved text stands and when it met another one; which former texts are kept."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

PARTS = ("zh", "en", "questions")
LANGUAGES = ("zh", "en")
LONGEST = 60_000  # characters; a lesson that may be published has at most 20,000
KEPT_EVERY = timedelta(minutes=2)
SLUG = re.compile(r"^\d\d-[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass(frozen=True)
class Held:
    """A part as it is stored; a version is counted from 1."""

    text: str
    version: int
    saved_by_id: int
    saved_at: datetime


@dataclass(frozen=True)
class Kept:
    """The newest kept text of a part, conflicts left out."""

    version: int
    author_id: int
    at: datetime


def outcome(held: Held, text: str, version: int) -> str:
    """Return what saving `text`, written from `version`, does: `same`, `saved` or `conflict`.

    The same text is the same whatever it was written from: an answer that was lost on its way is asked for again.
    """
    if held.text == text:
        return "same"
    return "saved" if held.version == version else "conflict"


def keeps_former(held: Held, newest: Kept | None, author_id: int) -> bool:
    """Say whether the held text must be kept before `author_id` writes over it.

    Always when it is somebody else's; of one's own, one every KEPT_EVERY.
    """
    if newest is not None and newest.version == held.version:
        return False
    if newest is None or held.saved_by_id != author_id or newest.author_id != held.saved_by_id:
        return True
    return held.saved_at - newest.at >= KEPT_EVERY


def cleaned(text: str) -> str:
    """Return `text` with one kind of line end, as it is stored."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def new_slug(number: int, title: str) -> str:
    """Return the name of a new lesson's folder: its number and the Latin words of its title."""
    words = re.findall(r"[a-z0-9]+", title.lower())[:6]
    return "-".join([f"{min(max(number, 1), 99):02}", *(words or ["lesson"])])[:60].rstrip("-")


def first_text(title: str, language: str) -> str:
    """Return what a new lesson begins as: a head, and a body that shows the form."""
    quoted = title.replace("\\", "").replace('"', "”")
    body = BODIES[language]
    return f'---\ntitle: "{quoted}"\nminutes: 3\ncompetencies: []\n---\n{body}'


BODIES = {
    "zh": (
        "用一两句话说明：接线时什么时候用得上这一课。\n\n"
        "## 第一个小节\n把要点标出来：==写成离开上下文也能看懂的一句话==。\n"
    ),
    "en": (
        "Say in a sentence or two when on a call this is needed.\n\n"
        "## A first section\nMark what must sit: ==one sentence that makes sense alone==.\n"
    ),
}
