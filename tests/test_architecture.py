"""What linters cannot see: who commits, what templates may hold, that every address says who may open it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from lms import paths
from lms.settings import Settings
from lms.web import navigation, policy
from tests.conftest import PAGES

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in paths.PACKAGE.rglob("*.py") if "_bundled" not in path.parts)
TEMPLATES = sorted(paths.TEMPLATES.rglob("*.html"))
RULES = sorted(p for p in SOURCES if p.stem == "rules" or "rules" in p.relative_to(paths.PACKAGE).parts[:-1])
LONGEST = 320


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_the_database_module_commits(path: Path) -> None:
    commits = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert not commits or path.name == "db.py"


def test_rules_import_without_any_framework() -> None:
    modules = [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in RULES]
    banned = ("flask", "sqlalchemy", "wtforms", "pydantic", "markdown", "bleach")
    load = f"import sys, importlib; [importlib.import_module(m) for m in {modules!r}]"
    code = f"{load}; print([b for b in {banned!r} if b in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST or "versions" in path.parts


FORBIDDEN = (
    (re.compile(r"\|\s*safe\b"), "|safe"),
    (re.compile(r"<script(?![^>]*\bsrc=)[^>]*>"), "inline script"),
    (re.compile(r"\sstyle\s*="), "inline style"),
    (re.compile(r"\son[a-z]+\s*=\s*[\"']"), "inline handler"),
    (re.compile(r"hx-on"), "hx-on"),
)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_no_way_round_the_content_policy(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert [what for pattern, what in FORBIDDEN if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path: Path, built_app: Flask) -> None:
    built_app.jinja_env.get_template(str(path.relative_to(paths.TEMPLATES)))


def test_every_address_says_who_may_open_it(built_app: Flask) -> None:
    assert policy.undeclared(built_app) == []


def test_the_navigation_leads_somewhere(built_app: Flask) -> None:
    assert {entry[1] for entry in navigation.ENTRIES} <= set(built_app.view_functions)


def test_every_setting_is_described() -> None:
    guide = (ROOT / "docs" / "operators-guide.md").read_text()
    assert [f for f in Settings.model_fields if f"LMS_{f.upper()}" not in guide] == []


def test_features_have_a_docstring_that_says_what_they_are_for() -> None:
    for package in sorted(paths.PACKAGE.iterdir()):
        if (package / "models.py").is_file():
            assert "Words:" in (ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""), package.name


def test_the_proofs_run_what_each_run_leaves_out() -> None:
    named = dict(re.findall(r"^(PROOFS|ELSEWHERE) := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    places = [path for place in " ".join(named.values()).split() for path in ROOT.glob(place)]
    tests = list((ROOT / "tests").rglob("test_*.py"))
    marked = [path for path in tests if "mark.slow" in path.read_text()]
    shown = [path for path in tests if PAGES.fullmatch(path.name)]
    assert len(named) == 2
    assert marked
    assert shown
    left_out = [path for path in marked + shown if not any(path.is_relative_to(place) for place in places)]
    assert left_out == [Path(__file__)]


def test_nothing_in_the_project_points_outside_it() -> None:
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False).stdout.split()
    hosts = re.compile(r"registry\.npmjs|pypi\.org|files\.pythonhosted|deb\.debian|/work/main|/root/")
    suspects = [f for f in listed if f.endswith((".md", ".py", ".toml", ".json", ".txt", ".yml", ".ts", ".html"))]
    assert [f for f in suspects if f != "tests/test_architecture.py" and hosts.search((ROOT / f).read_text())] == []
