"""A mentor's apprentices: all of them, one of them, and the talks they arrange."""

from flask import Response, flash
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.errors import Refused
from lms.mentoring import actions, queries, words
from lms.mentoring.forms import CallForm, MeetingForm
from lms.mentoring.views.routes import blueprint, card_choices, explain
from lms.quizzes.queries.cutscores import waiting_for_judge
from lms.web import allow, me, page, reading, see_other, writing


@blueprint.get("/apprentices")
@allow(Role.MENTOR)
def apprentices() -> Response:
    """List the mentor's apprentices, first those who need something now."""
    now = clock.now()
    with reading() as session:
        found = queries.apprentices(session, me(), now=now)
        to_judge = waiting_for_judge(session, me().id, me().employee_no)
    return page("mentoring/apprentices.html", found=found, to_judge=to_judge, words=words, now=now)


@blueprint.get("/apprentices/<int:learner_id>")
@allow(Role.MENTOR, Role.ADVISER)
def apprentice(learner_id: int) -> Response:
    """Show one apprentice to their mentor or class adviser."""
    return show(learner_id)


def show(learner_id: int, *, meeting_form: MeetingForm | None = None, call_form: CallForm | None = None) -> Response:
    """Render an apprentice's page, with the form that was sent where one has to be mended."""
    now = clock.now()
    with reading() as session:
        found = queries.apprentice_page(session, learner_id, me(), now=now)
    here = to_user_timezone(now).replace(tzinfo=None, second=0, microsecond=0)
    return page(
        "mentoring/apprentice.html",
        status=422 if meeting_form or call_form else 200,
        found=found,
        words=words,
        now=now,
        meeting_form=meeting_form or MeetingForm(formdata=None),
        call_form=call_form or CallForm(card_choices(found.scorecards), formdata=None, data={"call_at": here}),
    )


@blueprint.post("/apprentices/<int:learner_id>/meetings")
@allow(Role.MENTOR)
def arrange_meeting(learner_id: int) -> BaseResponse:
    """Arrange a talk with an apprentice."""
    form = MeetingForm()
    if not form.validate():
        return show(learner_id, meeting_form=form)
    try:
        with writing() as session:
            value = form.value(me().time_zone)
            meeting = actions.arrange_meeting(session, me().id, learner_id, value, now=clock.now())
    except Refused as refused:
        explain(form, refused)
        return show(learner_id, meeting_form=form)
    when = words.soon(meeting.starts_at, clock.now())
    flash(_("Arranged: %(when)s, %(place)s. You both see it now.", when=when, place=meeting.place), "ok")
    return see_other("mentoring.apprentice", learner_id=learner_id)


@blueprint.post("/apprentices/<int:learner_id>/meetings/<int:meeting_id>/cancellation")
@allow(Role.MENTOR)
def cancel_meeting(learner_id: int, meeting_id: int) -> BaseResponse:
    """Cancel a talk that is still ahead."""
    try:
        with writing() as session:
            actions.cancel_meeting(session, me().id, meeting_id, now=clock.now())
    except Refused as refused:
        flash(words.sentence(refused), "warn")
    else:
        flash(_("The talk is cancelled. You can arrange another one below."), "ok")
    return see_other("mentoring.apprentice", learner_id=learner_id)
