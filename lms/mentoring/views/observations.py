"""Observed calls: begin, score with one thumb, look over, finish; read and acknowledge."""

from typing import NoReturn

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Invalid, Refused
from lms.mentoring import actions, queries, words
from lms.mentoring.forms import CallForm, OtherCallForm, ScoresForm, scores_form
from lms.mentoring.queries import ObservationPage
from lms.mentoring.rules.calls import live_second, place_text
from lms.mentoring.views.apprentices import show
from lms.mentoring.views.routes import blueprint, card_choices, explain
from lms.web import allow, me, page, reading, see_other, signed_in, writing
from lms.web.errors import wants_json


@blueprint.post("/apprentices/<int:learner_id>/observations")
@allow(Role.MENTOR)
def start_observation(learner_id: int) -> BaseResponse:
    """Open a scorecard for a call of one's own apprentice."""
    with reading() as session:
        form = CallForm(card_choices(queries.scorecards(session)))
    if not form.validate():
        return show(learner_id, call_form=form)
    try:
        with writing() as session:
            draft = actions.start_observation(session, me(), learner_id, form.value(me().time_zone), now=clock.now())
    except Refused as refused:
        explain(form, refused)
        return show(learner_id, call_form=form)
    return see_other("mentoring.observe", observation_id=draft.id)


@blueprint.get("/observations/new")
@allow(Role.MENTOR)
def another_call() -> Response:
    """Ask whose call a mentor listens to who is not that learner's own."""
    with reading() as session:
        cards = card_choices(queries.scorecards(session))
    here = to_user_timezone(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
    return page("mentoring/another_call.html", form=OtherCallForm(cards, formdata=None, data={"call_at": here}))


@blueprint.post("/observations/new")
@allow(Role.MENTOR)
def observe_another() -> BaseResponse:
    """Open a scorecard for a call of somebody else's apprentice."""
    with reading() as session:
        form = OtherCallForm(card_choices(queries.scorecards(session)))
    if not form.validate():
        return page("mentoring/another_call.html", form=form, status=422)
    try:
        with writing() as session:
            draft = actions.start_observation_by_number(
                session, me(), form.employee_no.data or "", form.value(me().time_zone), now=clock.now()
            )
    except Refused as refused:
        explain(form, refused)
        return page("mentoring/another_call.html", form=form, status=422)
    return see_other("mentoring.observe", observation_id=draft.id)


@blueprint.get("/observations/<int:observation_id>")
@signed_in
def observe(observation_id: int) -> Response:
    """Show a scorecard: to its observer for scoring, once finished to those who may read it."""
    with reading() as session:
        found = queries.observation_page(session, observation_id, me())
    if found.finished:
        own = found.learner.id == me().id
        return page("mentoring/observation.html", found=found, own=own, words=words, place_text=place_text)
    return _card(found, _form(found))


def _form(found: ObservationPage) -> ScoresForm:
    return scores_form([one.id for one in found.criteria], found.marks, found.observation.comment)


def _card(found: ObservationPage, form: ScoresForm) -> Response:
    elapsed = live_second(found.observation.call_at, clock.now())
    return page("mentoring/observe.html", found=found, form=form, elapsed=elapsed, status=422 if form.errors else 200)


@blueprint.post("/observations/<int:observation_id>/scores")
@allow(Role.MENTOR)
def save_scores(observation_id: int) -> BaseResponse:
    """Save the scorecard as it stands: after every tap for a script, and before looking it over."""
    with reading() as session:
        found = queries.observation_page(session, observation_id, me())
    form = _form(found)
    if not form.validate():
        return _refuse(form) if wants_json() else _card(found, form)
    try:
        with writing() as session:
            actions.save_scores(session, observation_id, me().id, form.value(), comment=form.comment.data or "")
    except (Refused, Invalid) as error:
        if wants_json():
            raise type(error)(words.sentence(error), code=error.code) from None
        flash(words.sentence(error), "warn")
        return see_other("mentoring.observe", observation_id=observation_id)
    return Response(status=204) if wants_json() else see_other("mentoring.look_over", observation_id=observation_id)


def _refuse(form: ScoresForm) -> NoReturn:
    field = next(field for field in form if field.errors)
    raise Invalid(str(field.errors[0]), field=field.name)


@blueprint.get("/observations/<int:observation_id>/summary")
@allow(Role.MENTOR)
def look_over(observation_id: int) -> BaseResponse:
    """Show what the marks come to and what is still missing, before it is fixed for good."""
    with reading() as session:
        found = queries.observation_page(session, observation_id, me())
    if found.finished:
        return see_other("mentoring.observe", observation_id=observation_id)
    return page("mentoring/summary.html", found=found, words=words, place_text=place_text)


@blueprint.post("/observations/<int:observation_id>/completion")
@allow(Role.MENTOR)
def finish_observation(observation_id: int) -> BaseResponse:
    """Fix the scorecard for good."""
    try:
        with writing() as session:
            actions.finish_observation(session, observation_id, me(), now=clock.now())
    except Refused as refused:
        flash(words.sentence(refused), "warn")
        return see_other("mentoring.look_over", observation_id=observation_id)
    flash(_("Finished. The new hire sees it now; talk it over while the call is fresh."), "ok")
    return see_other("mentoring.observe", observation_id=observation_id)


@blueprint.get("/observations")
@allow(Role.LEARNER)
def my_observations() -> Response:
    """List the learner's own observed calls."""
    with reading() as session:
        rows = queries.observations_of(session, me().id)
    return page("mentoring/my_observations.html", rows=rows)


@blueprint.post("/observations/<int:observation_id>/acknowledgement")
@allow(Role.LEARNER)
def acknowledge(observation_id: int) -> BaseResponse:
    """Note that the learner has read it."""
    with writing() as session:
        actions.acknowledge(session, observation_id, me(), now=clock.now())
    flash(_("Noted that you have read it."), "ok")
    return see_other("mentoring.observe", observation_id=observation_id)
