"""The main navigation: what each role opens, in the order of the working day."""

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from lms.accounts.rules import Identity, Role


@dataclass(frozen=True)
class Item:
    """One entry of the navigation as a template draws it."""

    label: str
    url: str
    icon: str
    current: bool


ENTRIES: tuple[tuple[Role, str, str, object], ...] = (
    (Role.LEARNER, "home.today", "home", _l("Today")),
    (Role.LEARNER, "courses.library", "book", _l("Lessons")),
    (Role.LEARNER, "knowledge.find", "search", _l("Find")),
    (Role.LEARNER, "certification.my_path", "road", _l("My path")),
    (Role.LEARNER, "career.my_career", "star", _l("Career")),
    (Role.LEARNER, "timetable.calendar", "calendar", _l("Calendar")),
    (Role.MENTOR, "mentoring.apprentices", "people", _l("Apprentices")),
    (Role.TRAINER, "authoring.board", "book", _l("Courses")),
    (Role.TRAINER, "quizzes.library", "quiz", _l("Quizzes")),
    (Role.TRAINER, "knowledge.misses", "search", _l("Manual")),
    (Role.TRAINER, "games.games", "play", _l("Quiz show")),
    (Role.TRAINER, "timetable.calendar", "calendar", _l("Calendar")),
    (Role.ADVISER, "home.classes", "people", _l("Classes")),
    (Role.ADVISER, "games.games", "play", _l("Quiz show")),
    (Role.ADVISER, "timetable.calendar", "calendar", _l("Calendar")),
    (Role.LEAD, "certification.go_live", "gate", _l("Go-live")),
    (Role.HR, "certification.go_live", "gate", _l("Go-live")),
    (Role.HR, "accounts.people", "people", _l("People")),
    (Role.HR, "accounts.classes", "class", _l("Intakes")),
    (Role.HR, "mentoring.mentors", "ear", _l("Mentors")),
    (Role.AUDITOR, "certification.go_live", "gate", _l("Go-live")),
    (Role.AUDITOR, "audit.record", "record", _l("Record")),
    (Role.HR, "audit.record", "record", _l("Record")),
    (Role.ADMIN, "accounts.people", "people", _l("People")),
    (Role.ADMIN, "home.health", "health", _l("Health")),
)


def items(identity: Identity) -> list[Item]:
    """Return the entries that `identity` may open, each address once."""
    seen: dict[str, Item] = {}
    for role, endpoint, icon, label in ENTRIES:
        if identity.holds(role) and endpoint not in seen and endpoint in current_app.view_functions:
            current = request.endpoint == endpoint
            seen[endpoint] = Item(label=str(label), url=url_for(endpoint), icon=icon, current=current)
    return list(seen.values())


def home_endpoint(identity: Identity) -> str:
    """Return the first page of `identity`'s working day."""
    for role, endpoint, _icon, _label in ENTRIES:
        if identity.holds(role):
            return endpoint
    return "accounts.profile"
