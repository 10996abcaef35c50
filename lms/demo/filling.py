"""Fills an empty database with a cast: founds the centre, then plays the days of its classes."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts import passwords
from lms.accounts.models import Person
from lms.content.actions import import_library
from lms.content.rules.library import Library
from lms.demo import (
    authoring,
    daily,
    entry,
    gates,
    knowledge,
    memory,
    mentoring,
    people,
    quizzes,
    study,
    timetable,
    withdrawn,
)
from lms.demo.cast import Cast, Member
from lms.demo.centre import Centre, Shelf, shelf
from lms.demo.days import Days
from lms.demo.papers import Coverer, Papers
from lms.demo.timeline import Timeline

PROGRAMME = "hotline-agent"


def fill(  # what, with whom, as of when
    session: Session,
    library: Library,
    cast: Cast,
    *,
    now: datetime,
    password: str,
    tell: Callable[[date], object] = lambda _day: None,
) -> Centre:
    """Build the centre of `cast` as of `now` with one password for everybody; `tell` hears every new month."""
    site = accounts.found_site(session, name_zh=cast.site[0], name_en=cast.site[1], time_zone=cast.time_zone)
    centre = Centre(session, cast, Days.ending_today(now, cast.time_zone), now, site.id)
    _found(centre, library)
    timeline, books = Timeline(), shelf(session, PROGRAMME)
    people.classes(centre, timeline, books.programme.id)
    _earlier_classes(centre, timeline, books)
    _present_class(centre, timeline, books)
    entry.everybody(centre, timeline, books)
    timeline.play(now, tell)
    knowledge.seek(centre, books.programme.post)
    timetable.publish(centre, centre.first("trainer"))
    session.execute(update(Person).values(password_hash=passwords.hashed(password)))
    return centre


def _found(centre: Centre, library: Library) -> None:
    """Let there be staff, and what they teach."""
    timeline, trainer = Timeline(), centre.first("trainer")
    founded = people.staff(centre, timeline)
    timeline.add(founded, partial(_import, centre, library, trainer))
    timeline.play(centre.now)


def _import(centre: Centre, library: Library, trainer: str, at: datetime) -> None:
    import_library(centre.session, library, actor=trainer, now=at, retire_missing=False)


def _earlier_classes(centre: Centre, timeline: Timeline, books: Shelf) -> None:
    coverer = Coverer(centre.session, books)
    for member in centre.cast.of("agent"):
        papers = _papers(coverer, member)
        people.learner(centre, timeline, member, member.mentor)
        study.read(centre, timeline, books, member)
        quizzes.sit(centre, timeline, books, member, papers)
        gates.first_gate(centre, timeline, books, member, member.mentor)
        gates.go_live(centre, timeline, books, member, member.mentor, papers.asked[-1])


def _present_class(centre: Centre, timeline: Timeline, books: Shelf) -> None:
    learners = centre.cast.of("learner")
    coverer = Coverer(centre.session, books)
    mentors = mentoring.mentors(learners, {one.employee_no: one.capacity for one in centre.cast.of("mentor")})
    turns: Counter[str] = Counter()
    for member in learners:
        mentor = mentors[member.employee_no]
        papers = _papers(coverer, member)
        people.learner(centre, timeline, member, mentor)
        study.read(centre, timeline, books, member)
        memory.remember(centre, timeline, member)
        quizzes.sit(centre, timeline, books, member, papers)
        mentoring.talk(centre, timeline, member, mentor, turns[mentor])
        mentoring.listen(centre, timeline, books, member, mentor)
        gates.first_gate(centre, timeline, books, member, mentor)
        gates.adviser_signs(centre, timeline, books, member)
        withdrawn.withdraw(centre, timeline, books, member)
        turns[mentor] += 1
    daily.every_day(centre, timeline, books)
    for member in learners[: memory.RECALLERS]:
        memory.recall(centre, timeline, books, member)
    if learners and learners[0].story.lessons:
        memory.draw(centre, timeline, books, learners[0])
        authoring.write(centre, timeline)


def _papers(coverer: Coverer, member: Member) -> Papers:
    """Return the papers of a learner who is to cover the post, the one of go-live last; none for others."""
    story = member.story
    if not any(one.covers for one in story.quizzes):
        return Papers((), ())
    return coverer.papers((*(one.quiz for one in story.quizzes), *filter(None, [story.go_live_quiz])))
