"""What a token may do, in words."""

from flask_babel import lazy_gettext as _l

TOKEN_SCOPES = {
    "read": _l("Reads what its person may read"),
    "learn": _l("Keeps its person’s progress and answers"),
    "author": _l("Writes drafts of lessons"),
    "go-live": _l("Asks who may take calls"),
}
