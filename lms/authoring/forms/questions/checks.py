"""What is wrong with the rows of a form, said at the field it is about, in words of the page."""

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.authoring.forms.questions.parts import gathered, lines
from lms.authoring.forms.questions.rows import LANGUAGES, ROWS, Rows, Sent, Texts, Tick, both
from lms.quizzes.rules.kinds.cloze import GAP
from lms.quizzes.rules.kinds.matching import MOST_CHOICES

Wrong = Iterator[tuple[str, str]]  # the name of a field, and a sentence


def wrong_in(kind: str, sent: Sent) -> Wrong:
    """Yield what is to be mended in the rows of a kind."""
    for rows in ROWS[kind]:
        yield from _too_few(rows, sent)
        for n in range(rows.most):
            yield from _half_filled(rows, sent, n)
        if not (kind == "cloze" and rows.prefix == "gap"):
            for column in rows.texts:
                if column.name not in ("right_", "title_", "pass_", "fail_"):
                    yield from _alike(rows, column, sent)
    yield from _OWN.get(kind, _nothing)(sent)


def _too_few(rows: Rows, sent: Sent) -> Wrong:
    filled = {n for n, _row in rows.filled(sent)}
    if len(filled) < rows.least:
        empty = next(n for n in range(rows.most) if n not in filled)
        told = _("Please fill this in.") if rows.least == 1 else _("At least %(least)s are needed.", least=rows.least)
        yield rows.field(empty, rows.texts[0].fields[0]), told


def _half_filled(rows: Rows, sent: Sent, n: int) -> Wrong:
    row = rows.row(sent, n)
    names = [name for column in rows.texts for name in column.fields]
    empty = [name for name in names if not row[name]]
    if len(empty) < len(names):
        yield from ((rows.field(n, name), _("Please fill this in.")) for name in empty)
        return
    for column in rows.columns:
        if isinstance(column, Tick) and row[column.name]:
            yield rows.field(n, column.name), _("Write the words, or take the tick away.")


def _alike(rows: Rows, column: Texts, sent: Sent) -> Wrong:
    """Yield words that stand in an earlier row already; what is said in a call may be said twice."""
    if rows.prefix == "turn":
        return
    for name in column.fields:
        seen: dict[str, int] = {}
        for n, row in rows.filled(sent):
            first = seen.setdefault(row[name], n)
            if row[name] and first != n:
                yield rows.field(n, name), _("Number %(number)s reads the same.", number=first + 1)


def _nothing(_sent: Sent) -> Wrong:
    return iter(())


def _ticks(kind: str, one: Any, *, single: bool) -> Callable[[Sent], Wrong]:
    def check(sent: Sent) -> Wrong:
        rows = ROWS[kind][0]
        filled = dict(rows.filled(sent))
        ticked = [n for n, row in filled.items() if row["right"]]
        if filled and not ticked:
            yield rows.field(next(iter(filled)), "right"), str(one)
        elif single:
            yield from ((rows.field(n, "right"), _("Only one can be right.")) for n in ticked[1:])
        elif len(filled) > 1 and len(ticked) == len(filled):
            yield rows.field(ticked[-1], "right"), _("Leave at least one without a tick.")

    return check


def _one_best(sent: Sent) -> Wrong:
    rows = ROWS["next_line"][1]
    filled = dict(rows.filled(sent))
    best = [n for n, row in filled.items() if row["worth"] == "best"]
    if filled and not best:
        yield rows.field(next(iter(filled)), "worth"), _("Say which line is the best one.")
    yield from ((rows.field(n, "worth"), _("Only one line can be the best one.")) for n in best[1:])


def _scored(sent: Sent) -> Wrong:
    rows = ROWS["listen_score"][1]
    unsaid = (n for n, row in rows.filled(sent) if not row["score"])
    yield from ((rows.field(n, "score"), _("Say how many points this call deserves.")) for n in unsaid)


def _matched(sent: Sent) -> Wrong:
    pairs, others = ROWS["matching"]
    claims = [(pairs.field(n, "right_zh"), both(row, "right_")) for n, row in pairs.filled(sent)]
    claims += [(others.field(n, "zh"), both(row)) for n, row in others.filled(sent)]
    yield from _ambiguous(claims)
    options, _ids = gathered([("", text) for _name, text in claims], ())
    if len(options) > MOST_CHOICES:
        yield claims[-1][0], _("At most %(most)s choices in all.", most=MOST_CHOICES)


def _ambiguous(claims: list[tuple[str, dict[str, str]]]) -> Wrong:
    """Yield choices that read the same in one language and not in the other."""
    for language in LANGUAGES:
        seen: dict[str, dict[str, str]] = {}
        for name, text in claims:
            if text[language] and seen.setdefault(text[language], text) != text:
                field = f"{name[:-2]}{language}"
                yield field, _("Another choice reads the same here and differs in the other language.")


def _gapped(sent: Sent) -> Wrong:
    gaps, others = ROWS["cloze"]
    filled = dict(gaps.filled(sent))
    last = max(filled, default=-1)
    for n in range(last):
        if n not in filled:
            yield gaps.field(n, "zh"), _("This row is empty; fill it, or move the next one up.")
    for language in LANGUAGES:
        yield from _marks(sent, language, last + 1)
    if not sent.get("picked"):
        yield from ((others.field(n, "zh"), _("Tick above that words are picked from a list, or leave this empty."))
                    for n, _row in others.filled(sent))  # fmt: skip
        return
    for n, row in filled.items():
        yield from (
            (gaps.field(n, language), _("One word only where words are picked from a list."))
            for language in LANGUAGES
            if len(lines(row[language])) > 1
        )
    claims = [(gaps.field(n, "zh"), both(row)) for n, row in filled.items()]
    claims += [(others.field(n, "zh"), both(row)) for n, row in others.filled(sent)]
    yield from _ambiguous(claims)
    if len(gathered([("", text) for _name, text in claims], ())[0]) < 2:  # noqa: PLR2004  # a choice
        yield others.field(0, "zh"), _("A list needs at least two words.")


def _marks(sent: Sent, language: str, count: int) -> Wrong:
    """Yield what is wrong with the marks of gaps in the text of a language."""
    field, text = f"text_{language}", sent.get(f"text_{language}") or ""
    if not text:
        yield field, _("Please fill this in.")
        return
    found = [int(number) for number in GAP.findall(text)]
    missing = [f"[[{number}]]" for number in range(1, count + 1) if number not in found]
    twice = [f"[[{number}]]" for number in sorted(set(found)) if found.count(number) > 1]
    spare = [f"[[{number}]]" for number in sorted(set(found)) if not 1 <= number <= count]
    if missing:
        yield field, _("Missing in this text: %(gaps)s.", gaps=" ".join(missing))
    elif twice:
        yield field, _("Each gap stands once; more than once: %(gaps)s.", gaps=" ".join(twice))
    elif spare:
        yield field, _("No row below says what fills %(gaps)s.", gaps=" ".join(spare))


_OWN: dict[str, Callable[[Sent], Wrong]] = {
    "single": _ticks("single", _l("Tick the one that is right."), single=True),
    "multiple": _ticks("multiple", _l("Tick at least one."), single=False),
    "hot_list": _ticks("hot_list", _l("Tick at least one."), single=False),
    "next_line": _one_best,
    "matching": _matched,
    "cloze": _gapped,
    "listen_score": _scored,
}
