"""Which questions an attempt gets: by a blueprint where the quiz has one, else by what the learner met and knows."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.quizzes.models import Quiz
from lms.quizzes.queries.forms import Stock, cells_of, last_form, stock_of
from lms.quizzes.queries.pools import pool, practised_pool
from lms.quizzes.queries.practice import daily_pool
from lms.quizzes.rules.blueprint import MOST_OVERLAP, assemble, expected_score
from lms.quizzes.rules.draw import Candidate, Drawn, draw, in_any_order, unseen_first


def drawn_for(  # a draw follows from the quiz, the learner, the moment and the seed
    session: Session, quiz: Quiz, learner_id: int, *, seed: int, neutral: bool, second: bool = False, now: datetime
) -> tuple[Drawn, ...]:
    """Return the questions of a new attempt in their order; Refused where the quiz has none, or a cell has too few.

    A gate, and a draw that is to come out the same every time, are `neutral`: they ask without regard to what the
    learner knows. A blueprint repeats at most a fifth of the learner's last form; any gate asks what its last form did
    not ask before what it did, and a `second` form nothing of the first one, where the bank allows.
    """
    seen = last_form(session, quiz.id, learner_id) if quiz.blueprint or quiz.purpose == "gate" else frozenset()
    if quiz.blueprint:
        return _by_blueprint(session, quiz, seen, seed, second=second)
    candidates = _candidates(session, quiz, learner_id, neutral=neutral, now=now)
    drawn = draw(unseen_first(candidates, seen) if second else candidates, quiz.draw, seed, seen=seen)
    if not drawn:
        raise Refused(code="no_questions")
    return drawn


def _candidates(session: Session, quiz: Quiz, learner_id: int, *, neutral: bool, now: datetime) -> Iterable[Candidate]:
    if neutral:
        return pool(session, quiz.id)
    if quiz.purpose == "daily":
        return daily_pool(session, quiz.id, learner_id, now=now)
    return practised_pool(session, quiz.id, learner_id)


def _by_blueprint(session: Session, quiz: Quiz, seen: Collection[int], seed: int, *, second: bool) -> tuple[Drawn, ...]:
    stock: Stock = stock_of(session, quiz.id)
    cells = cells_of(quiz)
    form = assemble(
        cells,
        stock.items,
        seed,
        last_form=seen,
        expected=expected_score(cells, stock.items),
        most_overlap=0.0 if second else MOST_OVERLAP,
    )
    if form.short:
        raise Refused(code="blueprint_short")
    by_id: dict[int, Candidate] = {candidate.question_id: candidate for candidate in stock.candidates}
    return in_any_order([by_id[question_id] for question_id in form.question_ids], seed)
