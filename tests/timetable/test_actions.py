from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.accounts.rules import Identity, Role
from lms.courses.actions.progress import save_progress
from lms.courses.models import Course
from lms.courses.rules.progress import Report
from lms.errors import Invalid, NotFound, Refused
from lms.pace.models import StudyDay
from lms.timetable import actions, queries
from lms.timetable.models import Run, RunPlace
from lms.timetable.rules import RunValue
from tests.games.conftest import who
from tests.make import Make

NewRun = Callable[..., Run]


def learner(make: Make) -> Identity:
    return who(make.learner(), Role.LEARNER)


def trainer(make: Make) -> Identity:
    return who(make.person("trainer"), Role.TRAINER)


def value(make: Make, course: Course, **more: object) -> RunValue:
    values = {
        "course_id": course.id,
        "class_id": None,
        "trainer_id": make.person("trainer").id,
        "starts_at": make.now + timedelta(days=2),
        "ends_at": make.now + timedelta(days=2, hours=1),
        "place_zh": "三楼",
        "place_en": "Third floor",
        "seats": 2,
        "signup_opens_at": None,
        "signup_closes_at": None,
    }
    return RunValue(**values | more)  # type: ignore[arg-type]  # a test's own mixture


def test_seats_go_to_the_first_and_then_the_list_waits(make: Make, session: Session, new_run: NewRun) -> None:
    run = new_run(seats=1)
    first, second = learner(make), learner(make)
    assert actions.take_place(session, first, run.id, now=make.now).seat == 1
    assert actions.take_place(session, first, run.id, now=make.now).seat == 1, "twice is once"
    assert actions.take_place(session, second, run.id, now=make.now).seat is None
    line = queries.run_line(session, second, run.id, now=make.now)
    assert (line.taken, line.waiting, line.full, line.mine) == (1, 1, True, False)


def test_who_waits_longest_moves_up_and_is_told(make: Make, session: Session, new_run: NewRun) -> None:
    run = new_run(seats=1)
    people = [learner(make) for _ in range(3)]
    for one in people:
        actions.take_place(session, one, run.id, now=make.now)
    actions.leave_place(session, people[0], run.id, now=make.now)
    assert [queries.moved_up(session, one.id, now=make.now) for one in people] == [[], [run], []]
    assert queries.moved_up(session, people[1].id, now=make.now + timedelta(days=8)) == []
    with pytest.raises(NotFound):
        actions.leave_place(session, people[0], run.id, now=make.now)
    assert actions.take_place(session, people[0], run.id, now=make.now).seat is None, "back, at the end"


def test_once_it_has_started_nobody_comes_or_goes(make: Make, session: Session, new_run: NewRun) -> None:
    run, one = new_run(), learner(make)
    actions.take_place(session, one, run.id, now=make.now)
    for act in (actions.leave_place, actions.take_place):
        late = one if act is actions.leave_place else learner(make)
        with pytest.raises(Refused) as refused:
            act(session, late, run.id, now=run.starts_at)
        assert refused.value.code == "started"


def test_other_posts_see_electives_only(make: Make, session: Session, new_run: NewRun) -> None:
    own = make.course()
    post, elective = new_run(course_id=own.id, posts=["night-desk"]), new_run(posts=["night-desk"])
    one = learner(make)
    with pytest.raises(NotFound):
        actions.take_place(session, one, post.id, now=make.now)
    assert actions.take_place(session, one, elective.id, now=make.now).seat == 1


def test_a_run_of_a_class_concerns_the_class(make: Make, session: Session, new_run: NewRun) -> None:
    klass = make.training_class()
    run = new_run(class_id=klass.id)
    member = who(make.learner(klass), Role.LEARNER)
    adviser = who(session.get_one(Person, klass.adviser_id), Role.ADVISER, class_id=klass.id)
    assert queries.run_line(session, member, run.id, now=make.now).mine
    assert queries.run_line(session, adviser, run.id, now=make.now).of_class
    with pytest.raises(NotFound):
        queries.run_line(session, learner(make), run.id, now=make.now)
    with pytest.raises(Refused):
        actions.take_place(session, member, run.id, now=make.now)
    assert queries.feed_runs(session, member.id, now=make.now) == [run]


def test_a_cancelled_run_keeps_its_places_for_the_undo(make: Make, session: Session, new_run: NewRun) -> None:
    run, one, by = new_run(), learner(make), trainer(make)
    actions.take_place(session, one, run.id, now=make.now)
    for _twice in range(2):
        assert actions.cancel_run(session, by, run.id, now=make.now).revision == 1
    with pytest.raises(NotFound):
        queries.run_line(session, learner(make), run.id, now=make.now)
    assert queries.run_line(session, one, run.id, now=make.now).refusal == "cancelled"
    for _twice in range(2):
        assert actions.restore_run(session, by, run.id, now=make.now).revision == 2
    assert queries.run_line(session, one, run.id, now=make.now).mine


def test_more_seats_let_the_list_in_and_fewer_are_refused(make: Make, session: Session, elective: Course) -> None:
    by = trainer(make)
    run = actions.add_run(session, by, value(make, elective, seats=1), now=make.now)
    for _ in range(3):
        actions.take_place(session, learner(make), run.id, now=make.now)
    actions.change_run(session, by, run.id, value(make, elective, seats=2), now=make.now)
    seated = session.query(RunPlace).filter(RunPlace.run_id == run.id, RunPlace.seat.is_not(None)).count()
    assert (seated, run.revision) == (2, 1)
    with pytest.raises(Invalid) as refused:
        actions.change_run(session, by, run.id, value(make, elective, seats=1), now=make.now)
    assert refused.value.field == "seats"
    with pytest.raises(Invalid):
        actions.add_run(session, by, value(make, elective, ends_at=make.now), now=make.now)


def test_progress_in_an_elective_is_kept_and_is_no_load(make: Make, session: Session, elective: Course) -> None:
    lesson, one = make.lesson(elective), make.learner()
    report = Report(position=2, seconds=30, done=True)
    saved = save_progress(session, one.id, lesson.id, report, now=make.now, day=make.now.date())
    assert saved.place.done_at is not None
    assert session.query(StudyDay).filter_by(person_id=one.id).count() == 0


def test_a_feed_belongs_to_the_newest_address(make: Make, session: Session) -> None:
    one = make.learner()
    old = actions.make_feed(session, one.id, now=make.now)
    new = actions.make_feed(session, one.id, now=make.now)
    assert queries.person_of_feed(session, new).id == one.id
    with pytest.raises(NotFound):
        queries.person_of_feed(session, old)
    actions.end_feed(session, one.id)
    with pytest.raises(NotFound):
        queries.person_of_feed(session, new)
