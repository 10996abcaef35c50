"""Who looks things up, and who writes the manual and the glossary."""

from lms.accounts.rules import Role

READERS = tuple(Role)  # manual, glossary and electives are everybody's; which lessons besides, the queries say
WRITERS = (Role.TRAINER,)
