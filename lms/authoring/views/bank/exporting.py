"""Questions go out as a file that other systems read, with the list of what it cannot carry."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from lms.accounts.rules import Role
from lms.authoring.bankfiles import left_out, write_bank
from lms.authoring.forms.bank import wanted
from lms.authoring.queries.bank import outgoing_values
from lms.authoring.views.bank.routes import WORDS, asked, blueprint
from lms.errors import NotFound
from lms.quizzes.rules.formats.outgoing import BOTH, FORMATS, GIFT
from lms.web import allow, page, reading
from lms.web.files import storage

LANGUAGES = (BOTH, "zh", "en")
SHOWN = 200


def _chosen() -> tuple[str, str]:
    form, language = request.args.get("form", GIFT), request.args.get("language", BOTH)
    return (form if form in FORMATS else GIFT), (language if language in LANGUAGES else BOTH)


@blueprint.get("/bank/export")
@allow(Role.TRAINER)
def export() -> Response:
    """Say what a file would carry of the questions that the filters ask for, and what not."""
    asks, (form, language) = wanted(request.args), _chosen()
    with reading() as session:
        values, items = outgoing_values(session, asks)
    made = left_out(form, items, language)
    gone = sum(left.whole for left in made.left)
    return page(
        "bank/export.html",
        count=len(values) - gone,
        gone=gone,
        left=made.left[:SHOWN],
        more=max(0, len(made.left) - SHOWN),
        carries=FORMATS[form],
        form=form,
        language=language,
        query=asked(asks),
        words=WORDS,
    )


@blueprint.get("/bank/export/file")
@allow(Role.TRAINER)
def export_file() -> BaseResponse:
    """Hand out the file."""
    asks, (form, language) = wanted(request.args), _chosen()
    with reading() as session:
        values, items = outgoing_values(session, asks, storage().get)
    if not values:
        raise NotFound
    made = write_bank(form, values, items, language)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.body, mimetype=made.mime, headers=headers)
