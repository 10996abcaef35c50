"""What is answered about certification: paths, signatures, certificates, verification and the go-live board."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

import segno
from flask import Blueprint, Response, current_app, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.certification import actions, forms, pdf, words
from lms.certification.queries import board as boards
from lms.certification.queries import certificates, changed, learners, path
from lms.certification.rules import dates, ledger
from lms.certification.rules.requirements import State
from lms.errors import Refused, TooMany
from lms.quizzes.queries.cutscores import waiting_for_judge
from lms.web import allow, me, page, public, reading, see_other, signed_in, writing
from lms.web.filters import local
from lms.web.forms import refuse

blueprint = Blueprint("certification", __name__)
STAFF = (Role.MENTOR, Role.ADVISER, Role.LEAD, Role.HR, Role.AUDITOR)
BOARD = (Role.ADVISER, Role.LEAD, Role.HR, Role.AUDITOR)
FILTERS = ("at", "class", "team", "scope", "status", "q", "expiring")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@blueprint.get("/path")
@allow(Role.LEARNER)
def my_path() -> Response:
    """Show the asker's own way to going live."""
    with reading() as session:
        shown = path.page(session, me(), learners.own(session, me()), at=clock.now())
    return page("certification/path.html", **_path_values(shown, own=True))


@blueprint.get("/learners/<int:learner_id>/path")
@allow(*STAFF)
def learner_path(learner_id: int) -> Response:
    """Show a learner's way, with what the asker may sign or certify."""
    return _learner_path(learner_id, None)


def _learner_path(learner_id: int, form: forms.SignOffForm | None) -> Response:
    with reading() as session:
        learner = learners.within_reach(session, me(), learner_id)
        shown = path.page(session, me(), learner, at=clock.now())
    values = _path_values(shown, own=False)
    return page("certification/path.html", status=422 if form else 200, **values, **_signatures(shown, form))


def _path_values(shown: path.Path, *, own: bool) -> dict[str, Any]:
    upcoming = shown.upcoming
    lines = [words.requirement(asked, shown.learner, own=own) for asked in upcoming.asked] if upcoming else []
    todo = next((line for line in lines if line.url), None)
    return {"path": shown, "own": own, "lines": lines, "todo": todo, "words": words}


def _signatures(shown: path.Path, sent: forms.SignOffForm | None) -> dict[str, Any]:
    """Return a form for every signature of the next gate that is asked of the reader and not given yet."""
    if shown.upcoming is None:
        return {"signatures": []}
    gate = shown.upcoming.gate
    asked = [a.state.requirement.role for a in shown.upcoming.asked if a.state.state is not State.MET]
    blank = [
        forms.SignOffForm(formdata=None, data={"gate": gate.slug, "role": role.value}, prefix="")
        for role in sorted(shown.signing)
        if role.value in asked
    ]
    forms_shown = [sent if sent and sent.role.data == form.role.data else form for form in blank]
    for form in forms_shown:
        form.tell_apart()
    return {"signatures": forms_shown}


@blueprint.post("/learners/<int:learner_id>/sign-offs")
@allow(Role.MENTOR, Role.ADVISER, Role.LEAD)
def sign_off(learner_id: int) -> BaseResponse:
    """Take a signature."""
    form = forms.SignOffForm()
    if not form.validate():
        return _learner_path(learner_id, form)
    try:
        with writing() as session:
            actions.sign_off(session, me(), learner_id, form.value(), now=clock.now())
    except Refused as refused:
        with writing() as session:
            actions.note_refusal(session, me(), refused, now=clock.now())
        refuse(form.password if refused.field == "password" else form.note, words.sentence(refused.code))
        return _learner_path(learner_id, form)
    flash(_("Signed. It stands in the record with your name and the time."), "ok")
    return see_other("certification.learner_path", learner_id=learner_id)


@blueprint.post("/learners/<int:learner_id>/certificates")
@allow(Role.ADVISER, Role.HR)
def issue(learner_id: int) -> BaseResponse:
    """Certify a learner for a gate."""
    gate = request.form.get("gate", "")[:80]
    try:
        with writing() as session:
            issued = actions.issue(session, me(), learner_id, gate, now=clock.now())
    except Refused as refused:
        flash(words.sentence(refused.code), "warn")
        return see_other("certification.learner_path", learner_id=learner_id)
    flash(_("Certified.") if issued.created else _("Already certified; nothing was changed."), "ok")
    return see_other("certification.certificate", number=issued.period.number)


@blueprint.get("/certificates/<number>")
@signed_in
def certificate(number: str) -> Response:
    """Show a certificate and what it was based on."""
    with reading() as session:
        shown = certificates.by_number(session, me(), number, at=clock.now())
    return page(
        "certification/certificate.html",
        certificate=shown,
        qr=segno.make(_address(shown.period.code), error="m", micro=False).svg_data_uri(border=1, scale=4),
        address=_address(shown.period.code),
        own=shown.learner.id == me().id,
        may_end=me().holds(Role.HR) and shown.period.ended_at is None and shown.learner.id != me().id,
        words=words,
    )


@blueprint.get("/certificates/<number>.pdf")
@signed_in
def certificate_pdf(number: str) -> Response:
    """Hand out a certificate as a sheet to print."""
    with reading() as session:
        shown = certificates.by_number(session, me(), number, at=clock.now())
    period = shown.period
    issuer = " ".join(filter(None, (shown.issuer.name, shown.issuer.latin_name)))
    paper = pdf.Paper(
        number=period.number,
        holder=shown.learner.name,
        latin_name=shown.learner.latin_name,
        title_zh=f"{shown.programme.title_zh}：{period.gate.title_zh}",
        title_en=f"{shown.programme.title_en}, {period.gate.title_en},",
        scope=period.scope,
        certified_on=dates.day_of(period.certified_at, period.time_zone),
        valid_until=period.valid_until,
        issuer=issuer,
        address=_address(period.code),
    )
    headers = {"Content-Disposition": f'inline; filename="{period.number}.pdf"'}
    return Response(pdf.sheet(paper), mimetype="application/pdf", headers=headers)


def _address(code: str) -> str:
    return f"{current_app.config['LMS'].base_url}{url_for('certification.verify', code=code)}"


@blueprint.route("/certificates/<number>/end", methods=["GET", "POST"])
@allow(Role.HR)
def end_period(number: str) -> BaseResponse:
    """Ask for a reason, then revoke or suspend."""
    form = forms.EndForm()
    refused = ""
    if request.method == "POST" and form.validate():
        try:
            with writing() as session:
                actions.end_period(session, me(), number, form.value(), now=clock.now())
        except Refused as error:
            refused = words.sentence(error.code)
        else:
            flash(_("Done. The reason stands in the record."), "ok")
            return see_other("certification.certificate", number=number)
    with reading() as session:
        shown = certificates.by_number(session, me(), number, at=clock.now())
    status = 422 if request.method == "POST" else 200
    return page("certification/end.html", certificate=shown, form=form, refused=refused, status=status)


@blueprint.get("/go-live/evidence")
@allow(Role.HR)
def changed_evidence() -> Response:
    """List certificates whose evidence changed, for a person to decide."""
    return _changed_evidence(None)


def _changed_evidence(sent: forms.StandsForm | None, status: int = 200) -> Response:
    with reading() as session:
        found = changed.changed_evidence(session, me(), at=clock.now())
    rows = []
    for each in found:
        number = str(each.regrade.id)
        blank = forms.StandsForm(formdata=None, data={"regrade": number})
        form = sent if sent is not None and sent.regrade.data == number else blank
        form.tell_apart()
        rows.append((each, form))
    return page("certification/changed.html", rows=rows, words=words, status=status)


@blueprint.post("/certificates/<number>/evidence")
@allow(Role.HR)
def keep_certificate(number: str) -> BaseResponse:
    """Let a certificate stand, with a reason."""
    form = forms.StandsForm()
    if not form.validate():
        return _changed_evidence(form, 422)
    regrade, why = int(form.regrade.data or 0), form.why.data or ""
    try:
        with writing() as session:
            actions.keep_certificate(session, me(), number, regrade, why, now=clock.now())
    except Refused as refused:
        flash(words.sentence(refused.code), "warn")
        return see_other("certification.changed_evidence")
    flash(_("It stands. Your reason is kept in the record."), "ok")
    return see_other("certification.changed_evidence")


@blueprint.get("/verify/<code>")
@public
def verify(code: str) -> Response:
    """Tell everybody whether a certificate holds today."""
    try:
        with writing() as session:
            found = actions.verify(session, code, request.remote_addr, now=clock.now())
    except TooMany as waited:
        raise TooMany(words.sentence(waited.code)) from None
    return page("certification/verify.html", found=found, at=clock.now(), words=words)


@blueprint.get("/go-live")
@allow(*BOARD)
def go_live() -> Response:
    """Show who may take calls, now or at any instant."""
    asked = forms.board_filter(request.args, me().time_zone)
    with reading() as session:
        shown = boards.board(session, me(), asked, now=clock.now())
        doubts = len(changed.changed_evidence(session, me(), at=clock.now()))
        to_judge = waiting_for_judge(session, me().id, me().employee_no) if me().holds(Role.LEAD) else 0
    return page(
        "certification/go_live.html",
        board=shown,
        doubts=doubts,
        to_judge=to_judge,
        asked=asked,
        sent={name: request.args[name] for name in FILTERS if request.args.get(name)},
        words=words,
        statuses=[(status.value, words.STATUSES[status]) for status in ledger.Status],
        classes=[(place.id, local(place)) for place in shown.classes],
        teams=[(place.id, local(place)) for place in shown.teams],
        scopes=[(scope, words.SCOPES[scope]) for scope in ledger.SCOPES],
    )


@blueprint.get("/go-live.csv")
@allow(*BOARD)
def go_live_csv() -> Response:
    """Hand out the board's selection for a spreadsheet: UTF-8 with mark, no cell that a spreadsheet would compute."""
    asked = forms.board_filter(request.args, me().time_zone)
    with reading() as session:
        rows = boards.export(session, me(), asked, now=clock.now())
    head = [_("Employee no."), _("Name"), _("Latin name"), _("Status"), _("Scope"), _("Last valid day"), _("Because")]
    head += [_("Class"), _("Team"), _("Answers for it")]
    cells = [_cells(row) for row in rows]
    headers = {"Content-Disposition": 'attachment; filename="go-live.csv"'}
    return Response(_lines([head, *cells]), mimetype="text/csv", headers=headers)


def _cells(row: boards.Row) -> list[str]:
    learner = row.learner
    return [
        learner.employee_no,
        learner.name,
        learner.latin_name or "",
        str(words.STATUSES[row.standing.status]),
        str(words.SCOPES[row.scope]),
        row.last_day.isoformat() if row.last_day else "",
        words.because(row),
        local(learner.training_class) if learner.training_class else "",
        local(learner.team) if learner.team else "",
        words.answers_for(learner),
    ]


def _lines(rows: Iterable[list[str]]) -> Iterator[str]:
    yield "\ufeff"
    for row in rows:
        line = StringIO()
        csv.writer(line).writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
        yield line.getvalue()
