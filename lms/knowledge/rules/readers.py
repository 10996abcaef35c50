"""Who looks things up, and who writes the manual and the glossary."""

from lms.accounts.rules import Role
from lms.courses.rules.reader import SEES_ALL

READERS = (Role.LEARNER, *SEES_ALL, Role.LEAD)
WRITERS = (Role.TRAINER,)
