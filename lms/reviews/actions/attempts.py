"""Counts the answers of an attempt as reviews of the points they ask: four statements, however many answers."""

from collections.abc import Collection

from sqlalchemy import Integer, bindparam, insert, select, update
from sqlalchemy.orm import Session

from lms.courses.models import Course, KeyPoint, Lesson
from lms.courses.queries.reach import open_to
from lms.quizzes.actions.settling import AttemptSettled
from lms.reviews.actions.rating import by_ladder, known_of, values_of
from lms.reviews.memory import reviewed
from lms.reviews.models import Card, Review
from lms.reviews.rules.recall import Rating, counts


def note_attempt(session: Session, settled: AttemptSettled) -> None:
    """Rate the learner's cards of the points that were answered, each once; one wrong answer of several decides.

    A point without a card is left to its first review, and one that was rated within ten minutes before does not
    count: its answer had just been seen.
    """
    right: dict[tuple[int, int], bool] = {}
    for one in settled.answered:
        place = (one.lesson_id, one.key_point)
        right[place] = one.correct and right.get(place, True)
    if not right:
        return
    cards = {
        card: Rating.GOOD if right[lesson_id, number] else Rating.AGAIN
        for card, lesson_id, number in _cards(session, settled.learner_id, right)
        if counts(card.last_review_at, settled.at)
    }
    if cards:
        _rate(session, cards, settled)


def _cards(session: Session, learner_id: int, places: Collection[tuple[int, int]]) -> list[tuple[Card, int, int]]:
    """Return the learner's cards at these places of lessons, as they are now.

    The cards of these lessons are locked, all of them and in one order.
    """
    lessons = sorted({lesson_id for lesson_id, _number in places})
    rows = session.execute(OF_LESSONS, {"learner_id": learner_id, "lessons": lessons})
    return [(card, lesson_id, number) for card, lesson_id, number in rows if (lesson_id, number) in places]


# Built once: each hand-in asks it. By lessons, as 35 pairs of lesson and number took a quarter of the time of it all.
_learner = bindparam("learner_id", type_=Integer())
OF_LESSONS = (
    select(Card, KeyPoint.lesson_id, KeyPoint.number)
    .join(KeyPoint, KeyPoint.id == Card.key_point_id)
    .join(Lesson, Lesson.id == KeyPoint.lesson_id)
    .join(Course, Course.id == Lesson.course_id)
    .where(Card.person_id == _learner, KeyPoint.lesson_id.in_(bindparam("lessons", expanding=True)))
    .where(KeyPoint.retired_at.is_(None), Lesson.retired_at.is_(None), Course.retired_at.is_(None))
    .where(open_to(_learner))
    .order_by(Card.key_point_id)
    .with_for_update(of=Card)
    .execution_options(populate_existing=True)
)


def _rate(session: Session, cards: dict[Card, Rating], settled: AttemptSettled) -> None:
    ladder = by_ladder(session, settled.learner_id)
    moved, reviews = [], []
    for card, rating in cards.items():
        after = reviewed(known_of(card), rating, now=settled.at, ladder=ladder)
        key = {"person_id": card.person_id, "key_point_id": card.key_point_id}
        lapses = card.lapses + (rating is Rating.AGAIN)
        moved.append(key | values_of(after) | {"reviews": card.reviews + 1, "lapses": lapses})
        reviews.append(key | {"at": settled.at, "rating": int(rating), "source": "quiz", "seconds": 0})
        session.expire(card)
    session.execute(update(Card), moved)
    session.execute(insert(Review), reviews)
