"""The form of one question, in both languages; what it gives is read again by the very reader of question files."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DecimalField, HiddenField, RadioField
from wtforms.validators import AnyOf, Length, NumberRange, Optional

from lms.authoring.forms.questions.calls import offer, take
from lms.authoring.forms.questions.checks import wrong_in
from lms.authoring.forms.questions.parts import fields_of, lines, part_of
from lms.authoring.forms.questions.rows import ROWS, Choose, Texts, Tick
from lms.authoring.forms.questions.shown import Group, shown
from lms.authoring.queries.questions import QuestionPage
from lms.authoring.rules.questions import Written
from lms.authoring.texts import faults_of, parts_of, read_part
from lms.authoring.words.bank import KINDS
from lms.content.ondisk.located import UNSTORABLE
from lms.content.ondisk.writing import write_part
from lms.content.rules.library import Both, Question
from lms.quizzes.rules.kinds import KINDS as KINDS_RULES
from lms.quizzes.rules.kinds import Parts
from lms.quizzes.rules.kinds.cloze import LONGEST
from lms.web.filters import local
from lms.web.forms import Form, StopValidation, choice, line, options, text, whole
from lms.web.i18n import language

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
    explanation_zh = text(_l("Why, in Chinese"), most=2000, optional=False)
    explanation_en = text(_l("Why, in English"), most=2000, optional=False)
    text_zh = text(_l("Text with gaps in Chinese"), most=LONGEST)
    text_en = text(_l("Text with gaps in English"), most=LONGEST)
    picked = BooleanField(_l("Words are picked from a list, not typed"))
    key_point = choice(_l("Key point it asks for"))
    competency = choice(_l("Competency it shows"))
    level = choice(_l("Level"), choices=options(LEVELS))
    meaning_changed = BooleanField(_l("It asks for something else now: count its answers anew"))

    page: QuestionPage

    @classmethod
    def empty(cls, page: QuestionPage) -> "QuestionForm":
        """Return the form of a new question."""
        partial = page.kind in ("hot_list", "matching", "cloze")
        return cls._ready(page, formdata=None, kind=page.kind, version=page.version, partial=partial)

    @classmethod
    def sent(cls, page: QuestionPage) -> "QuestionForm":
        """Return the form as it was sent."""
        form = cls._ready(page)
        form.kind.data = page.kind
        if page.kind == "listen_score":
            take(form, page)
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
            "partial": bool(question.body.get("partial")),
            "key_point": str(question.key_point or ""),
            "competency": question.competency,
            "level": str(question.level),
        }
        for name in ("zh", "en"):
            values[f"stem_{name}"] = getattr(question.stem, name)
            values[f"explanation_{name}"] = getattr(question.explanation, name)
            values[f"unit_{name}"] = getattr(question.unit, name) if question.unit else ""
            values[f"accept_{name}"] = "\n".join(key.get("accept", {}).get(name, ()))
        if question.kind in ROWS:
            values |= fields_of(question.kind, KINDS_RULES[question.kind].written(parts_of(question)))
        return cls._ready(page, formdata=None, **values)

    @classmethod
    def _ready(cls, page: QuestionPage, **values: Any) -> "QuestionForm":
        form = _FORMS[page.kind](**values)
        form.page = page
        none = ("", _("none of them"))
        points = [(str(n), f"{n} · {zh if language() == 'zh' else en}"[:90]) for n, zh, en in page.points]
        form.key_point.choices = options([none, *points])
        known = [(row.slug, local(row)) for row in page.competencies]
        present = page.question.competency if page.question else ""
        if present and present not in {slug for slug, _name in known}:
            known.insert(0, (present, present))
        form.competency.choices = options(known)
        if page.kind == "listen_score":
            offer(form, page)
        return form

    @property
    def groups(self) -> tuple[Group, ...]:
        """Return the rows of the kind's own lists."""
        return tuple(shown(self, rows) for rows in ROWS.get(self.page.kind, ()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then the rows, then the whole as a question file is checked."""
        if not super().validate(extra_validators):
            return False
        for name, sentence in self._wrong():
            self[name].errors = [*self[name].errors, str(sentence)]
        if self.errors:
            return False
        faults = faults_of(replace(self.question(), ref="new-00-00"))
        self.form_errors.extend(fault.sentence(_) for fault in faults)
        return not faults

    def _wrong(self) -> Iterator[tuple[str, str]]:
        """Yield what the kind has to say of its own fields."""
        kind = self.page.kind
        if kind == "numeric" and self.number.data is None:
            yield "number", _("Please fill this in.")
        if kind == "short_text":
            empty = (name for name in ("accept_zh", "accept_en") if not lines(self[name].data))
            yield from ((name, _("Please fill this in.")) for name in empty)
        if kind in ROWS:
            yield from wrong_in(kind, self.data)

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
        """Return what the kind's own fields say."""
        kind, before = self.page.kind, self.page.question
        if kind in ROWS:
            ids = [name for name, _text in before.options] if before else []
            return read_part(kind, write_part(part_of(kind, self.data, ids)))[0]
        return Parts(key=self._typed_key())

    def _typed_key(self) -> dict[str, Any]:
        if self.page.kind == "true_false":
            return {"ids": [self.truth.data or "true"]}
        if self.page.kind == "numeric":
            return {"value": _plain(self.number.data), "tolerance": _plain(self.tolerance.data)}
        return {"accept": {name: lines(self[f"accept_{name}"].data) for name in ("zh", "en")}}


def _storable(_form: Any, field: Any) -> None:
    if UNSTORABLE.search(field.data or ""):
        raise StopValidation(_("There is a character in it that is no text."))


def _field(column: Texts | Tick | Choose, n: int) -> dict[str, Any]:
    """Return the fields of a column in row `n`."""
    if isinstance(column, Texts):
        labels = zip(column.fields, (column.zh, column.en), strict=True)
        return {name: text(label, most=column.most, check=[_storable]) for name, label in labels}
    if isinstance(column, Tick):
        return {column.name: BooleanField(column.label)}
    default = column.choices[n % 2][0] if column.name == "speaker" else ""
    return {column.name: choice(column.label, choices=options(column.choices), default=default)}


_MADE_BY: Any = type(QuestionForm)  # WTForms collects the fields of a class when the class is made


def _form_of(kind: str) -> type[QuestionForm]:
    """Return the form with the rows of a kind."""
    fields: dict[str, Any] = {}
    for rows in ROWS.get(kind, ()):
        for n in range(rows.most):
            own = {name: field for column in rows.columns for name, field in _field(column, n).items()}
            own |= {name: HiddenField(validators=[Length(max=80)]) for name in rows.ids}
            fields |= {rows.field(n, name): field for name, field in own.items()}
    if kind == "listen_score":
        fields |= {"audio": choice(_l("Recording")), "scorecard": choice(_l("Scorecard it is from"))}
    made: type[QuestionForm] = _MADE_BY(f"QuestionForm_{kind}", (QuestionForm,), fields)
    return made


_FORMS = {kind: _form_of(kind) for kind in KINDS}


def _both(form: Form, name: str) -> Both:
    return Both(form[f"{name}_zh"].data or "", form[f"{name}_en"].data or "")


def _plain(value: Any) -> int | float:
    return 0 if value is None else int(value) if value == int(value) else float(value)
