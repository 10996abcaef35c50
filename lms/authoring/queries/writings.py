"""What is known of drafts on a board: who wrote last, what was handed in, which translation fell behind."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Person
from lms.authoring.models import Draft, DraftPart, DraftSnapshot, Submission
from lms.authoring.rules.board import WRITING_FOR, Writing, state
from lms.authoring.rules.translation import OTHER, Agreement, agreement, is_behind
from lms.authoring.texts import read_draft
from lms.content.rules.lessons import check_lesson
from lms.content.rules.names import Names
from lms.courses.rules.findings import Finding
from lms.media.rules.medium import Medium

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class PartFacts:
    """A part without its text."""

    version: int
    saved_at: datetime
    saved_by: Person
    against_version: int | None


@dataclass(frozen=True)
class DraftFacts:
    """A draft as the board shows it."""

    id: int
    course_id: int
    lesson_id: int | None
    slug: str
    position: int
    base_revision: int
    parts: dict[str, PartFacts] = field(default_factory=dict)
    submission: Submission | None = None

    @property
    def last(self) -> PartFacts:
        """Return the part that was saved last."""
        return max(self.parts.values(), key=lambda part: part.saved_at)

    @property
    def writing(self) -> Writing:
        """Return what the rules ask of it."""
        sent = self.submission
        saves = sum(part.version - 1 for part in self.parts.values())
        if sent is None:
            return Writing(self.last.saved_at, saves)
        return Writing(self.last.saved_at, saves, sent.at, sent.decision, sent.decided_at)

    def state(self) -> str:
        """Return the state of the lesson that this is a draft of."""
        return state(self.writing, published=self.lesson_id is not None)

    def writer(self, now: datetime) -> Person | None:
        """Return who is writing now, as far as the last save tells."""
        return self.last.saved_by if self.writing.saves and now - self.last.saved_at < WRITING_FOR else None

    @property
    def behind(self) -> str | None:
        """Return the language whose text may be behind the other one, which was saved since they agreed."""
        late = [
            language
            for language in LANGUAGES
            if is_behind(self.parts[OTHER[language]].version, self.parts[language].against_version)
        ]
        return min(late, key=lambda language: self.parts[language].saved_at) if late else None


def drafts(session: Session, course_id: int | None = None) -> tuple[DraftFacts, ...]:
    """Return the drafts of a course, or of all, by place, in two statements and without a text."""
    found: dict[int, DraftFacts] = {}
    rows: Any = (
        select(
            Draft,
            DraftPart.part,
            DraftPart.version,
            DraftPart.saved_at,
            DraftPart.against_version,
            Person,
        )
        .join(DraftPart, DraftPart.draft_id == Draft.id)
        .join(Person, Person.id == DraftPart.saved_by_id)
        .where(Draft.discarded_at.is_(None))
        .order_by(Draft.position, Draft.id)
    )
    last: Any = select(Submission).where(
        Submission.id.in_(select(func.max(Submission.id)).group_by(Submission.draft_id))
    )
    if course_id is not None:
        rows = rows.where(Draft.course_id == course_id)
        last = last.join(Draft, Draft.id == Submission.draft_id).where(Draft.course_id == course_id)
    sent = {row.draft_id: row for row in session.scalars(last)}
    for draft, part, version, saved_at, against, person in session.execute(rows):
        facts = found.setdefault(
            draft.id,
            DraftFacts(
                draft.id,
                draft.course_id,
                draft.lesson_id,
                draft.slug,
                draft.position,
                draft.base_revision,
                {},
                sent.get(draft.id),
            ),
        )
        facts.parts[part] = PartFacts(version, saved_at, person, against)
    return tuple(found.values())


def texts_of(session: Session, draft_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return the texts of drafts by part, in one statement."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = select(DraftPart.draft_id, DraftPart.part, DraftPart.text).where(DraftPart.draft_id.in_(list(draft_ids)))
    for draft_id, part, text in session.execute(rows):
        found[draft_id][part] = text
    return found


def agreed_texts(session: Session, draft_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """Return by draft and language the text that the other language was last held against, in one statement.

    Where that very version was not kept, the newest kept one before it: rather one mark too many.
    """
    held = aliased(DraftPart)
    newest = (
        select(func.max(DraftSnapshot.id))
        .join(
            held,
            and_(held.draft_id == DraftSnapshot.draft_id, held.part != DraftSnapshot.part, held.part.in_(LANGUAGES)),
        )
        .where(
            DraftSnapshot.draft_id.in_(list(draft_ids)),
            DraftSnapshot.part.in_(LANGUAGES),
            DraftSnapshot.why != "conflict",
            or_(
                DraftSnapshot.version <= held.against_version,
                and_(held.against_version.is_(None), DraftSnapshot.version == 1),
            ),
        )
        .group_by(DraftSnapshot.draft_id, DraftSnapshot.part)
    )
    rows = select(DraftSnapshot.draft_id, DraftSnapshot.part, DraftSnapshot.text).where(DraftSnapshot.id.in_(newest))
    return {(draft_id, part): text for draft_id, part, text in session.execute(rows)}


def agreements(
    found: Iterable[DraftFacts], texts: dict[int, dict[str, str]], agreed: dict[tuple[int, str], str]
) -> dict[int, tuple[str, Agreement]]:
    """Return for each draft with a translation that may be behind: its language, and how it stands."""
    made = {}
    for draft in found:
        if draft.behind is not None:
            source = OTHER[draft.behind]
            confirmed = agreed.get((draft.id, source), "")
            made[draft.id] = draft.behind, agreement(texts[draft.id][source], texts[draft.id][draft.behind], confirmed)
    return made


def draft_findings(
    draft: DraftFacts, course: str, texts: dict[str, str], names: Names, media: Mapping[str, Medium]
) -> tuple[Finding, ...]:
    """Return what is to be mended or thought over in a draft, but for ids that other lessons have."""
    reading = read_draft(course, draft.slug, texts)
    found = {*reading.findings, *check_lesson(reading.lesson, names, media)}
    short = (each.within(each.file.rsplit("/", 1)[-1]) for each in found)
    return tuple(sorted(short, key=lambda each: (each.file, each.line, each.level, each.template)))
