"""Which questions an attempt gets."""

from sqlalchemy.orm import Session

from lms.errors import Refused
from lms.quizzes.models import Quiz
from lms.quizzes.queries.attempts import pool, practised_pool
from lms.quizzes.rules.draw import Drawn, draw


def drawn_for(session: Session, quiz: Quiz, learner_id: int, *, seed: int, neutral: bool) -> tuple[Drawn, ...]:
    """Return the questions of a new attempt in their order; Refused where the quiz has none.

    A gate, and a draw that is to come out the same every time, are `neutral`: they ask without regard to the learner.
    """
    candidates = pool(session, quiz.id) if neutral else practised_pool(session, quiz.id, learner_id)
    drawn = draw(candidates, quiz.draw, seed)
    if not drawn:
        raise Refused(code="no_questions")
    return drawn
