"""Papers that together cover the post: of many draws, the one that asks most of what was never answered yet.

What a blueprint draws depends on what others were asked before, so nobody can say beforehand what such a paper asks:
it is drawn like any other, and practice covers the post without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.demo.centre import Shelf, chance
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.queries.pools import pool
from lms.quizzes.rules.draw import Candidate, draw

TRIES = 150
MOST_ROUNDS = 12
PRACTICE = "practice-mixed"


@dataclass(frozen=True)
class Paper:
    """A quiz with the seed of its draw, and the versions that must be answered right."""

    quiz: str
    seed: int
    needed: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Papers:
    """One paper for each quiz asked for, in their order, and the practice that fills the gaps they leave."""

    asked: tuple[Paper, ...]
    practice: tuple[Paper, ...]


class Coverer:
    """Draws papers; knows which question confirms which minimum point of the post."""

    def __init__(self, session: Session, shelf: Shelf) -> None:
        rows = session.execute(
            select(QuestionVersion.id, Question.ref).join(Question, Question.id == QuestionVersion.question_id)
        )
        self.known: dict[tuple[str, ...], Papers] = {}
        self.points = shelf.points
        self.refs: dict[int, str] = dict(rows.all())
        self.checks = frozenset(ref for reading in shelf.readings for ref in reading.refs)
        self.pools = {slug: (pool(session, quiz.id), quiz.draw) for slug, quiz in shelf.quizzes.items()}
        self.drawn_by_blueprint = frozenset(slug for slug, quiz in shelf.quizzes.items() if quiz.blueprint)

    def papers(self, quizzes: tuple[str, ...]) -> Papers:
        """Return papers for `quizzes` that, with the checks of all lessons, confirm every minimum point."""
        if quizzes not in self.known:
            self.known[quizzes] = self._papers(quizzes)
        return self.known[quizzes]

    def _papers(self, quizzes: tuple[str, ...]) -> Papers:
        answered = set(self.checks)
        asked = tuple(self._paper(slug, n, answered) for n, slug in enumerate(quizzes))
        practice: list[Paper] = []
        while self._open(answered):
            if len(practice) >= MOST_ROUNDS:
                raise RuntimeError(f"no question asks for {sorted(self._open(answered))}")
            practice.append(self._paper(PRACTICE, len(practice), answered))
        return Papers(asked, tuple(practice))

    def _open(self, answered: Iterable[str]) -> set[str]:
        known = frozenset(answered)
        return {slug for slug, questions in self.points.items() if questions and questions.isdisjoint(known)}

    def _paper(self, slug: str, number: int, answered: set[str]) -> Paper:
        """Return the best of many papers and note its questions as answered."""
        luck = chance("paper", slug, number)
        if slug in self.drawn_by_blueprint:
            return Paper(slug, luck.getrandbits(63))
        candidates, count = self.pools[slug]
        wanted = [self.points[point] for point in sorted(self._open(answered))]
        seeds = [luck.getrandbits(63) for _ in range(TRIES)]
        seed = max(seeds, key=lambda each: self._gain(candidates, count, each, wanted))
        drawn = {one.version_id: self.refs[one.version_id] for one in draw(candidates, count, seed)}
        useful = frozenset().union(*wanted)
        answered |= set(drawn.values())
        return Paper(slug, seed, frozenset(version for version, ref in drawn.items() if ref in useful))

    def _gain(self, candidates: list[Candidate], count: int, seed: int, wanted: list[frozenset[str]]) -> int:
        refs = {self.refs[one.version_id] for one in draw(candidates, count, seed)}
        return sum(1 for questions in wanted if not questions.isdisjoint(refs))
