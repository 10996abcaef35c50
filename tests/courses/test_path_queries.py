from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Enrolment
from lms.courses import queries
from lms.courses.models import Programme, Stage, StageCourse
from lms.courses.rules.path import PathLesson
from tests.make import Make

TODAY = date(2026, 3, 17)


def titles(lessons: tuple[PathLesson, ...]) -> list[str]:
    return [lesson.slug for lesson in lessons]


def test_a_learner_follows_the_programme_of_their_class(session: Session, make: Make) -> None:
    group = make.training_class(starts_on=date(2026, 3, 2))
    found = queries.learner_programme(session, make.learner(group).id)
    assert found is not None
    assert (found.slug, found.class_id, found.caps.new_points, found.day_number(TODAY)) == ("hotline", group.id, 16, 12)
    assert [stage.slug for stage in found.stages] == ["study", "listening-in", "teaching-back", "gate-calls"]


@pytest.mark.parametrize(
    ("day", "stage"),
    [(date(2026, 3, 2), "study"), (date(2026, 3, 17), "listening-in"), (date(2027, 1, 1), "gate-calls")],
)
def test_the_calendar_says_which_stage_a_day_belongs_to(session: Session, make: Make, day: date, stage: str) -> None:
    learner = make.learner(make.training_class(starts_on=date(2026, 3, 2)))
    found = queries.learner_programme(session, learner.id)
    assert found is not None
    assert getattr(found.stage_on(day), "slug", None) == stage


def test_who_is_in_no_class_or_has_left_it_follows_none(session: Session, make: Make) -> None:
    learner = make.learner()
    session.query(Enrolment).filter_by(learner_id=learner.id).update({"ended_on": TODAY})
    assert queries.learner_programme(session, learner.id) is None
    assert queries.learner_programme(session, make.person("learner").id) is None


def test_a_programme_without_stages_is_still_one(session: Session, make: Make) -> None:
    bare = make.add(
        Programme(slug="bare", post="x", title_zh="空", title_en="Bare", caps={}, calendar={"working_days": []})
    )
    found = queries.learner_programme(session, make.learner(make.training_class(programme_id=bare.id)).id)
    assert found is not None
    assert (found.stages, found.stage_on(TODAY)) == ((), None)


def test_lessons_come_by_stage_course_and_place_whatever_their_ids(session: Session, make: Make) -> None:
    later = make.course(make.stage("listening-in"))
    first, second = make.course(), make.course()
    for course, place, slug in ((later, 1, "e"), (second, 1, "c"), (first, 2, "b"), (first, 1, "a"), (second, 2, "d")):
        make.lesson(course, position=place, slug=slug)
    learner = make.learner()
    path = queries.path_lessons(session, learner.id, make.programme().id)
    assert titles(path) == ["a", "b", "c", "d", "e"]
    assert path[-1].stage_id == make.stage("listening-in").id


def test_next_lessons_keep_prerequisites_and_fit_into_the_minutes(session: Session, make: Make, now: datetime) -> None:
    course = make.course(slug="c")
    learner = make.learner()
    done = make.lesson(course, slug="a")
    make.progress(learner, done)
    make.progress(learner, make.lesson(course, slug="b", minutes=5, prerequisites=["c/a"]), done=False)
    make.lesson(course, slug="x", prerequisites=["c/b"])
    make.lesson(course, slug="y", minutes=2)
    make.lesson(course, slug="z", retired_at=now)
    programme_id = make.programme().id
    assert titles(queries.next_lessons(session, learner.id, programme_id)) == ["b", "y"]
    assert titles(queries.next_lessons(session, learner.id, programme_id, limit=1)) == ["b"]
    assert titles(queries.next_lessons(session, learner.id, programme_id, minutes=2)) == ["y"]
    begun = queries.next_lessons(session, learner.id, programme_id)[0]
    assert (begun.begun, begun.percent) == (True, 33)


def test_a_course_in_two_stages_is_walked_once(session: Session, make: Make) -> None:
    course = make.course()
    make.add(StageCourse(stage_id=make.stage("gate-calls").id, course_id=course.id, position=1))
    make.lesson(course, slug="only")
    assert titles(queries.path_lessons(session, make.learner().id, make.programme().id)) == ["only"]


def test_progress_is_counted_by_stage_and_course(session: Session, make: Make, now: datetime) -> None:
    learner, other = make.learner(), make.learner()
    course, empty = make.course(), make.course(make.stage("listening-in"))
    lessons = [make.lesson(course) for _ in range(3)]
    make.progress(learner, lessons[0], done_at=now - timedelta(days=1))
    make.progress(learner, lessons[1])
    make.progress(other, lessons[2])
    programme = queries.learner_programme(session, learner.id)
    assert programme is not None
    study, listening, *rest = queries.path_progress(session, learner.id, programme)
    (card,) = study.courses
    assert (study.done, study.lessons, card.begun, card.minutes, card.points) == (2, 3, 2, 12, 9)
    assert (card.percent, card.finished, card.last_done_at) == (66, False, now)
    assert [(c.id, c.lessons, c.percent, c.finished) for c in listening.courses] == [(empty.id, 0, 0, False)]
    assert [stage.courses for stage in rest] == [(), ()]


def test_lessons_done_says_how_many_when_last_and_what_is_next(session: Session, make: Make, now: datetime) -> None:
    learner = make.learner()
    one, two = make.course(slug="one"), make.course(slug="two")
    first = make.lesson(one)
    second, third = make.lesson(two, prerequisites=["two/third"], slug="second"), make.lesson(two, slug="third")
    make.progress(learner, first)
    done = queries.lessons_done(session, learner.id, ["one", "two"])
    assert (done.done, done.total, done.last_done_at) == (1, 3, now)
    assert done.next is not None
    assert done.next.id == third.id
    for lesson in (second, third):
        make.progress(learner, lesson)
    assert queries.lessons_done(session, learner.id, ["one", "two"]) == (3, 3, now, None)
    assert queries.lessons_done(session, learner.id, []) == (0, 0, None, None)
    found = queries.lessons_done_of(session, [learner.id, make.learner().id], ["two"])
    assert list(found.values()) == [(2, now), (0, None)]


@pytest.mark.parametrize("learners", [2, 40])
def test_reading_a_path_is_one_statement_however_many_learners(
    session: Session, make: Make, statements: Callable[[], Any], learners: int
) -> None:
    group, course = make.training_class(), make.course()
    lessons = [make.lesson(course) for _ in range(4)]
    people = [make.learner(group) for _ in range(learners)]
    for person in people:
        make.progress(person, lessons[0])
    programme = queries.learner_programme(session, people[0].id)
    assert programme is not None
    for read in (
        lambda: queries.learner_programme(session, people[0].id),
        lambda: queries.next_lessons(session, people[0].id, programme.id),
        lambda: queries.path_progress(session, people[0].id, programme),
        lambda: queries.lessons_done(session, people[0].id, [course.slug]),
        lambda: queries.lessons_done_of(session, [person.id for person in people], [course.slug]),
    ):
        with statements() as ran:
            read()
        assert len(ran) == 1


def test_another_programme_of_the_same_course_does_not_mix_in(session: Session, make: Make) -> None:
    course = make.course()
    make.lesson(course)
    other = make.add(Programme(slug="other", post="x", title_zh="别", title_en="Other", caps={}, calendar={}))
    stage = make.add(
        Stage(
            programme_id=other.id, position=1, slug="s", scope="study", title_zh="一", title_en="One",
            summary_zh="一", summary_en="One.", first_day=1, last_day=2,
        )
    )  # fmt: skip
    make.add(StageCourse(stage_id=stage.id, course_id=course.id, position=1))
    learner = make.learner()
    assert len(queries.path_lessons(session, learner.id, other.id)) == 1
    assert len(queries.path_lessons(session, learner.id, make.programme().id)) == 1
    programme = queries.learner_programme(session, learner.id)
    assert programme is not None
    assert [len(step.courses) for step in queries.path_progress(session, learner.id, programme)] == [1, 0, 0, 0]
