"""Words for the codes and numbers of the rules, in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date, gettext, ngettext
from flask_babel import lazy_gettext as _l

from lms.accounts.rules import Role
from lms.certification.queries.board import Row
from lms.certification.queries.learners import Learner
from lms.certification.queries.path import Asked, Permission, RecordLine
from lms.certification.rules.ledger import Status
from lms.certification.rules.requirements import RequirementState, State
from lms.web.filters import clock_time, local, long_day, number, person_name, short_day
from lms.web.i18n import language

SENTENCES = {
    "wrong_password": _l("That is not your password."),
    "not_yourself": _l("Nobody signs, certifies or ends anything for themselves. Please ask a colleague."),
    "not_asked": _l("This gate does not ask for that signature."),
    "not_your_role": _l("This signature is asked of somebody else."),
    "not_all_met": _l("Not everything is met yet. The list says what is still to come."),
    "already_ended": _l("This certificate has ended already."),
    "nothing_changed": _l("There is nothing to decide about this certificate any more."),
    "look_later": _l("Too many looks from this address. Please wait ten minutes."),
}
STATUSES = {
    Status.VALID: _l("May take calls"),
    Status.IN_GRACE: _l("May, in grace"),
    Status.SUSPENDED: _l("Suspended"),
    Status.REVOKED: _l("Revoked"),
    Status.LAPSED: _l("Lapsed"),
    Status.NEVER: _l("Not yet"),
}
HOLDS = {
    Status.VALID: _l("Valid today"),
    Status.IN_GRACE: _l("Valid today, in grace"),
    Status.SUSPENDED: _l("Suspended"),
    Status.REVOKED: _l("Revoked"),
    Status.LAPSED: _l("Lapsed"),
    Status.NEVER: _l("Not valid yet"),
}
LOOKS = {
    Status.VALID: "ok",
    Status.IN_GRACE: "warn",
    Status.SUSPENDED: "bad",
    Status.REVOKED: "bad",
    Status.LAPSED: "bad",
    Status.NEVER: "todo",
}
SCOPES = {
    "study": _l("Study"),
    "shadow": _l("Listening in"),
    "nesting": _l("Listed queues"),
    "full": _l("All calls"),
}
MAY = {
    "study": _l("Study and practise"),
    "shadow": _l("Listen in on live calls"),
    "nesting": _l("Take calls from listed queues"),
    "full": _l("Take all calls"),
}
SIGNERS = {
    "mentor": _l("Mentor"),
    "adviser": _l("Class adviser"),
    "lead": _l("Team lead"),
}
EVIDENCE = {
    "lesson": _l("Lesson finished"),
    "attempt": _l("Quiz attempt"),
    "observation": _l("Observed call"),
    "sign_off": _l("Signature"),
    "point": _l("Point confirmed"),
}
ENDS = {
    "expiry": _l("Ran out"),
    "superseded": _l("Renewed"),
    "revoked": _l("Revoked"),
    "suspended": _l("Suspended"),
}


def _(text: str, **values: Any) -> str:
    """Return `text` in the reader's language."""
    return str(gettext(text, **values))


def sentence(code: str | None) -> str:
    """Return what to tell a person about a refusal."""
    return str(SENTENCES.get(code or "", _l("This cannot be done as things stand.")))


@dataclass(frozen=True)
class Line:
    """One requirement as it is drawn."""

    title: str
    state: str
    word: str
    why: str
    url: str = ""
    link: str = ""


def requirement(asked: Asked, learner: Learner, *, own: bool) -> Line:
    """Return the line of one requirement; `own`: the reader is the learner, who gets links to do it."""
    state = asked.state
    why = WHYS.get(state.requirement.kind, _unknown)(asked, learner)
    url, link = _way(asked) if own and state.state is not State.MET else ("", "")
    return Line(local(asked.raw), state.state, _word(state), why, url, link)


def _word(state: RequirementState) -> str:
    if state.state is State.MET:
        return _("Met")
    if state.state is State.STALE and state.stale_on is not None:
        return _("Stale since %(day)s", day=short_day(state.stale_on))
    if state.need > 1:
        return _("Missing: %(num)s", num=state.lacking)
    return _("Missing")


def _way(asked: Asked) -> tuple[str, str]:
    kind, target = asked.state.requirement.kind, asked.title_of_target
    if kind == "quiz" and target is not None:
        return url_for("quizzes.quiz", slug=target.slug), _("Go to the quiz")
    if kind == "lessons" and target is not None:
        return url_for("courses.course", slug=target.slug), _("Go on in “%(title)s”", title=local(target))
    if kind == "coverage":
        return url_for("courses.library"), _("Practise in the lessons")
    return "", ""


def _lessons(asked: Asked, _learner: Learner) -> str:
    state = asked.state
    if state.state is State.MET and state.since:
        return _(
            "%(have)s of %(need)s finished, the last one on %(day)s.",
            have=state.have,
            need=state.need,
            day=long_day(state.since),
        )
    return _("%(have)s of %(need)s finished so far.", have=state.have, need=state.need)


def _quiz(asked: Asked, _learner: Learner) -> str:
    state = asked.state
    if state.since is None:
        if state.value is None:
            return _("Not sat yet.")
        return _("Best so far %(percent)s %%. What to practise stands under the result.", percent=number(state.value))
    passed = _("Passed with %(percent)s %% on %(day)s.", percent=number(state.value or 0), day=long_day(state.since))
    return " ".join((passed, _freshness(state)))


def _calls(asked: Asked, learner: Learner) -> str:
    state = asked.state
    counted = _("%(have)s of %(need)s calls count so far.", have=state.have, need=state.need)
    if state.state is State.MET:
        return " ".join((counted, _freshness(state)))
    if learner.mentor is None:
        return counted
    return " ".join((counted, _("%(name)s listens to the next one.", name=person_name(learner.mentor))))


def _sign_off(asked: Asked, learner: Learner) -> str:
    state, role = asked.state, asked.state.requirement.role
    if state.since is not None:
        signed = _(
            "Signed by %(name)s (%(role)s) on %(day)s at %(time)s.",
            name=person_name(asked.person) if asked.person else "–",
            role=SIGNERS.get(role, role),
            day=long_day(state.since),
            time=clock_time(state.since),
        )
        return " ".join((signed, _freshness(state)))
    signer = {"mentor": learner.mentor, "adviser": learner.adviser}.get(role)
    if signer is None:
        return _("To be signed: %(role)s.", role=SIGNERS.get(role, role))
    return _("%(name)s signs here when it is time.", name=person_name(signer))


def _coverage(asked: Asked, _learner: Learner) -> str:
    state = asked.state
    return _("%(have)s of %(need)s points answered right at least once.", have=state.have, need=state.need)


def _unknown(_asked: Asked, _learner: Learner) -> str:
    return _("This requirement is not known here; please tell the training desk.")


WHYS = {
    "lessons": _lessons,
    "quiz": _quiz,
    "observed_calls": _calls,
    "sign_off": _sign_off,
    "coverage": _coverage,
}


def _freshness(state: RequirementState) -> str:
    days = state.requirement.fresh_days
    if days is None:
        return ""
    if state.state is State.STALE:
        return str(ngettext("It counted for %(num)s day.", "It counted for %(num)s days.", days))
    last = state.stale_on - timedelta(days=1) if state.stale_on else None
    return _("Counts until %(day)s.", day=long_day(last)) if last else ""


def month_day(value: date | datetime) -> str:
    """Return "17 March" or "3月17日"."""
    return str(format_date(value, "M月d日" if language() == "zh" else "d MMMM"))


def short_date(value: date | datetime) -> str:
    """Return "17 Mar" or "3月17日"."""
    return str(format_date(value, "M月d日" if language() == "zh" else "d MMM"))


def value(fact: dict[str, Any]) -> str:
    """Return what a piece of evidence is worth: a percentage, a role, or a name."""
    found = fact["value"]
    if found is True:
        return str(fact["id"])
    if isinstance(found, int | float):
        return _("%(percent)s %%", percent=number(found))
    return str(SIGNERS.get(str(found), found))


def instant(fact: dict[str, Any]) -> datetime:
    """Return the moment of a piece of evidence."""
    return datetime.fromisoformat(fact["at"])


def record(line: RecordLine) -> str:
    """Return one line of the record."""
    gate = local(line.gate) if line.gate else ""
    name = person_name(line.person) if line.person else ""
    texts: dict[str, Any] = {
        "joined": lambda: _("Joined the class."),
        "signed": lambda: _(
            "%(name)s (%(role)s) signed: ready for “%(gate)s”.",
            name=name,
            role=SIGNERS.get(line.role, line.role),
            gate=gate,
        ),
        "certified": lambda: _("Passed “%(gate)s”. Certified by %(name)s.", gate=gate, name=name),
        "expiry": lambda: _("“%(gate)s” ran out.", gate=gate),
        "revoked": lambda: _("“%(gate)s” revoked by %(name)s: %(why)s", gate=gate, name=name, why=line.why),
        "suspended": lambda: _("“%(gate)s” suspended by %(name)s: %(why)s", gate=gate, name=name, why=line.why),
    }
    return str(texts[line.kind]())


def permission(line: Permission) -> str:
    """Return what one may do."""
    return str(MAY.get(line.scope, line.scope))


def because(row: Row) -> str:
    """Return why a person stands on the board as they do."""
    if row.closed:
        return _("Account closed")
    period = row.period
    if period is not None and row.standing.status in (Status.SUSPENDED, Status.REVOKED):
        return period.ended_why or ""
    if row.standing.held:
        return _("Certified on %(day)s", day=short_day(period.certified_at)) if period else ""
    if row.upcoming is None:
        return _("No gate is set for this person") if row.standing.status is Status.NEVER else ""
    ahead = row.upcoming
    return _("%(gate)s: %(met)s of %(all)s met", gate=local(ahead.gate), met=ahead.met, all=len(ahead.states))


def answers_for(learner: Learner) -> str:
    """Return who answers for a learner: the mentor, else the class adviser."""
    person = learner.mentor or learner.adviser
    return str(person_name(person)) if person else ""


def role_name(role: Role) -> str:
    """Return the name of a signing role."""
    return str(SIGNERS.get(role.value, role.value))
