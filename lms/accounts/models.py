"""What is stored of people, roles, sign-ins and tokens. Secrets are stored as hashes only."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base

SITE_WIDE = text("class_id IS NULL AND team_id IS NULL")


class Site(Base):
    """A place of work; its time zone decides what "today" is."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(120), unique=True)
    name_en: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60))


class Team(Base):
    """People who take calls under one lead."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("site_id", "name_zh"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))


class Person(Base):
    """Someone with an employee number; `suspended_at` closes the door without losing the record."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    employee_no: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    latin_name: Mapped[str | None] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(8), default="zh")
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]

    site: Mapped[Site] = relationship(lazy="raise")
    team: Mapped[Team | None] = relationship(lazy="raise")


class TrainingClass(Base):
    """One intake of new hires, led by a class adviser from day one to the hand-over to a team."""

    __tablename__ = "classes"
    __table_args__ = (UniqueConstraint("site_id", "name_zh"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name_zh: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    adviser_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id"), index=True)
    starts_on: Mapped[date]
    created_at: Mapped[datetime]

    adviser: Mapped[Person] = relationship(lazy="raise")


class Enrolment(Base):
    """A learner's place in a class; at most one is open at a time."""

    __tablename__ = "enrolments"
    __table_args__ = (
        Index(
            "uq_enrolments_open",
            "learner_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        CheckConstraint("ended_on IS NULL OR ended_on >= joined_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("classes.id"), index=True)
    joined_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str | None] = mapped_column(String(200))

    learner: Mapped[Person] = relationship(lazy="raise")
    training_class: Mapped[TrainingClass] = relationship(lazy="raise")


class RoleGrant(Base):
    """A role held by a person for a whole site, or for one class or one team."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint(
            "role IN ('learner', 'mentor', 'trainer', 'adviser', 'lead', 'hr', 'auditor', 'admin')", name="known_role"
        ),
        CheckConstraint("class_id IS NULL OR team_id IS NULL", name="one_scope"),
        UniqueConstraint("person_id", "role", "class_id"),
        UniqueConstraint("person_id", "role", "team_id"),
        Index(
            "uq_role_grants_site", "person_id", "role", unique=True, sqlite_where=SITE_WIDE, postgresql_where=SITE_WIDE
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("classes.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class LoginSession(Base):
    """One sign-in in one browser; ended by its owner, by an administrator or by time."""

    __tablename__ = "login_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(lazy="raise")


class SignInFailure(Base):
    """One wrong password; counted per employee number and per address to slow guessing down."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        Index("ix_sign_in_failures_who", "employee_no", "at"),
        Index("ix_sign_in_failures_where", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_no: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class PasswordLink(Base):
    """A one-time address that lets its holder set a password; for the first administrator and for resets."""

    __tablename__ = "password_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class ApiToken(Base):
    """A bearer token of a person for other systems, with the scopes it may use."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")
