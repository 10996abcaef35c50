"""The desk of those who write: what was not found, pages of the manual, terms of the glossary."""

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from lms import clock
from lms.courses.actions.rendering import blocks
from lms.errors import Invalid, Refused
from lms.knowledge import actions, forms, queries
from lms.knowledge.rules import manual
from lms.knowledge.rules.readers import WRITERS
from lms.knowledge.views.blueprint import blueprint
from lms.web import allow, me, page, reading, see_other, writing
from lms.web.forms import refuse
from lms.web.i18n import language

MISS_STATES = ("open", "answered", "dismissed")


def _local(rows: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
    return [(slug, zh if language() == "zh" else en) for slug, zh, en in rows]


@blueprint.get("/knowledge/misses")
@allow(*WRITERS)
def misses() -> Response:
    """Show what was searched and not found, the most wanted first."""
    asked = request.args.get("state", "open")
    state = asked if asked in MISS_STATES else "open"
    with reading() as session:
        found = queries.misses(session, state=state)
        pages = queries.page_choices(session)
        posts = {slug: (zh, en) for slug, zh, en in queries.post_choices(session)}
    return page("knowledge/misses.html", misses=found, state=state, pages=_local(pages), posts=posts)


@blueprint.post("/knowledge/misses/<int:miss_id>/answer")
@allow(*WRITERS)
def answer_miss(miss_id: int) -> BaseResponse:
    """Note which page answers it."""
    form = forms.AnsweredForm()
    with writing() as session:
        form.offer_pages(_local(queries.page_choices(session)))
        if not form.validate():
            raise Invalid(_("Choose a page of the manual."), field="slug")
        actions.answer_miss(session, miss_id, form.value())
    flash(_("Noted. If it is searched in vain again, it comes back."), "ok")
    return see_other("knowledge.misses")


@blueprint.post("/knowledge/misses/<int:miss_id>/dismissal")
@allow(*WRITERS)
def dismiss_miss(miss_id: int) -> BaseResponse:
    """Take it off the list."""
    with writing() as session:
        actions.dismiss_miss(session, miss_id)
    flash(_("Off the list. It stays under “Dismissed”."), "ok")
    return see_other("knowledge.misses")


@blueprint.get("/knowledge/pages")
@allow(*WRITERS)
def pages() -> Response:
    """Show all pages of the manual, drafts and retired ones too."""
    with reading() as session:
        found = queries.browse(session, all_pages=True)
    return page("knowledge/pages.html", groups=found)


def _page_form(known: tuple[tuple[str, str, str], ...], more: list[str], **values: Any) -> forms.PageForm:
    form = forms.PageForm(**values)
    named = _local(known)
    form.offer_posts([*named, *((slug, slug) for slug in more if slug not in dict(named))])
    return form


def _edit(form: forms.PageForm, *, status: int = 200, **more: Any) -> Response:
    return page("knowledge/page_edit.html", fragment="knowledge/_preview.html", status=status, form=form, **more)


@blueprint.get("/knowledge/pages/new")
@allow(*WRITERS)
def new_page() -> Response:
    """Show the form for a page, with a title that was searched in vain where one is given."""
    title = manual.begun(request.args.get("title", ""))
    with reading() as session:
        posts = queries.post_choices(session)
    return _edit(_page_form(posts, [], data=title))


@blueprint.post("/knowledge/pages/new")
@allow(*WRITERS)
def add_page() -> BaseResponse:
    """Store a new page."""
    with reading() as session:
        posts = queries.post_choices(session)
    return _save(_page_form(posts, []), None)


@blueprint.get("/knowledge/pages/<slug>")
@allow(*WRITERS)
def edit_page(slug: str) -> Response:
    """Show the newest wording of a page, to be changed, and those before it."""
    with reading() as session:
        found = queries.editable(session, slug)
        revisions = queries.revision_list(session, found.page.id)
        posts = queries.post_choices(session)
    form = _page_form(posts, found.wording.posts, obj=found.wording, slug=slug)
    form.based_on.data = found.page.revision
    return _edit(form, manual_page=found.page, revisions=revisions)


@blueprint.post("/knowledge/pages/<slug>")
@allow(*WRITERS)
def save_page(slug: str) -> BaseResponse:
    """Store a wording; where somebody was faster, show both."""
    with reading() as session:
        found = queries.editable(session, slug)
        posts = queries.post_choices(session)
    form = _page_form(posts, found.wording.posts)
    form.slug.data = slug
    return _save(form, slug)


def _save(form: forms.PageForm, slug: str | None) -> BaseResponse:
    deed = request.form.get("deed", "")
    if deed == "preview":
        return _preview(form, slug)
    if not form.validate():
        return _again(form, slug)
    value = form.value()
    try:
        with writing() as session:
            saved = actions.save_page(
                session,
                value,
                based_on=(form.based_on.data or 0) if slug else 0,
                publish=deed == "publish",
                actor=me().employee_no,
                now=clock.now(),
            )
    except Invalid as wrong:
        text = _("This address is taken.") if wrong.code == "slug_taken" else wrong.text
        refuse(form[wrong.field or "slug"], text)
        return _again(form, slug)
    if saved.conflict:
        return _conflict(form, saved)
    flash(_("Published. It can be found now.") if saved.published else _("Kept as a draft."), "ok")
    return see_other("knowledge.edit_page", slug=saved.slug)


def _known(slug: str | None) -> dict[str, Any]:
    if slug is None:
        return {}
    with reading() as session:
        found = queries.editable(session, slug)
        return {"manual_page": found.page, "revisions": queries.revision_list(session, found.page.id)}


def _again(form: forms.PageForm, slug: str | None) -> Response:
    return _edit(form, status=422, **_known(slug))


def _conflict(form: forms.PageForm, saved: actions.Saved) -> Response:
    with reading() as session:
        other = queries.editable(session, saved.slug, saved.conflict).wording
    form.based_on.raw_data, form.based_on.data = None, saved.number
    return _edit(form, status=409, other=other, saved=saved, **_known(saved.slug))


def _preview(form: forms.PageForm, slug: str | None) -> Response:
    value = {"zh": form.body_zh.data or "", "en": form.body_en.data or ""}
    shown = [
        {
            "locale": locale,
            "title": form[f"title_{locale}"].data or "",
            "findings": [found.sentence(_) for found in manual.findings(forms.plain_lines(body))],
            "blocks": blocks(manual.parse(forms.plain_lines(body)), locale, {}),
        }
        for locale, body in value.items()
    ]
    return _edit(form, preview=shown, **_known(slug))


@blueprint.get("/knowledge/pages/<slug>/revisions/<int:revision>")
@allow(*WRITERS)
def revision(slug: str, revision: int) -> Response:
    """Show an older wording of a page as it was written."""
    with reading() as session:
        found = queries.editable(session, slug, revision)
    return page("knowledge/revision.html", manual_page=found.page, wording=found.wording)


@blueprint.post("/knowledge/pages/<slug>/revisions/<int:revision>/restoration")
@allow(*WRITERS)
def restore_revision(slug: str, revision: int) -> BaseResponse:
    """Make an older wording the newest one."""
    with writing() as session:
        actions.restore_revision(session, slug, revision, actor=me().employee_no, now=clock.now())
    flash(_("That wording is the newest again. Look through it and publish it."), "ok")
    return see_other("knowledge.edit_page", slug=slug)


@blueprint.post("/knowledge/pages/<slug>/retirement")
@allow(*WRITERS)
def retire_page(slug: str) -> BaseResponse:
    """Take a page out of the manual, or put it back."""
    retired = request.form.get("back") != "yes"
    with writing() as session:
        actions.retire_page(session, slug, retired=retired, actor=me().employee_no, now=clock.now())
    flash(_("Out of the manual. You can put it back at any time.") if retired else _("Back in the manual."), "ok")
    return see_other("knowledge.edit_page", slug=slug)


@blueprint.get("/knowledge/terms")
@allow(*WRITERS)
def terms() -> Response:
    """Show the terms of the glossary, to be changed, and those that were taken out, to be brought back."""
    with reading() as session:
        found = queries.glossary(session)
        retired = queries.glossary(session, retired=True)
    return page("knowledge/terms.html", terms=found, retired=retired)


@blueprint.get("/knowledge/terms/new")
@allow(*WRITERS)
def new_term() -> Response:
    """Show the form for a term."""
    return page("knowledge/term_edit.html", form=forms.TermForm(), term=None)


@blueprint.get("/knowledge/terms/<slug>")
@allow(*WRITERS)
def edit_term(slug: str) -> Response:
    """Show a term, to be changed."""
    with reading() as session:
        found = queries.term_for_editing(session, slug)
        revisions = queries.term_revisions(session, found.id)
    form = forms.TermForm(obj=found, also="\n".join(found.also))
    form.also.data = "\n".join(found.also)
    return page("knowledge/term_edit.html", form=form, term=found, revisions=revisions)


@blueprint.post("/knowledge/terms/new")
@allow(*WRITERS)
def add_term() -> BaseResponse:
    """Store a new term."""
    return _save_term(forms.TermForm(), None)


@blueprint.post("/knowledge/terms/<slug>")
@allow(*WRITERS)
def save_term(slug: str) -> BaseResponse:
    """Change a term."""
    form = forms.TermForm()
    form.slug.data = slug
    return _save_term(form, slug)


def _save_term(form: forms.TermForm, slug: str | None) -> BaseResponse:
    if form.validate():
        version = form.version.data if slug else 0
        try:
            with writing() as session:
                actions.save_term(session, form.value(), version=version or 0, actor=me().employee_no, now=clock.now())
        except Invalid:
            refuse(
                form.slug, _("This address is taken. If it is by a term that was taken out, the list brings it back.")
            )
        except Refused:
            refuse(form.text_zh, _("Somebody changed this term meanwhile. Open it in a second window and compare."))
        else:
            flash(_("Saved. Lessons show it within a minute."), "ok")
            return see_other("knowledge.terms")
    found, revisions = None, None
    if slug is not None:
        with reading() as session:
            found = queries.term_for_editing(session, slug)
            revisions = queries.term_revisions(session, found.id)
    return page("knowledge/term_edit.html", status=422, form=form, term=found, revisions=revisions)


@blueprint.post("/knowledge/terms/<slug>/revisions/<int:revision>/restoration")
@allow(*WRITERS)
def restore_term(slug: str, revision: int) -> BaseResponse:
    """Make an older wording of a term the present one."""
    with writing() as session:
        actions.restore_term(session, slug, revision, actor=me().employee_no, now=clock.now())
    flash(_("That wording stands again."), "ok")
    return see_other("knowledge.edit_term", slug=slug)


@blueprint.post("/knowledge/terms/<slug>/retirement")
@allow(*WRITERS)
def retire_term(slug: str) -> BaseResponse:
    """Take a term out of the glossary, or bring it back."""
    retired = request.form.get("back") != "yes"
    with writing() as session:
        actions.retire_term(session, slug, retired=retired, actor=me().employee_no, now=clock.now())
    flash(_("Out of the glossary. You can bring it back at any time.") if retired else _("Back in the glossary."), "ok")
    return see_other("knowledge.terms")
