"""Writes a library to a folder in one normal form, so that two exports of the same library are the same bytes."""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from lms.content.ondisk.media import write_media
from lms.content.rules.library import (
    Both,
    Course,
    Criterion,
    Gate,
    Lesson,
    Library,
    Profile,
    ProfilePoint,
    Programme,
    Question,
    Quiz,
    Scorecard,
    Stage,
    Track,
)
from lms.knowledge.rules.glossary import Term
from lms.knowledge.rules.manual import Page
from lms.quizzes.rules.kinds import KINDS, Parts
from lms.storage import Storage

WIDE = 1_000_000  # never break a line inside a text


class NotEmpty(Exception):  # noqa: N818  # the name says what is the case
    """The folder to write to holds something already."""


class _Flow(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, and quotes nothing that needs no quotes."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  # PyYAML's own
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003  # the same


_Dumper.add_representer(
    _Flow, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def write_library(library: Library, path: Path, store: Storage | None = None) -> int:
    """Write `library` to the folder `path` and return how many files it has; raise NotEmpty where something is there.

    The folder appears complete or not at all. `store` holds the bytes of pictures and recordings.
    """
    if path.exists() and any(path.iterdir()):
        raise NotEmpty(str(path))
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    count = 0
    try:
        for name, text in _files(library):
            file = beside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            count += 1
        beside.mkdir(exist_ok=True)
        count += write_media(library, beside, store)
        if path.exists():
            path.rmdir()
        os.replace(beside, path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _files(library: Library) -> Iterator[tuple[str, str]]:
    """Yield name and text of every file."""
    for course in library.courses:
        yield f"{course.slug}/course.yaml", _yaml(_course(course))
        for lesson in course.lessons:
            yield from _lesson(f"{course.slug}/{lesson.slug}", lesson)
    for profile in library.profiles:
        yield f"profiles/{profile.slug}.yaml", _yaml(_profile(profile))
    for programme in library.programmes:
        yield f"programmes/{programme.slug}.yaml", _yaml(_programme(programme))
    for card in library.scorecards:
        yield f"scorecards/{card.slug}.yaml", _yaml(_scorecard(card))
    for track in library.tracks:
        yield f"tracks/{track.slug}.yaml", _yaml(_track(track))
    yield from _knowledge(library)


def _knowledge(library: Library) -> Iterator[tuple[str, str]]:
    for page in library.manual:
        yield f"manual/{page.slug}/page.zh.md", _page(page, page.title_zh, page.body_zh)
        yield f"manual/{page.slug}/page.en.md", _page(page, page.title_en, page.body_en)
    if library.terms:
        yield "glossary.yaml", _yaml({"terms": [_term(term) for term in library.terms]})


def _lesson(folder: str, lesson: Lesson) -> Iterator[tuple[str, str]]:
    for language, source in lesson.sources.items():
        yield f"{folder}/lesson.{language}.md", source.source
    if lesson.questions:
        yield f"{folder}/questions.yaml", write_questions(lesson.questions)


def write_questions(questions: Iterable[Question]) -> str:
    """Return `questions` as the text of a questions.yaml."""
    return _yaml([_question(question) for question in questions])


def write_part(part: Mapping[str, Any]) -> str:
    """Return the part of a question that its kind fills as the text of a questions.yaml has it."""
    return _yaml(json.loads(json.dumps(part)))  # a text that stands twice is written twice, not named


def _yaml(value: Any) -> str:
    # The pure dumper, not libyaml's: that one writes characters beyond the basic plane as escapes.
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDE)


def _page(page: Page, title: str, body: str) -> str:
    head = {
        "title": title,
        "kind": page.kind,
        "posts": _Flow(page.posts),
        "owner": page.owner,
        "review_by": page.review_by,
    }
    return f"---\n{_yaml(head)}---\n{body}"


def _term(term: Term) -> dict[str, Any]:
    return {
        "slug": term.slug,
        "term": {"zh": term.term_zh, "en": term.term_en},
        "also": _Flow(term.also),
        "text": {"zh": term.text_zh, "en": term.text_en},
    }


def _both(text: Both) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _course(course: Course) -> dict[str, Any]:
    row = {
        "title": _both(course.title),
        "summary": _both(course.summary),
        "posts": _Flow(course.posts),
        "order": course.order,
        "owner": course.owner,
        "review_by": course.review_by,
    }
    row |= {"elective": True} if course.elective else {}
    return row | ({"lessons": [lesson.slug for lesson in course.lessons]} if course.is_reordered else {})


def _question(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": question.ref,
        "version": question.version,
        "kind": question.kind,
        "competency": question.competency,
        "key_point": question.key_point,
        "level": question.level,
        "stem": _both(question.stem),
    }
    if question.key_point is None:
        del row["key_point"]
    return row | _answer(question) | {"explanation": _both(question.explanation)}


def _answer(question: Question) -> dict[str, Any]:
    options = tuple({"id": name, "text": _both(text)} for name, text in question.options)
    unit = _both(question.unit) if question.unit else {}
    parts = Parts(options, question.body, question.key, unit)
    return {name: _in_line(value) for name, value in KINDS[question.kind].written(parts).items()}


def _in_line(value: Any) -> Any:
    """Return a value of a question with its lists of plain texts written in one line."""
    if isinstance(value, dict):
        return {name: _in_line(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_in_line(each) for each in value] if any(isinstance(each, dict) for each in value) else _Flow(value)
    return value


def _profile(profile: Profile) -> dict[str, Any]:
    return {"title": _both(profile.title), "points": [_point(point) for point in profile.points]}


def _point(point: ProfilePoint) -> dict[str, Any]:
    return {
        "slug": point.slug,
        "group": _both(point.group),
        "kind": point.kind,
        "minimum": point.minimum,
        "title": _both(point.title),
        "lessons": _Flow(point.lessons),
        "questions": _Flow(point.questions),
    }


def _programme(programme: Programme) -> dict[str, Any]:
    calendar = programme.calendar | {"working_days": _Flow(programme.calendar["working_days"])}
    return {
        "title": _both(programme.title),
        "post": programme.post,
        "caps": programme.caps,
        "calendar": calendar,
        "stages": [_stage(stage) for stage in programme.stages],
        "quizzes": [_quiz(quiz) for quiz in programme.quizzes],
        "gates": [_gate(gate) for gate in programme.gates],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "slug": stage.slug,
        "scope": stage.scope,
        "title": _both(stage.title),
        "summary": _both(stage.summary),
        "days": _Flow((stage.first_day, stage.last_day)),
        "courses": _Flow(stage.courses),
    }


def _quiz(quiz: Quiz) -> dict[str, Any]:
    return {
        "slug": quiz.slug,
        "title": _both(quiz.title),
        "purpose": quiz.purpose,
        "courses": _Flow(quiz.courses),
        "draw": quiz.draw,
        "limit_minutes": quiz.limit_minutes,
        "pass_percent": quiz.pass_percent,
        "attempts": quiz.attempts,
        "feedback": quiz.feedback,
        **_quiz_more(quiz.more),
    }


def _quiz_more(more: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "blueprint" in more:
        found["blueprint"] = [dict(cell) for cell in more["blueprint"]]
    if "pauses_allowed" in more:
        found["pauses"] = {"allowed": more["pauses_allowed"], "minutes": more["pause_minutes"]}
    named = {"borderline": "borderline_percent", "confidence": "asks_confidence"}
    named |= {name: name for name in ("retake_wait_hours", "at_end")}
    return found | {name: more[column] for name, column in named.items() if column in more}


def _gate(gate: Gate) -> dict[str, Any]:
    return {
        "slug": gate.slug,
        "after_stage": gate.after_stage,
        "scope": gate.scope,
        "valid_months": gate.valid_months,
        "title": _both(gate.title),
        "summary": _both(gate.summary),
        "requirements": [_plain(requirement.as_dict()) for requirement in gate.requirements],
    }


def _scorecard(card: Scorecard) -> dict[str, Any]:
    return {
        "title": _both(card.title),
        "pass_percent": card.pass_percent,
        "criteria": [_criterion(criterion) for criterion in card.criteria],
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "slug": criterion.slug,
        "title": _both(criterion.title),
        "weight": criterion.weight,
        "critical": criterion.critical,
        "anchors": {score: _both(text) for score, text in criterion.anchors},
    }


def _track(track: Track) -> dict[str, Any]:
    return {
        "title": _both(track.title),
        "rungs": [_plain(rung.as_dict()) for rung in track.rungs],
        "branches": [_plain(branch.as_dict()) for branch in track.branches],
    }


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return a copy with lists of names on one line; PyYAML would write a list that stands twice as an alias."""
    return {
        name: _Flow(inner)
        if isinstance(inner, list) and all(isinstance(item, str) for item in inner) and inner
        else inner
        for name, inner in value.items()
    }
