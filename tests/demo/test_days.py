from datetime import UTC, date, datetime

import pytest

from lms.demo.cast import class_name, load
from lms.demo.days import TODAY, Days
from lms.demo.sign_ins import TRY, WORDS, passphrase, table
from lms.demo.study import REPORT_SECONDS, reports
from lms.pace.rules import working_day_number

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("now", "starts_on"),
    [
        pytest.param(datetime(2026, 3, 17, 2, 30, tzinfo=UTC), date(2026, 3, 2), id="a Tuesday: began on a Monday"),
        pytest.param(datetime(2026, 3, 16, 2, 30, tzinfo=UTC), date(2026, 2, 27), id="a Monday: began on a Friday"),
        pytest.param(datetime(2026, 3, 22, 2, 30, tzinfo=UTC), date(2026, 3, 5), id="a Sunday counts as its Friday"),
        pytest.param(
            datetime(2026, 3, 17, 19, 0, tzinfo=UTC), date(2026, 3, 2), id="the small hours are the day before"
        ),
    ],
)
def test_today_is_working_day_twelve(now: datetime, starts_on: date) -> None:
    days = Days.ending_today(now, SHANGHAI)
    assert days.starts_on == starts_on
    assert working_day_number(starts_on, days.day(TODAY)) == TODAY


def test_working_days_are_counted_forwards_and_back_over_weekends() -> None:
    days = Days(date(2026, 3, 2), SHANGHAI, datetime(2026, 3, 17, 2, 30, tzinfo=UTC))
    assert [days.day(n) for n in (-1, 0, 1, 5, 6, 12)] == [
        date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 9), date(2026, 3, 17),
    ]  # fmt: skip


def test_the_next_talk_is_later_today_and_after_work_tomorrow() -> None:
    noon = Days(date(2026, 3, 2), SHANGHAI, datetime(2026, 3, 17, 4, 0, tzinfo=UTC))
    assert noon.next_talk(0) == datetime(2026, 3, 17, 5, 30, tzinfo=UTC)
    friday_evening = Days(date(2026, 3, 2), SHANGHAI, datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    assert friday_evening.next_talk(0) == datetime(2026, 3, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "blocks"), [(40, 1), (115, 3), (180, 4), (420, 5)])
def test_reports_stay_within_what_counts_and_end_at_the_end(seconds: int, blocks: int) -> None:
    sent = list(reports(seconds, blocks))
    assert all(report.seconds <= REPORT_SECONDS for report in sent)
    assert [report.done for report in sent] == [False] * (len(sent) - 1) + [True]
    assert sent[-1].position == blocks - 1
    assert seconds - len(sent) < sum(report.seconds for report in sent) <= seconds


def test_the_cast_is_complete() -> None:
    cast = load()
    counted = {role: len(cast.of(role)) for role in ("learner", "mentor", "agent")}
    assert counted == {"learner": 24, "mentor": 6, "agent": 12}
    assert len({member.employee_no for member in cast.members}) == len(cast.members)
    assert {member.team for member in cast.members if member.team} <= set(cast.teams)
    assert all(member.story.quizzes for member in cast.of("learner"))


def test_a_class_is_called_by_its_month() -> None:
    assert class_name(date(2026, 3, 2)) == ("2026年3月新人班", "New hires, March 2026")


def test_every_account_worth_trying_stands_in_the_table() -> None:
    printed = table(load(), "amber-kettle-heron-42")
    assert "amber-kettle-heron-42" in printed
    assert all(no in printed for no in TRY)


def test_passphrases_are_words_and_a_number_and_differ() -> None:
    made = {passphrase() for _ in range(20)}
    assert len(made) == 20
    words, number = made.pop().rsplit("-", 1)
    assert set(words.split("-")) <= set(WORDS)
    assert 10 <= int(number) <= 99
