"""Pages that show keys stay closed to a trainer whose own quizzes ask the same."""

from flask import request
from flask_babel import gettext as _

from lms.accounts.rules import Role
from lms.authoring.queries.owngates import is_asked_themselves
from lms.errors import Refused
from lms.web import me, reading

SHOW_KEYS = frozenset(
    {
        *("bank.question", "bank.try_question", "bank.review_question", "bank.tag_question"),
        *("bank.export", "bank.export_file"),
        *("drafts.edit", "drafts.save", "drafts.begin", "drafts.revisions", "drafts.restore"),
        *("drafts.new_question", "drafts.question", "drafts.add_question", "drafts.change_question"),
        *("drafts.drop_question", "drafts_api.save", "drafts_api.part"),
        *("authoring.publication", "authoring.submit", "authoring.translation", "authoring.save_translation"),
        *("authoring.approval", "authoring.approve", "authoring.send_back"),
        *("quizzes.question_statistics", "quizzes.check_question_key", "quizzes.key_checks", "quizzes.report_csv"),
        *("quizzes.ruling", "quizzes.ruling_effect", "quizzes.make_question_ruling"),
        *("quizzes.marking", "quizzes.mark"),
    }
)


def keep_away() -> None:
    """Before each request: refuse keys of questions that quizzes of one's own programme ask, with the reason."""
    if request.endpoint not in SHOW_KEYS or not me().holds(Role.LEARNER):
        return
    with reading() as session:
        asked = is_asked_themselves(session, me().id, request.view_args or {})
    if asked:
        why = _(
            "You learn here yourself, and quizzes of your own programme ask these questions. So their answers stay "
            "closed to you until you have finished it; another trainer can look."
        )
        raise Refused(why, code="asked_yourself")
