"""What goes to one process of several, and in which order: all are to end at the same time."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# What takes longest comes first, so that no process begins it last; tests of these go out one by one.
ALONE = (
    "tests/browser/test_pages.py",
    "tests/demo/test_scenario.py",
    "tests/quizzes/test_canary.py",
    "tests/test_bad_input.py",
    "tests/test_interface.py",
    "tests/proofs/",
)
FIRST = ("tests/demo/test_build.py", "tests/browser/", *ALONE)


def unit(nodeid: str) -> str:
    """Return what a test goes to a process with: itself where it is long, else its file."""
    return nodeid if nodeid.startswith(ALONE) else nodeid.split("::")[0]


def rank(name: str) -> int:
    """Return what a unit stands behind."""
    return next((place for place, long in enumerate(FIRST) if name.startswith(long)), len(FIRST))


class Groups(LoadScopeScheduling):
    """Hands out files in the order of the collection, and what ALONE names test by test.

    In place of `--dist loadgroup`, whose marks pytest 9.2 does not see (it names tests by other means). Tests of a
    millisecond go out by the file: handed out one by one, processes wait for the next.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
