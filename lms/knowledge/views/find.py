"""Search, as one types; answers for use during a call; and what was not found."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.courses.queries import learner_programme
from lms.courses.rules.reader import reader
from lms.knowledge import queries
from lms.knowledge.actions import note_miss
from lms.knowledge.forms import MissForm
from lms.knowledge.rules.readers import READERS
from lms.knowledge.rules.words import LONGEST_QUESTION
from lms.knowledge.views.blueprint import blueprint
from lms.web import allow, is_htmx, me, number_asked, page, reading, writing
from lms.web.i18n import language


def _asked() -> str:
    return request.args.get("q", "")[:LONGEST_QUESTION]


def _note(text: str) -> None:
    """Keep a search without result, with the post of who searched, never with the person."""
    with writing() as session:
        programme = learner_programme(session, me().id)
        note_miss(session, text, [programme.post] if programme else [], now=clock.now())


@blueprint.get("/find")
@allow(*READERS)
def find() -> Response:
    """Search lessons, key points, the manual and the glossary."""
    post = request.args.get("post", "")[:LONGEST_QUESTION]
    with reading() as session:
        found = queries.search(session, reader(me()), _asked(), language(), post=post)
        posts = queries.post_choices(session)
    if found.missed and not is_htmx():
        _note(found.question.text)
    return page(
        "knowledge/find.html", fragment="knowledge/_found.html", found=found, posts=posts, post=post, q=_asked()
    )


@blueprint.get("/answers")
@allow(*READERS)
def answers() -> Response:
    """Show one answer, large, to be read out while the caller waits."""
    number = number_asked("n", default=1, most=1000)
    with reading() as session:
        found, answer = queries.answers(session, reader(me()), _asked(), language(), number=number)
    if found.missed and not is_htmx() and number == 1:
        _note(found.question.text)
    return page("knowledge/answers.html", fragment="knowledge/_answer.html", found=found, answer=answer, q=_asked())


@blueprint.post("/find/misses")
@allow(*READERS)
def note_search() -> BaseResponse:
    """Note a search that somebody rested on without a result."""
    form = MissForm()
    if form.validate():
        _note(form.value())
    return BaseResponse(status=204)
