"""What changes of quizzes: attempts begin, answers are kept, attempts end, checks are answered."""

from lms.quizzes.actions.answers import Given, Saved, accepted, save_answer
from lms.quizzes.actions.attempts import Started, extend_attempt, start_attempt, take_over
from lms.quizzes.actions.checks import Checked, answer_check
from lms.quizzes.actions.settling import settle, settle_all, settle_overdue, submit_attempt

__all__ = [
    "Checked",
    "Given",
    "Saved",
    "Started",
    "accepted",
    "answer_check",
    "extend_attempt",
    "save_answer",
    "settle",
    "settle_all",
    "settle_overdue",
    "start_attempt",
    "submit_attempt",
    "take_over",
]
