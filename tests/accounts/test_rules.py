"""Sign-in, passwords, links and grants as tables of values."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.accounts import rules
from lms.accounts.rules import Grant, Identity, Role

NOW = datetime(2026, 3, 17, 2, 30, tzinfo=UTC)


def identity(*grants: Grant) -> Identity:
    return Identity(1, "E1", "周晓雨", "Zhou Xiaoyu", "zh", 1, "Asia/Shanghai", grants)


@pytest.mark.parametrize(
    ("person", "address", "refused"),
    [
        pytest.param(0, 0, False, id="nobody guessed"),
        pytest.param(4, 0, False, id="four wrong passwords are typing errors"),
        pytest.param(5, 0, True, id="the fifth wrong password makes them wait"),
        pytest.param(0, 49, False, id="one address serves a whole floor"),
        pytest.param(0, 50, True, id="fifty from one address are guessing"),
    ],
)
def test_guessing_is_slowed_down(person: int, address: int, refused: bool) -> None:
    assert rules.sign_in_refused(person, address) is refused


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        pytest.param("short", "short", id="nine characters or fewer"),
        pytest.param("a" * 201, "long", id="longer than anybody types"),
        pytest.param("xx-e1001-xx", "like_number", id="the employee number inside, in any case"),
        pytest.param("ababababab", "one_character", id="a pattern of two characters"),
        pytest.param("green tea at noon", None, id="some words"),
        pytest.param("清晨的茶很香而且热腾腾", None, id="Chinese words"),
    ],
)
def test_a_weak_password_says_why(password: str, weakness: str | None) -> None:
    assert rules.password_weakness(password, "E1001") == weakness


@pytest.mark.parametrize(
    ("expires", "used", "usable"),
    [
        pytest.param(timedelta(seconds=1), False, True, id="before its end"),
        pytest.param(timedelta(0), False, False, id="at its end"),
        pytest.param(timedelta(hours=1), True, False, id="used up"),
    ],
)
def test_a_link_works_once_and_for_a_while(expires: timedelta, used: bool, usable: bool) -> None:
    assert rules.link_usable(NOW + expires, NOW if used else None, NOW) is usable


@pytest.mark.parametrize(
    ("revoked", "suspended", "hours", "live"),
    [(False, False, 1, True), (True, False, 1, False), (False, True, 1, False), (False, False, 0, False)],
)
def test_a_sign_in_ends_by_revocation_suspension_and_time(
    revoked: bool, suspended: bool, hours: int, live: bool
) -> None:
    at = NOW if revoked else None
    gone = NOW if suspended else None
    assert rules.session_live(NOW + timedelta(hours=hours), at, gone, NOW) is live


def test_a_role_in_any_scope_is_held() -> None:
    adviser = identity(Grant(Role.ADVISER, class_id=3))
    assert adviser.holds(Role.ADVISER, Role.HR)
    assert not adviser.holds(Role.HR)


def test_names_follow_the_reader() -> None:
    person = identity()
    assert (person.display_name("en"), person.display_name("zh"), person.initial) == ("Zhou Xiaoyu", "周晓雨", "周")


@pytest.mark.parametrize(
    ("holder", "role", "may"),
    [
        (Role.ADMIN, Role.ADMIN, True),
        (Role.HR, Role.LEARNER, True),
        (Role.HR, Role.ADMIN, False),
        (Role.HR, Role.HR, False),
        (Role.LEAD, Role.LEARNER, False),
    ],
)
def test_who_may_give_which_role(holder: Role, role: Role, may: bool) -> None:
    assert rules.may_grant(identity(Grant(holder)), role) is may
