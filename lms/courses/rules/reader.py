"""Who reads lessons: learners what their programme holds, those who look after them the whole library."""

from dataclasses import dataclass

from lms.accounts.rules import Identity, Role

SEES_ALL = (Role.TRAINER, Role.ADVISER, Role.MENTOR, Role.HR)


@dataclass(frozen=True)
class Reader:
    """A person who opens a page of the library; `sees_all`: not only the courses of their own programme.

    Who `writes` lessons gets files that no published text shows, too.
    """

    person_id: int
    sees_all: bool = False
    writes: bool = False


def reader(identity: Identity) -> Reader:
    """Return `identity` as a reader of the library."""
    return Reader(identity.id, sees_all=identity.holds(*SEES_ALL), writes=identity.holds(Role.TRAINER))
