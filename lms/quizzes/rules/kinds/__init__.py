"""The kinds of question, one file each behind the interface in `base`: a new file here is a new kind everywhere.

What a kind looks like on a page is `templates/quizzes/kinds/<name>.html`, found by the name.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from lms.quizzes.rules.kinds.base import BOOLEANS, TEXT_MOST, Asked, Flaw, Key, Kind, Parts, Response, Row, Tally

_SHARED = frozenset({"base", "pairs", "texts"})


def _found() -> dict[str, Kind]:
    modules = (
        import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name not in _SHARED
    )
    kinds: list[Kind] = sorted((module.KIND for module in modules), key=lambda kind: kind.rank)
    return {kind.name: kind for kind in kinds}


KINDS: Mapping[str, Kind] = MappingProxyType(_found())


def kind_of(name: str) -> Kind:
    """Return the kind called `name`; KeyError for one that there is not."""
    return KINDS[name]


__all__ = [
    "BOOLEANS",
    "KINDS",
    "TEXT_MOST",
    "Asked",
    "Flaw",
    "Key",
    "Kind",
    "Parts",
    "Response",
    "Row",
    "Tally",
    "kind_of",
]
