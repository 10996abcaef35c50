"""What is stored of questions, quizzes, attempts, marks given later, and what reports add up."""

from lms.quizzes.models.bank import DailyPlan, Question, QuestionVersion, Quiz, QuizCourse
from lms.quizzes.models.marking import AngoffRating, AngoffSheet, FairnessNote, Marking, Regrade, Ruling
from lms.quizzes.models.sitting import (
    Accommodation,
    Answer,
    AnswerConflict,
    Attempt,
    AttemptEvent,
    AttemptQuestion,
    CheckAnswer,
)
from lms.quizzes.models.statistics import ItemRollup, OptionRollup, ScoreRollup

__all__ = [
    "Accommodation",
    "AngoffRating",
    "AngoffSheet",
    "Answer",
    "AnswerConflict",
    "Attempt",
    "AttemptEvent",
    "AttemptQuestion",
    "CheckAnswer",
    "DailyPlan",
    "FairnessNote",
    "ItemRollup",
    "Marking",
    "OptionRollup",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizCourse",
    "Regrade",
    "Ruling",
    "ScoreRollup",
]
