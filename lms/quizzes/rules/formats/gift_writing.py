"""Writes GIFT as Moodle reads it (docs.moodle.org, “GIFT format”)."""

import re
from collections.abc import Iterable

from lms.quizzes.rules.formats import foreign
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignQuestion

SPECIAL = re.compile(r"([~=#{}:\\])")


def write_gift(questions: Iterable[ForeignQuestion]) -> str:
    """Return questions as GIFT; each stands alone between blank lines."""
    return "\n\n".join(map(_entry, questions)) + "\n"


def _entry(question: ForeignQuestion) -> str:
    marks = [f"[id:{_mark(question.ref)}]"] if question.ref else []
    marks += [f"[tag:{_mark(tag)}]" for tag in question.tags]
    head = f"// {' '.join(marks)}\n" if marks else ""
    title = f"::{_said(question.title)}::" if question.title else ""
    feedback = f"####{_said(question.feedback)}" if question.feedback else ""
    return f"{head}{title}[{question.markup}]{_said(question.stem)} {{{_answers(question)}{feedback}}}"


def _mark(text: str) -> str:
    return re.sub(r"[\x00-\x1f]", " ", text).replace("]", "\\]").strip()


def _said(text: str) -> str:
    """Return a text with what GIFT reads as signs escaped; its lines become one, and no line is a comment."""
    return SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _answers(question: ForeignQuestion) -> str:
    if question.kind == foreign.TRUE_FALSE:
        return "TRUE" if question.answers[0].percent else "FALSE"
    if question.kind == foreign.NUMERIC:
        return "#" + "".join(f"={each.text}:{each.tolerance:.10g}" for each in question.answers)
    if question.kind == foreign.MATCHING:
        return "".join(f"\n={_arrowless(each.text)} -> {_arrowless(each.match)}" for each in question.answers) + "\n"
    return "".join(_answer(each, question.kind) for each in question.answers) + "\n"


def _arrowless(text: str) -> str:
    """Return a side of a pair; an arrow inside it would cut it in two, so it is written as Markdown reads it."""
    return _said(text.replace("->", "-&gt;"))


def _answer(answer: ForeignAnswer, kind: str) -> str:
    """Return one answer; its weight is always written, so that no text is taken for one."""
    sign = "=" if answer.percent == foreign.WHOLE and kind != foreign.MULTIPLE else "~"
    weight = f"%{answer.percent:.7g}%"
    return f"\n{sign}{weight}{_said(answer.text)}" + (f"#{_said(answer.feedback)}" if answer.feedback else "")
