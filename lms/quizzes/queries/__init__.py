"""What is read of quizzes. Attempts are reached through their learner; a stranger's does not exist."""

from lms.quizzes.queries.accommodations import Granted, PersonsTime, persons_time
from lms.quizzes.queries.attempts import (
    QuestionPage,
    own_attempt,
    own_quiz,
    paper,
    question_page,
    saved_state,
    time_zone_of,
)
from lms.quizzes.queries.checks import check_question
from lms.quizzes.queries.evidence import (
    Evidence,
    Missed,
    confirmed_of,
    confirmed_questions,
    evidence_of_quiz,
    evidence_of_quizzes,
    missed_lately,
    missed_of,
    passed_attempts,
)
from lms.quizzes.queries.library import (
    OpenAttempt,
    QuizCounts,
    QuizRow,
    open_attempt,
    open_attempts,
    quiz_counts,
    quizzes_of,
    start_page,
)
from lms.quizzes.queries.log import log_page
from lms.quizzes.queries.pauses import PausePage, pause_page, running_of, shown_paper
from lms.quizzes.queries.plans import PlanPage, holidays, plan_page
from lms.quizzes.queries.results import finished_page, result_page
from lms.quizzes.queries.running import RunningAttempt, reachable_attempt, running_attempts

__all__ = [
    "Evidence",
    "Granted",
    "Missed",
    "OpenAttempt",
    "PausePage",
    "PersonsTime",
    "PlanPage",
    "QuestionPage",
    "QuizCounts",
    "QuizRow",
    "RunningAttempt",
    "check_question",
    "confirmed_of",
    "confirmed_questions",
    "evidence_of_quiz",
    "evidence_of_quizzes",
    "finished_page",
    "holidays",
    "log_page",
    "missed_lately",
    "missed_of",
    "open_attempt",
    "open_attempts",
    "own_attempt",
    "own_quiz",
    "paper",
    "passed_attempts",
    "pause_page",
    "persons_time",
    "plan_page",
    "question_page",
    "quiz_counts",
    "quizzes_of",
    "reachable_attempt",
    "result_page",
    "running_attempts",
    "running_of",
    "saved_state",
    "shown_paper",
    "start_page",
    "time_zone_of",
]
