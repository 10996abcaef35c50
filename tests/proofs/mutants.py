"""Mutation score of the rules of timing and grading: `python -m tests.proofs.mutants [file …] [--show] [--every 5]`.

Each mutant changes one thing of one file (a comparison, a bound, an operator, a condition, a constant, what is
returned) and must make a test fail. The tests are those of rules: no database, no clock. A mutant runs in a process
that is forked before anything of the rules is imported; one that takes too long counts as noticed. Tables are tried
first, by calling the tests themselves; pytest runs all of it where no table noticed.
"""

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import hypothesis  # and what else all tests need: imported once, before the processes part
import pytest

import lms.content.ondisk.located  # noqa: F401
from tests.proofs.changes import Mutant, changed, mutants

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "lms" / "quizzes" / "rules"
GOAL = 90.0
PATIENCE_SECONDS = 120
TESTS = ("test_rules*.py",)
OF_KINDS = ("test_rules_kinds*.py", "test_kinds.py")
OF_FILES = {
    "blueprint": ("test_rules_blueprint.py", "test_blueprint.py"),
    "items": ("test_measures.py", "test_items.py"),
    "regrading": ("test_rules_responses.py", "test_regrading_rules.py"),
}
PACKAGE = "__init__"
PARTS_OF_KINDS = {PACKAGE, "base", "pairs", "texts"}  # what several kinds use
EXAMPLES = 10  # a change that shows in one of a hundred examples of a property is no change that a test notices


class Changed(importlib.machinery.SourceFileLoader):
    """Loads one module from a tree in place of its file."""

    def __init__(self, name: str, path: str, tree: ast.Module) -> None:
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, _name: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


class Finder(importlib.abc.MetaPathFinder):
    """Finds the changed module before anybody else finds the real one."""

    def __init__(self, name: str, path: Path, tree: ast.Module) -> None:
        self.name, self.path, self.tree = name, path, tree

    def find_spec(self, fullname: str, _path: Any = None, _target: ModuleType | None = None) -> Any:
        if fullname != self.name:
            return None
        loader = Changed(fullname, str(self.path), self.tree)
        inside = [str(self.path.parent)] if self.path.stem == PACKAGE else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=inside
        )


def noticed(file: Path, tree: ast.Module, tests: list[str]) -> bool:
    """Run the tests on a tree in a process of its own; say whether one failed."""
    pid = os.fork()
    if pid == 0:
        _child(file, tree, tests)
    _pid, status = os.waitpid(pid, 0)
    return status != 0


def _child(file: Path, tree: ast.Module, tests: list[str]) -> None:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    signal.alarm(PATIENCE_SECONDS)
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(f".{PACKAGE}")
    sys.meta_path.insert(0, Finder(name, file, tree))
    if not all(map(tables_hold, (test for test in tests if test.endswith(".py")))):
        os._exit(1)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quiet = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider"]
    os._exit(1 if pytest.main([*quiet, *tests]) else 0)


def tables_hold(test: str) -> bool:
    """Call the tests of a file that need neither fixtures nor hypothesis with each row of their tables."""
    try:
        module = importlib.import_module(".".join(Path(test).relative_to(ROOT).with_suffix("").parts))
        for name, function in list(vars(module).items()):
            if name.startswith("test_") and not hasattr(function, "hypothesis"):
                for row in rows(function):
                    if inspect.signature(function).parameters.keys() == row.keys():
                        function(**row)
    except BaseException:  # noqa: BLE001  # whatever it is, a test did not hold
        return False
    return True


def rows(function: Any) -> list[dict[str, Any]]:
    """Return what a test is called with, one set of arguments for each row of its tables."""
    found: list[dict[str, Any]] = [{}]
    for mark in getattr(function, "pytestmark", ()):
        if mark.name == "parametrize":
            named, values = mark.args
            names = [each.strip() for each in named.split(",")] if isinstance(named, str) else list(named)
            table = [dict(zip(names, _row(each, len(names)), strict=True)) for each in values]
            found = [row | more for row in found for more in table]
    return found


def _row(stated: Any, width: int) -> Sequence[Any]:
    if hasattr(stated, "marks"):  # pytest.param
        values: Sequence[Any] = stated.values
        return values
    return list(stated) if width > 1 else [stated]


def survivors(file: Path, tests: list[str], every: int, processes: int) -> tuple[int, list[Mutant]]:
    """Return how many mutants of a file were tried, and those that no test noticed."""
    tree = ast.parse(file.read_text())
    tried = mutants(tree)[::every]
    with ThreadPoolExecutor(processes) as threads:
        seen = list(threads.map(lambda each: noticed(file, changed(tree, each), tests), tried))
    return len(tried), [mutant for mutant, found in zip(tried, seen, strict=True) if not found]


def files_of(names: list[str]) -> list[Path]:
    """Return the files to change: those named, or all of timing and grading."""
    if names:
        found = (file for name in names for file in sorted(RULES.rglob(f"{name.removesuffix('.py')}.py")))
        return [file for file in found if file.parent.name != "formats"]
    chosen = (*(f"{name}.py" for name in ("timing", "spans", "marks", "draw", "feedback", "responses")), "kinds/*.py")
    chosen += tuple(f"{name}.py" for name in OF_FILES)
    return [file for each in chosen for file in sorted(RULES.glob(each))]


def tests_of(file: Path) -> list[str]:
    """Return the tests that are to notice a change of this file, for pytest; those of other kinds are left out."""
    of_kind = file.parent.name == "kinds"
    patterns = OF_KINDS if of_kind else OF_FILES.get(file.stem, TESTS)
    tests = [str(each) for pattern in patterns for each in sorted((ROOT / "tests" / "quizzes").glob(pattern))]
    if not of_kind or file.stem in PARTS_OF_KINDS:
        return tests
    others = {each.stem for each in file.parent.glob("*.py")} - PARTS_OF_KINDS - {file.stem}
    return [*tests, "-k", f"{file.stem} or not ({' or '.join(sorted(others))})"]


def main() -> int:
    """Try all mutants; print the score of each file; fail below the goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="names of files of lms/quizzes/rules")
    parser.add_argument("--every", type=int, default=1, help="try each n-th mutant only")
    parser.add_argument("--show", action="store_true", help="list those that nobody noticed")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    os.chdir(ROOT)
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutants", max_examples=EXAMPLES, phases=phases, database=None, derandomize=True, deadline=None
    )
    hypothesis.settings.load_profile("mutants")
    total = dead = 0
    for file in files_of(asked.files):
        tests = tests_of(file)
        if noticed(file, ast.parse(file.read_text()), tests):
            sys.exit("the tests fail without any change")
        tried, left = survivors(file, tests, asked.every, asked.processes)
        total, dead = total + tried, dead + tried - len(left)
        name = str(file.relative_to(RULES))
        say(line(name, tried - len(left), tried))
        for mutant in left if asked.show else ():
            say(f"    line {mutant.line}: {mutant.words}")
    say(line("all", dead, total))
    return 100 * dead < GOAL * total


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def line(name: str, seen: int, tried: int) -> str:
    """Return a line of the report."""
    return f"{name:24} {seen:4} of {tried:4} noticed  {100 * seen / max(tried, 1):5.1f} %"


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
