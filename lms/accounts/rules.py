"""What is true of roles and sign-ins: who holds what, when guessing is slowed down, which passwords do."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

PASSWORD_MIN = 10
PASSWORD_MAX = 200
FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_PER_PERSON = 5
FAILURES_PER_ADDRESS = 50
LINK_LIFE = timedelta(hours=48)


class Role(StrEnum):
    """The eight roles; each is held with a scope."""

    LEARNER = "learner"
    MENTOR = "mentor"
    TRAINER = "trainer"
    ADVISER = "adviser"
    LEAD = "lead"
    HR = "hr"
    AUDITOR = "auditor"
    ADMIN = "admin"


HR_GRANTS = frozenset({Role.LEARNER, Role.MENTOR, Role.TRAINER, Role.ADVISER, Role.LEAD})
HOUSE_ROLES = frozenset({Role.HR, Role.AUDITOR, Role.ADMIN})
CLASS_SCOPED = frozenset({Role.ADVISER})
TEAM_SCOPED = frozenset({Role.LEAD})


@dataclass(frozen=True)
class Grant:
    """A role with its scope; neither class nor team means the whole site."""

    role: Role
    class_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True)
class Identity:
    """Who is asking: the signed-in person with their grants, as loaded once a request."""

    id: int
    employee_no: str
    name: str
    latin_name: str | None
    locale: str
    site_id: int
    time_zone: str
    grants: tuple[Grant, ...]
    token: str = field(default="", repr=False)
    scopes: frozenset[str] | None = None  # of a bearer token; None: a browser session, which may all

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the secret that finds this sign-in again (Flask-Login's name)."""
        return self.token

    @property
    def roles(self) -> frozenset[Role]:
        """Return the roles held in any scope."""
        return frozenset(grant.role for grant in self.grants)

    def holds(self, *roles: Role) -> bool:
        """Say whether one of `roles` is held in any scope."""
        return not self.roles.isdisjoint(roles)

    @property
    def initial(self) -> str:
        """Return the one character that stands for the person in a small circle."""
        return self.name[:1]

    def display_name(self, locale: str) -> str:
        """Return the name as readers of `locale` write it."""
        return self.latin_name if locale == "en" and self.latin_name else self.name


@dataclass(frozen=True)
class PersonValue:
    """A person as a form or a file states them."""

    employee_no: str
    name: str
    latin_name: str | None
    locale: str
    team_id: int | None


@dataclass(frozen=True)
class ClassValue:
    """A class as a form states it."""

    name_zh: str
    name_en: str
    adviser_id: int
    programme_id: int
    starts_on: date


def may_grant(identity: Identity, role: Role) -> bool:
    """Say whether `identity` may give or take `role`: administrators any, HR those of learning and leading."""
    return identity.holds(Role.ADMIN) or (identity.holds(Role.HR) and role in HR_GRANTS)


def may_manage(identity: Identity, held: Collection[str]) -> bool:
    """Say whether `identity` may change a person who holds the roles `held`, or make them a link.

    Administrators anybody; HR those without a role that HR cannot give, lest a link made for an administrator, or a
    role taken back, lifts HR above themselves.
    """
    return identity.holds(Role.ADMIN) or (identity.holds(Role.HR) and HOUSE_ROLES.isdisjoint(held))


def sign_in_refused(person_failures: int, address_failures: int) -> bool:
    """Say whether a sign-in must wait, given the wrong passwords of the last FAILURE_WINDOW."""
    return person_failures >= FAILURES_PER_PERSON or address_failures >= FAILURES_PER_ADDRESS


def password_weakness(password: str, employee_no: str) -> str | None:
    """Return why a password will not do (`short`, `long`, `like_number`, `one_character`), or None if it will."""
    if len(password) < PASSWORD_MIN:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    if employee_no.lower() in password.lower():
        return "like_number"
    if len(set(password)) < 4:  # noqa: PLR2004  # fewer than four different characters is a pattern, not a password
        return "one_character"
    return None


def link_usable(expires_at: datetime, used_at: datetime | None, now: datetime) -> bool:
    """Say whether a one-time link still opens."""
    return used_at is None and now < expires_at


def session_live(
    expires_at: datetime, revoked_at: datetime | None, suspended_at: datetime | None, now: datetime
) -> bool:
    """Say whether a sign-in still counts: not run out, not revoked, its person not suspended."""
    return revoked_at is None and suspended_at is None and now < expires_at
