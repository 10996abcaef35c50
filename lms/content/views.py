"""What is answered about taking content along: a course, or the whole library, as a zip."""

from tempfile import TemporaryFile

from flask import Blueprint, Response

from lms.accounts.rules import Role
from lms.content import queries
from lms.content.ondisk.doors import write_zip
from lms.content.rules.library import Library
from lms.content.rules.parts import only
from lms.errors import NotFound
from lms.web import allow, reading
from lms.web.files import storage

blueprint = Blueprint("content", __name__)


@blueprint.get("/content/courses/<slug>.zip")
@allow(Role.TRAINER, Role.ADMIN)
def course_zip(slug: str) -> Response:
    """Send a course as a zip."""
    with reading() as session:
        library = only(queries.library(session), slug)
    if not library.courses:
        raise NotFound
    return _sent(library, slug)


@blueprint.get("/content/library.zip")
@allow(Role.TRAINER, Role.ADMIN)
def library_zip() -> Response:
    """Send the whole library as a zip."""
    with reading() as session:
        library = queries.library(session)
    return _sent(library, "library")


def _sent(library: Library, name: str) -> Response:
    with TemporaryFile() as target:
        write_zip(library, target, storage())
        target.seek(0)
        body = target.read()
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(body, mimetype="application/zip", headers=headers)
