from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment, Person
from lms.courses import queries
from lms.courses.actions.progress import Saved, save_progress
from lms.courses.models import Exposure, KeyPoint, Lesson, LessonProgress, LessonText
from lms.courses.rules.progress import Report
from lms.courses.rules.reader import Reader
from lms.errors import NotFound
from lms.pace.queries import load_of
from lms.pace.rules import Caps, Load
from tests.make import Make

TODAY = date(2026, 3, 17)
Save = Callable[..., Saved]


@pytest.fixture
def learner(make: Make) -> Person:
    return make.learner()


@pytest.fixture
def lesson(make: Make) -> Lesson:
    return make.lesson(points=3, blocks=3)


@pytest.fixture
def save(session: Session, learner: Person, lesson: Lesson, now: datetime) -> Save:
    def report(
        position: int | None = None, seconds: int = 0, *, done: bool = False, after: int = 0, day: date = TODAY
    ) -> Saved:
        at = now + timedelta(seconds=after)
        return save_progress(session, learner.id, lesson.id, Report(position, seconds, done), now=at, day=day)

    return report


def load(session: Session, learner: Person, now: datetime) -> Load:
    return load_of(session, learner.id, TODAY, Caps(), now=now)


def test_the_first_report_begins_the_lesson_on_the_newest_wording(
    session: Session, learner: Person, lesson: Lesson, save: Save, now: datetime
) -> None:
    saved = save(0, 10)
    assert (saved.place.revision, saved.place.position, saved.place.furthest, saved.place.seconds) == (1, 0, 0, 10)
    assert (saved.counted_seconds, saved.new_points) == (10, 1)
    assert (load(session, learner, now).new_points, load(session, learner, now).focused_seconds) == (1, 10)
    assert session.get_one(LessonProgress, (learner.id, lesson.id)).started_at == now


def test_a_report_that_is_sent_twice_counts_once(session: Session, learner: Person, save: Save, now: datetime) -> None:
    save(1, 30)
    again = save(1, 30)
    assert (again.counted_seconds, again.new_points) == (0, 0)
    assert (load(session, learner, now).new_points, load(session, learner, now).focused_seconds) == (2, 30)


def test_time_counts_only_as_fast_as_the_clock_and_never_more_than_a_pause(save: Save) -> None:
    assert save(0, 500).counted_seconds == 120
    assert save(0, 60, after=10).counted_seconds == 10
    assert save(0, 5, after=600).counted_seconds == 5
    assert save(0, 9999, after=9999).counted_seconds == 120


def test_a_lesson_counts_for_three_times_its_minutes_at_most(save: Save) -> None:
    total = sum(save(0, 120, after=200 * n).counted_seconds for n in range(10))
    assert total == 3 * 4 * 60


def test_the_place_is_bounded_by_the_lesson_and_the_furthest_block_never_goes_back(save: Save) -> None:
    assert save(99).place.position == 2
    back = save(0).place
    assert (back.position, back.furthest) == (0, 2)
    assert save(-5).place.position == 0


def test_key_points_are_met_block_by_block_and_only_once(
    session: Session, learner: Person, save: Save, now: datetime
) -> None:
    assert [save(n).new_points for n in (0, 1, 1, 0, 2, 2)] == [1, 1, 0, 0, 1, 0]
    assert load(session, learner, now).new_points == 3


def test_points_met_elsewhere_do_not_count_again(
    session: Session, learner: Person, lesson: Lesson, save: Save, now: datetime
) -> None:
    save(2)
    session.delete(session.get_one(LessonProgress, (learner.id, lesson.id)))
    session.flush()
    assert save(2).new_points == 0


def test_done_is_said_once_and_brings_all_points(session: Session, learner: Person, save: Save, now: datetime) -> None:
    save(1)
    done = save(done=True)
    assert (done.place.done_at, done.place.position, done.place.furthest, done.new_points) == (now, 1, 2, 1)
    assert save(0, done=True, after=60).place.done_at == now
    assert len(session.scalars(select(Exposure).where(Exposure.person_id == learner.id)).all()) == 3


def test_a_lesson_may_be_done_without_a_report_before(save: Save, now: datetime) -> None:
    done = save(done=True)
    assert (done.place.done_at, done.place.furthest, done.new_points, done.counted_seconds) == (now, 2, 3, 0)


def test_who_has_begun_stays_on_that_wording(
    session: Session, lesson: Lesson, save: Save, learner: Person, now: datetime
) -> None:
    save(0)
    old = session.scalars(select(LessonText).where(LessonText.lesson_id == lesson.id)).all()
    for text in old:
        columns = {"revision": 2, "locale": text.locale, "blocks": text.blocks[:1], "title": "New"}
        shared = {
            name: getattr(text, name) for name in ("lesson_id", "source", "outline", "published_at", "content_hash")
        }
        session.add(LessonText(**columns | shared))
    lesson.revision, lesson.block_count = 2, 1
    session.flush()
    saved = save(2)
    assert (saved.place.revision, saved.place.position) == (1, 2)
    assert queries.readable_lesson(session, Reader(learner.id), lesson.id).revision == 1


def test_retired_key_points_are_not_met(session: Session, lesson: Lesson, save: Save, now: datetime) -> None:
    first = session.scalars(select(KeyPoint).where(KeyPoint.lesson_id == lesson.id, KeyPoint.number == 1)).one()
    first.retired_at = now
    session.flush()
    assert save(done=True).new_points == 2


@pytest.mark.parametrize(
    "why", ["not enrolled", "enrolment ended", "lesson retired", "course retired", "no such lesson"]
)
def test_progress_is_kept_only_on_the_own_path(
    session: Session, make: Make, learner: Person, lesson: Lesson, now: datetime, why: str
) -> None:
    person, lesson_id = learner, lesson.id
    if why == "not enrolled":
        person = make.person("learner", "trainer")
    elif why == "enrolment ended":
        session.query(Enrolment).filter_by(learner_id=learner.id).update({"ended_on": TODAY})
    elif why == "lesson retired":
        lesson.retired_at = now
    elif why == "course retired":
        session.get_one(type(make.course()), lesson.course_id).retired_at = now
    else:
        lesson_id = 2**31 - 1
    session.flush()
    with pytest.raises(NotFound):
        save_progress(session, person.id, lesson_id, Report(0, 10), now=now, day=TODAY)


def test_reports_take_few_statements(save: Save, statements: Callable[[], Any]) -> None:
    counts = []
    for position, after in ((0, 0), (0, 10), (1, 20), (1, 20)):
        with statements() as ran:
            save(position, 10, after=after)
        counts.append(len(ran))
    assert counts == [8, 4, 6, 2]


def test_what_one_learner_reports_changes_nothing_for_another(
    session: Session, make: Make, save: Save, lesson: Lesson, now: datetime
) -> None:
    save(2, 60, done=True)
    other = make.learner()
    saved = save_progress(session, other.id, lesson.id, Report(0, 0), now=now, day=TODAY)
    assert (saved.place.furthest, saved.place.done_at, saved.new_points) == (0, None, 1)
