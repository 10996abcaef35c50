"""Packs large answers: a map of thousands of nodes says much the same of each, and shrinks to a tenth."""

import gzip
from typing import Any

from flask import Response, jsonify, request

WORTH_IT = 2_000  # bytes


def packed(value: dict[str, Any]) -> Response:
    """Answer with `value` as JSON, packed for whoever can unpack it; for values that hold no secrets and no echo."""
    response = jsonify(value)
    plain = response.get_data()
    if len(plain) >= WORTH_IT:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings.quality("gzip") > 0:
            response.set_data(gzip.compress(plain, 5))
            response.headers["Content-Encoding"] = "gzip"
    return response
