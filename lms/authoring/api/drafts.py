"""Drafts for our own editor: one call saves, checks and shows a part."""

from datetime import datetime
from typing import Any, Literal

from flask import render_template
from flask_babel import gettext as _
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field

from lms import clock
from lms.accounts.rules import Role
from lms.authoring import queries
from lms.authoring.actions.drafts import Conflict, save_part
from lms.authoring.queries.drafts import PartView
from lms.authoring.queries.editor import Checked
from lms.authoring.rules import diff
from lms.authoring.rules.drafts import LONGEST
from lms.authoring.words.drafts import worded
from lms.web import allow, me, reading, writing
from lms.web.errors import problem
from lms.web.filters import iso, person_name

api = APIBlueprint("drafts_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Drafts")])
LARGEST_ROW_ID = 2**31 - 1
Part = Literal["zh", "en", "questions"]


class PartPath(BaseModel):
    """A part of a draft."""

    draft_id: int = Field(ge=1, le=LARGEST_ROW_ID)
    part: Part


class PartBody(BaseModel):
    """A text and the version it was written from."""

    model_config = ConfigDict(strict=True, extra="forbid")

    text: str = Field(max_length=LONGEST)
    version: int = Field(ge=1, le=LARGEST_ROW_ID)


class FindingItem(BaseModel):
    """One thing to mend (error) or to think over (warning), in the reader's language; `fix`: what an editor may offer.

    `at` is the name of the picture to describe, or the beginning of the sentence to show.
    """

    line: int
    level: Literal["error", "warning"]
    sentence: str
    fix: Literal["describe", "unmark", "show"] | None
    at: str


class SavedPart(BaseModel):
    """A saved part, checked and shown; `minutes` and `points` are null for the questions."""

    version: int
    saved_at: datetime
    findings: list[FindingItem]
    minutes: int | None
    points: int | None
    html: str
    facts: str


class Theirs(BaseModel):
    """What somebody else saved meanwhile."""

    version: int
    text: str
    saved_by: str
    saved_at: datetime


class ConflictProblem(BaseModel):
    """Nothing was overwritten: theirs stands, and the sent text is kept as `snapshot_id`; `html` shows both."""

    status: Literal[409]
    detail: str
    theirs: Theirs
    snapshot_id: int
    html: str


@api.put(
    "/drafts/<int:draft_id>/parts/<part>",
    summary="Save a part of a draft",
    responses={200: SavedPart, 409: ConflictProblem},
)
@allow(Role.TRAINER, scope="author")
def save(path: PartPath, body: PartBody) -> Any:
    """Save, check and show a part; 409 with both texts where somebody else saved meanwhile."""
    with worded(), writing() as session:
        saved = save_part(session, me(), path.draft_id, path.part, body.text, body.version, now=clock.now())
        checked = None
        if not isinstance(saved, Conflict):
            checked = queries.checked(session, queries.live_draft(session, path.draft_id), path.part)
    if isinstance(saved, Conflict) or checked is None:
        return _conflict(saved, body.text)
    return {"version": saved.version, "saved_at": iso(saved.saved_at), **shown(checked)}


@api.get("/drafts/<int:draft_id>/parts/<part>", summary="A part of a draft", responses={200: Theirs})
@allow(Role.TRAINER, scope="read")
def part(path: PartPath) -> dict[str, Any]:
    """Return the present text of a part, and who saved it."""
    with reading() as session:
        view = queries.live_draft(session, path.draft_id)
    return _part(view.parts[path.part])


def shown(checked: Checked) -> dict[str, Any]:
    """Return findings, counts and the two fragments of the page."""
    return {
        "findings": [
            {
                "line": finding.line,
                "level": finding.level,
                "sentence": finding.sentence(_),
                "fix": offered.do if offered else None,
                "at": offered.at if offered else "",
            }
            for finding, offered in checked.lints
        ],
        "minutes": checked.counts.minutes,
        "points": checked.counts.points,
        "html": render_template("authoring/_preview.html", checked=checked),
        "facts": render_template("authoring/_facts.html", checked=checked),
    }


def _part(view: PartView) -> dict[str, Any]:
    return {
        "version": view.version,
        "text": view.text,
        "saved_by": person_name(view.saved_by),
        "saved_at": iso(view.saved_at),
    }


def _conflict(saved: Any, text: str) -> Any:
    rows = diff.rows(saved.theirs.text, text)
    return problem(
        409,
        "Conflict",
        _("%(name)s saved meanwhile. Both texts are kept.", name=person_name(saved.theirs.saved_by)),
        theirs=_part(saved.theirs),
        snapshot_id=saved.snapshot_id,
        html=render_template("authoring/_diff.html", rows=rows, old_name=_("Theirs"), new_name=_("Yours")),
    )
