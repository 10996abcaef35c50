"""The head of a lesson file between two `---`: title, minutes, competencies, prerequisites, in plain YAML."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lms.courses.rules.findings import N_, Finding, error

KEYS = ("title", "minutes", "competencies", "prerequisites")
ENTRY = re.compile(r"^([A-Za-z_]+):(?:[ \t]+(.*))?$")
ITEM = re.compile(r"^[ \t]*-[ \t]+(.+)$")
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
LESSON = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*/\d\d-[a-z0-9]+(?:-[a-z0-9]+)*$")
LONGEST_TITLE = 200
LONGEST_SLUG = 80
MOST_MINUTES = 60


@dataclass
class FrontMatter:
    """What the head of a lesson file says, and on which line it says it."""

    title: str = ""
    minutes: int = 0
    competencies: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


def split(source: str) -> tuple[list[str] | None, list[str], int]:
    """Return the lines of the head (None: there is none), those of the body, and the number of the first of these."""
    lines = source.split("\n")
    if lines[0].rstrip() != "---":
        return None, lines, 1
    for n, line in enumerate(lines[1:], 1):
        if line.rstrip() == "---":
            return lines[1:n], lines[n + 1 :], n + 2
    return None, lines, 1


def read(head: list[str]) -> tuple[FrontMatter, tuple[Finding, ...]]:
    """Return what `head` says and what is wrong with it; its first line is line 2 of the file."""
    front, findings = FrontMatter(), list[Finding]()
    for line, key, raw in _entries(head, findings):
        if key not in KEYS:
            findings.append(error(line, N_("“%(key)s” is not part of a lesson's head."), key=key))
        elif key in front.lines:
            findings.append(error(line, N_("“%(key)s” is written twice."), key=key))
        else:
            front.lines[key] = line
            READERS[key](front, raw, line, findings)
    findings.extend(
        error(1, N_("The head of the lesson lacks “%(key)s”."), key=key) for key in KEYS[:3] if key not in front.lines
    )
    return front, tuple(findings)


def _entries(head: list[str], findings: list[Finding]) -> Iterator[tuple[int, str, str | list[str]]]:
    """Yield line, key and raw value of each entry; a list of lines below a key is its value."""
    at = 0
    while at < len(head):
        line, row = at + 2, head[at].rstrip()
        at += 1
        if not row or row.lstrip().startswith("#"):
            continue
        entry = ENTRY.match(row)
        if entry is None:
            findings.append(error(line, N_("This line of the head cannot be read; write “key: value”.")))
            continue
        items: list[str] = []
        while not entry.group(2) and at < len(head) and (item := ITEM.match(head[at].rstrip())):
            items.append(item.group(1))
            at += 1
        yield line, entry.group(1), items or (entry.group(2) or "").strip()


def _scalar(raw: str) -> str | None:
    """Return the text that one YAML scalar stands for, or None if it is none of the simple ones."""
    if raw[:1] == '"':
        try:
            value = json.loads(raw)
        except ValueError:
            return None
        return value if isinstance(value, str) else None
    if raw[:1] == "'":
        return raw[1:-1].replace("''", "'") if len(raw) > 1 and raw[-1] == "'" else None
    if raw[:1] in ("|", ">", "{", "[", "&", "*", "!", "%", "@", "`"):
        return None
    return re.sub(r"\s+#.*$", "", raw).strip()


def _title(front: FrontMatter, raw: str | list[str], line: int, findings: list[Finding]) -> None:
    title = _scalar(raw) if isinstance(raw, str) else None
    if not title or not title.isprintable():
        findings.append(error(line, N_("The title must be one line of text, best in double quotes.")))
    elif len(title) > LONGEST_TITLE:
        findings.append(error(line, N_("The title is longer than %(most)s characters."), most=LONGEST_TITLE))
    else:
        front.title = title


def _minutes(front: FrontMatter, raw: str | list[str], line: int, findings: list[Finding]) -> None:
    text = _scalar(raw) if isinstance(raw, str) else None
    if text and re.fullmatch(r"[0-9]{1,2}", text) and 1 <= int(text) <= MOST_MINUTES:
        front.minutes = int(text)
    else:
        findings.append(error(line, N_("“minutes” must be a whole number from 1 to %(most)s."), most=MOST_MINUTES))


def _list(raw: str | list[str]) -> list[str | None]:
    if isinstance(raw, list):
        return [_scalar(item.strip()) for item in raw]
    if not raw:
        return []
    if raw[0] != "[" or raw[-1] != "]":
        return [None]
    return [_scalar(item.strip()) for item in raw[1:-1].split(",") if item.strip()]


def _names(key: str, pattern: re.Pattern[str]) -> Callable[[FrontMatter, str | list[str], int, list[Finding]], None]:
    def take(front: FrontMatter, raw: str | list[str], line: int, findings: list[Finding]) -> None:
        names = _list(raw)
        good = tuple(name for name in names if name and pattern.match(name) and len(name) <= 2 * LONGEST_SLUG)
        if len(good) < len(names):
            findings.append(
                error(
                    line, N_("“%(key)s” must be a list of names such as [%(example)s]."), key=key, example=EXAMPLES[key]
                )
            )
        if len(set(good)) < len(good):
            findings.append(error(line, N_("“%(key)s” names something twice."), key=key))
        setattr(front, key, good)

    return take


EXAMPLES = {"competencies": "fr-place-first", "prerequisites": "fault-repair/01-where-is-it-dark"}
READERS = {
    "title": _title,
    "minutes": _minutes,
    "competencies": _names("competencies", SLUG),
    "prerequisites": _names("prerequisites", LESSON),
}
