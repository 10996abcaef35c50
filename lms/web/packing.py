"""Packs large answers for whoever can unpack them: lessons and maps say much the same words and shrink to a quarter.

Only for answers that echo nothing of what was asked: beside a secret, such as the token of forms, the length of a
packed echo tells what it is (BREACH, 2013).
"""

import gzip

from flask import Response, request

WORTH_IT = 2_000  # bytes
LEVEL = 5  # a tenth larger than 9 in a third of the time


def pack(response: Response) -> Response:
    """Return `response`, packed where that is worth it and the browser asks for it."""
    plain = response.get_data()
    if len(plain) >= WORTH_IT:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0:
            response.set_data(gzip.compress(plain, LEVEL))
            response.headers["Content-Encoding"] = "gzip"
    return response
