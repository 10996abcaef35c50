"""Signing in and out, passwords and one's own sign-ins."""

from flask import current_app, flash, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts import actions, passwords, queries
from lms.accounts.forms import ChangePasswordForm, NewPasswordForm, SignInForm
from lms.accounts.tokenwords import TOKEN_SCOPES
from lms.accounts.views.routes import blueprint, explain, sentence
from lms.errors import Invalid, NotFound, Refused, TooMany
from lms.web import back, me, page, public, reading, see_other, signed_in, writing
from lms.web.forms import refuse

LONGEST_ADDRESS = 64  # a proxy may pass on whatever it was told


@blueprint.get("/sign-in")
@public
def sign_in() -> Response:
    """Show the form, or go on where somebody is signed in already."""
    if current_user.is_authenticated:
        return back(request.args.get("next"), "home.index")
    return page("accounts/sign_in.html", form=SignInForm(formdata=None, next=request.args.get("next", "")[:500]))


@blueprint.post("/sign-in")
@public
def submit_sign_in() -> Response:
    """Check the password between two short transactions, so that the slow hash holds no lock."""
    form = SignInForm()
    if not form.validate():
        return page("accounts/sign_in.html", form=form, status=422)
    typed, now = form.value(), clock.now()
    try:
        with writing() as session:
            address = (request.remote_addr or "")[:LONGEST_ADDRESS]
            person_id, stored, try_id = actions.begin_sign_in(session, typed.employee_no, address, now=now)
    except TooMany as error:
        return page("accounts/sign_in.html", form=form, problem=sentence(error), status=429)
    if not passwords.matches(stored, typed.password) or person_id is None:
        wrong = _("Employee number or password is not right.")
        return page("accounts/sign_in.html", form=form, problem=wrong, status=422)
    hours = current_app.config["LMS"].session_hours
    agent = request.user_agent.string
    with writing() as session:
        token = actions.complete_sign_in(session, person_id, try_id, user_agent=agent, hours=hours, now=now)
    _enter(token)
    return back(form.next.data, "home.index")


def _enter(token: str) -> None:
    """Start a fresh cookie for the sign-in; only the chosen language is carried over."""
    language = cookie.get("locale")
    cookie.clear()
    with reading() as session:
        identity = queries.identity_by_session(session, token, now=clock.now())
    login_user(identity)
    cookie.permanent = True
    if language:
        cookie["locale"] = language


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this sign-in."""
    with writing() as session:
        actions.end_session(session, me().token, now=clock.now())
    logout_user()
    flash(_("You are signed out."), "ok")
    return see_other("accounts.sign_in")


@blueprint.get("/profile")
@signed_in
def profile() -> Response:
    """Show who I am, my sign-ins and the form for a new password."""
    return _profile(ChangePasswordForm(formdata=None))


def _profile(form: ChangePasswordForm, status: int = 200) -> Response:
    with reading() as session:
        sessions = queries.live_sessions(session, me().id, now=clock.now())
        held = queries.held_roles(session, me().id)
        tokens = queries.live_tokens(session, me().id, now=clock.now())
        time = queries.more_time(session, me().id)
    mine = queries.fingerprint(me().token)
    return page(
        "accounts/profile.html",
        form=form,
        sessions=sessions,
        held=held,
        tokens=tokens,
        scope_words=TOKEN_SCOPES,
        mine=mine,
        time=time,
        status=status,
    )


@blueprint.post("/profile/password")
@signed_in
def change_password() -> Response:
    """Set a new password after the old one."""
    form = ChangePasswordForm()
    if not form.validate():
        return _profile(form, 422)
    try:
        with writing() as session:
            actions.change_password(session, me(), form.old.data or "", form.password.data or "", now=clock.now())
    except Refused as error:
        with writing() as session:
            actions.note_refusal(session, me(), error, now=clock.now())
        refuse(form.old, sentence(error))
        return _profile(form, 422)
    except TooMany as error:
        refuse(form.old, sentence(error))
        return _profile(form, error.status)
    except Invalid as error:
        explain(form, error)
        return _profile(form, 422)
    flash(_("Your new password is set. Other devices are signed out."), "ok")
    return see_other("accounts.profile")


@blueprint.post("/profile/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    """Sign one of my devices out."""
    with writing() as session:
        actions.end_own_session(session, session_id, me().id, now=clock.now())
    flash(_("That device is signed out."), "ok")
    return see_other("accounts.profile")


@blueprint.post("/profile/tokens/<int:token_id>/end")
@signed_in
def revoke_own_token(token_id: int) -> Response:
    """End a token that acts for me."""
    with writing() as session:
        person = queries.person_of_site(session, me().id, me().site_id)
        actions.revoke_token(session, token_id, person, by=me().employee_no, now=clock.now())
    flash(_("That token works no more."), "ok")
    return see_other("accounts.profile")


@blueprint.route("/link/<token>", methods=["GET", "POST"])
@public
def use_link(token: str) -> Response:
    """Set a password by a one-time link; the link is used up by the POST alone."""
    try:
        with reading() as session:
            link = queries.password_link(session, token, now=clock.now())
    except NotFound:
        gone = _("This link was used or has run out. Ask HR or an administrator for a new one.")
        raise NotFound(gone) from None
    form = NewPasswordForm()
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return page("accounts/link.html", form=form, person=link.person, status=status)
    try:
        with writing() as session:
            actions.use_password_link(session, token, form.password.data or "", now=clock.now())
    except Invalid as error:
        explain(form, error)
        return page("accounts/link.html", form=form, person=link.person, status=422)
    flash(_("Your password is set. Please sign in with it."), "ok")
    return see_other("accounts.sign_in")
