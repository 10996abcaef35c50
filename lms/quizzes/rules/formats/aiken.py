"""Reads Aiken, the plainest form of single choice: a question, lettered options, `ANSWER: B`; never raises."""

import re

from lms.courses.rules.findings import N_, Finding, error
from lms.quizzes.rules.formats import foreign
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignFile, ForeignQuestion

OPTION = re.compile(r"([A-Z])[.)][ \t]+(.*\S)")
ANSWER = re.compile(r"ANSWER:[ \t]*([A-Z])[ \t]*", re.IGNORECASE)
LEAST, MOST = 2, 26


def read_aiken(text: str) -> ForeignFile:
    """Return the questions of an Aiken file and, by line, what could not be taken."""
    questions: list[ForeignQuestion] = []
    findings: list[Finding] = []
    stem: list[str] = []
    options: dict[str, str] = {}
    begun = 0
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, raw in enumerate(rows, 1):
        row = raw.strip()
        answer, option = ANSWER.fullmatch(row), OPTION.fullmatch(row)
        if not row:
            continue
        begun = begun or line
        if answer:
            why = _refused(stem, options, answer.group(1).upper())
            if why:
                findings.append(error(begun, why))
            else:
                questions.append(_question(begun, stem, options, answer.group(1).upper()))
            stem, options, begun = [], {}, 0
        elif option and stem:
            options[option.group(1)] = option.group(2)
        elif options:
            findings.append(error(begun, N_("After the options comes a line “ANSWER: A”.")))
            stem, options, begun = [row], {}, line
        else:
            stem.append(row)
    if begun:
        findings.append(error(begun, N_("After the options comes a line “ANSWER: A”.")))
    return ForeignFile(tuple(questions), tuple(findings))


def _refused(stem: list[str], options: dict[str, str], right: str) -> str | None:
    if not stem:
        return N_("There is no question before this answer.")
    if not LEAST <= len(options) <= MOST:
        return N_("A question has two options or more, each on a line of its own: “A. …” or “A) …”.")
    return None if right in options else N_("The answer names an option that is not there.")


def _question(line: int, stem: list[str], options: dict[str, str], right: str) -> ForeignQuestion:
    answers = tuple(
        ForeignAnswer(words, foreign.WHOLE if letter == right else 0.0) for letter, words in options.items()
    )
    return ForeignQuestion(line, foreign.SINGLE, "\n".join(stem), answers, markup="plain")
