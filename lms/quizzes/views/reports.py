"""What first attempts say: of a quiz, of a question, and the keys that somebody must look at."""

from collections.abc import Iterator

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock, markup
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.quizzes.actions.keys import check_key
from lms.quizzes.forms.reports import KeyForm
from lms.quizzes.queries import keys as key_queries
from lms.quizzes.queries import reports as queries
from lms.quizzes.rules import reports as rules
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.filters import local
from lms.web.spreadsheet import csv_file

AIMS = {
    "alpha": rules.AIM_ALPHA,
    "p0": rules.AIM_P0,
    "kappa": rules.AIM_KAPPA,
    "in_time": rules.AIM_IN_TIME,
}


@blueprint.get("/quizzes/<slug>/report")
@allow(Role.TRAINER, Role.ADVISER, Role.HR)
def report(slug: str) -> Response:
    """Show what first attempts say of a quiz, and trainers what they say of each question."""
    with reading() as session:
        found = queries.report_page(session, me(), slug)
    return page("quizzes/report.html", report=found, quiz=found.quiz, least=queries.LEAST, aims=AIMS)


@blueprint.get("/quizzes/<slug>/report.csv")
@allow(Role.TRAINER)
def report_csv(slug: str) -> Response:
    """Hand out what first attempts say of each question for a spreadsheet."""
    with reading() as session:
        found = queries.report_page(session, me(), slug)
    return csv_file(f"{found.quiz.slug}-report.csv", _rows(found))


def _rows(found: queries.ReportPage) -> Iterator[list[object]]:
    yield [
        _("Question"), _("Version"), _("Kind of question"), _("Wording"), _("Drawn"), _("First attempts"),
        _("With an answer"), _("Facility"), _("from"), _("to"), _("Discrimination"), _("Verdict"),
        _("Key in doubt"), _("Options"),
    ]  # fmt: skip
    for line in found.items or ():
        ease, telling = line.facility, line.discrimination
        options = "; ".join(
            f"{each.choice.option}{'*' if each.right else ''}: {each.choice.percent} %" for each in line.options
        )
        yield [
            line.question.ref, line.version.version, line.version.kind, markup.plain(local(line.version.stem)),
            line.sums.drawn, line.sums.n, line.sums.answered,
            *((ease.mean, ease.low, ease.high) if ease else (None, None, None)),
            telling.r if telling else None, telling.verdict if telling else None,
            _("yes") if line.suspect else None, options,
        ]  # fmt: skip


@blueprint.get("/questions/key-checks")
@allow(Role.TRAINER)
def key_checks() -> Response:
    """List the questions whose key somebody must look at."""
    with reading() as session:
        found = key_queries.suspects(session)
    return page("quizzes/key_checks.html", suspects=found)


@blueprint.get("/questions/<int:question_id>/statistics")
@allow(Role.TRAINER)
def question_statistics(question_id: int) -> Response:
    """Show what first attempts say of a question in each quiz, and ask about its key where that is in doubt."""
    return _question(question_id, KeyForm(formdata=None))


def _question(question_id: int, form: KeyForm, status: int = 200) -> Response:
    with reading() as session:
        found = key_queries.question_report(session, question_id)
    if found.suspects and not form.version.data:
        form.version.data = str(found.suspects[0].line.version.version)
    return page("quizzes/question_report.html", report=found, form=form, least=queries.LEAST, status=status)


@blueprint.post("/questions/<int:question_id>/key-checks")
@allow(Role.TRAINER)
def check_question_key(question_id: int) -> BaseResponse:
    """Keep what came of looking at a key."""
    form = KeyForm()
    if not form.validate():
        return _question(question_id, form, 422)
    value = form.value()
    try:
        with writing() as session:
            check_key(session, me(), question_id, value.version, value.verdict, value.note, now=clock.now())
    except (Invalid, Refused) as error:
        flash(sentence(error.code), "warn")
        return _question(question_id, form, error.status)
    flash(_("Kept on the record. Thank you for looking."), "ok")
    return see_other("quizzes.question_statistics", question_id=question_id)
