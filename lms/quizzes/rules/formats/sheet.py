"""Reads questions from a table, one a row (CSV or XLSX); its first row names the columns (docs/how/bank.md)."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from lms.courses.rules.findings import N_, error
from lms.quizzes.rules.formats import foreign, wording
from lms.quizzes.rules.formats.foreign import ForeignAnswer, ForeignFile, ForeignQuestion
from lms.quizzes.rules.formats.xmltree import decoded

MOST_ROWS = 5_001
MOST_COLUMNS = 60
LONGEST_CELL = 20_000
LETTERS = "abcdefghij"
NAMES = {
    "question": ("question", "stem", "题目", "题干", "问题"),
    "kind": ("kind", "type", "题型", "类型"),
    "answer": ("answer", "key", "correct", "答案", "正确答案"),
    "explanation": ("explanation", "feedback", "解析", "解释", "说明"),
    "tolerance": ("tolerance", "误差"),
    "unit": ("unit", "单位"),
    "level": ("level", "difficulty", "难度", "级别", "层级"),
    "competency": ("competency", "能力", "能力点"),
    "tags": ("tags", "tag", "标签"),
    "id": ("id", "编号", "题号"),
    "shares": ("shares", "partial", "部分得分"),
} | {letter: (letter, f"option {letter}", f"选项{letter}", f"选项 {letter}") for letter in LETTERS}
COLUMNS = {name: column for column, names in NAMES.items() for name in names}
KINDS = {
    name: kind
    for kind, names in {
        foreign.SINGLE: ("single", "single choice", "单选", "单选题"),
        foreign.MULTIPLE: ("multiple", "multiple choice", "多选", "多选题", "不定项"),
        foreign.TRUE_FALSE: ("true_false", "true/false", "true false", "判断", "判断题", "是非题"),
        foreign.NUMERIC: ("numeric", "number", "数值", "数值题", "计算题"),
        foreign.SHORT_TEXT: ("short_text", "short text", "short answer", "简答", "填空", "填空题"),
        foreign.MATCHING: ("matching", "match", "配对", "连线", "匹配"),
        foreign.ORDERING: ("ordering", "order", "排序", "排序题"),
    }.items()
    for name in names
}
LANGUAGE = re.compile(r"[ _-]?[(（]?(zh|en|中文|英文)[)）]?$")
TRUE = frozenset({"true", "t", "yes", "对", "正确", "是", "√"})
FALSE = frozenset({"false", "f", "no", "错", "错误", "否", "×"})
ON = TRUE | {"1", "x"}
APART = re.compile(r"[\s,;/|，、；]+")
FORMS_APART = re.compile(r"[|｜\n]")
ARROW = re.compile(r"->|→|=>")


class _UnreadableError(Exception):
    """A row that cannot be taken; carries the sentence."""


def read_csv(data: bytes) -> ForeignFile:
    """Return the questions of a CSV file; it may be parted by commas, semicolons or tabs."""
    text = decoded(data)
    if text is None:
        return ForeignFile(findings=(error(1, N_("The letters of this file cannot be read; save it as UTF-8.")),))
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    head = text.partition("\n")[0]
    parted = max((",", ";", "\t"), key=head.count)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text), delimiter=parted)
    line = 1
    try:
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                return ForeignFile(findings=(error(line, N_("A table has at most 5,000 questions.")),))
    except csv.Error:
        return ForeignFile(findings=(error(line, N_("This row cannot be read.")),))
    return read_rows(rows)


def read_rows(rows: Sequence[tuple[int, Sequence[str]]]) -> ForeignFile:
    """Return the questions of rows with their numbers, the first of which names the columns."""
    filled = [
        (line, [cell.strip() for cell in row[:MOST_COLUMNS]]) for line, row in rows if any(c.strip() for c in row)
    ]
    if not filled:
        return ForeignFile(findings=(error(1, N_("The file is empty.")),))
    (line, head), *body = filled
    columns = [_column(cell) for cell in head]
    if not any(column and column[0] == "question" for column in columns):
        return ForeignFile(findings=(error(line, N_("The first row names the columns; one of them is “question”.")),))
    questions: list[ForeignQuestion] = []
    findings = [
        error(line, N_("The column “%(name)s” is not known."), name=cell[:80])
        for cell, column in zip(head, columns, strict=True)
        if cell and column is None
    ]
    findings = [replace(finding, level="warning") for finding in findings]
    for number, row in body:
        try:
            questions.append(_question(number, columns, row))
        except _UnreadableError as why:
            findings.append(error(number, str(why)))
    return ForeignFile(tuple(questions), tuple(findings))


def _column(cell: str) -> tuple[str, str] | None:
    """Return what a column holds, and in which language if it says so."""
    name = cell.strip().lower()
    found = LANGUAGE.search(name)
    language = {"中文": "zh", "英文": "en"}.get(found.group(1), found.group(1)) if found else ""
    column = COLUMNS.get(name) or COLUMNS.get(LANGUAGE.sub("", name).strip())
    return (column, language if name not in COLUMNS else "") if column else None


class _Row:
    """The cells of a row by column."""

    def __init__(self, columns: Sequence[tuple[str, str] | None], cells: Sequence[str]) -> None:
        self.cells: dict[str, dict[str, str]] = {}
        for column, cell in zip(columns, cells, strict=False):
            if len(cell) > LONGEST_CELL:
                raise _UnreadableError(N_("A cell of this row is too long."))
            if column and cell:
                self.cells.setdefault(column[0], {})[column[1]] = cell

    def text(self, column: str) -> str:
        """Return a text; one in two columns, a language each, as one in spans."""
        texts = self.cells.get(column, {})
        if "zh" in texts and "en" in texts:
            return wording.in_spans({name: wording.escaped(texts[name]) for name in ("zh", "en")})
        return wording.escaped(next(iter(texts.values()), ""))

    def fact(self, column: str) -> str:
        """Return what a column says in whatever language."""
        return next(iter(self.cells.get(column, {}).values()), "")

    def facts(self, column: str) -> tuple[str, ...]:
        """Return what a column says in each of its languages."""
        return tuple(self.cells.get(column, {}).values())

    @property
    def options(self) -> dict[str, str]:
        """Return the options that are filled, by letter."""
        return {letter: self.text(letter) for letter in LETTERS if self.fact(letter)}


def _question(line: int, columns: Sequence[tuple[str, str] | None], cells: Sequence[str]) -> ForeignQuestion:
    row = _Row(columns, cells)
    if not row.fact("question"):
        raise _UnreadableError(N_("There is no text before the answers."))
    named = row.fact("kind").strip().lower()
    kind = KINDS.get(named) if named else _guessed(row)
    if kind is None:
        raise _UnreadableError(N_("Questions of this type are not known here."))
    tags = [f"level:{row.fact('level')}"] if row.fact("level") in ("1", "2", "3") else []
    tags += [f"competency:{row.fact('competency')}"] if row.fact("competency") else []
    shares = row.fact("shares").lower() in ON
    base = ForeignQuestion(
        line=line,
        kind=kind,
        stem=row.text("question"),
        feedback=row.text("explanation"),
        markup=wording.MARKDOWN,
        ref=row.fact("id"),
        tags=(*tags, *(tag for tag in APART.split(row.fact("tags")) if tag)),
        whole=not shares and kind in (foreign.MULTIPLE, foreign.ORDERING),
    )
    return replace(base, answers=_ANSWERS[kind](row), units=row.facts("unit"))


def _guessed(row: _Row) -> str:
    """Return the kind that the answer looks like, where no column says it."""
    answer = row.fact("answer").strip().lower()
    if row.options:
        return foreign.MULTIPLE if len(_letters(answer)) > 1 else foreign.SINGLE
    if answer in TRUE | FALSE:
        return foreign.TRUE_FALSE
    return foreign.NUMERIC if _is_number(answer) else foreign.SHORT_TEXT


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _letters(answer: str) -> set[str]:
    parts = [part for part in APART.split(answer.lower()) if part]
    if len(parts) == 1 and parts[0].isascii() and set(parts[0]) <= set(LETTERS):
        parts = list(parts[0])  # ABD
    return set(parts)


def _choice(row: _Row) -> tuple[ForeignAnswer, ...]:
    options, right = row.options, _letters(row.fact("answer"))
    if not right or not right <= set(options):
        raise _UnreadableError(N_("The answer names an option that is not there."))
    share = foreign.WHOLE / len(right)
    return tuple(ForeignAnswer(text, share if letter in right else 0.0) for letter, text in options.items())


def _truth(row: _Row) -> tuple[ForeignAnswer, ...]:
    answer = row.fact("answer").strip().lower()
    if answer in ("a", "b") and {row.fact("a").lower(), row.fact("b").lower()} & TRUE:
        answer = row.fact(answer).lower()
    if answer not in TRUE | FALSE:
        raise _UnreadableError(N_("The answers are not “true” and “false”."))
    return tuple(
        ForeignAnswer(each, foreign.WHOLE * ((each == "true") == (answer in TRUE))) for each in ("true", "false")
    )


def _number(row: _Row) -> tuple[ForeignAnswer, ...]:
    answer, tolerance = row.fact("answer"), row.fact("tolerance") or "0"
    if not _is_number(answer) or not _is_number(tolerance) or not 0 <= float(tolerance) < float("inf"):
        raise _UnreadableError(N_("This is no number."))
    return (ForeignAnswer(answer, foreign.WHOLE, tolerance=float(tolerance)),)


def _forms(row: _Row) -> tuple[ForeignAnswer, ...]:
    parts = (part.strip() for text in row.facts("answer") for part in FORMS_APART.split(text))
    forms = dict.fromkeys(form for form in parts if form)
    return tuple(ForeignAnswer(form.replace("*", "\\*"), foreign.WHOLE) for form in forms)


def _pairs(row: _Row) -> tuple[ForeignAnswer, ...]:
    """Return pairs, each in a cell of its own: `left -> right`; a right side alone belongs to none."""
    answers = []
    for letter in row.options:
        sides = [[side.strip() for side in ARROW.split(text, maxsplit=1)] for text in row.facts(letter)]
        if any(len(side) < 2 for side in sides):  # noqa: PLR2004  # both sides
            raise _UnreadableError(N_("Matching needs two or more pairs, each with “->” and both sides."))
        names = list(row.cells[letter])
        left, right = (_in_languages(names, [side[n] for side in sides]) for n in (0, 1))
        answers.append(ForeignAnswer(left, foreign.WHOLE, match=right))
    return tuple(answers)


def _in_languages(names: Sequence[str], texts: Sequence[str]) -> str:
    if set(names) >= {"zh", "en"}:
        return wording.in_spans({name: wording.escaped(text) for name, text in zip(names, texts, strict=True)})
    return wording.escaped(texts[0])


def _order(row: _Row) -> tuple[ForeignAnswer, ...]:
    return tuple(ForeignAnswer(text, foreign.WHOLE) for text in row.options.values())


_ANSWERS: Mapping[str, Callable[[_Row], tuple[ForeignAnswer, ...]]] = {
    foreign.SINGLE: _choice,
    foreign.MULTIPLE: _choice,
    foreign.TRUE_FALSE: _truth,
    foreign.NUMERIC: _number,
    foreign.SHORT_TEXT: _forms,
    foreign.MATCHING: _pairs,
    foreign.ORDERING: _order,
}
