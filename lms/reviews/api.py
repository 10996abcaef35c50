"""Review sessions for machines: so many minutes in, cards out, ratings back."""

from datetime import datetime
from typing import Any, Literal

from flask import Response, make_response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, ConfigDict, Field, model_validator

from lms import clock
from lms.accounts.rules import Role
from lms.courses.addresses import address
from lms.pace.rules import study_day
from lms.reviews import actions, queries
from lms.reviews.actions import Given
from lms.reviews.queries.sessions import Asked
from lms.reviews.rules.choice import percent_in_memory
from lms.reviews.rules.recall import Rating
from lms.reviews.words import in_words
from lms.web import allow, me, reading, writing
from lms.web.i18n import language

api = APIBlueprint("reviews_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Reviews")])
LARGEST_ROW_ID = 2**31 - 1
LONGEST_SECONDS = 24 * 60 * 60
HOLE = "____"


class BranchBody(BaseModel):
    """A course by its slug, a lesson by its id, or a heading by its node in the map; one of them."""

    model_config = ConfigDict(strict=True, extra="forbid")

    course: str | None = Field(None, min_length=1, max_length=80)
    lesson: int | None = Field(None, ge=1, le=LARGEST_ROW_ID)
    heading: str | None = Field(None, min_length=1, max_length=80)

    @model_validator(mode="after")
    def one(self) -> "BranchBody":
        """Refuse none and several."""
        if sum(given is not None for given in (self.course, self.lesson, self.heading)) != 1:
            raise ValueError("one of course, lesson and heading, please")
        return self

    @property
    def node(self) -> str:
        """Return the branch as a node of a map, or a slug."""
        return self.course or self.heading or f"lesson-{self.lesson}"


class SessionBody(BaseModel):
    """How many minutes there are, and for which branch (everything met, where none is named)."""

    model_config = ConfigDict(strict=True, extra="forbid")

    minutes: int = Field(ge=1, le=60)
    branch: BranchBody | None = None


class Item(BaseModel):
    """One card: `question` asks, with ____ where the point is left out; `text` is the point itself."""

    id: int
    key_point_id: int
    heading: str
    question: str
    text: str
    lesson: str
    url: str
    rating: Literal["again", "hard", "good", "easy"] | None

    @classmethod
    def of(cls, number: int, asked: Asked, rating: int | None) -> "Item":
        """Return the item for a card; `number` counts from 1."""
        prompt = asked.prompt
        return cls(
            id=number,
            key_point_id=asked.key_point_id,
            heading=prompt.heading,
            question=prompt.question or " ".join(filter(None, (prompt.before, HOLE))) + prompt.after,
            text=prompt.answer,
            lesson=asked.lesson_title,
            url=address(asked.lesson_id, asked.block),
            rating=_word(rating) if rating else None,
        )


class Session(BaseModel):
    """A session with its cards in order; those rated before carry their rating."""

    id: int
    minutes: int
    items: list[Item]
    server_now: datetime


class SessionPath(BaseModel):
    """A session by its id."""

    id: int = Field(ge=1, le=LARGEST_ROW_ID)


class RatingBody(BaseModel):
    """How one recall went."""

    model_config = ConfigDict(strict=True, extra="forbid")

    key_point_id: int = Field(ge=1, le=LARGEST_ROW_ID)
    rating: Literal["again", "hard", "good", "easy"]
    seconds: int | None = Field(None, ge=0, le=LONGEST_SECONDS)


class RatingTaken(BaseModel):
    """What was taken: sent twice, the first rating stands."""

    key_point_id: int
    rating: Literal["again", "hard", "good", "easy"]
    state: Literal["ok", "warn", "new"]
    recall: float
    finished: bool
    server_now: datetime


class Memory(BaseModel):
    """How much of what a gate asks is in memory now, by prediction."""

    percent: int
    points: int


def _word(rating: int) -> Literal["again", "hard", "good", "easy"]:
    words: dict[int, Literal["again", "hard", "good", "easy"]] = {1: "again", 2: "hard", 3: "good", 4: "easy"}
    return words[rating]


@api.post("/reviews", summary="Review for so many minutes", responses={201: Session, 200: Session})
@allow(Role.LEARNER, scope="learn")
def start_session(body: SessionBody) -> Response:
    """Begin a session (201), or go on with the same one of the last half hour that is not finished (200)."""
    now = clock.now()
    branch = body.branch.node if body.branch else ""
    with in_words(), writing() as session:
        begun, new = actions.start_session(
            session, me().id, minutes=body.minutes, branch=branch, locale=language(), now=now
        )
        found = queries.session_page(session, begun.id, me().id)
        cards = queries.prompts(session, found.key_points, language())
    items = [
        Item.of(n, cards[point], found.rated.get(point))
        for n, point in enumerate(found.key_points, 1)
        if point in cards
    ]
    answer = Session(id=found.id, minutes=found.minutes, items=items, server_now=now)
    return make_response(answer.model_dump(mode="json"), 201 if new else 200)


@api.put("/reviews/<int:id>", summary="Rate one card of a session", responses={200: RatingTaken})
@allow(Role.LEARNER, scope="learn")
def rate(path: SessionPath, body: RatingBody) -> dict[str, Any]:
    """Take how one recall went; sent twice, the first rating stands and is answered again."""
    now = clock.now()
    given = Given(body.key_point_id, Rating.named(body.rating), "card", body.seconds)
    with writing() as session:
        taken = actions.answer(session, path.id, me().id, given, now=now, day=study_day(now, me().time_zone))
    return RatingTaken(
        key_point_id=body.key_point_id,
        rating=_word(int(taken.rating)),
        state="ok" if taken.rated.state == "ok" else "warn",
        recall=round(taken.rated.recall, 3),
        finished=taken.finished,
        server_now=now,
    ).model_dump(mode="json")


@api.get("/me/memory", summary="What is in memory", responses={200: Memory})
@allow(Role.LEARNER, scope="read")
def memory() -> dict[str, Any]:
    """Return how much of what the gates of one's own path ask is in memory now."""
    now = clock.now()
    with reading() as session:
        known = queries.in_memory(session, me().id)
    return Memory(percent=percent_in_memory(known.memories, now), points=len(known.memories)).model_dump()
