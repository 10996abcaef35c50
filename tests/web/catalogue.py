"""Reads every sentence out of code and templates, and compares the Chinese catalogues with them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "n_": (1, 2),
}
OPTIONS = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")

Message = str | tuple[str, ...]


def sources(repository: Path) -> Iterator[tuple[str, Path]]:
    """Return every file that may hold a sentence, with its babel extractor."""
    for file in sorted((repository / "lms").rglob("*.py")):
        yield "python", file
    for file in sorted((repository / "templates").rglob("*.html")):
        yield "jinja2", file


@cache
def sentences(repository: Path) -> dict[Message, str]:
    """Return all msgids (a tuple for plural forms) with the first place each is used at."""
    found: dict[Message, str] = {}
    for method, file in sources(repository):
        options = OPTIONS if method == "jinja2" else {}
        for line, message, _comments, _context in extract_from_file(method, file, KEYWORDS, options=options):
            if message:
                found.setdefault(message, f"{file.relative_to(repository)}:{line}")
    return found


def translations(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Return msgid → Chinese of all catalogues, and the fuzzy or clashing entries found on the way."""
    merged: dict[str, str] = {}
    faults: list[str] = []
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as source:
            catalogue = read_po(source, locale="zh", abort_invalid=True)
        for entry in catalogue:
            if not entry.id:
                continue
            msgid = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
            text = entry.string[0] if isinstance(entry.string, tuple | list) else entry.string
            if entry.fuzzy:
                faults.append(f"{file.name}: fuzzy: {msgid}")
            if text and merged.setdefault(msgid, text) != text:
                faults.append(f"{file.name}: {msgid}: {text}, but {merged[msgid]} in another catalogue")
    return merged, faults


def faults(repository: Path) -> dict[str, list[str]]:
    """Return what is missing or does not fit, by source file."""
    chinese, fuzzy = translations(repository / "lms" / "translations" / "zh")
    wrong: dict[str, list[str]] = defaultdict(list)
    for one in fuzzy:
        wrong[one.partition(":")[0]].append(one)
    for message, place in sentences(repository).items():
        forms = message if isinstance(message, tuple) else (message,)
        text = chinese.get(forms[0])
        file = place.rpartition(":")[0]
        if not text:
            wrong[file].append(f"{place}: not translated: {forms[0]!r}")
        elif fault := misfit(forms, text):
            wrong[file].append(f"{place}: {fault}: {forms[0]!r} → {text!r}")
    return dict(wrong)


def misfit(forms: tuple[str, ...], chinese: str) -> str | None:
    """Return what does not fit between the source's forms and its translation."""
    asked, given = placeholders(forms[-1]), placeholders(chinese)
    if given - asked - {"num"}:
        return f"placeholders that nobody fills: {sorted(given - asked)}"
    if asked - given - ({"num"} if len(forms) > 1 else set()):
        return f"placeholders left out: {sorted(asked - given)}"
    return None


def placeholders(text: str) -> set[str]:
    """Return the names to be filled in."""
    return {a or b for a, b in PLACEHOLDER.findall(text)}
