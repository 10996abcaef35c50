"""What changes of quizzes: attempts begin, answers are kept, attempts end, checks are answered."""

from lms.quizzes.actions.accommodations import MoreTime, end_accommodation, set_accommodation
from lms.quizzes.actions.answers import Given, Saved, accepted, save_answer, save_at_once
from lms.quizzes.actions.attempts import Started, start_attempt, take_over
from lms.quizzes.actions.checks import Checked, answer_check
from lms.quizzes.actions.daily import PlanValue, change_plan, make_daily_quizzes
from lms.quizzes.actions.deadlines import extend_attempt
from lms.quizzes.actions.pauses import pause_attempt, resume_attempt
from lms.quizzes.actions.settling import settle, settle_all, settle_overdue, submit_attempt

__all__ = [
    "Checked",
    "Given",
    "MoreTime",
    "PlanValue",
    "Saved",
    "Started",
    "accepted",
    "answer_check",
    "change_plan",
    "end_accommodation",
    "extend_attempt",
    "make_daily_quizzes",
    "pause_attempt",
    "resume_attempt",
    "save_answer",
    "save_at_once",
    "set_accommodation",
    "settle",
    "settle_all",
    "settle_overdue",
    "start_attempt",
    "submit_attempt",
    "take_over",
]
