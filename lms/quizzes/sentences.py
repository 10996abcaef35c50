"""The reasons of rules and actions, as the person who meets them reads them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import lazy_gettext as _l

from lms.errors import LmsError
from lms.quizzes.rules.responses import Flaw
from lms.quizzes.rules.timing import Refusal

SENTENCES = {
    Refusal.RETIRED: _l("This quiz is not offered any more."),
    Refusal.NOT_OPEN_YET: _l("This quiz is not open yet."),
    Refusal.CLOSED: _l("The time to start this quiz is over."),
    Refusal.NO_ATTEMPTS_LEFT: _l("You have used all attempts at this quiz. Your trainer can tell you what comes next."),
    Refusal.GATE_OPEN: _l("You have a gate open. It stands alone: hand it in first, then you may start this quiz."),
    Refusal.OTHERS_OPEN: _l(
        "A gate stands alone, and you have another quiz open. Hand that in first, then start this."
    ),
    Refusal.NO_CONSENT: _l("This quiz ends soon, so there is less time than usual. Please confirm that this is fine."),
    Refusal.FINISHED: _l("This quiz is handed in. Everything that was saved before counts."),
    Refusal.TIME_OVER: _l("The time is over. Everything that was saved before counts."),
    Refusal.MADE_AFTER_TIME: _l("This answer came after the time was over. Everything that was saved before counts."),
    Refusal.LEASE_LOST: _l(
        "You went on with this quiz somewhere else. This answer is kept on the log, but it does not count."
    ),
    Refusal.RETAKE_WAIT: _l("A break comes before the next try; the page of the quiz says from when you may start."),
    Refusal.PAUSED: _l("The quiz pauses. Go on with it first; while it pauses no answer is taken."),
    Refusal.QUESTION_REPLACED: _l(
        "After your pause another question came in this place. This answer belongs to the old one and does not count."
    ),
    Refusal.NEVER_PAUSES: _l("This quiz cannot be paused; time goes on."),
    Refusal.NO_PAUSES_LEFT: _l("You have used all pauses of this quiz; time goes on."),
    "not_a_choice": _l("Please choose one of these."),
    "no_more_time": _l("Please grant something: more time, extra minutes, or no limit."),
    "extra_minutes": _l("From 0 to 240 minutes, please."),
    "busy": _l("Several windows start this quiz at once. Please try again."),
    "no_questions": _l("This quiz has no questions yet. Your trainer knows more."),
    "blueprint_short": _l("The bank has too few questions for this quiz just now. Your trainer knows more."),
    "blueprint_sum": _l("The cells must sum to as many questions as the quiz draws."),
    "cells_overlap": _l("Two cells could take the same question. Give each question one cell."),
    "blueprint_too_much": _l("The bank has too few questions for a cell; nobody could start."),
    "borderline": _l("From 0 to 20, please, and only where the quiz is a gate."),
    "retake_wait_hours": _l("From 0 to 336 hours, please."),
    "limit_minutes": _l("From 1 to 600 minutes, please."),
    "attempts_allowed": _l("From 1 to 1,000 attempts, or 0 for no limit."),
    "pauses_allowed": _l("From 0 to 10, please; a gate is never paused."),
    "pause_minutes": _l("From 1 to 60 minutes, please."),
    "sheet_open": _l("A sheet is open already. Take its cut first, then open another."),
    "sheet_too_large": _l("These are more than 400 questions, too many for one sheet. Take one form instead."),
    "no_open_sheet": _l("No sheet is open any more. Somebody has taken its cut."),
    "no_judge": _l("Trainers, mentors and team leads judge; nobody who learns here just now."),
    "judge_already": _l("This person is a judge of this sheet already."),
    "sheet_closed": _l("The cut of this sheet was taken; it is closed."),
    "second_round_open": _l("The second round is open already."),
    "nobody_has_rated": _l("Nobody has rated every question of this round yet."),
    "needs_second": _l("A gate asks for this quiz, so a second trainer must agree."),
    "judged_alone": _l("So far you alone have judged this gate. Another judge rates it too, or somebody else decides."),
    "hard_stop": _l("The quiz ends for everybody at that time; it cannot be extended further."),
    "minutes": _l("From 1 to 240 minutes, please."),
    "reason": _l("Please say why, in at most 400 characters."),
    "in_open_attempt": _l("This question is in the quiz you have open. Hand the quiz in first, then try it here."),
    "nothing_given": _l("Choose or type an answer first."),
    "nobody_doubts": _l("Nobody doubts this key any more; somebody has looked already."),
    "not_mended": _l("There is no newer version of this question yet. Mend it first, or withhold it."),
    "note": _l("Please say why, in at most 400 characters."),
    "ruling": _l("Please choose what is to happen."),
    "marks": _l("Please give nothing, half or the whole mark."),
    "everybody": _l("Only an answer that gets the whole mark can be accepted for everybody."),
    "mark_reason": _l("Please say why: a mark that was given changes, or the form is accepted for everybody."),
    "own_answer": _l("One of these answers is your own; somebody else marks it."),
    "own_time": _l("This is your own time; somebody else decides about it."),
    "own_attempt": _l("A result of your own would change by this; somebody else decides."),
    "own_hint": _l("This is about an attempt of your own; somebody else looks into it."),
    "accept": _l("Please choose which answers are right too."),
    "decided": _l("That is decided already."),
    "changed_meanwhile": _l("Meanwhile something has changed. This is how it is now; please look again."),
    "verdict": _l("Please choose one of these."),
    Flaw.NOT_AN_OPTION: _l("Please choose from the options of this question."),
    Flaw.NOT_A_NUMBER: _l("Please give a number, such as 45 or 1.5."),
    Flaw.NOT_A_TEXT: _l("Please give a text."),
    Flaw.NOT_PAIRS: _l("Please give each line one of the choices."),
    Flaw.NOT_AN_ORDER: _l("Please give every step a place of its own."),
    Flaw.TOO_LONG: _l("This is too long."),
    Flaw.NOT_PAIRS: _l("Please choose one of the answers offered for each line."),
    Flaw.NOT_AN_ORDER: _l("Please give every line a place of its own, from first to last."),
}


def sentence(code: str | None) -> str:
    """Return the sentence for a reason, or nothing for one that has none."""
    return str(SENTENCES[code]) if code in SENTENCES else ""


@contextmanager
def in_words() -> Iterator[None]:
    """Give errors that pass through their sentence; they stay the errors they are."""
    try:
        yield
    except LmsError as error:
        error.text = error.text or sentence(error.code)
        raise
