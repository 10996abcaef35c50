"""Pages of certification: paths, signatures, certificates, verification and the board."""

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.certification import actions
from lms.certification.actions import EndValue
from lms.certification.models import Period, SignOff
from lms.certification.rules import verification
from tests.certification.conftest import PASSWORD, World
from tests.make import Make

ClientOf = Callable[[Person], FlaskClient]


@pytest.fixture
def certified(world: World, session: Session, now: datetime) -> Period:
    world.sign(world.learner)
    return actions.issue(session, world.as_adviser, world.learner.id, "go-live", now=now).period


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


def test_my_path_says_what_is_met_and_what_is_missing(client_of: ClientOf, world: World) -> None:
    page = text(client_of(world.learner).get("/path"))
    assert "4 of 6 met" in page
    assert "Chen Jing signs here when it is time." in page
    assert "Take all calls" in page
    assert "Certificates will be kept here." in page


def test_my_path_links_to_what_is_to_be_done(client_of: ClientOf, world: World) -> None:
    learner = world.make.learner(world.training_class)
    page = text(client_of(learner).get("/path"))
    assert f"/courses/{world.course.slug}" in page
    assert "Not sat yet." in page
    assert "0 of 1 finished so far." in page


def test_my_path_without_a_class_says_what_will_be_here(client_of: ClientOf, world: World) -> None:
    assert "No class yet." in text(client_of(world.make.person("learner")).get("/path"))


def test_what_went_stale_says_since_when(client_of: ClientOf, world: World, now: datetime) -> None:
    learner = world.make.learner(world.training_class)
    world.make.now = now - timedelta(days=31)
    world.prepare(learner)
    world.sign(learner)
    page = text(client_of(learner).get("/path"))
    assert "Stale since 16 March 2026" in page
    assert "It counted for 30 days." in page
    assert "Stale since 28 February 2026" in page


def test_the_path_of_a_certified_learner_shows_the_certificate(
    client_of: ClientOf, world: World, certified: Period
) -> None:
    page = text(client_of(world.learner).get("/path"))
    assert f"/certificates/{certified.number}" in page
    assert "Certified by Liu Min" in page


def test_a_renewal_is_offered_in_the_last_days(client_of: ClientOf, world: World, now: datetime) -> None:
    world.make.period(
        world.learner,
        world.gate,
        certified_at=now - timedelta(days=330),
        valid_from=date(2025, 4, 21),
        valid_until=date(2026, 4, 20),
    )
    page = text(client_of(world.learner).get("/path"))
    assert "Renewal of gate 1" in page


@pytest.mark.parametrize("who", ["mentor", "adviser", "hr", "auditor", "lead"])
def test_staff_open_the_path_of_those_they_reach(client_of: ClientOf, world: World, who: str) -> None:
    team = world.make.team()
    world.learner.team_id = team.id
    lead = world.make.person(f"lead:{team.id}")
    people = {"auditor": world.make.person("auditor"), "lead": lead}
    browser = client_of(people.get(who) or getattr(world, who))
    assert browser.get(f"/learners/{world.learner.id}/path").status_code == 200


@pytest.mark.parametrize("roles", [("mentor",), ("adviser",), ("lead",), ("learner",), ("trainer",), ("admin",)])
@pytest.mark.parametrize("htmx", [True, False])
def test_to_strangers_the_path_does_not_exist(
    client_of: ClientOf, world: World, roles: tuple[str, ...], htmx: bool
) -> None:
    browser = client_of(world.make.person(*roles))
    headers = {"HX-Request": "true"} if htmx else {}
    assert browser.get(f"/learners/{world.learner.id}/path", headers=headers).status_code == 404


def test_the_mentor_signs_on_the_page(client_of: ClientOf, world: World, session: Session) -> None:
    browser = client_of(world.mentor)
    address = f"/learners/{world.learner.id}/path"
    assert "Your signature: Mentor" in text(browser.get(address))
    sent = {"gate": "go-live", "role": "mentor", "note": "Ready.", "password": PASSWORD}
    answer = browser.post(f"/learners/{world.learner.id}/sign-offs", data=sent)
    assert (answer.status_code, answer.location) == (303, address)
    after = text(browser.get(address))
    assert "Signed by Chen Jing (Mentor)" in after
    assert "Your signature: Mentor" not in after
    assert session.query(SignOff).one().note == "Ready."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"password": "wrong"}, "That is not your password.", id="a wrong password"),
        pytest.param({"password": ""}, "Please fill this in.", id="no password"),
        pytest.param({"note": "a" * 501}, "At most 500 characters.", id="a note that is too long"),
        pytest.param({"role": "adviser"}, "4 of 6 met", id="a role that is not held"),
        pytest.param({"role": "<b>"}, "4 of 6 met", id="no role"),
        pytest.param({"gate": ""}, "4 of 6 met", id="no gate"),
    ],
)
def test_a_signature_that_is_not_taken_keeps_what_was_typed(
    client_of: ClientOf, world: World, session: Session, change: dict[str, str], said: str
) -> None:
    sent = {"gate": "go-live", "role": "mentor", "note": "准备好了 <b>", "password": PASSWORD} | change
    answer = client_of(world.mentor).post(f"/learners/{world.learner.id}/sign-offs", data=sent)
    assert answer.status_code == 422
    assert said in text(answer)
    assert ("准备好了 &lt;b&gt;" in text(answer)) is (sent["role"] == "mentor" and "note" not in change)
    assert session.query(SignOff).count() == 0


def test_every_field_of_a_signature_has_its_label_and_an_id_of_its_own(client_of: ClientOf, world: World) -> None:
    html = client_of(world.mentor).get(f"/learners/{world.learner.id}/path").get_data(as_text=True)
    for name in ("note", "password"):
        assert f'for="{name}-mentor"' in html
        assert html.count(f'id="{name}-mentor"') == 1


def test_a_stranger_cannot_sign(client_of: ClientOf, world: World) -> None:
    sent = {"gate": "go-live", "role": "mentor", "password": PASSWORD}
    browser = client_of(world.make.mentor(password_hash=world.mentor.password_hash))
    assert browser.post(f"/learners/{world.learner.id}/sign-offs", data=sent).status_code == 404


def test_a_signature_is_no_place_to_guess_a_password(client_of: ClientOf, world: World) -> None:
    browser = client_of(world.mentor)
    sent = {"gate": "go-live", "role": "mentor", "note": ""}
    for _ in range(5):
        wrong = browser.post(f"/learners/{world.learner.id}/sign-offs", data=sent | {"password": "wrong password"})
        assert wrong.status_code == 422
    assert (
        browser.post(f"/learners/{world.learner.id}/sign-offs", data=sent | {"password": PASSWORD}).status_code == 429
    )


def test_the_adviser_certifies_when_all_is_met(client_of: ClientOf, world: World, session: Session) -> None:
    world.sign(world.learner)
    browser = client_of(world.adviser)
    assert "Certify for" in text(browser.get(f"/learners/{world.learner.id}/path"))
    for said in ("Certified.", "Already certified"):
        answer = browser.post(f"/learners/{world.learner.id}/certificates", data={"gate": "go-live"})
        assert answer.status_code == 303
        assert said in text(browser.get(answer.location))
    assert session.query(Period).count() == 1


def test_certifying_too_early_says_what_to_do(client_of: ClientOf, world: World) -> None:
    browser = client_of(world.adviser)
    answer = browser.post(f"/learners/{world.learner.id}/certificates", data={"gate": "go-live"})
    assert answer.location == f"/learners/{world.learner.id}/path"
    assert "Not everything is met yet." in text(browser.get(answer.location))


@pytest.mark.parametrize("gate", ["", "nonsense", "x" * 5000])
def test_certifying_for_no_gate_is_not_found(client_of: ClientOf, world: World, gate: str) -> None:
    answer = client_of(world.hr).post(f"/learners/{world.learner.id}/certificates", data={"gate": gate})
    assert answer.status_code == 404


def test_the_certificate_shows_its_evidence(client_of: ClientOf, world: World, certified: Period) -> None:
    page = text(client_of(world.learner).get(f"/certificates/{certified.number}"))
    assert "the fingerprint fits" in page
    assert "Observed call: 90 %" in page
    assert "Mentor Chen Jing signed: ready for “Go-live”" in page
    assert f"/verify/{certified.code}" in page
    assert "Suspend or revoke" not in page


def test_the_sheet_is_one_page_in_both_languages(client_of: ClientOf, world: World, certified: Period) -> None:
    answer = client_of(world.learner).get(f"/certificates/{certified.number}.pdf")
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    said = pages[0].extract_text()
    assert len(pages) == 1
    for part in (certified.number, world.learner.name, "Zhou Xiaoyu", "2027年3月16日", "16 March 2027", "上岗认证证书"):
        assert part in said


def test_a_name_the_font_lacks_is_printed_with_a_box(client_of: ClientOf, world: World, certified: Period) -> None:
    world.learner.name = "李\U00020bb7" + "长" * 60
    answer = client_of(world.learner).get(f"/certificates/{certified.number}.pdf")
    assert "李□长" in PdfReader(BytesIO(answer.data)).pages[0].extract_text()


@pytest.mark.parametrize("suffix", ["", ".pdf", "/end"])
def test_to_strangers_a_certificate_does_not_exist(
    client_of: ClientOf, world: World, certified: Period, suffix: str
) -> None:
    other = client_of(world.make.learner(world.training_class))
    assert other.get(f"/certificates/{certified.number}{suffix}").status_code == 404
    assert client_of(world.hr).get(f"/certificates/2026-NONE{suffix}").status_code == 404


def test_hr_ends_a_certificate_with_a_reason(client_of: ClientOf, world: World, certified: Period) -> None:
    browser = client_of(world.hr)
    address = f"/certificates/{certified.number}/end"
    assert "Suspend or revoke" in text(browser.get(address))
    for sent in ({}, {"cause": "revoked"}, {"cause": "expiry", "why": "x"}, {"cause": "revoked", "why": "x" * 501}):
        assert browser.post(address, data=sent).status_code == 422
    answer = browser.post(address, data={"cause": "revoked", "why": "Another person's calls"})
    assert answer.status_code == 303
    assert "Another person&#39;s calls" in text(browser.get(answer.location))
    again = browser.post(address, data={"cause": "revoked", "why": "Twice"})
    assert "has ended already" in text(again)
    assert again.status_code == 422
    assert "revoked by He Fang" in text(browser.get(f"/learners/{world.learner.id}/path"))


def test_everybody_may_verify_and_learns_no_more_than_needed(
    client: FlaskClient, world: World, certified: Period
) -> None:
    page = text(client.get(f"/verify/{certified.code}"))
    assert "Valid today" in page
    assert certified.number in page
    assert world.learner.name in page
    assert world.learner.employee_no not in page
    assert "90" not in page.split("<main")[1]


def test_unknown_malformed_and_revoked_look_the_same(
    client: FlaskClient, world: World, certified: Period, session: Session, now: datetime
) -> None:
    actions.end_period(session, world.as_hr, certified.number, EndValue("revoked", "Wrong"), now=now)
    answers = [client.get(f"/verify/{code}") for code in (certified.code, "A" * 32, "x", "'%00", "长" * 3000)]
    assert {answer.status_code for answer in answers[:3]} == {200}
    assert len({text(answer).split("<main")[1] for answer in answers[:3]}) == 1
    assert {answer.status_code for answer in answers} <= {200, 422}


def test_too_many_looks_must_wait(client: FlaskClient, world: World) -> None:
    for _ in range(verification.TRIES):
        assert client.get("/verify/nothing").status_code == 200
    assert client.get("/verify/nothing").status_code == 429
    assert client.get("/verify/nothing.json").status_code == 429


def test_the_board_shows_who_may_take_calls(client_of: ClientOf, world: World, certified: Period) -> None:
    world.make.learner(world.training_class, latin_name="Wu Jiayi")
    page = text(client_of(world.hr).get("/go-live"))
    assert "2 of 2 people shown" in page
    assert "16 March 2027" in page
    assert "Go-live: 0 of 6 met" in page


def test_the_board_at_another_instant(client_of: ClientOf, world: World, certified: Period) -> None:
    browser = client_of(world.hr)
    assert "May take calls" not in text(browser.get("/go-live?at=2026-03-16T10:00")).split("<tbody")[1]
    assert "May take calls" in text(browser.get("/go-live?at=2027-03-16T23:59")).split("<tbody")[1]
    assert "Lapsed" in text(browser.get("/go-live?at=2027-03-17T00:00")).split("<tbody")[1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("status=valid", True),
        ("status=never", False),
        ("scope=full", True),
        ("scope=nesting", False),
        ("expiring=1", False),
        ("expiring=1&at=2027-03-01T10:00", True),
        ("q=xiaoyu", True),
        ("q=100%25", False),
        ("q=晓雨", True),
        ("page=99", True),
        ("team=1", False),
    ],
)
def test_filters_in_the_address(client_of: ClientOf, world: World, certified: Period, query: str, shown: bool) -> None:
    world.learner.name, world.learner.latin_name = "周晓雨", "Zhou Xiaoyu"
    page = text(client_of(world.hr).get(f"/go-live?{query}"))
    assert ("Zhou Xiaoyu</a>" in page) is shown
    assert ("Nobody fits these filters." in page) is not shown


@pytest.mark.parametrize(
    "query",
    [
        "at=yesterday",
        "at=0001-01-01T00:00",
        "at=2026-13-01T00:00",
        "class=x",
        "team=99999999999",
        "scope=all",
        "status=ok",
        "page=-1",
        "expiring=yes",
        "q=" + "a" * 81,
        "q=%00",
    ],
)
@pytest.mark.parametrize("address", ["/go-live", "/go-live.csv"])
def test_filters_that_mean_nothing_are_refused(client_of: ClientOf, world: World, address: str, query: str) -> None:
    assert client_of(world.hr).get(f"{address}?{query}").status_code == 422


def test_paging(client_of: ClientOf, world: World) -> None:
    for _ in range(55):
        world.make.learner(world.training_class)
    browser = client_of(world.hr)
    first, second = text(browser.get("/go-live?q=E")), text(browser.get("/go-live?q=E&page=2"))
    assert first.count("<tr class=") == 50
    assert second.count("<tr class=") == 6
    assert "page=2" in first
    assert "q=E" in second


def test_each_sees_their_own_people(client_of: ClientOf, world: World) -> None:
    team = world.make.team()
    other = world.make.learner(world.make.training_class(), latin_name="Somebody Else", team_id=team.id)
    assert "Somebody Else" not in text(client_of(world.adviser).get("/go-live"))
    assert "Somebody Else" in text(client_of(world.make.person("auditor")).get("/go-live"))
    lead = text(client_of(world.make.person(f"lead:{team.id}")).get("/go-live"))
    assert "Somebody Else" in lead
    assert "Zhou Xiaoyu" not in lead
    assert client_of(other).get("/go-live").status_code == 404
    assert client_of(world.mentor).get("/go-live").status_code == 404


def test_who_has_left_is_not_on_the_board(client_of: ClientOf, world: World, certified: Period, now: datetime) -> None:
    world.learner.suspended_at = now
    assert "Zhou Xiaoyu" not in text(client_of(world.hr).get("/go-live"))


def test_why_a_certificate_was_withdrawn_is_on_the_board(
    client_of: ClientOf, world: World, certified: Period, session: Session, now: datetime
) -> None:
    actions.end_period(session, world.as_hr, certified.number, EndValue("suspended", "Complaint 17"), now=now)
    page = text(client_of(world.hr).get("/go-live"))
    assert "Complaint 17" in page
    assert "Suspended" in page


def test_the_export_holds_the_same_rows_and_no_formula(client_of: ClientOf, world: World, certified: Period) -> None:
    world.learner.name = '=HYPERLINK("x")'
    world.make.learner(world.training_class, name="＋机")
    answer = client_of(world.hr).get("/go-live.csv?scope=full")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == '\'=HYPERLINK("x")'
    assert rows[1][5] == "2027-03-16"
    everybody = text(client_of(world.hr).get("/go-live.csv"))
    assert "'＋机" in everybody


def test_the_board_takes_as_many_statements_for_a_thousand_as_for_ten(
    client_of: ClientOf, world: World, statements: Callable[[], Any], session: Session
) -> None:
    browser = client_of(world.hr)

    def count(people: int) -> int:
        for _ in range(people):
            world.make.learner(world.training_class)
        session.commit()
        session.expunge_all()
        with statements() as ran:
            assert browser.get("/go-live").status_code == 200
        return len(ran)

    class_id = world.training_class.id
    assert count(9) == count(990)
    assert class_id


def test_a_path_takes_as_many_statements_with_much_as_with_little(
    client_of: ClientOf, world: World, statements: Callable[[], Any], session: Session
) -> None:
    browser = client_of(world.adviser)
    counts = []
    for _ in range(2):
        session.commit()
        with statements() as ran:
            assert browser.get(f"/learners/{world.learner.id}/path").status_code == 200
        counts.append(len(ran))
        world.sign(world.learner)
        world.prepare(world.learner, number=len(counts) + 1)
        for n in range(10):
            world.make.lesson(world.course)
            world.make.observation(world.learner, world.mentor, world.card, call_ref=f"D-{n}")
    assert counts[0] == counts[1]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_page_opens_in_both_languages(client_of: ClientOf, world: World, certified: Period, locale: str) -> None:
    world.hr.locale = locale
    browser = client_of(world.hr)
    addresses = [
        f"/learners/{world.learner.id}/path",
        f"/certificates/{certified.number}",
        f"/certificates/{certified.number}/end",
        "/go-live",
    ]
    for address in addresses:
        page = text(browser.get(address))
        assert "%(" not in page
        assert ("证书" in page or "接听" in page) is (locale == "zh")


def test_the_board_of_a_past_day_leaves_out_who_came_later_and_keeps_who_was_certified_then(
    make: Make, session: Session, client_of: Callable[[Person], FlaskClient], now: datetime
) -> None:
    newcomer = make.learner()  # joined 15 days ago
    veteran = make.learner()  # in a new class now, certified half a year ago
    then = now - timedelta(days=180)
    day = then.date()
    gate = make.gate()
    make.period(
        veteran, gate, certified_at=then, requested_at=then, valid_from=day, valid_until=day + timedelta(days=364)
    )
    session.commit()
    board = client_of(make.person("hr"))
    past = board.get("/go-live", query_string={"at": (now - timedelta(days=100)).strftime("%Y-%m-%dT%H:%M")}).text
    assert newcomer.employee_no not in past
    assert veteran.employee_no in past
    today = board.get("/go-live").text
    assert newcomer.employee_no in today
    assert veteran.employee_no in today
