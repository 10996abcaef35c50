"""What all views share: policy and login by default, transactions, pages, forms, languages, headers, errors."""

from lms.web.database import at_once, reading, writing
from lms.web.page import address, back, is_htmx, number_asked, page, see_other
from lms.web.person import me
from lms.web.policy import allow, public, signed_in
from lms.web.turns import in_turn

__all__ = [
    "address",
    "allow",
    "at_once",
    "back",
    "in_turn",
    "is_htmx",
    "me",
    "number_asked",
    "page",
    "public",
    "reading",
    "see_other",
    "signed_in",
    "writing",
]
