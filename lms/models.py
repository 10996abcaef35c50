"""Loads every table into `Base.metadata`, for migrations and for foreign keys named by text."""

from lms import live
from lms.accounts import models as accounts
from lms.audit import models as audit
from lms.authoring import models as authoring
from lms.career import models as career
from lms.certification import models as certification
from lms.courses import models as courses
from lms.db import Base
from lms.games import models as games
from lms.knowledge import models as knowledge
from lms.maps import models as maps
from lms.media import models as media
from lms.mentoring import models as mentoring
from lms.pace import models as pace
from lms.quizzes import models as quizzes
from lms.reviews import models as reviews
from lms.timetable import models as timetable

metadata = Base.metadata
__all__ = [
    "accounts",
    "audit",
    "authoring",
    "career",
    "certification",
    "courses",
    "games",
    "knowledge",
    "live",
    "maps",
    "media",
    "mentoring",
    "metadata",
    "pace",
    "quizzes",
    "reviews",
    "timetable",
]
