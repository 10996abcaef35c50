"""More time for a person: what HR sets, once, for every quiz."""

from flask import flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, LmsError, Refused
from lms.quizzes import actions, queries
from lms.quizzes.forms.more_time import AccommodationForm
from lms.quizzes.sentences import sentence
from lms.quizzes.views.routes import blueprint
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse

FIELDS = ("kind", "extra_minutes", "reason")


@blueprint.get("/people/<employee_no>/accommodation")
@allow(Role.HR)
def accommodation(employee_no: str) -> Response:
    """Show what a person gets beyond the limits of quizzes, and what it was before."""
    return _page(employee_no)


def _page(employee_no: str, form: AccommodationForm | None = None, status: int = 200) -> Response:
    with reading() as session:
        found = queries.persons_time(session, employee_no, me().site_id)
    form = form or AccommodationForm(formdata=None)
    return page("quizzes/accommodation.html", found=found, form=form, status=status)


@blueprint.post("/people/<employee_no>/accommodation")
@allow(Role.HR)
def set_accommodation(employee_no: str) -> Response:
    """Grant more time; it holds at once, for quizzes under way too."""
    with reading() as session:
        found = queries.persons_time(session, employee_no, me().site_id)
    form = AccommodationForm()
    if not form.validate():
        return _page(employee_no, form, 422)
    try:
        with writing() as session:
            actions.set_accommodation(session, found.person, form.value(), by=me(), now=clock.now())
    except (Invalid, Refused) as error:
        _explain(form, error)
        return _page(employee_no, form, error.status)
    flash(_("The time is granted. It holds at once, for quizzes under way too."), "ok")
    return see_other("quizzes.accommodation", employee_no=employee_no)


def _explain(form: AccommodationForm, error: LmsError) -> None:
    """Put an action's reason at the field that it names."""
    name = error.field if isinstance(error, Invalid) and error.field in FIELDS else "kind"
    refuse(form[name], sentence(error.code))


@blueprint.post("/people/<employee_no>/accommodation/end")
@allow(Role.HR)
def end_accommodation(employee_no: str) -> Response:
    """Take the time back; what was granted stays to be read."""
    with reading() as session:
        found = queries.persons_time(session, employee_no, me().site_id)
    with writing() as session:
        actions.end_accommodation(session, found.person, by=me(), now=clock.now())
    flash(_("From now on quizzes take as long as they state."), "ok")
    return see_other("quizzes.accommodation", employee_no=employee_no)
