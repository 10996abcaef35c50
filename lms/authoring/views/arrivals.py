"""What is answered when content arrives by the browser: a zip, what it would do, and the yes or no to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring.actions import arrivals as actions
from lms.authoring.forms.arrivals import ConversionForm, ZipForm
from lms.authoring.parking import zips as parking
from lms.authoring.words.board import sentence
from lms.content.actions import LibraryRefused
from lms.content.ondisk.doors import Parcel, opened_zip
from lms.content.ondisk.foreign import read_foreign
from lms.content.ondisk.reading import read_library
from lms.content.rules.foreign.convert import Wanted, convert
from lms.content.rules.packing import LARGEST_ZIP
from lms.content.rules.parts import taught
from lms.content.rules.recognition import FOREIGN, OURS, slug
from lms.courses.rules.findings import N_, Finding, error, errors
from lms.errors import Invalid
from lms.web import allow, me, page, see_other, writing
from lms.web.files import storage
from lms.web.forms import refuse
from lms.web.uploads import takes_files

blueprint = Blueprint("arrivals", __name__)
A_YEAR = timedelta(days=365)
UNPROCESSABLE = 422


@blueprint.get("/content/import")
@allow(Role.TRAINER)
def arrive() -> BaseResponse:
    """Ask for a zip, or show what the one that waits would do."""
    waiting = parking.parked(storage(), me().id, now=clock.now())
    if waiting is None:
        return page("arrivals/ask.html", form=ZipForm(), most=LARGEST_ZIP // 1024 // 1024)
    return _report(waiting)


@blueprint.post("/content/import")
@allow(Role.TRAINER)
@takes_files(LARGEST_ZIP)
def send() -> BaseResponse:
    """Keep a zip until its sender has seen what it would do."""
    form = ZipForm()
    most = LARGEST_ZIP // 1024 // 1024
    if not form.validate():
        return page("arrivals/ask.html", form=form, most=most, status=UNPROCESSABLE)
    try:
        name, body = form.value()
    except Invalid:
        refuse(form.file, _("Choose a file first."))
        return page("arrivals/ask.html", form=form, most=most, status=UNPROCESSABLE)
    with opened_zip(body, name) as parcel:
        refused = _refused(parcel)
        seen = None if refused or parcel.what == FOREIGN else _foreseen(parcel)
    if refused:
        return page("arrivals/ask.html", form=form, most=most, findings=refused, status=UNPROCESSABLE)
    parking.park(storage(), me().id, name, body, seen, now=clock.now())
    return see_other("arrivals.arrive")


def _refused(parcel: Parcel) -> tuple[Finding, ...]:
    """Return why nothing can be done with a zip, if so it is."""
    if errors(parcel.findings) or parcel.what in (OURS, FOREIGN):
        return errors(parcel.findings)
    return (error(1, N_("There is neither a course nor a page of Markdown in this zip."), file="."),)


@contextmanager
def _opened(waiting: parking.Parked) -> Iterator[Parcel]:
    with opened_zip(BytesIO(parking.body(storage(), me().id, waiting)), waiting.name) as parcel:
        yield parcel


def _report(
    waiting: parking.Parked, form: ConversionForm | None = None, *, problem: str = "", status: int = 200
) -> BaseResponse:
    """Show what a zip would do: to our library, or as a conversion."""
    if waiting.seen is not None:
        return page("arrivals/forecast.html", waiting=waiting, seen=waiting.seen, problem=problem, status=status)
    try:
        with _opened(waiting) as parcel:
            values = _conversion(parcel, waiting, form)
    except FileNotFoundError:
        parking.forget(storage(), me().id)
        return _gone()
    return page("arrivals/conversion.html", waiting=waiting, status=status, **values)


def _foreseen(parcel: Parcel) -> parking.Seen:
    """Return what courses would do; it takes the whole import, undone again, so it is done once and kept."""
    library, left = taught(read_library(parcel.root, course=parcel.course))
    try:
        with writing() as session:
            found = actions.foresee(session, me(), library, now=clock.now())
    except LibraryRefused as refused:
        return parking.Seen((), (*parcel.findings, *refused.findings), refused=True, left=bool(left))
    rows = tuple(parking.Line(row.kind, row.slug, row.deed, row.file, row.line) for row in found.rows)
    return parking.Seen(rows, (*parcel.findings, *found.findings), refused=False, left=bool(left))


def _conversion(parcel: Parcel, waiting: parking.Parked, form: ConversionForm | None) -> dict[str, Any]:
    """Return what the page of a conversion shows."""
    name = waiting.name
    made = convert(read_foreign(parcel.root), Wanted(slug(name, "course"), name, name))
    form = form or ConversionForm(data={"title_zh": name, "title_en": name, "slug": slug(name, "course")})
    return {
        "made": made,
        "form": form,
        "findings": (*parcel.findings, *made.findings),
        "seconds": actions.about_seconds(len(made.lessons)),
        "most": actions.MOST_DRAFTS,
    }


@blueprint.post("/content/import/confirmation")
@allow(Role.TRAINER)
def confirm() -> BaseResponse:
    """Store what a zip brings; lessons that feed a gate become drafts."""
    waiting = parking.parked(storage(), me().id, now=clock.now())
    if waiting is None:
        return _gone()
    if waiting.seen is None or not _meant(waiting):
        return _another()
    try:
        with _opened(waiting) as parcel:
            library, _left = taught(read_library(parcel.root, course=parcel.course))
            try:
                with writing() as session:
                    report = actions.receive(session, me(), library, storage(), now=clock.now())
            except (LibraryRefused, Invalid, IntegrityError) as refused:
                waiting = parking.update(storage(), me().id, waiting, _foreseen(parcel))
                return _not_stored(waiting, refused)
    except FileNotFoundError:
        return _gone()
    parking.forget(storage(), me().id)
    count = sum(change.deed not in ("held", "kept") for change in report.changes)
    flash(ngettext("%(num)s change is stored.", "%(num)s changes are stored.", count), "ok")
    if report.held:
        told = ngettext(
            "%(num)s lesson feeds a gate and waits as a draft for a second person.",
            "%(num)s lessons feed a gate and wait as drafts for a second person.",
            len(report.held),
        )
        flash(told, "warn")
    if len(library.courses) == 1:
        return see_other("authoring.course", slug=library.courses[0].slug)
    return see_other("authoring.board")


def _not_stored(waiting: parking.Parked, why: Exception) -> BaseResponse:
    """Show what the zip would do by now, and why it was not stored."""
    if isinstance(why, IntegrityError):
        flash(_("Somebody changed the library meanwhile. Please look again; nothing was stored."), "bad")
        return see_other("arrivals.arrive")
    return _report(waiting, problem=sentence(why) if isinstance(why, Invalid) else "", status=UNPROCESSABLE)


@blueprint.post("/content/import/conversion")
@allow(Role.TRAINER)
def convert_pages() -> BaseResponse:
    """Make drafts of Markdown that was written for another tool."""
    now = clock.now()
    waiting = parking.parked(storage(), me().id, now=now)
    if waiting is None:
        return _gone()
    if not _meant(waiting):
        return _another()
    form = ConversionForm()
    if not form.validate():
        return _report(waiting, form, status=UNPROCESSABLE)
    try:
        with _opened(waiting) as parcel:
            made = convert(read_foreign(parcel.root), form.value())
            with writing() as session:
                names = actions.settle(
                    session, me(), made, parcel.root, storage(), review_by=now.date() + A_YEAR, now=now
                )
    except FileNotFoundError:
        return _gone()
    except Invalid as refused:
        field = form._fields.get(refused.field or "", form.slug)  # WTForms' own mapping of names
        refuse(field, sentence(refused))
        return _report(waiting, form, status=UNPROCESSABLE)
    parking.forget(storage(), me().id)
    count = len(made.lessons)
    flash(
        ngettext("%(num)s lesson waits as a draft.", "%(num)s lessons wait as drafts.", count)
        + " "
        + _("Mark the key points, translate, then publish them one by one."),
        "ok",
    )
    return see_other("authoring.course", slug=names[0]) if names else see_other("arrivals.arrive")


@blueprint.post("/content/import/removal")
@allow(Role.TRAINER)
def remove() -> BaseResponse:
    """Throw away the zip that waits, if it is the one that was shown."""
    waiting = parking.parked(storage(), me().id, now=clock.now())
    if waiting is not None and not _meant(waiting):
        return _another()
    parking.forget(storage(), me().id)
    flash(_("The file is gone; nothing was changed."), "ok")
    return see_other("arrivals.arrive")


def _meant(waiting: parking.Parked) -> bool:
    """Say whether the page that was answered showed the zip that waits now."""
    return request.form.get("seal", "") == waiting.seal


def _another() -> BaseResponse:
    flash(_("Another file was sent meanwhile. Here is what it would do; nothing was stored."), "warn")
    return see_other("arrivals.arrive")


def _gone() -> BaseResponse:
    flash(_("The file is no longer here; it is kept for a day. Please send it again."), "warn")
    return see_other("arrivals.arrive")
