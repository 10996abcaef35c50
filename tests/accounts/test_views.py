"""The door, people, classes: as somebody with a browser meets them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import actions, passwords
from lms.accounts.models import Enrolment, LoginSession, Person, RoleGrant, SignInFailure, Site, Team
from lms.accounts.rules import Grant, Identity, Role
from lms.audit.models import AuditEntry
from lms.errors import Refused
from tests.make import Make

PASSWORD = "green tea at noon"
Browser = Callable[[Person], FlaskClient]


@pytest.fixture
def mei(make: Make) -> Person:
    return make.person("hr", name="何芳", employee_no="H1001", password_hash=passwords.hashed(PASSWORD))


def sign_in(client: FlaskClient, number: str = "H1001", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in", data={"employee_no": number, "password": password} | more)


def test_the_right_password_opens_the_door(client: FlaskClient, mei: Person) -> None:
    assert sign_in(client, next="/profile").headers["Location"] == "/profile"
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_signing_in_leads_nowhere_else(client: FlaskClient, mei: Person, target: str) -> None:
    assert sign_in(client, next=target).headers["Location"] == "/"


@pytest.mark.parametrize(("number", "password"), [("H1001", "wrong password"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_number_look_alike(
    client: FlaskClient, mei: Person, number: str, password: str
) -> None:
    answer = sign_in(client, number, password)
    assert answer.status_code == 422
    assert "Employee number or password is not right." in answer.text
    assert password not in answer.text


def test_the_sixth_try_has_to_wait_even_with_the_right_password(client: FlaskClient, mei: Person) -> None:
    for _ in range(5):
        sign_in(client, password="wrong password")
    answer = sign_in(client)
    assert answer.status_code == 429
    assert "15 minutes" in answer.text


def test_the_right_password_forgets_only_its_own_try(client: FlaskClient, mei: Person, session: Session) -> None:
    sign_in(client, password="wrong password")
    sign_in(client)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 1


def test_a_suspended_person_stays_outside(client: FlaskClient, mei: Person, session: Session, now: datetime) -> None:
    mei.suspended_at = now
    session.commit()
    assert sign_in(client).status_code == 422


def test_suspending_somebody_ends_their_sign_ins_at_once(client_of: Browser, make: Make, mei: Person) -> None:
    learner = make.person("learner")
    theirs, hers = client_of(learner), client_of(mei)
    assert theirs.get("/profile").status_code == 200
    hers.post(f"/people/{learner.id}/suspension", data={"suspended": "yes"})
    assert theirs.get("/profile").status_code == 303
    hers.post(f"/people/{learner.id}/suspension", data={"suspended": "no"})
    assert client_of(learner).get("/profile").status_code == 200


def test_signing_out_revokes_the_session_itself(client_of: Browser, mei: Person, session: Session) -> None:
    client = client_of(mei)
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert client.get("/profile").status_code == 303


def test_a_password_change_signs_other_devices_out(client_of: Browser, mei: Person) -> None:
    one, other = client_of(mei), client_of(mei)
    answer = one.post("/profile/password", data={"old": PASSWORD, "password": "five small birds"})
    assert answer.status_code == 303
    assert one.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [("wrong", "five small birds", "not your password"), (PASSWORD, "short", "At least 10"), ("", "", "Please fill")],
)
def test_a_password_change_says_what_is_wrong(client_of: Browser, mei: Person, old: str, new: str, words: str) -> None:
    answer = client_of(mei).post("/profile/password", data={"old": old, "password": new})
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_guesses_a_password_from_inside_either(client_of: Browser, client: FlaskClient, mei: Person) -> None:
    inside = client_of(mei)
    for _ in range(5):
        inside.post("/profile/password", data={"old": "wrong password", "password": "five small birds"})
    answer = inside.post("/profile/password", data={"old": PASSWORD, "password": "five small birds"})
    assert answer.status_code == 429
    assert "15 minutes" in answer.text
    assert sign_in(client).status_code == 429


def test_one_device_can_sign_another_out_but_not_a_strangers(
    client_of: Browser, make: Make, mei: Person, session: Session
) -> None:
    one, other = client_of(mei), client_of(mei)
    stranger = make.person("learner")
    client_of(stranger)
    rows = session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    assert one.post(f"/profile/sessions/{rows[1].id}/end").status_code == 303
    assert other.get("/profile").status_code == 303
    assert one.post(f"/profile/sessions/{rows[2].id}/end").status_code == 404


def test_a_link_sets_a_password_once(client: FlaskClient, make: Make, session: Session, now: datetime) -> None:
    person = make.person("learner")
    token = actions.make_password_link(session, person, by=None, now=now)
    session.commit()
    assert client.get(f"/link/{token}").status_code == 200
    assert client.post(f"/link/{token}", data={"password": "short"}).status_code == 422
    assert client.post(f"/link/{token}", data={"password": PASSWORD}).status_code == 303
    assert client.post(f"/link/{token}", data={"password": PASSWORD}).status_code == 404
    assert sign_in(client, person.employee_no).status_code == 303


def test_a_newer_link_ends_the_older_one(
    client_of: Browser, client: FlaskClient, make: Make, mei: Person, session: Session, now: datetime
) -> None:
    person = make.person("learner")
    token = actions.make_password_link(session, person, by=None, now=now)
    session.commit()
    shown = client_of(mei).post(f"/people/{person.id}/link")
    assert "/link/" in shown.text
    assert client.get(f"/link/{token}").status_code == 404


def test_a_link_leads_to_where_we_are_and_not_where_the_browser_says(client_of: Browser, make: Make) -> None:
    hers, person = client_of(make.person("admin")), make.person("learner")
    shown = hers.post(f"/people/{person.id}/link")  # to the host "localhost"
    assert "http://127.0.0.1:8000/link/" in shown.text


def test_an_address_that_a_proxy_made_up_is_cut(client: FlaskClient) -> None:
    data = {"employee_no": "nobody", "password": PASSWORD}
    assert client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": "1" * 300}).status_code == 422


def test_hr_adds_a_person_gives_a_role_and_takes_it_back(
    client_of: Browser, make: Make, mei: Person, session: Session
) -> None:
    hers = client_of(mei)
    data = {"employee_no": "E9", "name": "王磊", "latin_name": "", "locale": "zh", "team": ""}
    where = hers.post("/people/new", data=data).headers["Location"]
    assert hers.post(f"{where}/roles", data={"role": "learner", "scope": ""}).status_code == 303
    grant = session.scalar(
        select(RoleGrant).join(Person, RoleGrant.person_id == Person.id).where(Person.name == "王磊")
    )
    assert grant is not None
    assert grant.role == "learner"
    assert hers.post(f"{where}/roles/{grant.id}/end").status_code == 303
    decided = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert decided == ["person.added", "role.granted", "role.ended"]


def test_hr_cannot_make_an_administrator(client_of: Browser, make: Make, mei: Person) -> None:
    person = make.person()
    assert client_of(mei).post(f"/people/{person.id}/roles", data={"role": "admin", "scope": ""}).status_code == 422


@pytest.mark.parametrize("role", ["admin", "hr", "auditor"])
@pytest.mark.parametrize(
    ("deed", "data"),
    [
        ("/link", {}),
        ("/suspension", {"suspended": "yes"}),
        ("/roles", {"role": "mentor", "scope": ""}),
        ("/roles/{grant}/end", {}),
        ("", {"employee_no": "E1", "name": "甲", "latin_name": "", "locale": "zh", "team": ""}),
    ],
)
def test_hr_does_nothing_to_who_stands_above_hr(
    client_of: Browser, make: Make, mei: Person, session: Session, role: str, deed: str, data: dict[str, str]
) -> None:
    above = make.person(role)
    grant = make.grant(above, "learner")
    hers = client_of(mei)
    answer = hers.post(f"/people/{above.id}{deed.format(grant=grant.id)}", data=data, follow_redirects=True)
    assert "Only an administrator can change" in answer.text
    assert session.scalars(select(AuditEntry.action)).all() == []
    assert client_of(above).get("/profile").status_code == 200


def test_an_administrator_may_help_every_colleague(client_of: Browser, make: Make, mei: Person) -> None:
    assert "/link/" in client_of(make.person("admin")).post(f"/people/{mei.id}/link").text


def test_nobody_closes_the_door_for_the_last_administrator(
    make: Make, session: Session, mei: Person, now: datetime
) -> None:
    last, gone = make.person("admin"), make.person("admin", suspended_at=now)
    by = Identity(mei.id, "H1001", "何芳", None, "en", mei.site_id, "Asia/Shanghai", (Grant(Role.ADMIN),))
    with pytest.raises(Refused) as refused:
        actions.set_suspended(session, last, suspended=True, by=by, now=now)
    assert refused.value.code == "last_admin"
    grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == gone.id))
    assert grant is not None
    actions.end_role(session, gone, grant.id, by=by, now=now)


def test_a_role_is_for_a_class_or_team_of_the_same_site(client_of: Browser, make: Make, mei: Person) -> None:
    elsewhere = make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    far_team = make.add(Team(site_id=elsewhere.id, name_zh="远", name_en="Far"))
    far_class = make.training_class(make.person("adviser", site_id=elsewhere.id), site_id=elsewhere.id)
    person = make.person()
    for role, scope in (("lead", f"team:{far_team.id}"), ("adviser", f"class:{far_class.id}"), ("lead", "team:x")):
        answer = client_of(mei).post(f"/people/{person.id}/roles", data={"role": role, "scope": scope})
        assert answer.status_code == 422


def test_the_last_administrator_keeps_the_role(client_of: Browser, make: Make, session: Session) -> None:
    admin = make.person("admin")
    grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == admin.id))
    assert grant is not None
    client = client_of(admin)
    client.post(f"/people/{admin.id}/roles/{grant.id}/end")
    assert "last administrator" in client.get(f"/people/{admin.id}").text


def test_a_taken_number_is_told_at_its_field_and_keeps_what_was_typed(
    client_of: Browser, make: Make, mei: Person
) -> None:
    data = {"employee_no": "H1001", "name": "王磊", "latin_name": "Wang Lei", "locale": "zh", "team": ""}
    answer = client_of(mei).post("/people/new", data=data)
    assert answer.status_code == 422
    assert "has this employee number already" in answer.text
    assert "Wang Lei" in answer.text


def test_people_are_found_by_words_and_role(client_of: Browser, make: Make, mei: Person) -> None:
    make.person("mentor", name="陈静")
    hers = client_of(mei)
    assert "H1001" not in hers.get("/people?q=陈").text
    assert "H1001" not in hers.get("/people?role=mentor").text
    assert "Nobody found" in hers.get("/people?q=nobody&page=99999999").text


def test_a_class_is_opened_filled_and_emptied(client_of: Browser, make: Make, mei: Person, session: Session) -> None:
    adviser, learner = make.person("adviser"), make.person("learner")
    programme = make.programme()
    hers = client_of(mei)
    data = {
        "name_zh": "春季班",
        "name_en": "Spring",
        "adviser": adviser.id,
        "programme": programme.id,
        "starts_on": "2026-03-02",
    }
    where = hers.post("/intakes/new", data=data).headers["Location"]
    assert hers.post("/intakes/new", data=data).status_code == 422
    assert hers.post(f"{where}/learners", data={"learner": learner.id}).status_code == 303
    assert hers.post(f"{where}/learners", data={"learner": learner.id}).status_code == 422
    assert hers.post(f"{where}/learners/{learner.id}/end", data={"why": ""}).status_code == 422
    assert hers.post(f"{where}/learners/{learner.id}/end", data={"why": "moved away"}).status_code == 303
    assert hers.post(f"{where}/learners/{learner.id}/end", data={"why": "again"}).status_code == 404
    assert session.scalar(select(Enrolment.ended_why)) == "moved away"
    assert "Spring" in hers.get("/intakes").text


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_no_class_begins_where_no_plan_can_be_reckoned(client_of: Browser, make: Make, mei: Person, day: str) -> None:
    data = {"name_zh": "班", "name_en": "Class", "adviser": make.person("adviser").id, "programme": make.programme().id}
    answer = client_of(mei).post("/intakes/new", data=data | {"starts_on": day})
    assert answer.status_code == 422
    assert "A day such as 2026-03-17, please." in answer.text


def test_who_joins_after_midnight_joins_on_the_sites_new_day(
    client_of: Browser, make: Make, mei: Person, session: Session
) -> None:
    group, learner = make.training_class(), make.person("learner")
    with time_machine.travel(datetime(2026, 3, 16, 16, 30, tzinfo=UTC), tick=False):  # 00:30 on the 17th in Shanghai
        client_of(mei).post(f"/intakes/{group.id}/learners", data={"learner": learner.id})
    assert session.scalar(select(Enrolment.joined_on)) == date(2026, 3, 17)


def test_a_team_is_added_once(client_of: Browser, mei: Person) -> None:
    hers = client_of(mei)
    assert hers.post("/teams", data={"name_zh": "电费组", "name_en": "Billing"}).status_code == 303
    assert hers.post("/teams", data={"name_zh": "电费组", "name_en": "Billing"}).status_code == 422
    assert "Billing" in hers.get("/teams").text


def test_the_list_of_people_costs_the_same_for_ten_and_for_a_thousand(
    client_of: Browser, make: Make, mei: Person, statements: Any
) -> None:
    hers = client_of(mei)
    for _ in range(9):
        make.person("learner")
    with statements() as few:
        hers.get("/people")
    for _ in range(990):
        make.person("learner")
    with statements() as many:
        hers.get("/people")
    assert len(few) == len(many) <= 5


HOSTILE = ["", "x" * 5000, "a\0b", "<script>alert(1)</script>", "周" * 500, "-1", "1e309"]


@pytest.mark.parametrize("value", HOSTILE, ids=["missing", "over-long", "NUL", "markup", "Chinese", "negative", "huge"])
@pytest.mark.parametrize("field", ["employee_no", "name", "latin_name", "locale", "team"])
def test_bad_input_names_its_field_and_never_breaks(client_of: Browser, mei: Person, field: str, value: str) -> None:
    data = {"employee_no": "E77", "name": "王磊", "latin_name": "Wang Lei", "locale": "zh", "team": ""} | {field: value}
    answer = client_of(mei).post("/people/new", data=data)
    assert answer.status_code in (303, 422)
    assert "<script>" not in answer.text.replace("<script src", "").replace('<script type="module"', "")


def test_the_record_lists_decisions_to_hr(
    client_of: Browser, mei: Person, session: Session, make: Make, now: datetime
) -> None:
    actions.make_password_link(session, make.person(), by=None, now=now)
    session.commit()
    assert "One-time link made" in client_of(mei).get("/record").text


def test_the_record_tells_nothing_of_another_site(
    client_of: Browser, mei: Person, session: Session, make: Make, now: datetime
) -> None:
    elsewhere = make.add(Site(name_zh="别处", name_en="Elsewhere", time_zone="Asia/Shanghai"))
    far = make.person("hr", site_id=elsewhere.id, employee_no="F1")
    actions.make_password_link(session, far, by=None, now=now)
    actions.add_team(session, elsewhere.id, "远组", "Far team", by="F1", now=now)
    actions.make_password_link(session, make.person(employee_no="N1"), by=None, now=now)
    session.commit()
    ours, theirs = client_of(mei).get("/record").text, client_of(far).get("/record").text
    assert "N1" in ours
    assert "F1" not in ours
    assert "Far team" not in ours
    assert "F1" in theirs
    assert "N1" not in theirs


def test_an_old_sign_in_ends_by_itself(client_of: Browser, mei: Person, session: Session, now: datetime) -> None:
    client = client_of(mei)
    row = session.scalar(select(LoginSession))
    assert row is not None
    row.expires_at = now - timedelta(seconds=1)
    session.commit()
    assert client.get("/profile").headers["Location"].startswith("/sign-in?next=")


def test_who_no_longer_advises_a_class_reaches_nobody_in_it(
    client_of: Browser, make: Make, session: Session, mei: Person
) -> None:
    adviser = make.person()
    left, kept = (make.training_class(adviser) for _ in range(2))
    grants = {group.id: make.grant(adviser, f"adviser:{group.id}") for group in (left, kept)}
    learner, other = make.learner(left), make.learner(kept)
    theirs = client_of(adviser)
    client_of(mei).post(f"/people/{adviser.id}/roles/{grants[left.id].id}/end")
    for address in ("/classes/{0}", "/classes/{0}/mentors"):
        assert theirs.get(address.format(left.id)).status_code == 404
        assert theirs.get(address.format(kept.id)).status_code == 200
    for address in ("/apprentices/{0}", "/learners/{0}/path"):
        assert theirs.get(address.format(learner.id)).status_code == 404
        assert theirs.get(address.format(other.id)).status_code == 200
    assert theirs.get(f"/api/v1/go-live/{learner.employee_no}").status_code == 404


def test_who_is_no_mentor_any_more_reads_no_more_of_a_former_apprentice(
    client_of: Browser, make: Make, session: Session
) -> None:
    mentor, learner = make.mentor(), make.learner()
    make.pairing(mentor, learner)
    heard = make.observation(learner, make.mentor(), make.scorecard())
    theirs = client_of(mentor)
    assert theirs.get(f"/observations/{heard.id}").status_code == 200
    session.query(RoleGrant).filter_by(person_id=mentor.id).delete()
    session.commit()
    assert theirs.get(f"/observations/{heard.id}").status_code == 404


def test_a_link_that_is_gone_says_whom_to_ask(client: FlaskClient) -> None:
    answer = client.get("/link/no-such-token")
    assert answer.status_code == 404
    assert "Ask HR or an administrator" in answer.text


def test_hr_sees_no_buttons_for_people_they_may_not_change(client_of: Browser, make: Make, mei: Person) -> None:
    shown = client_of(mei).get(f"/people/{make.person('admin').id}").text
    assert "Only an administrator changes people" in shown
    assert "Make a one-time link" not in shown
