"""The pages of mentors, advisers and learners: what they show, refuse and keep, and that strangers find nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.mentoring import queries
from lms.mentoring.models import Criterion, Meeting, Observation, ObservationScore
from lms.pace.models import StudyDay
from tests.make import Make
from tests.mentoring.conftest import Cast

ClientOf = Callable[[Person], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}
HOSTILE = "<script>alert(1)</script>"


def criteria(session: Session, cast: Cast) -> list[int]:
    query = select(Criterion.id).where(Criterion.scorecard_id == cast.card.id)
    return list(session.scalars(query.order_by(Criterion.position)))


@pytest.fixture
def draft(make: Make, cast: Cast) -> Observation:
    return make.observation(
        cast.learner, cast.mentor, cast.card, call_ref="C-9", finished_at=None, percent=None, passed=None
    )


# My apprentices


def test_a_mentor_sees_each_apprentice_in_a_row(
    make: Make, cast: Cast, session: Session, client_of: ClientOf, now: datetime
) -> None:
    make.meeting(cast.pairing)
    make.add(
        StudyDay(person_id=cast.learner.id, day=now.date(), new_points=9, focused_seconds=38 * 60, last_seen_at=now)
    )
    text = client_of(cast.mentor).get("/apprentices").text
    assert cast.learner.latin_name in text
    for part in ("Day 12", "38 / 90 min", "9 new points", "10:30", "15:30", "nobody needs you right now"):
        assert part in text


def test_who_said_too_much_comes_first_and_gets_the_button(
    make: Make, cast: Cast, client_of: ClientOf, now: datetime
) -> None:
    second = make.learner(cast.training_class, latin_name="Gao Yuan")
    make.pairing(cast.mentor, second, slot=2)
    make.add(StudyDay(person_id=second.id, day=now.date(), last_seen_at=now, too_much_at=now))
    text = client_of(cast.mentor).get("/apprentices").text
    assert "one of 2 needs you now" in text
    assert "Talk with Gao Yuan" in text
    assert text.index("Gao Yuan</b>") < text.index(f"{cast.learner.latin_name}</b>")


def test_an_open_scorecard_leads_back_to_the_call(cast: Cast, draft: Observation, client_of: ClientOf) -> None:
    text = client_of(cast.mentor).get("/apprentices").text
    assert text.count(f"/observations/{draft.id}") == 2


def test_a_mentor_without_apprentices_reads_what_will_be_here(make: Make, client_of: ClientOf) -> None:
    assert "Nobody yet." in client_of(make.mentor()).get("/apprentices").text


def test_an_apprentice_in_no_class_is_shown_without_a_stage(make: Make, client_of: ClientOf) -> None:
    mentor = make.mentor()
    make.pairing(mentor, make.person("learner"))
    assert "in no class now" in client_of(mentor).get("/apprentices").text


def test_many_apprentices_cost_no_more_statements_than_few(
    make: Make, cast: Cast, client_of: ClientOf, statements: Callable[[], Any]
) -> None:
    browser = client_of(cast.mentor)
    small = make.mentor(capacity=2)
    large = make.mentor(capacity=40)
    for mentor, number in ((small, 2), (large, 40)):
        for slot in range(1, number + 1):
            pairing = make.pairing(mentor, make.learner(cast.training_class), slot=slot)
            make.meeting(pairing)
    counts = []
    for mentor in (small, large):
        browser = client_of(mentor)
        with statements() as ran:
            assert browser.get("/apprentices").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_assignments_costs_the_same_for_any_class(
    make: Make, cast: Cast, client_of: ClientOf, statements: Callable[[], Any]
) -> None:
    browser = client_of(cast.adviser)
    counts = []
    for more in (1, 40):
        for _ in range(more):
            make.learner(cast.training_class)
        with statements() as ran:
            assert browser.get(f"/classes/{cast.training_class.id}/mentors").status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 5


# One apprentice


def test_an_apprentice_is_shown_in_the_order_of_time(
    make: Make, cast: Cast, client_of: ClientOf, now: datetime
) -> None:
    lesson = make.lesson()
    make.progress(cast.learner, lesson, done_at=now - timedelta(hours=1))
    make.meeting(cast.pairing, starts_at=now - timedelta(days=1), place="Canteen")
    make.meeting(cast.pairing)
    make.observation(cast.learner, cast.mentor, cast.card, call_at=now - timedelta(hours=2))
    text = client_of(cast.mentor).get(f"/apprentices/{cast.learner.id}").text
    assert text.index(lesson.title_en) < text.index("Service call</a>") < text.index("Canteen")
    assert f"/learners/{cast.learner.id}/path" in text
    assert "Desk 214" in text


def test_an_adviser_sees_the_same_but_arranges_nothing(make: Make, cast: Cast, client_of: ClientOf) -> None:
    answer = client_of(cast.adviser).get(f"/apprentices/{cast.learner.id}")
    assert answer.status_code == 200
    assert "Arrange a talk" not in answer.text
    assert "Mentor since" in answer.text


def test_an_adviser_sees_a_learner_without_a_mentor(make: Make, cast: Cast, client_of: ClientOf) -> None:
    alone = make.learner(cast.training_class)
    assert "Nobody is this learner" in client_of(cast.adviser).get(f"/apprentices/{alone.id}").text


@pytest.mark.parametrize("stranger", ["mentor", "adviser", "learner", "hr", "trainer", "lead"])
def test_strangers_find_no_apprentice(make: Make, cast: Cast, client_of: ClientOf, stranger: str) -> None:
    browser = client_of(make.person(stranger))
    assert browser.get(f"/apprentices/{cast.learner.id}").status_code == 404
    sent = browser.post(
        f"/apprentices/{cast.learner.id}/meetings", data={"starts_at": "2026-03-18T10:00", "place": "x"}
    )
    assert sent.status_code == 404


# Talks


def test_a_mentor_arranges_a_talk_in_the_time_of_the_site(cast: Cast, session: Session, client_of: ClientOf) -> None:
    data = {"starts_at": "2026-03-17T15:30", "place": "Desk 214", "topic": "Misses"}
    answer = client_of(cast.mentor).post(f"/apprentices/{cast.learner.id}/meetings", data=data, follow_redirects=True)
    assert "Arranged: 15:30, Desk 214" in answer.text
    assert session.scalars(select(Meeting.starts_at)).one().isoformat() == "2026-03-17T07:30:00+00:00"


@pytest.mark.parametrize(
    "data",
    [
        {"starts_at": "", "place": "Desk"},
        {"starts_at": "tomorrow", "place": "Desk"},
        {"starts_at": "0001-01-01T00:00", "place": "Desk"},
        {"starts_at": "9999-12-31T23:59", "place": "Desk"},
        {"starts_at": "2026-03-16T15:30", "place": "Desk"},
        {"starts_at": "2026-12-16T15:30", "place": "Desk"},
        {"starts_at": "2026-03-17T15:30", "place": ""},
        {"starts_at": "2026-03-17T15:30", "place": "x" * 121},
        {"starts_at": "2026-03-17T15:30", "place": "x", "topic": "汉" * 301},
        {},
    ],
)
def test_a_talk_that_cannot_be_arranged_is_explained_and_kept(
    cast: Cast, session: Session, client_of: ClientOf, data: dict[str, str]
) -> None:
    answer = client_of(cast.mentor).post(f"/apprentices/{cast.learner.id}/meetings", data={"topic": HOSTILE} | data)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert HOSTILE not in answer.text
    assert ("&lt;script&gt;" in answer.text) is ("topic" not in data)
    assert session.scalars(select(Meeting)).all() == []


def test_a_talk_can_be_cancelled(make: Make, cast: Cast, client_of: ClientOf) -> None:
    ahead, past = make.meeting(cast.pairing), make.meeting(cast.pairing, starts_at=make.now - timedelta(days=1))
    browser = client_of(cast.mentor)
    where = f"/apprentices/{cast.learner.id}/meetings"
    assert "cancelled" in browser.post(f"{where}/{ahead.id}/cancellation", follow_redirects=True).text
    assert "is over" in browser.post(f"{where}/{past.id}/cancellation", follow_redirects=True).text
    assert client_of(make.mentor()).post(f"{where}/{ahead.id}/cancellation").status_code == 404


# Observed calls


def test_the_whole_walk_of_an_observed_call(cast: Cast, session: Session, client_of: ClientOf) -> None:
    mentor, learner = client_of(cast.mentor), client_of(cast.learner)
    data = {"call_ref": "C-77", "call_at": "2026-03-17T10:20", "scorecard": str(cast.card.id)}
    begun = mentor.post(f"/apprentices/{cast.learner.id}/observations", data=data)
    where = begun.location
    page = mentor.get(where).text
    assert "Criterion 2" in page
    assert "Heard 3" in page
    assert learner.get(where).status_code == 404
    one, two, three = criteria(session, cast)
    sent: dict[str, str] = {f"score-{one}": "3", f"score-{two}": "na", f"score-{three}": "1"}
    assert mentor.post(f"{where}/scores", data=sent, headers=FETCH).status_code == 204
    summary = mentor.post(f"{where}/scores", data=sent | {"comment": "Warm voice."}, follow_redirects=True).text
    assert "One thing is missing" in summary
    assert "Finish and share" not in summary
    assert "still missing" in mentor.post(f"{where}/completion", follow_redirects=True).text
    sent |= {f"at-{three}": "3:18", "comment": "Warm voice."}
    summary = mentor.post(f"{where}/scores", data=sent, follow_redirects=True).text
    assert "66.6" in summary
    assert "Finish and share" in summary
    done = mentor.post(f"{where}/completion", follow_redirects=True).text
    assert "Finished." in done
    assert "at 3:18" in done
    read = learner.get(where).text
    assert "I have read this" in read
    assert read.index("What went well") < read.index("What to practise next") < read.index("Did not come up")
    assert "Noted" in learner.post(f"{where}/acknowledgement", follow_redirects=True).text
    assert "66.6" in learner.get("/observations").text
    assert mentor.get(f"{where}/summary").location == where
    assert "can no longer be changed" in mentor.post(f"{where}/scores", data=sent, follow_redirects=True).text


def test_the_card_shows_what_was_given_so_far(
    make: Make, cast: Cast, draft: Observation, session: Session, client_of: ClientOf
) -> None:
    one, two, _ = criteria(session, cast)
    make.add(ObservationScore(observation_id=draft.id, criterion_id=one, score=2, at_second=198, remark="“45 分钟”"))
    make.add(ObservationScore(observation_id=draft.id, criterion_id=two, score=None))
    text = client_of(cast.mentor).get(f"/observations/{draft.id}").text
    assert 'value="2" checked' in text
    assert 'value="na" checked' in text
    assert 'value="3:18"' in text
    assert "45 分钟" in text


def test_a_remark_is_kept_before_there_is_a_score(
    cast: Cast, draft: Observation, session: Session, client_of: ClientOf
) -> None:
    browser, one = client_of(cast.mentor), criteria(session, cast)[0]
    sent = {f"score-{one}": "", f"at-{one}": "0:41", f"remark-{one}": "No greeting"}
    assert browser.post(f"/observations/{draft.id}/scores", data=sent, headers=FETCH).status_code == 204
    text = browser.get(f"/observations/{draft.id}").text
    assert 'value="No greeting"' in text
    assert 'value="0:41"' in text
    assert 'value="na" checked' not in text
    emptied = {f"at-{one}": "", f"remark-{one}": ""}
    assert browser.post(f"/observations/{draft.id}/scores", data=emptied, headers=FETCH).status_code == 204
    assert "No greeting" not in browser.get(f"/observations/{draft.id}").text
    assert "3 things are missing" in browser.get(f"/observations/{draft.id}/summary").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("score", "4"), ("score", "-1"), ("score", "three"), ("at", "3.18"), ("at", "9:99:99"), ("remark", "x" * 301)],
)
def test_a_mark_that_cannot_be_is_explained_to_people_and_scripts(
    cast: Cast, draft: Observation, session: Session, client_of: ClientOf, field: str, value: str
) -> None:
    browser, one = client_of(cast.mentor), criteria(session, cast)[0]
    data = {f"score-{one}": "1", "comment": HOSTILE} | {f"{field}-{one}": value}
    page = browser.post(f"/observations/{draft.id}/scores", data=data)
    assert page.status_code == 422
    assert HOSTILE not in page.text
    assert 'class="error"' in page.text
    told = browser.post(f"/observations/{draft.id}/scores", data=data, headers=FETCH)
    assert (told.status_code, told.mimetype) == (422, "application/problem+json")
    assert told.json["field"] == f"{field}-{one}"
    assert session.scalars(select(ObservationScore)).all() == []


def test_a_script_is_told_that_the_card_is_finished(make: Make, cast: Cast, client_of: ClientOf) -> None:
    seen = make.observation(cast.learner, cast.mentor, cast.card)
    told = client_of(cast.mentor).post(f"/observations/{seen.id}/scores", data={}, headers=FETCH)
    assert (told.status_code, told.json["code"]) == (409, "finished")
    assert "can no longer be changed" in told.json["detail"]


def test_a_script_whose_sign_in_has_ended_is_told_so(client: FlaskClient) -> None:
    assert client.post("/observations/1/scores", headers=FETCH).status_code == 401


def test_a_card_on_which_nothing_came_up_asks_for_one_score(
    cast: Cast, draft: Observation, session: Session, client_of: ClientOf
) -> None:
    data = {f"score-{number}": "na" for number in criteria(session, cast)}
    answer = client_of(cast.mentor).post(f"/observations/{draft.id}/scores", data=data, follow_redirects=True)
    assert "Nothing is scored yet" in answer.text


@pytest.mark.parametrize(
    "data",
    [
        {"call_ref": "", "call_at": "2026-03-17T10:20"},
        {"call_ref": "x" * 81, "call_at": "2026-03-17T10:20"},
        {"call_ref": "C-1", "call_at": "0001-01-01T00:00"},
        {"call_ref": "C-1", "call_at": "2026-03-20T10:20"},
        {"call_ref": "C-1", "call_at": "2026-01-01T10:20"},
        {"call_ref": "C-1", "call_at": "2026-03-17T10:20", "scorecard": "999999"},
        {"call_ref": "C-1", "call_at": "2026-03-17T10:20", "scorecard": "one"},
        {},
    ],
)
@pytest.mark.parametrize("where", ["/apprentices/{}/observations", "/observations/new"])
def test_a_call_that_cannot_be_scored_is_explained(
    cast: Cast, session: Session, client_of: ClientOf, data: dict[str, str], where: str
) -> None:
    sent = {"scorecard": str(cast.card.id), "employee_no": cast.learner.employee_no} | data
    answer = client_of(cast.mentor).post(where.format(cast.learner.id), data=sent)
    assert answer.status_code == 422
    assert "aria-invalid" in answer.text
    assert session.scalars(select(Observation)).all() == []


def test_another_mentor_listens_by_number(make: Make, cast: Cast, client_of: ClientOf) -> None:
    browser = client_of(make.mentor())
    data = {"call_ref": "C-1", "call_at": "2026-03-17T10:20", "scorecard": str(cast.card.id)}
    assert browser.get("/observations/new").status_code == 200
    assert browser.post("/observations/new", data=data | {"employee_no": cast.learner.employee_no}).status_code == 303
    unknown = browser.post("/observations/new", data=data | {"employee_no": "E9999"})
    assert unknown.status_code == 422
    assert "no new hire with this number" in unknown.text


def test_where_there_is_no_scorecard_the_page_says_who_brings_one(make: Make, client_of: ClientOf) -> None:
    mentor = make.mentor()
    learner = make.learner()
    make.pairing(mentor, learner)
    browser = client_of(mentor)
    assert "no scorecard yet" in browser.get(f"/apprentices/{learner.id}").text
    assert "no scorecard yet" in browser.get("/observations/new").text


READERS = ["learner", "mentor", "observer", "adviser", "lead", "own lead", "hr", "auditor"]
STRANGERS = ["other learner", "other mentor", "other adviser", "other lead", "trainer", "admin"]


@pytest.mark.parametrize("reader", READERS + STRANGERS)
def test_who_reads_a_finished_observation(make: Make, cast: Cast, client_of: ClientOf, reader: str) -> None:
    team, other_team = make.team("Billing"), make.team("Faults")
    cast.learner.team_id = team.id
    observer = make.mentor(name="王芳")
    seen = make.observation(cast.learner, observer, cast.card)
    people: dict[str, Callable[[], Person]] = {
        "learner": lambda: cast.learner,
        "mentor": lambda: cast.mentor,
        "observer": lambda: observer,
        "adviser": lambda: cast.adviser,
        "lead": lambda: make.person(f"lead:{team.id}"),
        "own lead": lambda: make.person("lead", team_id=team.id),
        "hr": lambda: make.person("hr"),
        "auditor": lambda: make.person("auditor"),
        "other learner": lambda: make.learner(cast.training_class),
        "other mentor": make.mentor,
        "other adviser": lambda: make.person("adviser"),
        "other lead": lambda: make.person(f"lead:{other_team.id}", team_id=team.id),
        "trainer": lambda: make.person("trainer"),
        "admin": lambda: make.person("admin"),
    }
    expected = 200 if reader in READERS else 404
    assert client_of(people[reader]()).get(f"/observations/{seen.id}").status_code == expected


@pytest.mark.parametrize("reader", ["learner", "adviser", "hr"])
def test_a_draft_is_the_observers_alone(
    make: Make, cast: Cast, draft: Observation, client_of: ClientOf, reader: str
) -> None:
    person = {"learner": cast.learner, "adviser": cast.adviser}.get(reader) or make.person(reader)
    assert client_of(person).get(f"/observations/{draft.id}").status_code == 404


def test_a_learner_without_observations_reads_what_will_be_here(cast: Cast, client_of: ClientOf) -> None:
    assert "No observations yet." in client_of(cast.learner).get("/observations").text


# Assignments and places


def test_an_adviser_assigns_mentors_to_a_class(make: Make, cast: Cast, session: Session, client_of: ClientOf) -> None:
    newcomer = make.learner(cast.training_class)
    browser, where = client_of(cast.adviser), f"/classes/{cast.training_class.id}/mentors"
    assert "3 of 4 free" in browser.get(where).text
    answer = browser.post(where, data={f"mentor-{newcomer.id}": str(cast.mentor.id)}, follow_redirects=True)
    assert "Saved. One learner has another mentor now." in answer.text
    found = queries.live_mentor(session, newcomer.id)
    assert found
    assert found.id == cast.mentor.id
    assert queries.live_mentor(session, cast.learner.id)
    again = browser.post(where, data={f"mentor-{newcomer.id}": str(cast.mentor.id)}, follow_redirects=True)
    assert "Nothing was different." in again.text
    emptied = browser.post(where, data={f"mentor-{newcomer.id}": ""}, follow_redirects=True)
    assert "Saved." in emptied.text
    assert queries.live_mentor(session, newcomer.id) is None


def test_a_full_mentor_is_named_and_the_choice_kept(make: Make, cast: Cast, client_of: ClientOf) -> None:
    full = make.mentor(capacity=1, latin_name="Wang Fang")
    make.pairing(full, make.learner(make.training_class()))
    data = {f"mentor-{cast.learner.id}": str(full.id)}
    answer = client_of(cast.adviser).post(f"/classes/{cast.training_class.id}/mentors", data=data)
    assert answer.status_code == 422
    assert "Wang Fang has no place left" in answer.text
    assert "Wang Fang · full" in answer.text
    assert f'<option selected value="{full.id}">' in answer.text


@pytest.mark.parametrize("value", ["999999", "nobody", "-1", HOSTILE])
def test_a_mentor_who_is_not_in_the_list_is_refused(cast: Cast, client_of: ClientOf, value: str) -> None:
    data = {f"mentor-{cast.learner.id}": value}
    answer = client_of(cast.adviser).post(f"/classes/{cast.training_class.id}/mentors", data=data)
    assert answer.status_code == 422
    assert "Please choose again" in answer.text
    assert HOSTILE not in answer.text


@pytest.mark.parametrize("stranger", ["adviser", "mentor", "hr", "lead"])
def test_strangers_find_no_class(make: Make, cast: Cast, client_of: ClientOf, stranger: str) -> None:
    browser, where = client_of(make.person(stranger)), f"/classes/{cast.training_class.id}/mentors"
    assert browser.get(where).status_code == 404
    assert browser.post(where, data={}).status_code == 404


def test_places_are_changed_and_refused_in_words(make: Make, cast: Cast, client_of: ClientOf) -> None:
    browser, where = client_of(make.person("hr")), f"/mentors/{cast.mentor.id}/places"
    assert "1 apprentice" in browser.get("/mentors").text
    assert "Saved." in browser.post(where, data={"places": "6"}, follow_redirects=True).text
    for typed, why in (("0", "more apprentices than that"), ("61", "0 to 60"), ("many", "0 to 60"), ("", "0 to 60")):
        answer = browser.post(where, data={"places": typed})
        assert answer.status_code == 422
        assert why in answer.text
    assert browser.post(f"/mentors/{cast.learner.id}/places", data={"places": "2"}).status_code == 404


def test_only_keepers_change_places(cast: Cast, client_of: ClientOf) -> None:
    assert client_of(cast.mentor).get("/mentors").status_code == 404
    assert client_of(cast.learner).post(f"/mentors/{cast.mentor.id}/places", data={"places": "9"}).status_code == 404


@pytest.mark.parametrize(
    "where", ["/apprentices", "/apprentices/{learner}", "/observations/new", "/observations/{draft}"]
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_pages_speak_chinese(
    cast: Cast, draft: Observation, client_of: ClientOf, where: str, headers: dict[str, str]
) -> None:
    browser = client_of(cast.mentor)
    browser.post("/locale", data={"locale": "zh"})
    text = browser.get(where.format(learner=cast.learner.id, draft=draft.id), headers=headers).text
    assert 'lang="zh-CN"' in text
    assert "我的徒弟" in text
