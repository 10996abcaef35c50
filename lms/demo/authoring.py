"""Lets the trainers write: a lesson that one of them handed in yesterday, and one whose translation is behind."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from lms.authoring.actions.drafts import open_draft, save_part
from lms.authoring.actions.publishing import HandIn, submit
from lms.authoring.queries.drafts import live_draft
from lms.courses.models import Course, Lesson
from lms.demo.centre import Centre
from lms.demo.days import TODAY
from lms.demo.timeline import Timeline

HANDED_IN = ("call-basics", "04-hold-and-transfer")
HOLD = {
    "zh": ("事先说一句，这些疑问就都没有了。", "事先说一句要等多久，这些疑问就都没有了。"),
    "en": ("One sentence beforehand changes all of that.", "One sentence beforehand, with a time in it, changes that."),
}
BEHIND = ("fault-repair", "05-planned-outages")
OUTAGE = ("他要的不是抢修车，是一句准话：几点来电。", "他要的不是抢修车，是一句准话：几点来电，来电前该怎么办。")


def write(centre: Centre, timeline: Timeline) -> None:
    """Plan what the first trainer wrote yesterday."""
    timeline.add(centre.days.at(TODAY - 1, 15, 10), partial(_hand_in, centre))
    timeline.add(centre.days.at(TODAY - 1, 16, 40), partial(_change_source, centre))


def _hand_in(centre: Centre, at: datetime) -> None:
    who = centre.identity(centre.first("trainer"))
    draft_id = _open(centre, HANDED_IN, at)
    for language, (old, new) in HOLD.items():
        _replace(centre, draft_id, language, old, new, at)
    submit(
        centre.session,
        who,
        draft_id,
        HandIn("说明等待时要给出时间。 Name a time when you ask to hold.", agrees=True),
        now=at,
    )


def _change_source(centre: Centre, at: datetime) -> None:
    _replace(centre, _open(centre, BEHIND, at), "zh", *OUTAGE, at)


def _open(centre: Centre, name: tuple[str, str], at: datetime) -> int:
    course, slug = name
    found = (
        select(Lesson.id).join(Course, Course.id == Lesson.course_id).where(Course.slug == course, Lesson.slug == slug)
    )
    lesson_id = centre.session.scalars(found).one()
    return open_draft(centre.session, centre.identity(centre.first("trainer")), lesson_id, now=at)


def _replace(centre: Centre, draft_id: int, part: str, old: str, new: str, at: datetime) -> None:
    present = live_draft(centre.session, draft_id).parts[part]
    text = present.text.replace(old, new)
    who = centre.identity(centre.first("trainer"))
    save_part(centre.session, who, draft_id, part, text, present.version, now=at)
