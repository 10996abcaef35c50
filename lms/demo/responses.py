"""Responses as people give them: the right one, and a likely wrong one."""

from random import Random
from typing import Any

from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules.kinds import Asked, kind_of
from lms.quizzes.rules.kinds.listen_score import POINTS
from lms.quizzes.rules.responses import Kind, Response

HEARD = (3, 5, 7, 10, 15, 24, 45, 60, 90, 120)  # numbers of the library that are taken for one another
UNSURE = {"zh": "不太确定", "en": "not sure"}


def right_response(version: QuestionVersion, locale: str, _luck: Random) -> Response:
    """Return the response that the key of a question calls right."""
    if version.kind == Kind.NUMERIC:
        return str(version.key["value"])
    if version.kind == Kind.SHORT_TEXT:
        return str(version.key["accept"][locale][0])
    return kind_of(version.kind).right(version.key, _asked(version))


def wrong_response(version: QuestionVersion, locale: str, luck: Random) -> Response:
    """Return a response that is not right: another option, one of two, a number taken for another, another order."""
    key = version.key
    if version.kind == Kind.NUMERIC:
        value, room = float(key["value"]), float(key.get("tolerance", 0))
        return str(luck.choice([number for number in HEARD if abs(number - value) > room]))
    if version.kind == Kind.SHORT_TEXT:
        return UNSURE[locale]
    if version.kind == Kind.TRUE_FALSE:
        return "false" if key["ids"] == ["true"] else "true"
    right = kind_of(version.kind).right(key, _asked(version))
    others = [str(option["id"]) for option in version.options if option["id"] not in key.get("ids", ())]
    if not isinstance(right, list):
        return luck.choice(others)
    return _mixed_up(right, others, luck, chosen="ids" in key)


def _mixed_up(right: list[Any], others: list[str], luck: Random, *, chosen: bool) -> Response:
    """Return a list that is not right: of those chosen one for another, a pair broken, or the first at the end."""
    if chosen:
        return sorted([*right[:-1], luck.choice(others)] if others else right[:-1])
    if isinstance(right[0], list):
        left, proper = right[0]
        return [[left, luck.choice([each for each in others or POINTS if each != proper])], *right[1:]]
    return [*right[1:], right[0]]


def _asked(version: QuestionVersion) -> Asked:
    return Asked([option["id"] for option in version.options], tuple(version.unit.values()), version.body)
