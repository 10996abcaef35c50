"""Responses as people give them: the right one, and a likely wrong one."""

from random import Random

from lms.quizzes.models import QuestionVersion
from lms.quizzes.rules.responses import Kind, Response

HEARD = (3, 5, 7, 10, 15, 24, 45, 60, 90, 120)  # numbers of the library that are taken for one another
UNSURE = {"zh": "不太确定", "en": "not sure"}


def right_response(version: QuestionVersion, locale: str, _luck: Random) -> Response:
    """Return the response that the key of a question calls right."""
    key = version.key
    if version.kind == Kind.MULTIPLE:
        return sorted(key["ids"])
    if version.kind == Kind.NUMERIC:
        return str(key["value"])
    if version.kind == Kind.SHORT_TEXT:
        return str(key["accept"][locale][0])
    return str(key["ids"][0])


def wrong_response(version: QuestionVersion, locale: str, luck: Random) -> Response:
    """Return a response that is not right: another option, one of two, a number taken for another."""
    key = version.key
    if version.kind == Kind.NUMERIC:
        value, room = float(key["value"]), float(key.get("tolerance", 0))
        return str(luck.choice([number for number in HEARD if abs(number - value) > room]))
    if version.kind == Kind.SHORT_TEXT:
        return UNSURE[locale]
    if version.kind == Kind.TRUE_FALSE:
        return "false" if key["ids"] == ["true"] else "true"
    others = [str(option["id"]) for option in version.options if option["id"] not in key["ids"]]
    if version.kind == Kind.MULTIPLE:
        return sorted([*sorted(key["ids"])[:-1], luck.choice(others)] if others else key["ids"][:-1])
    return luck.choice(others)
