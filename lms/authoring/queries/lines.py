"""The lessons of a course as the board lists them: published ones by place, then those that are only drafts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.queries.drafts import names
from lms.authoring.queries.gates import GateBook, gate_book, refs_of
from lms.authoring.queries.proposals import Asked
from lms.authoring.queries.wording import published_findings
from lms.authoring.queries.writings import (
    DraftFacts,
    agreed_texts,
    agreements,
    draft_findings,
    drafts,
    texts_of,
)
from lms.authoring.rules.acts import Ties
from lms.authoring.rules.board import Feed, Measured, measured, state, too_early
from lms.authoring.rules.translation import Agreement
from lms.authoring.texts import read_draft
from lms.content.rules.names import Names
from lms.courses.models import Course, Lesson, LessonProgress
from lms.courses.rules.findings import Finding
from lms.courses.rules.reading import lesson_seconds, minutes
from lms.media.queries import Kept, LessonName, all_media
from lms.media.rules.medium import Medium


@dataclass(frozen=True)
class LessonLine:
    """A lesson of a course, published or only a draft yet."""

    slug: str
    title_zh: str
    title_en: str
    state: str
    lesson: Lesson | None
    draft: DraftFacts | None
    minutes: int
    points: int
    measured: Measured | None = None
    findings: tuple[Finding, ...] = ()
    writer: Person | None = None
    behind: str | None = None
    agreement: Agreement | None = None
    feeds: tuple[Feed, ...] = ()
    too_early: tuple[str, ...] = ()
    tie: str | None = None  # why it must stay, whoever agrees
    proposal: Asked | None = None  # what waits for a second person, or was declined

    @property
    def errors(self) -> int:
        """Return how much is to be mended before it can be published."""
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        """Return how much is to be thought over."""
        return len(self.findings) - self.errors


@dataclass(frozen=True)
class _Known:
    """Everything that the lines of a course are made of, read once."""

    course: Course
    now: datetime
    drafts: dict[int | None, DraftFacts]  # by lesson
    texts: dict[int, dict[str, str]]
    agreed: dict[int, tuple[str, Agreement]]
    names: Names
    published: dict[int, tuple[Finding, ...]]
    seconds: dict[int, list[int]]
    book: GateBook
    refs: dict[int, set[str]]
    early: dict[str, tuple[str, ...]]
    files: dict[LessonName, dict[str, Kept]]
    ties: Ties
    asked: Mapping[int | None, Asked]

    def line(self, row: Lesson) -> LessonLine:
        """Return the line of a lesson that is or was published."""
        draft = self.drafts.get(row.id)
        behind, agreement = self.agreed.get(draft.id, (None, None)) if draft else (None, None)
        key, refs = f"{self.course.slug}/{row.slug}", self.refs.get(row.id, set())
        return LessonLine(
            slug=row.slug,
            title_zh=row.title_zh,
            title_en=row.title_en,
            state=state(draft.writing if draft else None, published=True, retired=row.retired_at is not None),
            lesson=row,
            draft=draft,
            minutes=row.minutes,
            points=row.point_count,
            measured=measured(self.seconds.get(row.id, ())),
            findings=self.findings(row, draft),
            writer=draft.writer(self.now) if draft else None,
            behind=behind,
            agreement=agreement,
            feeds=self.book.feeds(self.course.slug, row.slug, refs),
            too_early=self.early.get(key, ()),
            tie=self.ties.of_lesson(self.course.id, key, refs) if row.retired_at is None else None,
            proposal=self.asked.get(row.id),
        )

    def media(self, draft: DraftFacts) -> dict[str, Medium]:
        """Return the files of a lesson by their paths."""
        folder = f"{self.course.slug}/{draft.slug}/media"
        held = self.files.get((self.course.slug, draft.slug), {})
        return {f"{folder}/{name}": kept.medium for name, kept in held.items()}

    def findings(self, row: Lesson, draft: DraftFacts | None) -> tuple[Finding, ...]:
        """Return what is to be said of the draft where one is being written, else of the published texts."""
        if draft is not None and draft.state() != "published":
            return draft_findings(draft, self.course.slug, self.texts[draft.id], self.names, self.media(draft))
        return self.published.get(row.id, ())

    def new_line(self, draft: DraftFacts) -> LessonLine:
        """Return the line of a lesson that is only a draft yet."""
        texts = self.texts[draft.id]
        read = read_draft(self.course.slug, draft.slug, texts).lesson.sources
        behind, agreement = self.agreed.get(draft.id, (None, None))
        return LessonLine(
            slug=draft.slug,
            title_zh=read["zh"].title or draft.slug,
            title_en=read["en"].title or draft.slug,
            state=draft.state(),
            lesson=None,
            draft=draft,
            minutes=max(minutes(lesson_seconds(source)) for source in read.values()),
            points=max(len(source.points) for source in read.values()),
            findings=draft_findings(draft, self.course.slug, texts, self.names, self.media(draft)),
            writer=draft.writer(self.now),
            behind=behind,
            agreement=agreement,
        )


def lesson_lines(
    session: Session, course: Course, held: Ties, asked: Mapping[int | None, Asked], *, now: datetime
) -> list[LessonLine]:
    """Return all lessons of a course, in some fifteen statements whatever their number."""
    rows = session.scalars(
        select(Lesson).where(Lesson.course_id == course.id).order_by(Lesson.position, Lesson.slug)
    ).all()
    ids = [row.id for row in rows]
    written = drafts(session, course.id)
    open_ones = [draft for draft in written if draft.state() != "published" or draft.behind is not None]
    open_ids = [draft.id for draft in open_ones]
    texts = texts_of(session, open_ids)
    live = {f"{course.slug}/{row.slug}": row.prerequisites for row in rows if row.retired_at is None}
    known = _Known(
        course=course,
        now=now,
        drafts={draft.lesson_id: draft for draft in written},
        texts=texts,
        agreed=agreements(open_ones, texts, agreed_texts(session, open_ids)),
        names=names(session),
        published=published_findings(session, course.id),
        seconds=_seconds(session, ids),
        book=gate_book(session),
        refs=refs_of(session, ids),
        early=too_early(list(live), live),
        files=all_media(session) if open_ones else {},
        ties=held,
        asked=asked,
    )
    new = [known.new_line(draft) for draft in written if draft.lesson_id is None]
    return [*map(known.line, rows), *new]


def _seconds(session: Session, lesson_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return how long each of those who finished a lesson gave it."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = select(LessonProgress.lesson_id, LessonProgress.seconds).where(
        LessonProgress.lesson_id.in_(list(lesson_ids)), LessonProgress.done_at.is_not(None), LessonProgress.seconds > 0
    )
    for lesson_id, seconds in session.execute(rows):
        found[lesson_id].append(seconds)
    return found
