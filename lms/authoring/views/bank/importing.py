"""Files of questions come in: first what they hold, by line, then those that were ticked, into a lesson's draft."""

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import banking as actions
from lms.authoring.bankfiles import LARGEST, Report, open_bank
from lms.authoring.forms.bank import BankFileForm, TakenForm
from lms.authoring.parking import banks as parking
from lms.authoring.queries.bank import places
from lms.authoring.views.bank.routes import UNPROCESSABLE, WORDS, blueprint
from lms.authoring.words.bank import sentence
from lms.errors import Invalid, NotFound, Refused
from lms.quizzes.queries.bank import bank_stems
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.files import storage
from lms.web.filters import local
from lms.web.forms import options, refuse
from lms.web.uploads import takes_files

MOST = LARGEST // 1024 // 1024


def _form(**more: Any) -> BankFileForm:
    with reading() as session:
        found = places(session)
    form = BankFileForm(**more)
    form.lesson.choices = options(
        (str(lesson.id), f"{local(course)} · {lesson.slug[:2]} {local(lesson)}") for course, lesson in found.lessons
    )
    form.competency.choices = options((row.slug, local(row)) for row in found.competencies)
    return form


def _ask(form: BankFileForm, *, status: int = 200) -> Response:
    return page("bank/import.html", form=form, most=MOST, status=status)


@blueprint.get("/bank/import")
@allow(Role.TRAINER)
def bring() -> BaseResponse:
    """Ask for a file, or show what the one that waits holds."""
    waiting = parking.parked(storage(), me().id, now=clock.now())
    return _report(*waiting) if waiting else _ask(_form(formdata=None))


def _opened(waiting: parking.Waiting, body: bytes) -> Report:
    with reading() as session:
        known = {row.slug for row in places(session).competencies}
        here = bank_stems(session)
    return open_bank(waiting.name, body, waiting.competency, known, here)


def _report(waiting: parking.Waiting, body: bytes, *, status: int = 200) -> Response:
    report = _opened(waiting, body)
    with reading() as session:
        lessons = {lesson.id: (course, lesson) for course, lesson in places(session).lessons}
    goes_to = lessons.get(waiting.lesson_id)
    return page("bank/report.html", report=report, waiting=waiting, goes_to=goes_to, words=WORDS, status=status)


@blueprint.post("/bank/import")
@allow(Role.TRAINER)
@takes_files(LARGEST)
def send() -> BaseResponse:
    """Keep a file until its sender has seen what it holds."""
    form = _form()
    if not form.validate():
        return _ask(form, status=UNPROCESSABLE)
    try:
        name, body = form.sent()
    except Invalid:
        refuse(form.file, _("Choose a file first."))
        return _ask(form, status=UNPROCESSABLE)
    if len(body) > LARGEST:
        refuse(form.file, _("The file is larger than %(most)s MB.", most=MOST))
        return _ask(form, status=UNPROCESSABLE)
    lesson, competency = int(form.lesson.data), form.competency.data or ""
    parking.park(storage(), me().id, name, body, lesson, competency, now=clock.now())
    return see_other("bank.bring")


@blueprint.post("/bank/import/confirmation")
@allow(Role.TRAINER)
def take() -> BaseResponse:
    """Put the questions that were ticked into the draft of their lesson."""
    form, now = TakenForm(), clock.now()
    waiting = parking.parked(storage(), me().id, now=now)
    if waiting is None or not form.validate() or form.seal.data != waiting[0].seal:
        flash(_("Another file waits by now, or none. Please look again."), "warn")
        return see_other("bank.bring")
    chosen = set(form.place.data or [])
    questions = [line.question for line in _opened(*waiting).taken if line.place in chosen and line.question]
    if not questions:
        flash(_("Tick at least one question."), "warn")
        return _report(*waiting, status=UNPROCESSABLE)
    try:
        with writing() as session:
            draft_id, count = actions.bring_in(session, me(), waiting[0].lesson_id, questions, now=now)
    except (Refused, NotFound) as refused:
        gone = isinstance(refused, NotFound)
        flash(_("This lesson is not there any more. Choose another.") if gone else sentence(refused), "warn")
        return _report(*waiting, status=409)
    parking.forget(storage(), me().id)
    flash(
        ngettext(
            "%(num)s question is in the draft. Read it, translate what is marked, then publish.",
            "%(num)s questions are in the draft. Read them, translate what is marked, then publish.",
            count,
        ),
        "ok",
    )
    return see_other("drafts.edit", draft_id=draft_id, part="questions")


@blueprint.post("/bank/import/removal")
@allow(Role.TRAINER)
def remove() -> BaseResponse:
    """Throw the file away that waits."""
    parking.forget(storage(), me().id)
    flash(_("The file is gone. Nothing was stored."), "ok")
    return see_other("bank.bring")
