"""What is read of mentoring: pairings and places, a mentor's apprentices, scorecards and observed calls."""

from lms.mentoring.queries.apprentices import ApprenticeRow, Apprentices, apprentices
from lms.mentoring.queries.observations import (
    ObservationPage,
    ObservationRow,
    finished_observations,
    observation_page,
    observations_of,
    own_observation,
    readable_observation,
    scorecards,
)
from lms.mentoring.queries.pairings import (
    Apprentice,
    LiveMentor,
    MentorCard,
    live_apprentices,
    live_mentor,
    mentor_card,
    next_meetings,
)
from lms.mentoring.queries.places import Assignments, MentorPlaces, assignments, mentor_places, mentors_of_site
from lms.mentoring.queries.timeline import ApprenticePage, Event, apprentice_page

__all__ = [
    "Apprentice",
    "ApprenticePage",
    "ApprenticeRow",
    "Apprentices",
    "Assignments",
    "Event",
    "LiveMentor",
    "MentorCard",
    "MentorPlaces",
    "ObservationPage",
    "ObservationRow",
    "apprentice_page",
    "apprentices",
    "assignments",
    "finished_observations",
    "live_apprentices",
    "live_mentor",
    "mentor_card",
    "mentor_places",
    "mentors_of_site",
    "next_meetings",
    "observation_page",
    "observations_of",
    "own_observation",
    "readable_observation",
    "scorecards",
]
