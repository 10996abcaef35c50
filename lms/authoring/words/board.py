"""What refusals of the board and of publishing say to their reader; actions name them by code."""

from flask_babel import lazy_gettext as _l

from lms.errors import LmsError

SENTENCES = {
    "bad_course_name": _l("A course’s name in addresses is made of lower-case Latin words: planned-outages."),
    "course_name_taken": _l("There is a course of this name already, perhaps a retired one."),
    "no_such_stage": _l("There is no such stage any more. Please choose again."),
    "course_in_use": _l("A programme or a quiz still uses this course. Take it out of them first."),
    "lesson_needed": _l("Another lesson builds on it. Take it out of that lesson’s prerequisites first."),
    "profile_needs_it": _l("A job profile teaches or confirms a point by this lesson, so it must stay."),
    "quiz_needs_it": _l("Without its questions a quiz would have too few to draw from."),
    "feeds_gate": _l("A gate asks for this, so a second trainer must agree. Ask for it on the course board."),
    "stage_needs_note": _l(
        "A gate asks for this course, so a second trainer must agree to another stage. Write why; they read it first."
    ),
    "several_stages": _l("Several stages teach this course by now; their files say so."),
    "waits_for_second": _l("Something waits for a second trainer here already. Look at that first."),
    "forms_fit_no_more": _l("The bank or the quiz changed since this was asked for; these forms do not fit any more."),
    "judged_since": _l("The judges have gone on since this was asked for, and say something else now."),
    "is_so_already": _l("It is so already. Somebody else did it meanwhile."),
    "too_many_drafts": _l("These are too many lessons for one time. Please send them in several zips."),
    "order_changed_meanwhile": _l("Somebody changed the lessons of this course meanwhile. Please look again."),
    "waits_already": _l("This draft waits for approval already."),
    "lesson_retired": _l(
        "This lesson is retired. Bring it back on the course board first; where a gate asks for it, a second trainer "
        "agrees to that."
    ),
    "nothing_new": _l("The draft says the same as what is published."),
    "overtaken": _l(
        "The lesson was published anew since this draft began. Compare them, then say that yours replaces it."
    ),
    "overtaken_since": _l(
        "Another text of this lesson was published since this was handed in. Send it back: its writer compares the two "
        "and hands it in again."
    ),
    "not_yet": _l("Some things must be mended before this can be published."),
    "not_your_own": _l("This is from you; a second person must decide."),
    "decided_already": _l("Somebody has decided on this already."),
    "source_changed_meanwhile": _l("The other language was saved meanwhile. Look at what changed, then confirm again."),
}


def sentence(error: LmsError) -> str:
    """Return what an error of our actions says, in the reader's language."""
    return str(SENTENCES[error.code]) if error.code in SENTENCES else error.text
