"""What changes about people, roles, classes and sign-ins. Decisions go to the record."""

from lms.accounts.actions.classes import (
    add_class,
    add_team,
    end_enrolment,
    enrol,
    found_site,
)
from lms.accounts.actions.door import (
    begin_sign_in,
    change_password,
    complete_sign_in,
    confirm_password,
    end_all_sessions,
    end_own_session,
    end_session,
    make_password_link,
    make_token,
    note_refusal,
    open_session,
    revoke_token,
    use_password_link,
)
from lms.accounts.actions.people import (
    add_person,
    change_person,
    end_role,
    grant_role,
    set_suspended,
)

__all__ = [
    "add_class",
    "add_person",
    "add_team",
    "begin_sign_in",
    "change_password",
    "change_person",
    "complete_sign_in",
    "confirm_password",
    "end_all_sessions",
    "end_enrolment",
    "end_own_session",
    "end_role",
    "end_session",
    "enrol",
    "found_site",
    "grant_role",
    "make_password_link",
    "make_token",
    "note_refusal",
    "open_session",
    "revoke_token",
    "set_suspended",
    "use_password_link",
]
