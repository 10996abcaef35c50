"""Opens the map of a course or lesson for whoever is signed in, for pages and machines alike."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from flask import url_for
from sqlalchemy.orm import Session

from lms.accounts.rules import Role
from lms.courses.addresses import address
from lms.courses.rules.reader import reader
from lms.maps import queries
from lms.maps.queries import CourseMap
from lms.maps.queries.course_maps import Addresses
from lms.maps.rules.blank import Blank, blank, seed
from lms.pace.rules import study_day
from lms.web import me
from lms.web.i18n import language

READERS = tuple(Role)  # electives are everybody's; which courses besides, their queries say


@dataclass(frozen=True)
class Try:
    """A blank map as it stands for one person on one day."""

    map: CourseMap
    blank: Blank
    number: int
    day: date

    @property
    def learner_id(self) -> int | None:
        """Return whose memory the placing is about; None for who only reads."""
        return me().id if self.map.personal else None


def _addresses() -> Addresses:
    """Return where lessons are read and branches reviewed; a map asks thousands of times, so it is built once."""
    start = url_for("reviews.start", branch="")
    return Addresses(address, lambda node: f"{start}{quote(node)}")


def course_map_of(session: Session, slug: str, now: datetime) -> CourseMap:
    """Return the map of a course as whoever is signed in sees it."""
    return queries.course_map(session, reader(me()), slug, language(), at=now, addresses=_addresses())


def lesson_map_of(session: Session, lesson_id: int, now: datetime) -> CourseMap:
    """Return the map of a lesson as whoever is signed in sees it."""
    return queries.lesson_map(session, reader(me()), lesson_id, language(), at=now, addresses=_addresses())


def map_of(session: Session, slug: str | None, lesson_id: int, now: datetime) -> CourseMap:
    """Return the map of the course `slug` or, where none is named, of a lesson."""
    return lesson_map_of(session, lesson_id, now) if slug is None else course_map_of(session, slug, now)


def begun(found: CourseMap, number: int, now: datetime) -> Try:
    """Return the map with gaps for whoever is signed in: the same ones however often this try is opened today."""
    day = study_day(now, me().time_zone)
    made = blank(found.branches, seed(me().id, found.node, day.isoformat(), number))
    return Try(found, made, number, day)
