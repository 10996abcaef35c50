"""Imports a library: in one transaction, repeatable, and never deleting what people worked with."""

from collections.abc import Container
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import RoleGrant
from lms.accounts.queries import person_by_number
from lms.accounts.rules import Role
from lms.audit import actions as audit
from lms.content.actions import courses, knowledge, programmes
from lms.content.actions.writing import Desk
from lms.content.queries import library as stored_library
from lms.content.rules.library import Library
from lms.content.rules.parts import check_part, hold
from lms.content.rules.report import Report
from lms.content.rules.standard import check
from lms.courses import models
from lms.courses.rules.findings import Finding, errors
from lms.errors import Refused
from lms.storage import Storage


class LibraryRefused(Refused):
    """The library has errors; `findings` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(f"{first.file}:{first.line}: {first.sentence()}")
        self.findings = findings


def import_library(  # noqa: PLR0913  # what an import may be told, each with its usual answer
    session: Session,
    library: Library,
    *,
    actor: str,
    now: datetime,
    retire_missing: bool = True,
    part: bool = False,
    withhold: Container[str] = frozenset(),
    approved_by: str | None = None,
    store: Storage | None = None,
) -> Report:
    """Store `library` and report what that changed; raise LibraryRefused, changing nothing, where it has errors.

    What the library does not hold any more is retired, unless `retire_missing` is false; of a `part` that means the
    lessons and questions of its own courses alone. A changed lesson becomes a new revision, a changed question,
    scorecard or gate a new version. Lessons of `withhold` (`course/lesson`) that exist and would change stay as they
    are and are told in the report; so do the quizzes of gates in what decides who passes, unless `approved_by`, a
    trainer other than `actor`, agreed (NotFound, Refused). `actor` is an employee number or `system`. `store` takes
    pictures and recordings.
    """
    if library.media and store is None:
        raise ValueError("a library with pictures is imported with the storage that takes them")
    return _import(
        session,
        library,
        store,
        actor=actor,
        now=now,
        retire_missing=retire_missing,
        part=part,
        withhold=withhold,
        approved_by=approved_by,
    )


def _import(  # noqa: PLR0913  # what the two doors above and below hand on
    session: Session,
    library: Library,
    store: Storage | None,
    *,
    actor: str,
    now: datetime,
    retire_missing: bool,
    part: bool,
    withhold: Container[str],
    approved_by: str | None,
) -> Report:
    if approved_by is not None:
        check_approver(session, approved_by, actor)
    known = stored_library(session) if part or withhold else Library()
    findings = check_part(library, known) if part else check(library)
    if errors(findings):
        raise LibraryRefused(errors(findings))
    library, held = hold(library, known, withhold, set(session.scalars(select(models.Course.slug))))
    desk = Desk(session, now=now, retire_missing=retire_missing, withhold=withhold, approved_by=approved_by)
    stored = courses.Stored.load(session)
    conflicts = courses.conflicts(library, stored)
    if conflicts:
        raise LibraryRefused(conflicts)
    desk.report.findings = (*findings, *known.findings)
    course_ids = courses.import_courses(desk, library, stored, store, part=part)
    if part:
        desk.retire_missing = desk.report_kept = False
    programmes.import_profiles(desk, library)
    programmes.import_programmes(desk, library, course_ids)
    programmes.import_scorecards(desk, library)
    programmes.import_tracks(desk, library)
    knowledge.import_knowledge(desk, library)
    session.flush()
    for waiting in held:
        desk.report.hold(waiting)
    _record(desk, library, actor, part=part)
    return desk.report


def _record(desk: Desk, library: Library, actor: str, *, part: bool) -> None:
    """Put on the record what the import changed, and each quiz of a gate with who agreed."""
    report, now = desk.report, desk.now
    for gate in report.gates:
        if gate.approved_by is not None:
            told = {"before": gate.before, "after": gate.after, "approved_by": gate.approved_by}
            audit.append(desk.session, "quiz.imported", actor=actor, subject=gate.slug, detail=told, now=now)
    if report.changed:
        detail = {"sums": report.sums()} | ({"courses": [c.slug for c in library.courses]} if part else {})
        audit.append(desk.session, "content.imported", actor=actor, subject="library", detail=detail, now=now)


def check_approver(session: Session, approved_by: str, actor: str) -> None:
    """Raise NotFound or Refused where `approved_by` may not agree to what `actor` brings: a trainer does, no other."""
    person = person_by_number(session, approved_by)
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person.id))
    if person.suspended_at is not None or Role.TRAINER not in set(roles):
        raise Refused(f"{approved_by} is no trainer who can sign in; only a trainer agrees to changes of a gate.")
    if approved_by == actor:
        raise Refused(f"{approved_by} brings the change; somebody else agrees to it.")


def preview_library(  # noqa: PLR0913  # what an import may be told
    session: Session,
    library: Library,
    *,
    now: datetime,
    retire_missing: bool = True,
    part: bool = False,
    withhold: Container[str] = frozenset(),
    actor: str = "system",
    approved_by: str | None = None,
) -> Report:
    """Return what `import_library` would report, and change nothing; raise what it raises."""
    trial = session.begin_nested()
    try:
        return _import(
            session,
            library,
            None,
            actor=actor,
            now=now,
            retire_missing=retire_missing,
            part=part,
            withhold=withhold,
            approved_by=approved_by,
        )
    finally:
        trial.rollback()
