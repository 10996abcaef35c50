"""Imports a library: in one transaction, repeatable, and never deleting what people worked with."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit import actions as audit
from lms.content.actions import courses, programmes
from lms.content.actions.writing import Desk
from lms.content.rules.library import Library
from lms.content.rules.report import Report
from lms.content.rules.standard import check
from lms.courses.rules.findings import Finding, errors
from lms.errors import Refused


class LibraryRefused(Refused):
    """The library has errors; `findings` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(f"{first.file}:{first.line}: {first.sentence()}")
        self.findings = findings


def import_library(
    session: Session, library: Library, *, actor: str, now: datetime, retire_missing: bool = True
) -> Report:
    """Store `library` and report what that changed; raise LibraryRefused, changing nothing, where it has errors.

    What the library does not hold any more is retired, unless `retire_missing` is false. A changed lesson becomes a new
    revision, a changed question, scorecard or gate a new version. `actor` is an employee number or `system`.
    """
    wrong = errors(check(library))
    if wrong:
        raise LibraryRefused(wrong)
    desk = Desk(session, now=now, retire_missing=retire_missing)
    stored = courses.Stored.load(session)
    conflicts = courses.conflicts(library, stored)
    if conflicts:
        raise LibraryRefused(conflicts)
    course_ids = courses.import_courses(desk, library, stored)
    programmes.import_profiles(desk, library)
    programmes.import_programmes(desk, library, course_ids)
    programmes.import_scorecards(desk, library)
    programmes.import_tracks(desk, library)
    session.flush()
    if desk.report.changed:
        detail = {"sums": desk.report.sums()}
        audit.append(session, "content.imported", actor=actor, subject="library", detail=detail, now=now)
    return desk.report
