"""How the content commands speak: findings by file and line in the language of the terminal, sums, JSON."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from lms.content.rules.library import Library
from lms.content.rules.parts import UNCHANGED, Row
from lms.content.rules.report import Report
from lms.courses.rules.findings import Finding, errors
from lms.web.i18n import chinese

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
in_language = click.option(
    "--language", type=click.Choice(["en", "zh"]), help="Language of the findings; by default that of the terminal."
)


def translator(language: str | None) -> Callable[[str], str]:
    """Return what translates findings: for `language`, else that of the terminal."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if (language or spoken[:2].lower()) == "zh":
        return chinese().gettext
    return str


def rows(findings: Iterable[Finding], language: str | None) -> list[dict[str, Any]]:
    """Return findings as JSON values."""
    translate = translator(language)
    return [
        {"file": finding.file, "line": finding.line, "level": finding.level, "message": finding.sentence(translate)}
        for finding in findings
    ]


def say(findings: Iterable[Finding], language: str | None) -> None:
    """Print findings, one a line, as compilers do."""
    for row in rows(findings, language):
        click.echo(f"{row['file']}:{row['line']}: {row['level']}: {row['message']}")


def counts(library: Library) -> dict[str, int]:
    """Return how much of everything `library` holds."""
    lessons = [lesson for course in library.courses for lesson in course.lessons]
    return {
        "courses": len(library.courses),
        "lessons": len(lessons),
        "questions": sum(len(lesson.questions) for lesson in lessons),
        "profiles": len(library.profiles),
        "points": sum(len(profile.points) for profile in library.profiles),
        "programmes": len(library.programmes),
        "scorecards": len(library.scorecards),
        "tracks": len(library.tracks),
        "pages": len(library.manual),
        "terms": len(library.terms),
    }


def words(counts: dict[str, int]) -> str:
    """Return counts as words."""
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def summed(library: Library, findings: tuple[Finding, ...]) -> str:
    """Return one line that sums findings and contents up."""
    wrong = len(errors(findings))
    return f"{wrong} errors, {len(findings) - wrong} warnings in {words(counts(library))}."


def gates(report: Report) -> list[dict[str, Any]]:
    """Return what an import changes of gates' quizzes as JSON values; without `approved_by` it stays as it is."""
    return [
        {"quiz": each.slug, "before": each.before, "after": each.after, "approved_by": each.approved_by}
        for each in report.gates
    ]


def say_gates(report: Report) -> None:
    """Print what an import changes of gates' quizzes, or would if a second person agreed."""
    for each in report.gates:
        ends = "stays as it is until a trainer agrees (--approved-by EMPLOYEE_NO)"
        ends = f"approved by {each.approved_by}" if each.approved_by else ends
        click.echo(f"this changes a gate: quiz {each.slug}: {each.words}: {ends}.")


def show(report: Report, library: Library, path: Path, language: str | None, *, as_json: bool) -> None:
    """Print what an import did."""
    if as_json:
        changes = [{"kind": c.kind, "slug": c.slug, "deed": c.deed, "detail": c.detail} for c in report.changes]
        sums = report.sums()
        click.echo(
            dump(
                {
                    "path": str(path),
                    "changed": report.changed,
                    "sums": sums,
                    "changes": changes,
                    "gates": gates(report),
                    "findings": rows(report.findings, language),
                }
            )
        )
        return
    say(report.findings, language)
    say_gates(report)
    for kind, deeds in report.sums().items():
        click.echo(f"{kind}: " + ", ".join(f"{count} {deed}" for deed, count in deeds.items()))
    click.echo(
        f"Imported {words(counts(library))}." if report.changed else "Nothing has changed since the last import."
    )


def forecast(found: Iterable[Row], report: Report, path: Path, language: str | None, *, as_json: bool) -> None:
    """Print what an import would do, by file and line; what would stay as it is, is only counted."""
    listed = list(found)
    if as_json:
        changes = [vars(row) for row in listed]
        told = {"changes": changes, "gates": gates(report), "findings": rows(report.findings, language)}
        click.echo(dump({"path": str(path), "dry_run": True, **told}))
        return
    say(report.findings, language)
    say_gates(report)
    for row in listed:
        if row.deed != UNCHANGED:
            click.echo(f"{row.file or '-'}:{row.line}: {row.deed}: {row.kind} {row.slug}")
    same = sum(row.deed == UNCHANGED for row in listed)
    click.echo(f"{len(listed) - same} would change, {same} would stay as they are. Nothing was done.")


def dump(value: dict[str, Any]) -> str:
    """Return a value as readable JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2)
