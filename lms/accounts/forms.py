"""What is sent about people: each form gives one frozen value."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Length, Regexp

from lms.accounts.rules import CLASS_SCOPED, TEAM_SCOPED, ClassValue, PersonValue, Role
from lms.web.filters import ROLE_NAMES
from lms.web.forms import Form, choice, day, line, options, secret

LANGUAGES = options([("zh", "中文"), ("en", "English")])
SENTENCES = {
    "throttled": _l("Too many wrong passwords. Please wait 15 minutes, or ask an administrator for a new link."),
    "wrong_password": _l("That is not your password."),
    "short": _l("At least 10 characters, please. Three or four words work well."),
    "long": _l("At most 200 characters, please."),
    "like_number": _l("Please leave your employee number out of it."),
    "one_character": _l("Please use more different characters."),
    "number_taken": _l("Somebody has this employee number already."),
    "name_taken": _l("There is one of this name already."),
    "not_yourself": _l("You cannot do this to yourself; ask another administrator."),
    "last_admin": _l("This is the last administrator. Name another one first."),
    "not_yours_to_give": _l("Only an administrator can give or take this role."),
    "not_yours_to_change": _l("Only an administrator can change administrators, HR and auditors."),
    "in_a_class": _l("This person is in a class already. Take them out of it first."),
}


PLAIN_NUMBER = Regexp(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$", message=_l("Latin letters, digits, dot, hyphen and underscore only.")
)


@dataclass(frozen=True)
class Credentials:
    """Employee number and password as typed."""

    employee_no: str
    password: str


class SignInForm(Form):
    """Who you are."""

    employee_no = line(_l("Employee number"), most=40)
    password = secret(_l("Password"))
    next = HiddenField(validators=[Length(max=500)])

    def value(self) -> Credentials:
        """Return what was typed."""
        return Credentials(self.employee_no.data or "", self.password.data or "")


class NewPasswordForm(Form):
    """A first or a new password, from a one-time link."""

    password = secret(_l("New password"), description=_l("At least 10 characters. Three or four words work well."))


class ChangePasswordForm(Form):
    """A new password after the old one."""

    old = secret(_l("Present password"))
    password = secret(_l("New password"), description=_l("At least 10 characters. Three or four words work well."))


class PersonForm(Form):
    """What is known of a person; the number stands in addresses and in the record, so it is kept plain."""

    employee_no = line(_l("Employee number"), most=40, check=[PLAIN_NUMBER])
    name = line(_l("Name"), most=80)
    latin_name = line(
        _l("Name in Latin letters"), most=120, optional=True, description=_l("Shown to readers of English.")
    )
    locale = choice(_l("Language"), choices=LANGUAGES)
    team = choice(_l("Team"), description=_l("Leave empty until they join one."))

    def __init__(self, teams: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team.choices = options([("", "–"), *teams])

    def value(self) -> PersonValue:
        """Return the person as typed."""
        return PersonValue(
            employee_no=self.employee_no.data or "",
            name=self.name.data or "",
            latin_name=self.latin_name.data or None,
            locale=self.locale.data,
            team_id=int(self.team.data) if self.team.data else None,
        )


@dataclass(frozen=True)
class RoleValue:
    """A role to give, with its scope."""

    role: Role
    class_id: int | None
    team_id: int | None


class RoleForm(Form):
    """A role to give, for all or for one class or team."""

    role = choice(_l("Role"))
    scope = choice(_l("For"), description=_l("Class advisers are given one class, team leads one team."))

    def __init__(self, roles: list[Role], scopes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = options((role.value, ROLE_NAMES[role]) for role in roles)
        self.scope.choices = options([("", _l("The whole site")), *scopes])

    def value(self) -> RoleValue:
        """Return role and scope; a scope that the role does not take is left out."""
        role = Role(self.role.data)
        kind, _, number = (self.scope.data or "").partition(":")
        return RoleValue(
            role=role,
            class_id=int(number) if kind == "class" and role in CLASS_SCOPED else None,
            team_id=int(number) if kind == "team" and role in TEAM_SCOPED else None,
        )


class TeamForm(Form):
    """A team's two names."""

    name_zh = line(_l("Name in Chinese"))
    name_en = line(_l("Name in English"))


class ClassForm(Form):
    """A new intake."""

    name_zh = line(_l("Name in Chinese"))
    name_en = line(_l("Name in English"))
    adviser = choice(_l("Class adviser"))
    programme = choice(_l("Programme"))
    starts_on = day(_l("First day"))

    def __init__(
        self, advisers: list[tuple[str, str]], programmes: list[tuple[str, str]], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.adviser.choices = options(advisers)
        self.programme.choices = options(programmes)

    def value(self) -> ClassValue:
        """Return the class as typed."""
        return ClassValue(
            name_zh=self.name_zh.data or "",
            name_en=self.name_en.data or "",
            adviser_id=int(self.adviser.data),
            programme_id=int(self.programme.data),
            starts_on=cast(date, self.starts_on.data),  # required, so validated
        )


class EnrolForm(Form):
    """Somebody to put into a class."""

    learner = choice(_l("Learner"))

    def __init__(self, learners: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner.choices = options(learners)


class EndEnrolmentForm(Form):
    """Why somebody leaves a class."""

    why = line(_l("Reason"), most=200)
