"""Reads the body of a manual page with the reader of lessons: prose, boxes, flows; it begins with the answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.courses.rules import inline
from lms.courses.rules.boxes import Words
from lms.courses.rules.findings import N_, Finding, error
from lms.courses.rules.lesson_source import LessonSource, parse_lesson

KINDS = ("method", "flow", "question")
FACTS = ("kind", "posts", "owner", "review_by", "title_zh", "title_en")
TEXTS = (*FACTS, "body_zh", "body_en")
HEAD = '---\ntitle: "x"\nminutes: 1\ncompetencies: [x]\n---\n'  # what a lesson begins with, and a manual page does not
HEAD_LINES = HEAD.count("\n")
LONGEST_BODY = 12_000
LONGEST_LEAD = 600
LONGEST_TITLE = 200


def begun(words: str) -> dict[str, str]:
    """Return the title of a page that begins with what was searched in vain, in the language of those words."""
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in words)
    return {"title_zh" if chinese else "title_en": words[:LONGEST_TITLE]}


@dataclass(frozen=True)
class Page:
    """A manual page as its files or its form state it."""

    slug: str
    kind: str
    posts: tuple[str, ...]
    owner: str
    review_by: date
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    place: Any = field(default=None, compare=False)

    def body(self, locale: str) -> str:
        """Return the body in one language."""
        return self.body_zh if locale == "zh" else self.body_en


def parse(body: str) -> LessonSource:
    """Return what `body` holds, read as a lesson's."""
    return parse_lesson(HEAD + body)


def lead(source: LessonSource) -> str:
    """Return the first paragraph without markup: the answer; nothing where the page begins with something else."""
    part = source.blocks[0].parts[0] if source.blocks and source.blocks[0].heading is None else None
    if not isinstance(part, Words) or part.kind != "prose":
        return ""
    return " ".join(inline.plain(part.text.strip().split("\n\n")[0]).split())


def findings(body: str, first_line: int = 1) -> Iterator[Finding]:
    """Yield what is wrong with a body whose first line has the number `first_line`."""
    if not body.strip():
        yield error(first_line, N_("The page has no text."))
        return
    if len(body) > LONGEST_BODY:
        yield error(first_line, N_("The page is longer than %(most)s characters; make two of it."), most=LONGEST_BODY)
        return
    source = parse(body)
    for found in source.findings:
        if found.level == "error":
            yield replace(found, line=max(found.line - HEAD_LINES, 1) + first_line - 1)
    yield from _no_answer(source, first_line)
    for check in source.checks:
        line = check.line - HEAD_LINES + first_line - 1
        yield error(line, N_("A manual page asks no questions; leave “::: check” out."))
    for link in source.links:
        if link.image or ":" not in link.target:
            line = link.line - HEAD_LINES + first_line - 1
            yield error(line, N_("A link of a manual page begins with “https:”, “mailto:” or “tel:”."))


def _no_answer(source: LessonSource, line: int) -> Iterator[Finding]:
    answer = lead(source)
    if not answer:
        yield error(line, N_("A page begins with its answer: one paragraph, before the first heading."))
    elif len(answer) > LONGEST_LEAD:
        yield error(
            line, N_("The first paragraph is longer than %(most)s characters; say it shorter."), most=LONGEST_LEAD
        )
