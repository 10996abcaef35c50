"""What is sent about signatures, ends and the board: each gives one frozen value."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import AnyOf, Length, Regexp

from lms.certification.actions import EndValue, SignOffValue
from lms.certification.queries.board import Filter
from lms.certification.rules.ledger import SCOPES, Status
from lms.errors import Invalid
from lms.web.forms import Form, options, required, secret, text

LARGEST_ROW_ID = 2**31 - 1
YEARS = range(2000, 2200)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+ -]\d\d:\d\d)?")


class SignOffForm(Form):
    """A signature under a gate."""

    gate = HiddenField(validators=[*required(), Length(max=80)])
    role = HiddenField(validators=[AnyOf(["mentor", "adviser", "lead"])])
    note = text(_l("Note (others who may see this path can read it)"), most=500)
    password = secret(_l("Your password, as your signature"))

    def tell_apart(self) -> None:
        """Give every field an id of its own: somebody may sign twice on one page, as mentor and as lead."""
        for field in self:
            field.id = f"{field.name}-{self.role.data}"

    def value(self) -> SignOffValue:
        """Return what was signed."""
        return SignOffValue(
            gate=self.gate.data or "",
            role=self.role.data or "",
            password=self.password.data or "",
            note=self.note.data or "",
        )


class StandsForm(Form):
    """A certificate stands although its evidence changed; `regrade` names the change that was looked at."""

    regrade = HiddenField(validators=[*required(), Regexp(r"^\d{1,9}$")])
    why = text(_l("Why it stands (stays in the record)"), most=400, optional=False)

    def tell_apart(self) -> None:
        """Give every field an id of its own: several stand on one page."""
        for field in self:
            field.id = f"{field.name}-{self.regrade.data}"


class EndForm(Form):
    """The end of a certificate before its time."""

    cause = RadioField(
        _l("What is to happen?"),
        choices=options(
            [
                ("suspended", _l("Suspend: no calls while it is looked into")),
                ("revoked", _l("Revoke: it was wrong, or trust is gone")),
            ]
        ),
        validators=required(),
    )
    why = text(_l("Reason (stays in the record)"), most=500, optional=False)

    def value(self) -> EndValue:
        """Return cause and reason."""
        return EndValue(cause=self.cause.data, why=self.why.data or "")


def instant(typed: str, time_zone: str | None) -> datetime:
    """Return the instant that `typed` says, or raise Invalid at `at`.

    Without an offset it is local to `time_zone`; where that is None, the offset must be there. A plus sign
    that an address turned into a space is read as what it was.
    """
    if not RFC3339.fullmatch(typed):
        raise Invalid(field="at")
    mended = typed[:19] + re.sub(r" (?=\d\d:\d\d$)", "+", typed[19:])
    mended = re.sub(r"(?<=T\d\d:\d\d) (?=\d\d:\d\d$)", "+", mended)
    try:
        parsed = datetime.fromisoformat(mended.replace("z", "Z"))
    except ValueError:
        raise Invalid(field="at") from None
    if parsed.tzinfo is None:
        if time_zone is None:
            raise Invalid(field="at")
        parsed = parsed.replace(tzinfo=ZoneInfo(time_zone))
    if parsed.year not in YEARS:
        raise Invalid(field="at")
    return parsed.astimezone(UTC)


def board_filter(sent: Mapping[str, str], time_zone: str) -> Filter:
    """Return what the address of the board asks for, or raise Invalid naming the part that cannot be understood."""
    return Filter(
        at=instant(sent["at"], time_zone) if sent.get("at") else None,
        class_id=_row_id(sent, "class"),
        team_id=_row_id(sent, "team"),
        scope=_one_of(sent, "scope", SCOPES),
        status=_one_of(sent, "status", tuple(Status)),
        q=_short(sent, "q"),
        expiring=_one_of(sent, "expiring", ("1",)) == "1",
        page=_row_id(sent, "page") or 1,
    )


def _row_id(sent: Mapping[str, str], name: str) -> int | None:
    typed = sent.get(name, "")
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", typed) or int(typed) > LARGEST_ROW_ID:
        raise Invalid(field=name)
    return int(typed)


def _one_of(sent: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    typed = sent.get(name, "")
    if typed and typed not in allowed:
        raise Invalid(field=name)
    return typed


def _short(sent: Mapping[str, str], name: str) -> str:
    typed = sent.get(name, "").strip()
    if len(typed) > 80:  # noqa: PLR2004  # longer than any name or number
        raise Invalid(field=name)
    return typed
