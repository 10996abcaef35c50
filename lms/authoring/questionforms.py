"""The form of one question, in both languages; what it gives is read again by the very reader of question files.

Kinds with fields of their own are filled in by them; the others are written as their part of a questions.yaml.
"""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, HiddenField, RadioField
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from lms.authoring.bankwords import KINDS
from lms.authoring.queries.questions import QuestionPage
from lms.authoring.rules.questions import Written
from lms.authoring.texts import example_text, faults_of, parts_of, read_part
from lms.content.ondisk.writing import write_part
from lms.content.rules.library import Both, Question
from lms.quizzes.rules.kinds import KINDS as KINDS_RULES
from lms.quizzes.rules.kinds import Parts
from lms.web.filters import local
from lms.web.forms import Form, StopValidation, choice, line, options, text, whole
from lms.web.i18n import language

LETTERS = "abcdefghijkl"
ROWS = range(len(LETTERS))
LISTS = {  # kinds made of rows: the list of their file, what a ticked row says there, how many rows there are
    "single": ("options", "correct", 6),
    "multiple": ("options", "correct", 6),
    "ordering": ("options", "", 10),
    "hot_list": ("sentences", "correct", 12),
    "call_steps": ("steps", "with_previous", 10),
}
WRITTEN = frozenset(KINDS) - LISTS.keys() - {"true_false", "numeric", "short_text"}
TICKS = {"call_steps": _l("May change places with the step before"), "hot_list": _l("To be picked")}
LONGEST_PART = 12_000
MOST_ANSWERS = 20
LARGEST = 1_000_000
TRUTHS = [("true", _l("True")), ("false", _l("False"))]
LEVELS = [("1", _l("Recall: say what was read")), ("2", _l("Apply: use it in a case")), ("3", _l("Judge: weigh it up"))]


def _finite(_form: Any, field: DecimalField) -> None:
    """Refuse what Decimal reads and nobody can compare, such as sNaN."""
    if field.data is not None and not field.data.is_finite():
        raise StopValidation(field.gettext("Not a valid decimal value."))  # WTForms’ own sentence


class QuestionForm(Form):
    """A question of any kind; the page shows the fields of its own kind."""

    kind = HiddenField(validators=[AnyOf(tuple(KINDS))])
    version = whole(_l("Version"), least=1, most=2**31 - 2)
    stem_zh = text(_l("Question in Chinese"), most=2000, optional=False)
    stem_en = text(_l("Question in English"), most=2000, optional=False)
    truth = RadioField(_l("The sentence is"), choices=options(TRUTHS), default="true")
    number = DecimalField(_l("The right number"), [Optional(), _finite, NumberRange(-LARGEST, LARGEST)])
    tolerance = DecimalField(_l("May be off by"), [Optional(), _finite, NumberRange(0, LARGEST)])
    unit_zh = line(_l("Unit in Chinese"), most=40, optional=True)
    unit_en = line(_l("Unit in English"), most=40, optional=True)
    accept_zh = text(_l("Accepted in Chinese, one a line"), most=2000)
    accept_en = text(_l("Accepted in English, one a line"), most=2000)
    partial = BooleanField(_l("A part of the answer earns a part of the mark"))
    part = text(_l("What is asked, in both languages"), most=LONGEST_PART)
    explanation_zh = text(_l("Why, in Chinese"), most=2000, optional=False)
    explanation_en = text(_l("Why, in English"), most=2000, optional=False)
    key_point = choice(_l("Key point it asks for"))
    competency = choice(_l("Competency it shows"))
    level = choice(_l("Level"), choices=options(LEVELS))
    meaning_changed = BooleanField(_l("It asks for something else now: count its answers anew"))

    page: QuestionPage

    @classmethod
    def empty(cls, page: QuestionPage) -> "QuestionForm":
        """Return the form of a new question."""
        part = example_text(page.kind) if page.kind in WRITTEN else ""
        return cls._ready(
            page, formdata=None, kind=page.kind, version=page.version, part=part, partial=page.kind == "hot_list"
        )

    @classmethod
    def sent(cls, page: QuestionPage) -> "QuestionForm":
        """Return the form as it was sent."""
        form = cls._ready(page)
        form.kind.data = page.kind
        return form

    @classmethod
    def of(cls, page: QuestionPage) -> "QuestionForm":
        """Return the form filled with a question."""
        question = page.question
        if question is None:
            return cls.empty(page)
        key = question.key
        values: dict[str, Any] = {
            "kind": question.kind,
            "version": page.version,
            "truth": (key.get("ids") or ["true"])[0],
            "number": key.get("value"),
            "tolerance": key.get("tolerance"),
            "key_point": str(question.key_point or ""),
            "competency": question.competency,
            "level": str(question.level),
        }
        for name in ("zh", "en"):
            values[f"stem_{name}"] = getattr(question.stem, name)
            values[f"explanation_{name}"] = getattr(question.explanation, name)
            values[f"unit_{name}"] = getattr(question.unit, name) if question.unit else ""
            values[f"accept_{name}"] = "\n".join(key.get("accept", {}).get(name, ()))
        part = KINDS_RULES[question.kind].written(parts_of(question))
        values["partial"] = bool(question.body.get("partial"))
        values["part"] = write_part(part) if question.kind in WRITTEN else ""
        if question.kind in LISTS:
            values |= _filled(part, question.kind)
        return cls._ready(page, formdata=None, **values)

    @classmethod
    def _ready(cls, page: QuestionPage, **values: Any) -> "QuestionForm":
        form = cls(**values)
        form.page = page
        none = ("", _("none of them"))
        points = [(str(n), f"{n} · {zh if language() == 'zh' else en}"[:90]) for n, zh, en in page.points]
        form.key_point.choices = options([none, *points])
        known = [(row.slug, local(row)) for row in page.competencies]
        present = page.question.competency if page.question else ""
        if present and present not in {slug for slug, _name in known}:
            known.insert(0, (present, present))
        form.competency.choices = options(known)
        return form

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Return the fields of each option, of as many as the kind may have."""
        names = ("zh", "en", "right", "id")
        most = LISTS[self.page.kind][2] if self.page.kind in LISTS else 0
        return [{name: self[f"option{n}_{name}"] for name in names} for n in ROWS[:most]]

    @property
    def is_written(self) -> bool:
        """Say whether the kind is written as its part of a file."""
        return self.page.kind in WRITTEN

    @property
    def tick(self) -> str:
        """Return what ticking a row says; nothing where rows are not ticked."""
        return str(TICKS.get(self.page.kind, _("This is right"))) if LISTS[self.page.kind][1] else ""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then the whole as a question file is checked."""
        if not super().validate(extra_validators):
            return False
        if self.page.kind == "numeric" and self.number.data is None:
            self.number.errors = [_("Please fill this in.")]
            return False
        if self.page.kind in WRITTEN:
            _parts, wrong = read_part(self.page.kind, self.part.data or "")
            self.part.errors = [_("Line %(line)s: %(what)s", line=each.line, what=each.sentence(_)) for each in wrong]
            if wrong:
                return False
        faults = faults_of(replace(self.question(), ref="new-00-00"))
        self.form_errors.extend(fault.sentence(_) for fault in faults)
        return not faults

    def value(self) -> Written:
        """Return the question as typed; its id is empty where it is new, its version is found later."""
        return Written(self.question(), bool(self.meaning_changed.data))

    def question(self) -> Question:
        """Return the question as typed."""
        kind, before = self.page.kind, self.page.question
        parts, unit = self._parts(), None
        if kind == "numeric" and (self.unit_zh.data or self.unit_en.data):
            unit = _both(self, "unit")
        return Question(
            ref=before.ref if before else "",
            version=before.version if before else 1,
            kind=kind,
            competency=self.competency.data or "",
            key_point=int(self.key_point.data) if self.key_point.data else None,
            level=int(self.level.data or 1),
            stem=_both(self, "stem"),
            options=tuple((option["id"], Both(**option["text"])) for option in parts.options),
            unit=unit,
            body=parts.body,
            key=parts.key,
            explanation=_both(self, "explanation"),
        )

    def _parts(self) -> Parts:
        """Return what the kind's own fields, or its written part, say."""
        kind = self.page.kind
        if kind in WRITTEN:
            return read_part(kind, self.part.data or "")[0]
        if kind in LISTS:
            return read_part(kind, write_part(self._listed()))[0]
        return Parts(key=self._typed_key())

    def _listed(self) -> dict[str, Any]:
        """Return the rows that have words, with their ids, as the kind's part of a file."""
        name, ticked, _most = LISTS[self.page.kind]
        filled = [row for row in self.rows if row["zh"].data or row["en"].data]
        used = {row["id"].data for row in filled}
        free = (letter for letter in LETTERS if letter not in used)
        rows: list[dict[str, Any]] = []
        for row in filled:
            words = {"zh": row["zh"].data or "", "en": row["en"].data or ""}
            said = {ticked: True} if ticked and row["right"].data else {}
            rows.append({"id": row["id"].data or next(free), "text": words} | said)
        return _sharing(self.page.kind, partial=bool(self.partial.data)) | {name: rows}

    def _typed_key(self) -> dict[str, Any]:
        if self.page.kind == "true_false":
            return {"ids": [self.truth.data or "true"]}
        if self.page.kind == "numeric":
            return {"value": _plain(self.number.data), "tolerance": _plain(self.tolerance.data)}
        return {"accept": {name: _lines(self[f"accept_{name}"].data) for name in ("zh", "en")}}


for _n in ROWS:
    setattr(QuestionForm, f"option{_n}_zh", text(_l("Answer in Chinese"), most=500))
    setattr(QuestionForm, f"option{_n}_en", text(_l("Answer in English"), most=500))
    setattr(QuestionForm, f"option{_n}_right", BooleanField(_l("This is right")))
    setattr(QuestionForm, f"option{_n}_id", HiddenField(validators=[Length(max=80)]))


def _filled(part: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return what the fields of the rows hold for a kind's part of a file."""
    name, ticked, most = LISTS[kind]
    values: dict[str, Any] = {}
    for n, row in enumerate(part[name][:most]):
        values |= {f"option{n}_{language}": row["text"][language] for language in ("zh", "en")}
        values |= {f"option{n}_id": row["id"], f"option{n}_right": bool(row.get(ticked))}
    return values


def _sharing(kind: str, *, partial: bool) -> dict[str, Any]:
    """Return what a file says of parts of the mark; nothing where it need not."""
    if kind == "single":
        return {}
    if kind == "hot_list":
        return {} if partial else {"all_or_nothing": True}
    return {"partial": True} if partial else {}


def _both(form: Form, name: str) -> Both:
    return Both(form[f"{name}_zh"].data or "", form[f"{name}_en"].data or "")


def _plain(value: Any) -> int | float:
    return 0 if value is None else int(value) if value == int(value) else float(value)


def _lines(value: str | None) -> list[str]:
    return [each.strip() for each in (value or "").splitlines() if each.strip()][:MOST_ANSWERS]
