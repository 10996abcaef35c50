"""Words for the codes of the rules, in the reader's language."""

from datetime import datetime, timedelta

from flask_babel import format_datetime, ngettext, to_user_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.errors import LmsError
from lms.mentoring.forms import SENTENCES
from lms.mentoring.queries import ApprenticeRow, MentorPlaces, ObservationPage
from lms.web.filters import clock_time, local, moment, person_name
from lms.web.i18n import language

WEEK, HALF_YEAR = 7, 180
NEEDS = {
    "too_much": (_l("Said “too much” today"), _l("a calm word helps more than a plan"), "feather"),
    "failed_twice": (_l("Two quizzes missed in a row"), _l("a talk first, then the next quiz"), "chat"),
    "draft": (_l("You are listening to a call"), _l("the scorecard is open"), "ear"),
    "contact_late": (_l("No talk for more than five days"), _l("arrange one, even a short one"), "calendar"),
    "not_seen": (_l("No lesson for two working days"), _l("ask what is in the way"), "clock"),
    "missed": (_l("Missed lately: %(lesson)s"), _l("bring it to the next talk"), "alert"),
    "no_meeting": (_l("No talk arranged yet"), _l("a fixed time is easier than “any time”"), "calendar"),
    "calm": (_l("Nothing waits"), _l("going well"), "check"),
}
STEPS = {
    "too_much": _l("Talk with %(name)s"),
    "failed_twice": _l("Talk with %(name)s"),
    "draft": _l("Go on with %(name)s’s call"),
}
LACKS = {"unscored": _l("not scored yet"), "no_evidence": _l("a low score needs a remark or a place in the call")}


def sentence(error: LmsError, name: str = "") -> str:
    """Return what an error of our actions says; `name` is whom it is about."""
    return str(SENTENCES[error.code]) % {"name": name} if error.code in SENTENCES else error.text


def need(row: ApprenticeRow) -> tuple[str, str, str]:
    """Return what a row needs, a quiet line below it, and the icon."""
    text, line, icon = NEEDS[row.need.kind]
    lesson = local(row.first_missed) if row.first_missed else ""
    return str(text) % {"lesson": lesson}, str(line), icon


def step(row: ApprenticeRow) -> str:
    """Return what the one filled button of the page says."""
    return str(STEPS[row.need.kind]) % {"name": person_name(row)}


def waiting(waiting_count: int, all_count: int) -> str:
    """Return the line under the heading of the page of apprentices."""
    if not waiting_count:
        return str(_("nobody needs you right now"))
    return str(
        ngettext("one of %(all)s needs you now", "%(num)s of %(all)s need you now", waiting_count, all=all_count)
    )


def places(mentor: MentorPlaces) -> str:
    """Return "Chen Jing · 2 of 4 free" for the choice of a mentor."""
    name = person_name(mentor)
    if not mentor.places.free:
        return str(_("%(name)s · full", name=name))
    return str(_("%(name)s · %(free)s of %(all)s free", name=name, free=mentor.places.free, all=mentor.places.all))


def soon(when: datetime, now: datetime) -> str:
    """Return the time alone for today, "tomorrow" or the weekday with the time near by, the year only far away."""
    days = (to_user_timezone(when).date() - to_user_timezone(now).date()) // timedelta(days=1)
    if days == 0:
        return clock_time(when)
    if days == 1:
        return str(_("tomorrow %(time)s", time=clock_time(when)))
    if days == -1:
        return str(_("yesterday %(time)s", time=clock_time(when)))
    if abs(days) < WEEK:
        return str(format_datetime(when, "EEE HH:mm"))
    if abs(days) < HALF_YEAR:
        return str(format_datetime(when, "M月d日 HH:mm" if language() == "zh" else "d MMM, HH:mm"))
    return moment(when)


def verdict(page: ObservationPage) -> tuple[str, str]:
    """Return what a finished observation came to, and the state that colours it."""
    seen = page.observation
    if seen.passed:
        return str(_("Passed")), "ok"
    if seen.critical_failed:
        return str(_("A critical point was missed")), "bad"
    return str(_("Not there yet")), "warn"
