"""Which searches without result are kept, and as what; never who searched, and nothing that may belong to a caller."""

import re
import unicodedata

LEAST = 2
MOST = 60
PERSONAL = re.compile(r"\d[\d\s-]{4,}\d|@")  # numbers of telephones, accounts and identity cards; addresses of mail


def noted(text: str) -> str | None:
    """Return what is kept of a search: width, case and spaces evened; None for what is not worth it or too private."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not LEAST <= len(words) <= MOST or PERSONAL.search(words) or not any(map(str.isalnum, words)):
        return None
    return words
