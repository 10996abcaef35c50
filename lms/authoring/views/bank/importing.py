"""Files of questions come in: first what they hold, by line, then those that were ticked, into a lesson's draft."""

from contextlib import ExitStack
from io import BytesIO
from typing import Any

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import banking as actions
from lms.authoring.bankfiles import LARGEST, Line, Report, open_bank
from lms.authoring.bankreports import chosen_of, pictures_text, report_of, report_text, with_pictures
from lms.authoring.forms.bank import BankFileForm, TakenForm
from lms.authoring.parking import banks as parking
from lms.authoring.queries.bank import places
from lms.authoring.views.bank.routes import UNPROCESSABLE, WORDS, blueprint
from lms.authoring.words.bank import sentence
from lms.errors import Invalid, NotFound, Refused
from lms.media.actions import keep_file
from lms.media.intake import take as intake
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


def _opened(sent: parking.Sent) -> Report:
    with reading() as session:
        known = {row.slug for row in places(session).competencies}
        here = bank_stems(session)
    return open_bank(sent.name, sent.body, sent.competency, known, here)


def _report(waiting: parking.Waiting, held: bytes, *, status: int = 200) -> Response:
    report = report_of(held)
    with reading() as session:
        lessons = {lesson.id: (course, lesson) for course, lesson in places(session).lessons}
    goes_to = lessons.get(waiting.lesson_id)
    return page("bank/report.html", report=report, waiting=waiting, goes_to=goes_to, words=WORDS, status=status)


@blueprint.post("/bank/import")
@allow(Role.TRAINER)
@takes_files(LARGEST)
def send() -> BaseResponse:
    """Read a file, once, and keep what it holds until its sender has seen it."""
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
    sent = parking.Sent(name, body, int(form.lesson.data), form.competency.data or "")
    report = _opened(sent)
    parking.park(storage(), me().id, sent, report_text(report), pictures_text(report), now=clock.now())
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
    lines = chosen_of(report_of(waiting[1]), set(form.place.data or []))
    if not lines:
        flash(_("Tick at least one question."), "warn")
        return _report(*waiting, status=UNPROCESSABLE)
    try:
        draft_id, count = _brought(waiting[0].lesson_id, with_pictures(lines, parking.pictures_of(storage(), me().id)))
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


def _brought(lesson_id: int, lines: list[Line]) -> tuple[int, int]:
    """Put questions into a draft, their pictures among the files of the lesson; return the draft and how many."""
    with ExitStack() as stack:
        taken = [[(each.name, intake(BytesIO(each.data))) for each in line.pictures] for line in lines]
        files = [each for one in taken for _name, each in one]
        for each in files:
            stack.callback(each.file.close)
            keep_file(storage(), each)
        arrivals = [(line.question, one) for line, one in zip(lines, taken, strict=True) if line.question]
        with writing() as session:
            found = actions.bring_in(session, me(), lesson_id, arrivals, now=clock.now())
        for each in files:
            keep_file(storage(), each)
    return found


@blueprint.post("/bank/import/removal")
@allow(Role.TRAINER)
def remove() -> BaseResponse:
    """Throw the file away that waits."""
    parking.forget(storage(), me().id)
    flash(_("The file is gone. Nothing was stored."), "ok")
    return see_other("bank.bring")
