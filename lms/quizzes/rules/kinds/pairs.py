"""Responses that are pairs: what belongs to what, or what was given to what."""

from collections.abc import Collection, Mapping, Sequence

from lms.quizzes.rules.kinds.base import Flaw, Response, nothing

BETWEEN = "="  # in a form without scripts one control sends "left=right"


def accepted_pairs(sent: object, lefts: Sequence[str], rights: Collection[str]) -> tuple[Response, Flaw | None]:
    """Return the pairs that were sent in the order of `lefts`, each left at most once; those left open are left out.

    Pairs are lists of two texts, or "left=right" as controls of forms send them ("left=" leaves one open).
    """
    if nothing(sent):
        return None, None
    if not isinstance(sent, list):
        sent = [sent]
    found: dict[str, str] = {}
    for each in sent:
        both = each.split(BETWEEN, 1) if isinstance(each, str) else each
        if not isinstance(both, list) or len(both) != 2 or not all(isinstance(end, str) for end in both):  # noqa: PLR2004  # a pair
            return None, Flaw.NOT_PAIRS
        left, right = both
        if right == "":
            continue
        if left not in lefts or right not in rights or found.get(left, right) != right:
            return None, Flaw.NOT_PAIRS
        found[left] = right
    return [[left, found[left]] for left in lefts if left in found] or None, None


def typed_pairs(response: object) -> list[str]:
    """Return stored pairs as the controls of a form send them."""
    return [f"{left}{BETWEEN}{right}" for left, right in stored_pairs(response).items()]


def stored_pairs(response: object) -> Mapping[str, str]:
    """Return pairs as they were stored; anything else is no pair."""
    if not isinstance(response, list):
        return {}
    whole = (each for each in response if isinstance(each, list) and len(each) == 2)  # noqa: PLR2004  # a pair
    return {left: right for left, right in whole if isinstance(left, str) and isinstance(right, str)}
