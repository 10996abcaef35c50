"""What is asked of a second trainer about the quiz of a gate: what waits, and one with what it would change."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.authoring.models import QuizProposal
from lms.errors import NotFound
from lms.quizzes.models import Quiz
from lms.quizzes.queries.forms import cells_of
from lms.quizzes.queries.waiting import Waiting
from lms.quizzes.rules.blueprint import Cell


@dataclass(frozen=True)
class QuizAsked:
    """A proposal with its quiz and who asks."""

    proposal: QuizProposal
    quiz: Quiz
    by: Person

    @property
    def waits(self) -> bool:
        """Say whether nobody has decided yet."""
        return self.proposal.decision is None


@dataclass(frozen=True)
class CellChange:
    """How many questions of a competency at a level a form holds now, and would hold."""

    competency: str
    level: int
    now: int
    wanted: int


@dataclass(frozen=True)
class QuizProposalPage:
    """Everything a second person weighs; `cells` of a blueprint only."""

    asked: QuizAsked
    decided_by: Person | None
    cells: tuple[CellChange, ...]


def waiting_quiz_proposals(session: Session, *, quiz_id: int | None = None) -> tuple[QuizAsked, ...]:
    """Return everything about quizzes, or about one, that waits for a second person's yes, in one statement."""
    of_quiz = [] if quiz_id is None else [QuizProposal.quiz_id == quiz_id]
    return _asked(session, QuizProposal.decision.is_(None), *of_quiz)


def waiting_about_quiz(session: Session, quiz_id: int) -> tuple[Waiting, ...]:
    """Return what waits about one quiz, as its pages show it; one statement."""
    found = waiting_quiz_proposals(session, quiz_id=quiz_id)
    rows = ((each.proposal, each.by) for each in found)
    return tuple(Waiting(row.id, row.act, by, row.at, row.note, row.wanted) for row, by in rows)


def _asked(session: Session, *which: ColumnElement[bool]) -> tuple[QuizAsked, ...]:
    rows = (
        select(QuizProposal, Quiz, Person)
        .join(Quiz, Quiz.id == QuizProposal.quiz_id)
        .join(Person, Person.id == QuizProposal.by_id)
        .where(*which)
        .order_by(QuizProposal.at, QuizProposal.id)
    )
    return tuple(QuizAsked(row, quiz, by) for row, quiz, by in session.execute(rows))


def quiz_proposal_page(session: Session, proposal_id: int) -> QuizProposalPage:
    """Return what is weighed before somebody agrees; raises NotFound."""
    asked = next(iter(_asked(session, QuizProposal.id == proposal_id)), None)
    if asked is None:
        raise NotFound
    row = asked.proposal
    decided_by = session.get(Person, row.decided_by_id) if row.decided_by_id else None
    return QuizProposalPage(asked, decided_by, _changes(cells_of(asked.quiz), row.wanted.get("blueprint", [])))


def _changes(now: tuple[Cell, ...], wanted: list[dict[str, object]]) -> tuple[CellChange, ...]:
    before = {(cell.competency, cell.level): cell.count for cell in now}
    after = {(str(each["competency"]), int(str(each["level"]))): int(str(each["count"])) for each in wanted}
    keys = [*before, *(key for key in after if key not in before)]
    return tuple(CellChange(*key, before.get(key, 0), after.get(key, 0)) for key in keys) if after else ()
