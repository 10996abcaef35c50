"""Changes about sites, teams and classes, and who is in which; each is a decision on record."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.actions.people import grant_role
from lms.accounts.models import Enrolment, Person, Site, Team, TrainingClass
from lms.accounts.rules import ClassValue, Role
from lms.audit import actions as audit
from lms.errors import Invalid, NotFound, Refused


def found_site(session: Session, *, name_zh: str, name_en: str, time_zone: str) -> Site:
    """Return the site of this name, made if there is none yet."""
    site = session.scalar(select(Site).where(Site.name_zh == name_zh))
    if site is None:
        site = Site(name_zh=name_zh, name_en=name_en, time_zone=time_zone)
        session.add(site)
        session.flush()
    return site


def add_team(session: Session, site_id: int, name_zh: str, name_en: str, *, by: str, now: datetime) -> Team:
    """Add a team to a site; Invalid at `name_zh` where there is one of that name."""
    team = Team(site_id=site_id, name_zh=name_zh, name_en=name_en)
    try:
        with session.begin_nested():
            session.add(team)
            session.flush()
    except IntegrityError:
        raise Invalid(code="name_taken", field="name_zh") from None
    audit.append(session, "team.added", actor=by, subject=name_en, detail={}, now=now)
    return team


def add_class(session: Session, site_id: int, value: ClassValue, *, by: str, now: datetime) -> TrainingClass:
    """Open a class and give its adviser the role for it; Invalid at `name_zh` where there is one of that name."""
    training_class = TrainingClass(site_id=site_id, created_at=now, **vars(value))
    try:
        with session.begin_nested():
            session.add(training_class)
            session.flush()
    except IntegrityError:
        raise Invalid(code="name_taken", field="name_zh") from None
    adviser = session.get_one(Person, value.adviser_id)
    grant_role(session, adviser, Role.ADVISER, class_id=training_class.id, by=by, now=now)
    detail = {"name": value.name_en, "adviser": adviser.employee_no, "starts_on": value.starts_on.isoformat()}
    audit.append(session, "class.opened", actor=by, subject=value.name_en, detail=detail, now=now)
    return training_class


def enrol(
    session: Session, learner: Person, training_class: TrainingClass, *, on: date, by: str, now: datetime
) -> Enrolment:
    """Put a learner into a class and give them the learner's role; Refused where they are in a class already."""
    enrolment = Enrolment(learner_id=learner.id, class_id=training_class.id, joined_on=on)
    try:
        with session.begin_nested():
            session.add(enrolment)
            session.flush()
    except IntegrityError:
        raise Refused(code="in_a_class", field="learner") from None
    grant_role(session, learner, Role.LEARNER, by=by, now=now)
    detail = {"class": training_class.name_en, "on": on.isoformat()}
    audit.append(session, "enrolment.opened", actor=by, subject=learner.employee_no, detail=detail, now=now)
    return enrolment


def end_enrolment(
    session: Session, training_class: TrainingClass, learner_id: int, *, why: str, on: date, by: str, now: datetime
) -> None:
    """Take a learner out of a class; their place, and what they did, stay on record."""
    enrolment = session.scalar(
        select(Enrolment).where(
            Enrolment.class_id == training_class.id, Enrolment.learner_id == learner_id, Enrolment.ended_on.is_(None)
        )
    )
    if enrolment is None:
        raise NotFound
    enrolment.ended_on, enrolment.ended_why = max(on, enrolment.joined_on), why
    learner = session.get_one(Person, learner_id)
    detail = {"class": training_class.name_en, "why": why}
    audit.append(session, "enrolment.ended", actor=by, subject=learner.employee_no, detail=detail, now=now)
