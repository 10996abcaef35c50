"""Whatever a library says: written, read, imported, exported and packed, it is the same bytes again."""

import io
import json
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions import import_library
from lms.content.ondisk.doors import opened_zip, write_zip
from lms.content.ondisk.reading import read_library
from lms.content.ondisk.writing import write_library
from lms.content.rules.library import Both, Course, Lesson, Library, Profile, ProfilePoint, Question
from lms.content.rules.standard import check
from lms.courses.rules.findings import errors
from lms.courses.rules.lesson_source import parse_lesson

SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), include_characters=" :#-'\"{}[]&*!|>%@`")
WORDS = st.text(SIGNS, min_size=1, max_size=24).map(lambda text: " ".join(text.split())).filter(bool)
BOTH = st.builds(Both, WORDS, WORDS)
SAID = st.text("abc 中文，。😀é", min_size=1, max_size=30).map(lambda text: " ".join(text.split()) or "x")


def keys(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return answers that a question of a kind may have, with its options and unit."""
    number = st.one_of(st.integers(-999, 999), st.integers(-99, 99).map(lambda n: n + 0.5))
    if kind == "true_false":
        return st.sampled_from(["true", "false"]).map(lambda name: {"key": {"ids": [name]}})
    if kind == "numeric":
        return st.builds(lambda v, u: {"key": {"value": v, "tolerance": 1}, "unit": u}, number, st.none() | BOTH)
    if kind == "short_text":
        accept = st.lists(WORDS, min_size=1, max_size=2)
        return st.builds(lambda zh, en: {"key": {"accept": {"zh": zh, "en": en}}}, accept, accept)
    right = {"single": ["a"], "multiple": ["a", "b"]}[kind]
    texts = st.lists(WORDS, min_size=3, max_size=3, unique=True)
    return st.builds(
        lambda zh, en: {
            "key": {"ids": right},
            "options": tuple(zip("abc", map(Both, zh, en), strict=True)),
        },
        texts,
        texts,
    )


@st.composite
def questions(draw: st.DrawFn, ref: str, key_point: int | None) -> Question:
    kind = draw(st.sampled_from(["single", "multiple", "true_false", "numeric", "short_text"]))
    facts = {"options": (), "unit": None} | draw(keys(kind))
    return Question(
        ref=ref,
        version=draw(st.integers(1, 9)),
        kind=kind,
        competency="p-one",
        key_point=key_point,
        level=draw(st.integers(1, 3)),
        stem=draw(BOTH),
        explanation=draw(BOTH),
        **facts,
    )


@st.composite
def lessons(draw: st.DrawFn, course: str, number: int) -> Lesson:
    ref = f"{course}-{number}"
    texts = {}
    blocks = draw(st.integers(1, 3))
    for language in ("zh", "en"):
        head = {"title": json.dumps(draw(WORDS), ensure_ascii=False), "minutes": 1, "competencies": "[p-one]"}
        body = "\n".join(f"## {n}\n\n==要点 {n}== {draw(SAID)}\n" for n in range(blocks))
        rows = "\n".join(f"{name}: {value}" for name, value in head.items())
        texts[language] = parse_lesson(f"---\n{rows}\n---\n{body}\n::: check {ref}-1\n:::\n")
    asked = tuple(draw(questions(f"{ref}-{n}", n)) for n in range(1, blocks + 1))
    return Lesson(f"{number:02d}-lesson", texts["zh"], texts["en"], asked)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    courses = tuple(
        Course(
            slug=f"c{n}",
            title=draw(BOTH),
            summary=draw(BOTH),
            posts=("agent",),
            order=n,
            owner=draw(WORDS),
            review_by=draw(st.dates(date(2020, 1, 1), date(2099, 12, 31))),
            lessons=tuple(draw(lessons(f"c{n}", number)) for number in range(1, draw(st.integers(2, 3)))),
        )
        for n in range(draw(st.integers(1, 2)))
    )
    point = ProfilePoint("p-one", draw(BOTH), "skill", draw(st.booleans()), draw(BOTH), ("c0/01-lesson",), ("c0-1-1",))
    return Library(courses=courses, profiles=(Profile("agent", draw(BOTH), (point,)),))


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(library=libraries())
def test_any_library_comes_back_the_same(session: Session, now: datetime, library: Library) -> None:
    with TemporaryDirectory() as folder, session.begin_nested() as trial:
        first, second = Path(folder) / "first", Path(folder) / "second"
        write_library(library, first)
        read = read_library(first)
        assert errors(check(read)) == ()
        import_library(session, read, actor="system", now=now)
        session.flush()
        session.expire_all()
        exported = queries.library(session)
        write_library(exported, second)
        assert tree(second) == tree(first)
        packed = io.BytesIO()
        write_zip(exported, packed)
        with opened_zip(packed, "library") as parcel:
            assert tree(parcel.root) == tree(first)
            assert import_library(session, read_library(parcel.root), actor="system", now=now).changes == []
        trial.rollback()
        session.expunge_all()
