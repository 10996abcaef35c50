"""What changes in mentoring: who is whose mentor, when they meet, and what is heard in an observed call."""

from lms.mentoring.actions.meetings import arrange_meeting, cancel_meeting
from lms.mentoring.actions.observations import (
    acknowledge,
    finish_observation,
    save_scores,
    start_observation,
    start_observation_by_number,
)
from lms.mentoring.actions.pairings import assign_mentor, assign_mentors, set_capacity

__all__ = [
    "acknowledge",
    "arrange_meeting",
    "assign_mentor",
    "assign_mentors",
    "cancel_meeting",
    "finish_observation",
    "save_scores",
    "set_capacity",
    "start_observation",
    "start_observation_by_number",
]
