"""Two tabs and a retry at once, on real transactions: the place, the seconds and the points are counted once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lms import db, schema
from lms.courses.actions.progress import Saved, save_progress
from lms.courses.models import LessonProgress
from lms.courses.rules.progress import Report
from lms.pace.models import StudyDay
from tests.conftest import NOW
from tests.make import Make

TODAY = date(2026, 3, 17)
TABS = 8


@pytest.mark.real_time
def test_tabs_that_report_at_once_count_once(
    database_kind: str, engine: object, new_database: Callable[[str], str]
) -> None:
    own = db.connect(new_database(database_kind))
    schema.upgrade(own)
    database = db.Database(own)
    with Session(own.execution_options(lms_write=True), expire_on_commit=False) as session:
        make = Make(session, NOW)
        learner, lesson = make.learner(), make.lesson(points=6, blocks=3)
        session.commit()

    def report(tab: int) -> Saved:
        at = NOW + timedelta(seconds=tab // 4 * 10)
        with database.writing() as session:
            return save_progress(session, learner.id, lesson.id, Report(tab % 3, 10, tab == 5), now=at, day=TODAY)

    with ThreadPoolExecutor(TABS) as pool:
        saved = list(pool.map(report, range(TABS)))
    with database.reading() as session:
        place = session.get_one(LessonProgress, (learner.id, lesson.id))
        day = session.get_one(StudyDay, (learner.id, TODAY))
    own.dispose()
    assert sum(one.new_points for one in saved) == day.new_points == 6
    assert sum(one.counted_seconds for one in saved) == place.seconds == day.focused_seconds
    assert 10 <= place.seconds <= 20
    assert (place.furthest, place.done_at is not None) == (2, True)
