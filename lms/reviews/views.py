"""What is answered about reviews: how long, one card a screen, how it went. Works without scripts."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.courses.addresses import address
from lms.errors import Refused
from lms.pace.rules import study_day
from lms.reviews import actions, queries
from lms.reviews.actions import Given
from lms.reviews.forms import LONGEST_BRANCH, MINUTES, WORDS, RatingForm, StartForm
from lms.reviews.rules.choice import percent_in_memory
from lms.reviews.words import sentence
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.i18n import language

blueprint = Blueprint("reviews", __name__)


def _branch_asked() -> str:
    """Return the branch that the address names: a node's id, or a course by its slug."""
    return (request.args.get("branch") or request.args.get("course") or "")[:LONGEST_BRANCH]


def _start(branch: str, *, problem: str = "", status: int = 200) -> Response:
    now = clock.now()
    with reading() as session:
        part = queries.branch(session, me().id, branch, language()) if branch else None
        known = queries.in_memory(session, me().id)
        going_on = queries.open_session(session, me().id, now=now)
    return page(
        "reviews/start.html",
        part=part,
        percent=percent_in_memory(known.memories, now),
        points=len(known.memories),
        critical=known.critical,
        going_on=going_on,
        minutes=MINUTES,
        problem=problem,
        status=status,
    )


@blueprint.get("/reviews")
@allow(Role.LEARNER)
def start() -> Response:
    """Ask how much time there is."""
    return _start(_branch_asked())


@blueprint.post("/reviews")
@allow(Role.LEARNER)
def start_session() -> BaseResponse:
    """Begin to review for so many minutes, or go on with what was begun."""
    value = StartForm().value(_branch_asked())
    try:
        with writing() as session:
            begun, _new = actions.start_session(
                session, me().id, minutes=value.minutes, branch=value.branch, locale=language(), now=clock.now()
            )
    except Refused as error:
        return _start(value.branch, problem=sentence(error.code), status=error.status)
    return see_other("reviews.next_card", session_id=begun.id)


@blueprint.get("/reviews/<int:session_id>")
@allow(Role.LEARNER)
def next_card(session_id: int) -> BaseResponse:
    """Lead to the first card that is not rated yet, or show how it went."""
    with reading() as session:
        found = queries.session_page(session, session_id, me().id)
        missed = queries.prompts(session, found.missed, language()) if found.next is None else {}
    if found.next is not None:
        return see_other("reviews.card", session_id=session_id, position=found.key_points.index(found.next) + 1)
    return page("reviews/end.html", session=found, missed=[missed[point] for point in found.missed], address=address)


@blueprint.get("/reviews/<int:session_id>/cards/<int:position>")
@allow(Role.LEARNER)
def card(session_id: int, position: int) -> Response:
    """Ask for one point; `?shown=1` opens it."""
    return _card(session_id, position, RatingForm(formdata=None), shown=request.args.get("shown") == "1")


def _card(session_id: int, position: int, form: RatingForm, *, shown: bool, status: int = 200) -> Response:
    with reading() as session:
        found = queries.card_page(session, session_id, me().id, position, language())
    return page(
        "reviews/card.html",
        card=found,
        asked=found.asked,
        session=found.session,
        shown=shown,
        form=form,
        words=WORDS,
        lesson_url=address(found.asked.lesson_id, found.asked.block),
        status=status,
    )


@blueprint.post("/reviews/<int:session_id>/cards/<int:position>")
@allow(Role.LEARNER)
def rate_card(session_id: int, position: int) -> BaseResponse:
    """Take how it went and lead to the next card."""
    form, now = RatingForm(), clock.now()
    if not form.validate():
        return _card(session_id, position, form, shown=True, status=422)
    with writing() as session:
        found = queries.card_page(session, session_id, me().id, position, language())
        given = Given(found.asked.key_point_id, form.value(), "card")
        day = study_day(now, me().time_zone)
        actions.answer(session, session_id, me().id, given, now=now, day=day)
    return see_other("reviews.next_card", session_id=session_id)
