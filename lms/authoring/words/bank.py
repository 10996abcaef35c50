"""What the pages of the bank call things, and what its refusals say."""

from flask_babel import lazy_gettext as _l

from lms.authoring.words import board as boardwords
from lms.errors import LmsError

KINDS = {
    "single": _l("One right answer"),
    "multiple": _l("Several right answers"),
    "true_false": _l("True or false"),
    "numeric": _l("A number"),
    "short_text": _l("A word or a short phrase"),
    "cloze": _l("A text with gaps"),
    "matching": _l("Matching"),
    "ordering": _l("Putting in order"),
    "hot_list": _l("Picking sentences"),
    "call_steps": _l("Steps of a call"),
    "next_line": _l("The next line"),
    "listen_score": _l("Scoring a recording"),
}
STATES = {"unreviewed": _l("Not reviewed"), "approved": _l("Approved"), "withheld": _l("Withheld")}
LEVELS = {"1": _l("Recall"), "2": _l("Apply"), "3": _l("Judge")}
ACTS = {
    "add_tags": _l("Add tags"),
    "remove_tags": _l("Take tags away"),
    "approve": _l("Approve"),
    "withhold": _l("Withhold: no quiz draws it"),
    "level": _l("Change the level"),
    "competency": _l("Change the competency"),
    "retire": _l("Retire"),
    "revive": _l("Bring back"),
}
FORMATS = {
    "gift": "GIFT",
    "aiken": "Aiken",
    "moodle_xml": "Moodle XML",
    "qti": "QTI",
    "qti_21": "QTI 2.1",
    "csv": "CSV",
    "zip": "ZIP / XLSX",
    "yaml": "YAML",
}
SENTENCES = {
    "not_your_own_withheld": _l(
        "A gate asks for this question and you withheld it yourself, so another trainer approves it again."
    ),
    "draft_too_long": _l("The list of questions of this lesson would grow too long. Choose another lesson."),
    "mend_yaml": _l("The list of questions in the lesson’s draft must be mended first; open the draft to see where."),
    "changed_meanwhile": _l("Somebody saved this draft meanwhile. Nothing was changed; please try again."),
    "lesson_retired": _l("This lesson is retired; bring it back first."),
}


def sentence(error: LmsError) -> str:
    """Return what a refusal says, in the reader's language."""
    return str(SENTENCES[error.code]) if error.code in SENTENCES else boardwords.sentence(error)
