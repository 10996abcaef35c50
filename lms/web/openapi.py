"""The description of the interface for machines: OpenAPI 3.1, made from the routes themselves."""

from functools import cache
from typing import Any, cast

from flask import Blueprint, current_app, jsonify
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel
from werkzeug.wrappers import Response

from lms.web.policy import public

blueprint = Blueprint("openapi_document", __name__)
SCHEMES: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token made by `lms token create`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "onramp", "description": "With X-CSRFToken on changes."},
}


class Query(BaseModel):
    """What an address may say behind its question mark.

    flask-openapi3 asks for the schema of a query at each request; made once, it saves 0.5 ms of each.
    """

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the schema; the plain one is made once."""
        if args or options:
            return super().model_json_schema(*args, **options)
        return _plain_schema(cls)


@cache
def _plain_schema(model: type[BaseModel]) -> dict[str, Any]:
    return BaseModel.model_json_schema.__func__(model)  # type: ignore[attr-defined,no-any-return]  # a class method


def described(app: OpenAPI) -> dict[str, Any]:
    """Return the document, with who may ask; every operation may answer with a Problem."""
    document = cast(dict[str, Any], dict(app.api_doc))
    document["security"] = [{"bearer": []}, {"session": []}]
    refused = {"description": "Problem", "content": {"application/problem+json": {"schema": _schema()}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.setdefault("responses", {}).pop("422", None)
            operation["responses"].setdefault("4XX", refused)
    return document


def _schema() -> dict[str, Any]:
    """Return the shape of an error as RFC 9457 words it; `field` and `errors` name what was wrong with the input."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "field": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                },
            },
        },
    }


@blueprint.get("/api/v1/openapi.json")
@public
def document() -> Response:
    """Answer with the description of all routes for machines."""
    app = cast(Any, current_app)._get_current_object()  # noqa: SLF001  # werkzeug's way to unwrap a proxy
    return jsonify(described(app))
