"""What goes to one process of several, and in which order: all are to end at the same time."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# One server and one browser, one demo centre: each of these goes to one process. They take longest and come first.
TOGETHER = ("tests/browser/", "tests/demo/", "tests/browser/test_pages.py")
ALONE = ("tests/quizzes/test_canary.py", "tests/test_bad_input.py", "tests/test_interface.py", "tests/proofs/")


def unit(nodeid: str) -> str:
    """Return what a test goes to a process with: a group of TOGETHER, itself where it is long, else its file."""
    groups = [group for group in TOGETHER if nodeid.startswith(group)]
    return max(groups, key=len, default=nodeid if nodeid.startswith(ALONE) else nodeid.split("::")[0])


def rank(name: str) -> int:
    """Return what a unit stands behind: groups come first, then what goes out one by one."""
    if name in TOGETHER:
        return TOGETHER.index(name)
    return len(TOGETHER) if name.startswith(ALONE) else len(TOGETHER) + 1


class Groups(LoadScopeScheduling):
    """Hands out files in the order of the collection, what TOGETHER names whole and what ALONE names one by one.

    In place of `--dist loadgroup`, whose marks pytest 9.2 does not see (it names tests by other means). Tests of a
    millisecond go out by the file: handed out one by one, processes wait for the next.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid)
