"""What is stored for things of the library, as plain columns; hashes tell whether two versions say the same."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from lms.content.rules.library import (
    Both,
    Course,
    Criterion,
    Gate,
    ProfilePoint,
    Programme,
    Question,
    Quiz,
    Scorecard,
    Stage,
    Track,
)


def digest(value: Any) -> str:
    """Return the sha256 of a JSON value, the same for equal values."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def languages(name: str, text: Both) -> dict[str, str]:
    """Return the two columns of a text."""
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}


def course(value: Course) -> dict[str, Any]:
    """Return the columns of a course."""
    return {
        **languages("title", value.title),
        **languages("summary", value.summary),
        "posts": list(value.posts),
        "position": value.order,
        "elective": value.elective,
        "owner": value.owner,
        "review_by": value.review_by,
    }


def question_key(value: Question) -> dict[str, Any]:
    """Return what makes an answer right or wrong; when it changes, the version must rise."""
    return keyed(value.kind, value.key, [name for name, _ in value.options], value.body)


def keyed(kind: str, key: Any, options: Iterable[str], body: Any) -> dict[str, Any]:
    """Return the same of a question that is stored; wordings are no part of it."""
    return {"kind": kind, "key": key, "options": sorted(options), "body": _unworded(body)}


def _unworded(value: Any) -> Any:
    """Return what a kind asks besides without its texts."""
    if isinstance(value, list):
        return [_unworded(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _unworded(each) for name, each in value.items() if not isinstance(each, dict)}


def question_plain(value: Question) -> dict[str, Any]:
    """Return the columns of a question's version that are stored as they are written."""
    return {
        "version": value.version,
        "kind": value.kind,
        "level": value.level,
        "competency": value.competency,
        "key_point": value.key_point,
        "options": [{"id": name, "text": text.as_dict()} for name, text in value.options],
        "body": value.body,
        "unit": value.unit.as_dict() if value.unit else {},
        "key": value.key,
        "source": {"stem": value.stem.as_dict(), "explanation": value.explanation.as_dict()},
    }


def point(value: ProfilePoint, position: int) -> dict[str, Any]:
    """Return the columns of a competency point."""
    return {
        "position": position,
        **languages("group", value.group),
        "kind": value.kind,
        "minimum": value.minimum,
        **languages("title", value.title),
        "lessons": list(value.lessons),
        "questions": list(value.questions),
    }


def programme(value: Programme) -> dict[str, Any]:
    """Return the columns of a programme."""
    return {"post": value.post, **languages("title", value.title), "caps": value.caps, "calendar": value.calendar}


def stage(value: Stage, position: int) -> dict[str, Any]:
    """Return the columns of a stage."""
    return {
        "position": position,
        "scope": value.scope,
        **languages("title", value.title),
        **languages("summary", value.summary),
        "first_day": value.first_day,
        "last_day": value.last_day,
    }


def quiz(value: Quiz, position: int) -> dict[str, Any]:
    """Return the columns of a quiz."""
    return {
        "position": position,
        "purpose": value.purpose,
        **languages("title", value.title),
        "draw": value.draw,
        "limit_minutes": value.limit_minutes,
        "pass_percent": value.pass_percent,
        "attempts_allowed": value.attempts,
        "feedback": value.feedback,
        **value.more,
    }


def gate(value: Gate) -> dict[str, Any]:
    """Return the columns of a gate that a new version is made for; its hash is one of them."""
    columns = {
        "after_stage": value.after_stage,
        "scope": value.scope,
        "valid_months": value.valid_months,
        **languages("title", value.title),
        **languages("summary", value.summary),
        "requirements": [requirement.as_dict() for requirement in value.requirements],
    }
    return columns | {"content_hash": digest(columns)}


def criterion(value: Criterion, position: int) -> dict[str, Any]:
    """Return the columns of a criterion."""
    return {
        "position": position,
        "slug": value.slug,
        **languages("title", value.title),
        "weight": value.weight,
        "critical": value.critical,
        "anchors": {score: text.as_dict() for score, text in value.anchors},
    }


def scorecard(value: Scorecard) -> dict[str, Any]:
    """Return the columns of a scorecard; its hash covers its criteria too."""
    columns = {**languages("title", value.title), "pass_percent": value.pass_percent}
    criteria = [criterion(each, n) for n, each in enumerate(value.criteria, 1)]
    return columns | {"content_hash": digest(columns | {"criteria": criteria})}


def track(value: Track) -> dict[str, Any]:
    """Return the columns of a track."""
    return {
        **languages("title", value.title),
        "rungs": [rung.as_dict() for rung in value.rungs],
        "branches": [branch.as_dict() for branch in value.branches],
    }
