"""The page one writes on, with a textarea that saves without JavaScript, and how drafts begin."""

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.accounts.rules import Role
from lms.authoring import queries
from lms.authoring.actions.drafts import Conflict, open_draft, open_new_draft, save_part
from lms.authoring.forms.drafts import NewLessonForm, PartForm, PartValue
from lms.authoring.rules import diff
from lms.authoring.rules.drafts import cleaned
from lms.authoring.views.editor.routes import blueprint, part_asked
from lms.authoring.words.drafts import worded
from lms.errors import Invalid
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse


@blueprint.get("/drafts/<int:draft_id>")
@allow(Role.TRAINER)
def edit(draft_id: int) -> Response:
    """Show one part of a draft: text and preview, or its questions."""
    with reading() as session:
        found = queries.editor_page(session, draft_id, part_asked(), as_text="yaml" in request.args)
    return page("authoring/editor.html", page=found)


@blueprint.post("/drafts/<int:draft_id>")
@allow(Role.TRAINER)
def save(draft_id: int) -> BaseResponse:
    """Save a part from the plain form; where somebody else saved meanwhile, show both texts."""
    form = PartForm()
    if not form.validate() and not set(form.errors) <= {"text"}:
        raise Invalid(field=next(iter(form.errors)))
    sent = form.value()
    try:
        with worded(), writing() as session:
            saved = save_part(session, me(), draft_id, sent.part, sent.text, sent.version, now=clock.now())
    except Invalid as refused:
        return _typed(draft_id, sent, refused.text)
    if not isinstance(saved, Conflict):
        flash(_("Saved."), "ok")
        return see_other("drafts.edit", draft_id=draft_id, part=sent.part)
    with reading() as session:
        found = queries.live_draft(session, draft_id)
    rows = diff.rows(saved.theirs.text, cleaned(sent.text))  # a form sends its own kind of line end
    return page(
        "authoring/conflict.html",
        status=409,
        view=found,
        part=sent.part,
        theirs=saved.theirs,
        mine=sent.text,
        rows=rows,
    )


def _typed(draft_id: int, sent: PartValue, problem: str) -> Response:
    """Show the page again with what was typed, and why it was not saved."""
    with reading() as session:
        found = queries.editor_page(session, draft_id, sent.part, as_text=True)
    return page("authoring/editor.html", page=found, typed=sent, problem=problem, status=422)


@blueprint.post("/lessons/<int:lesson_id>/draft")
@allow(Role.TRAINER)
def begin(lesson_id: int) -> BaseResponse:
    """Open the draft of a published lesson, one that is there or a new one."""
    with worded(), writing() as session:
        draft_id = open_draft(session, me(), lesson_id, now=clock.now())
    return see_other("drafts.edit", draft_id=draft_id)


@blueprint.get("/courses/<course_slug>/drafts/new")
@allow(Role.TRAINER)
def new_lesson(course_slug: str) -> Response:
    """Show the form for a new lesson."""
    with reading() as session:
        course = queries.live_course(session, course_slug)
    return page("authoring/new_lesson.html", course=course, form=NewLessonForm(formdata=None))


@blueprint.post("/courses/<course_slug>/drafts")
@allow(Role.TRAINER)
def begin_new(course_slug: str) -> BaseResponse:
    """Begin a new lesson in a course."""
    form = NewLessonForm()
    with reading() as session:
        course = queries.live_course(session, course_slug)
    if form.validate():
        try:
            with worded(), writing() as session:
                draft_id = open_new_draft(session, me(), course_slug, form.value(), now=clock.now())
        except Invalid as wrong:
            refuse(form.title_en, wrong.text)
        else:
            return see_other("drafts.edit", draft_id=draft_id)
    return page("authoring/new_lesson.html", course=course, form=form, status=422)
