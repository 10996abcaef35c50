"""Errors that a person reads. The text is written for them; `lms.web` turns each kind into one status."""


class LmsError(Exception):
    """Say in one sentence what happened and what to do; `field` names the input at fault, if one is."""

    status = 500
    title = "Error"

    def __init__(self, text: str = "", *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        self.field = field
        self.code = code


class NotFound(LmsError):
    """It does not exist for this person; whether it exists for others is not told."""

    status = 404
    title = "Not found"


class Forbidden(LmsError):
    """The token is good, but was not made for this."""

    status = 403
    title = "Forbidden"


class Refused(LmsError):
    """A rule says no; `text` is the reason."""

    status = 409
    title = "Refused"


class Invalid(LmsError):
    """What was sent cannot be understood; `field` names it."""

    status = 422
    title = "Invalid input"


class TooMany(LmsError):
    """Too many tries in too short a time."""

    status = 429
    title = "Too many tries"
