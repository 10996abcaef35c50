"""Answers for machines: who may take calls, now or at an instant, and the public verification of a code."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import jsonify, request
from flask.wrappers import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lms import clock
from lms.accounts.rules import Role
from lms.certification import actions, forms, words
from lms.certification.queries import board as boards
from lms.certification.rules import ledger
from lms.errors import Invalid, TooMany
from lms.web import allow, me, public, reading, writing
from lms.web.openapi import Query

api = APIBlueprint("certification_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="go-live")])
verification = APIBlueprint("verification_api", __name__, abp_tags=[Tag(name="verification")])
BOARD = (Role.ADVISER, Role.LEAD, Role.HR, Role.AUDITOR)


def _instant(typed: str) -> str:
    """Refuse what is not RFC 3339 with an offset."""
    try:
        forms.instant(typed, None)
    except Invalid:
        raise ValueError("an instant such as 2026-03-17T10:30:00+08:00, with its offset") from None
    return typed


At = Annotated[str, Field(max_length=40), AfterValidator(_instant)]
Scope = Literal["study", "shadow", "nesting", "full"]
Status = Literal["suspended", "revoked", "valid", "in_grace", "lapsed", "never"]


class PersonPath(BaseModel):
    """Whom it is about."""

    employee_no: str = Field(min_length=1, max_length=40)


class GoLiveQuery(Query):
    """When, and for what; without `scope`, for live calls of any kind."""

    at: At | None = None
    scope: Scope | None = None


class GoLiveListQuery(Query):
    """Whose team or class (name in either language), of which status, when, and from where on."""

    model_config = ConfigDict(populate_by_name=True)

    team: str = Field(default="", max_length=120)
    class_name: str = Field(default="", max_length=120, alias="class")
    status: Status | None = None
    at: At | None = None
    cursor: str = Field(default="", max_length=40)


class GoLive(BaseModel):
    """Whether one person may take calls, from which day to which (both included), and why not."""

    employee_no: str
    scope: Scope
    certified: bool
    status: Status
    valid_from: str | None
    valid_until: str | None
    reasons: list[str]


class GoLiveList(BaseModel):
    """A page of people; `next_cursor` is null at the end."""

    at: str
    items: list[GoLive]
    next_cursor: str | None


class CodePath(BaseModel):
    """The code of a certificate."""

    code: str


class PastPeriod(BaseModel):
    """One period of the history."""

    number: str
    scope: Scope
    valid_from: str
    valid_until: str
    ended_early_at: str | None


class Verification(BaseModel):
    """What everybody may know; all but `valid` is null or empty where a code proves nothing."""

    valid: bool
    status: Status | None
    number: str | None
    holder: str | None
    scope: Scope | None
    valid_until: str | None
    history: list[PastPeriod]


@api.get("/go-live/<employee_no>", responses={200: GoLive})
@allow(Role.HR, Role.LEAD, Role.ADVISER, Role.AUDITOR, scope="go-live")
def go_live(path: PersonPath, query: GoLiveQuery) -> Response:
    """Say whether one person may take live calls."""
    with reading() as session:
        row = boards.one(session, me(), path.employee_no, query.scope or "", at=_at(query.at))
    return jsonify(_answer(row, query.scope))


@api.get("/go-live", responses={200: GoLiveList})
@allow(Role.HR, Role.LEAD, Role.ADVISER, Role.AUDITOR, scope="go-live")
def go_live_list(query: GoLiveListQuery) -> Response:
    """List who may take live calls, a thousand people a page, by employee number."""
    at = _at(query.at)
    asked = boards.Filter(status=query.status or "", class_name=query.class_name, team_name=query.team)
    with reading() as session:
        rows, cursor = boards.listed(session, me(), asked, query.cursor, at=at)
    return jsonify({"at": _iso(at), "items": [_answer(row, None) for row in rows], "next_cursor": cursor})


@verification.get("/verify/<code>.json", responses={200: Verification})
@public
def verify(path: CodePath) -> Response:
    """Say whether the certificate behind a code holds today."""
    try:
        with writing() as session:
            found = actions.verify(session, path.code, request.remote_addr, now=clock.now())
    except TooMany as waited:
        raise TooMany(words.sentence(waited.code)) from None
    history = [
        {
            "number": one.number,
            "scope": one.scope,
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "ended_early_at": _iso(one.ended_early_at) if one.ended_early_at else None,
        }
        for one in found.history
    ]
    return jsonify(
        {
            "valid": found.status in (ledger.Status.VALID, ledger.Status.IN_GRACE),
            "status": found.status,
            "number": found.number,
            "holder": found.holder,
            "scope": found.scope,
            "valid_until": found.valid_until.isoformat() if found.valid_until else None,
            "history": history,
        }
    )


def _at(typed: str | None) -> datetime:
    return forms.instant(typed, None) if typed else clock.now()


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _answer(row: boards.Row, scope: str | None) -> dict[str, Any]:
    period = row.period
    return {
        "employee_no": row.learner.employee_no,
        "scope": scope or (period.scope if period else "full"),
        "certified": row.certified,
        "status": row.standing.status,
        "valid_from": period.valid_from.isoformat() if period else None,
        "valid_until": period.valid_until.isoformat() if period else None,
        "reasons": boards.reasons(row),
    }
