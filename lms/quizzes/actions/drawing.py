"""Which questions an attempt gets: by a blueprint where the quiz has one, else by what the learner met and knows."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.quizzes.models import Quiz
from lms.quizzes.queries.attempts import pool, practised_pool
from lms.quizzes.queries.forms import Stock, cells_of, last_form, stock_of
from lms.quizzes.queries.practice import daily_pool
from lms.quizzes.rules.blueprint import assemble, expected_score
from lms.quizzes.rules.draw import Candidate, Drawn, draw, in_any_order


def drawn_for(  # a draw follows from the quiz, the learner, the moment and the seed
    session: Session, quiz: Quiz, learner_id: int, *, seed: int, neutral: bool, now: datetime
) -> tuple[Drawn, ...]:
    """Return the questions of a new attempt in their order; Refused where the quiz has none, or a cell has too few.

    A gate, and a draw that is to come out the same every time, are `neutral`: they ask without regard to what the
    learner knows. A blueprint repeats at most a fifth of the learner's last form.
    """
    if quiz.blueprint:
        return _by_blueprint(session, quiz, learner_id, seed)
    drawn = draw(_candidates(session, quiz, learner_id, neutral=neutral, now=now), quiz.draw, seed)
    if not drawn:
        raise Refused(code="no_questions")
    return drawn


def _candidates(session: Session, quiz: Quiz, learner_id: int, *, neutral: bool, now: datetime) -> Iterable[Candidate]:
    if neutral:
        return pool(session, quiz.id)
    if quiz.purpose == "daily":
        return daily_pool(session, quiz.id, learner_id, now=now)
    return practised_pool(session, quiz.id, learner_id)


def _by_blueprint(session: Session, quiz: Quiz, learner_id: int, seed: int) -> tuple[Drawn, ...]:
    stock: Stock = stock_of(session, quiz.id)
    cells = cells_of(quiz)
    form = assemble(
        cells,
        stock.items,
        seed,
        last_form=last_form(session, quiz.id, learner_id),
        expected=expected_score(cells, stock.items),
    )
    if form.short:
        raise Refused(code="blueprint_short")
    by_id: dict[int, Candidate] = {candidate.question_id: candidate for candidate in stock.candidates}
    return in_any_order([by_id[question_id] for question_id in form.question_ids], seed)
