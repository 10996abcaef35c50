"""The library as values, the same whether they come from disk or from the database. Places are not compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lms.courses.rules.findings import Finding
from lms.courses.rules.lesson_source import LessonSource
from lms.knowledge.rules.glossary import Term
from lms.knowledge.rules.manual import Page
from lms.media.rules.medium import Medium


@dataclass(frozen=True)
class Place:
    """Where something is written."""

    file: str = ""
    line: int = 1


@dataclass(frozen=True)
class Both:
    """A text in both languages."""

    zh: str
    en: str

    def as_dict(self) -> dict[str, str]:
        """Return the form that is stored."""
        return {"zh": self.zh, "en": self.en}


NOWHERE = Place()
NOTHING = Both("", "")


@dataclass(frozen=True)
class Question:
    """A question of a lesson; what `body` and `key` hold, the file of its kind says (`lms.quizzes.rules.kinds`)."""

    ref: str
    version: int
    kind: str
    competency: str
    key_point: int | None
    level: int
    stem: Both
    options: tuple[tuple[str, Both], ...]
    unit: Both | None
    key: dict[str, Any]
    explanation: Both
    body: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)  # of its parts in the file
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Lesson:
    """A lesson folder; `slug` begins with its number."""

    slug: str
    zh: LessonSource | None
    en: LessonSource | None
    questions: tuple[Question, ...]
    folder: str = field(default="", compare=False)

    @property
    def sources(self) -> dict[str, LessonSource]:
        """Return the texts by language, those that are there."""
        return {language: text for language, text in (("zh", self.zh), ("en", self.en)) if text is not None}

    @property
    def position(self) -> int:
        """Return the number that the folder's name begins with."""
        return int(self.slug[:2])


@dataclass(frozen=True)
class Course:
    """A course folder."""

    slug: str
    title: Both
    summary: Both
    posts: tuple[str, ...]
    order: int
    owner: str
    review_by: date
    lessons: tuple[Lesson, ...]  # in the order in which they are taught
    elective: bool = False  # open to everyone, whatever their post
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def is_reordered(self) -> bool:
        """Say whether the lessons are taught in another order than that of their names."""
        slugs = [lesson.slug for lesson in self.lessons]
        return slugs != sorted(slugs)

    def places(self) -> dict[str, int]:
        """Return the place of each lesson: the numbers of their names, dealt out in the order of the course."""
        numbers = sorted(lesson.position for lesson in self.lessons)
        return {lesson.slug: number for lesson, number in zip(self.lessons, numbers, strict=True)}


@dataclass(frozen=True)
class ProfilePoint:
    """A competency point of a post."""

    slug: str
    group: Both
    kind: str
    minimum: bool
    title: Both
    lessons: tuple[str, ...]
    questions: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Profile:
    """What a post asks of a person."""

    slug: str
    title: Both
    points: tuple[ProfilePoint, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Stage:
    """One step of a programme."""

    slug: str
    scope: str
    title: Both
    summary: Both
    first_day: int
    last_day: int
    courses: tuple[str, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Quiz:
    """A quiz of a programme; `more` are the columns that its file states besides, what it leaves out stays as it is."""

    slug: str
    title: Both
    purpose: str
    courses: tuple[str, ...]
    draw: int
    limit_minutes: int
    pass_percent: int
    attempts: int | None
    feedback: str
    more: dict[str, Any] = field(default_factory=dict)
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Requirement:
    """One thing a gate asks for; `facts` are what its kind needs besides, as they are stored."""

    slug: str
    kind: str
    title: Both
    facts: dict[str, Any]
    place: Place = field(default=NOWHERE, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {"slug": self.slug, "kind": self.kind, **self.facts, "title": self.title.as_dict()}


@dataclass(frozen=True)
class Gate:
    """A gate of a programme."""

    slug: str
    after_stage: str
    scope: str
    valid_months: int
    title: Both
    summary: Both
    requirements: tuple[Requirement, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Programme:
    """The path of a post."""

    slug: str
    title: Both
    post: str
    caps: dict[str, int]
    calendar: dict[str, Any]
    stages: tuple[Stage, ...]
    quizzes: tuple[Quiz, ...]
    gates: tuple[Gate, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Criterion:
    """One thing to listen for; `anchors` say what a score sounds like."""

    slug: str
    title: Both
    weight: float
    critical: bool
    anchors: tuple[tuple[str, Both], ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Scorecard:
    """A scorecard for observed calls."""

    slug: str
    title: Both
    pass_percent: int
    criteria: tuple[Criterion, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Rung:
    """A rung of a track; one of a branch has neither stars nor criteria of its own, unless it says so."""

    slug: str
    title: Both
    summary: Both
    stars: int | None
    criteria: tuple[dict[str, Any], ...]
    place: Place = field(default=NOWHERE, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the form that is stored."""
        row: dict[str, Any] = {"slug": self.slug}
        if self.stars is not None:
            row["stars"] = self.stars
        row |= {"title": self.title.as_dict(), "summary": self.summary.as_dict()}
        if self.criteria:
            row["criteria"] = list(self.criteria)
        return row


@dataclass(frozen=True)
class Branch:
    """Where the road of a track forks, and the rungs from there."""

    slug: str
    origin: str
    title: Both
    rungs: tuple[Rung, ...]
    place: Place = field(default=NOWHERE, compare=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the form that is stored."""
        rungs = [rung.as_dict() for rung in self.rungs]
        return {"slug": self.slug, "from": self.origin, "title": self.title.as_dict(), "rungs": rungs}


@dataclass(frozen=True)
class Track:
    """A career track."""

    slug: str
    title: Both
    rungs: tuple[Rung, ...]
    branches: tuple[Branch, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Library:
    """Everything that is taught, and what was found wrong with it while it was read."""

    courses: tuple[Course, ...] = ()
    profiles: tuple[Profile, ...] = ()
    programmes: tuple[Programme, ...] = ()
    scorecards: tuple[Scorecard, ...] = ()
    tracks: tuple[Track, ...] = ()
    manual: tuple[Page, ...] = ()
    terms: tuple[Term, ...] = ()
    media: Mapping[str, Medium] = field(default_factory=dict, compare=False)  # course/lesson/media/name: what it is
    files: Mapping[str, Path] = field(default_factory=dict, compare=False)  # where their bytes lie, if on disk
    findings: tuple[Finding, ...] = field(default=(), compare=False)
