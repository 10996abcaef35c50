"""People: list, add, change, roles, one-time links, suspension."""

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts import actions, queries
from lms.accounts.forms import PersonForm, RoleForm
from lms.accounts.rules import Role, may_grant, may_manage
from lms.accounts.tokenwords import TOKEN_SCOPES
from lms.accounts.views.routes import blueprint, explain, sentence
from lms.errors import Invalid, Refused
from lms.web import address, allow, me, number_asked, page, reading, see_other, writing
from lms.web.filters import ROLE_NAMES, local

MANAGERS = (Role.HR, Role.ADMIN)


@blueprint.get("/people")
@allow(*MANAGERS)
def people() -> Response:
    """List the people of my site, filtered by words and role."""
    search, role = request.args.get("q", "").strip()[:80], request.args.get("role", "")
    number = number_asked("page", default=1, most=10_000)
    with reading() as session:
        rows, total = queries.people(session, me().site_id, search=search, role=role, page=number)
    pages = max(1, -(-total // queries.PAGE))
    return page(
        "accounts/people.html",
        rows=rows,
        total=total,
        q=search,
        role=role,
        number=number,
        pages=pages,
        role_names=ROLE_NAMES,
    )


def _team_choices(session: Session) -> list[tuple[str, str]]:
    return [(str(team.id), local(team, "name")) for team in queries.teams(session, me().site_id)]


@blueprint.route("/people/new", methods=["GET", "POST"])
@allow(*MANAGERS)
def add_person() -> Response:
    """Add a person and show the link they set their password with."""
    with reading() as session:
        teams = _team_choices(session)
    form = PersonForm(teams)
    if request.method == "GET" or not form.validate():
        return page("accounts/person_new.html", form=form, status=200 if request.method == "GET" else 422)
    try:
        with writing() as session:
            person = actions.add_person(session, me().site_id, form.value(), by=me().employee_no, now=clock.now())
    except Invalid as error:
        explain(form, error)
        return page("accounts/person_new.html", form=form, status=422)
    flash(_("%(name)s is added. Give them a role next.", name=person.name), "ok")
    return see_other("accounts.person", person_id=person.id)


@blueprint.get("/people/<int:person_id>")
@allow(*MANAGERS)
def person(person_id: int) -> Response:
    """Show a person with their roles and what can be done."""
    return _person(person_id)


def _person(person_id: int, form: PersonForm | None = None, *, link: str = "", status: int = 200) -> Response:
    with reading() as session:
        found = queries.person_of_site(session, person_id, me().site_id)
        held = queries.held_roles(session, person_id)
        tokens = queries.live_tokens(session, person_id, now=clock.now())
        teams = _team_choices(session)
        classes = [row.training_class for row in queries.classes(session, me().site_id)]
    scopes = [(f"class:{c.id}", local(c, "name")) for c in classes] + [(f"team:{n}", name) for n, name in teams]
    roles = [role for role in Role if may_grant(me(), role)]
    return page(
        "accounts/person.html",
        person=found,
        held=held,
        tokens=tokens,
        scope_words=TOKEN_SCOPES,
        may_change=may_manage(me(), [one.role for one in held]),
        form=form or PersonForm(teams, formdata=None, obj=found, team=str(found.team_id or "")),
        role_form=RoleForm(roles, scopes, formdata=None),
        role_names=ROLE_NAMES,
        link=link,
        status=status,
    )


@blueprint.post("/people/<int:person_id>")
@allow(*MANAGERS)
def change_person(person_id: int) -> Response:
    """Change what is known of a person."""
    with reading() as session:
        queries.person_of_site(session, person_id, me().site_id)
        form = PersonForm(_team_choices(session))
    if not form.validate():
        return _person(person_id, form, status=422)
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            actions.change_person(session, found, form.value(), by=me().employee_no, now=clock.now())
    except (Invalid, Refused) as error:
        explain(form, error)
        return _person(person_id, form, status=error.status)
    flash(_("Saved."), "ok")
    return see_other("accounts.person", person_id=person_id)


@blueprint.post("/people/<int:person_id>/roles")
@allow(*MANAGERS)
def grant_role(person_id: int) -> Response:
    """Give a person a role."""
    with reading() as session:
        queries.person_of_site(session, person_id, me().site_id)
        teams = _team_choices(session)
        classes = [row.training_class for row in queries.classes(session, me().site_id)]
    scopes = [(f"class:{c.id}", "") for c in classes] + [(f"team:{n}", "") for n, _name in teams]
    form = RoleForm([role for role in Role if may_grant(me(), role)], scopes)
    if not form.validate():
        flash(_("Please choose a role and whom it is for."), "bad")
        return _person(person_id, status=422)
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            actions.grant_role(session, found, **vars(form.value()), by=me().employee_no, now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
    else:
        flash(_("The role is given."), "ok")
    return see_other("accounts.person", person_id=person_id)


@blueprint.post("/people/<int:person_id>/roles/<int:grant_id>/end")
@allow(*MANAGERS)
def end_role(person_id: int, grant_id: int) -> Response:
    """Take a role back."""
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            actions.end_role(session, found, grant_id, by=me(), now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
    else:
        flash(_("The role is taken back."), "ok")
    return see_other("accounts.person", person_id=person_id)


@blueprint.post("/people/<int:person_id>/link")
@allow(*MANAGERS)
def make_link(person_id: int) -> Response:
    """Make a one-time link and show it, once."""
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            token = actions.make_password_link(session, found, by=me(), now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
        return see_other("accounts.person", person_id=person_id)
    return _person(person_id, link=address("accounts.use_link", token=token))


@blueprint.post("/people/<int:person_id>/suspension")
@allow(*MANAGERS)
def set_suspension(person_id: int) -> Response:
    """Close or open the door for a person."""
    suspended = request.form.get("suspended") == "yes"
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            actions.set_suspended(session, found, suspended=suspended, by=me(), now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
    else:
        flash(_("They can no longer sign in.") if suspended else _("They can sign in again."), "ok")
    return see_other("accounts.person", person_id=person_id)


@blueprint.post("/people/<int:person_id>/tokens/<int:token_id>/end")
@allow(*MANAGERS)
def revoke_token(person_id: int, token_id: int) -> Response:
    """End a token that acts for a person."""
    try:
        with writing() as session:
            found = queries.managed_person(session, person_id, me())
            actions.revoke_token(session, token_id, found, by=me().employee_no, now=clock.now())
    except Refused as error:
        flash(sentence(error), "bad")
    else:
        flash(_("That token works no more."), "ok")
    return see_other("accounts.person", person_id=person_id)
