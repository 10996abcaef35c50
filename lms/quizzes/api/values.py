"""What machines send and get: the bodies, queries and answers of the routes, bounded in length and range."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from flask_babel import gettext as _
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_serializer,
)

from lms.courses.rules.languages import in_language
from lms.quizzes.actions import Started
from lms.quizzes.asking import body_in
from lms.quizzes.forms.taking import LARGEST_NUMBER, MOST_CHOSEN
from lms.quizzes.queries import QuizRow
from lms.quizzes.queries.attempts import Item
from lms.quizzes.queries.pauses import Running
from lms.quizzes.rules import marks
from lms.quizzes.rules.responses import BOOLEANS, TEXT_MOST, Confidence, Kind
from lms.web.i18n import language
from lms.web.openapi import Query

LARGEST_ROW_ID = 2**31 - 1
SLUG_MOST = 80
LEASE_PATTERN = "^[0-9a-f]{32}$"

Text = Annotated[StrictStr, Field(max_length=TEXT_MOST)]
Many = Annotated[list[Text], Field(max_length=MOST_CHOSEN)]
Pair = Annotated[list[Annotated[StrictStr, Field(max_length=SLUG_MOST)] | StrictInt], Field(min_length=2, max_length=2)]
Pairs = Annotated[list[Pair], Field(max_length=MOST_CHOSEN)]


class Title(BaseModel):
    """A text in both languages."""

    zh: str
    en: str


class QuizItem(BaseModel):
    """A quiz with where the learner stands; `refusal` is the reason why it cannot be started now, null if it can."""

    slug: str
    title: Title
    purpose: Literal["practice", "daily", "gate"]
    questions: int
    limit_minutes: int
    pass_percent: int
    attempts_used: int
    attempts_left: int | None
    open_attempt: int | None
    best_percent: float | None
    passed: bool
    refusal: str | None

    @classmethod
    def of(cls, row: QuizRow) -> "QuizItem":
        """Return the item for `row`."""
        quiz = row.quiz
        return cls(
            slug=quiz.slug,
            title=Title(zh=quiz.title_zh, en=quiz.title_en),
            purpose=quiz.purpose,  # type: ignore[arg-type]  # the schema knows no others
            questions=row.questions,
            limit_minutes=quiz.limit_minutes,
            pass_percent=quiz.pass_percent,
            attempts_used=row.used,
            attempts_left=row.attempts_left,
            open_attempt=row.open.id if row.open else None,
            best_percent=row.best_percent,
            passed=row.passed,
            refusal=row.refusal,
        )


class QuizList(BaseModel):
    """A part of the quizzes; `next_cursor` is null on the last one."""

    items: list[QuizItem]
    next_cursor: int | None


class Option(BaseModel):
    """An option to choose."""

    id: str
    text: str


class PaperItem(BaseModel):
    """A question as it is asked, in the asker's language; `stem` is HTML.

    `body` is what the kind asks besides: prompts to match, a text with gaps, the turns of a call, criteria with their
    anchors; `partial` says whether a part of the answer earns a part of the mark.
    """

    position: int
    kind: str
    stem: str
    unit: str | None
    options: list[Option]
    body: dict[str, Any]

    @classmethod
    def of(cls, item: Item) -> "PaperItem":
        """Return the question of `item`; what is true or false has two options like any other choice."""
        return cls.model_validate(_asked(item, language()))


def _asked(item: Item, reads: str) -> dict[str, Any]:
    """Return the values of a question for who reads the language `reads`."""
    options = in_language(item.options, reads)
    if item.kind == Kind.TRUE_FALSE:
        options = [{"id": each, "text": text} for each, text in zip(BOOLEANS, (_("True"), _("False")), strict=True)]
    return {
        "position": item.position,
        "kind": item.kind,
        "stem": in_language(item.stem, reads),
        "unit": in_language(item.unit, reads) if item.unit else None,
        "options": options,
        "body": body_in(item, reads),
    }


class Paper(BaseModel):
    """An open attempt with its questions; `lease` is null where another tab holds it."""

    id: int
    started_at: datetime
    deadline: datetime
    server_now: datetime
    lease: str | None
    questions: list[PaperItem]

    @classmethod
    def of(cls, started: Started, items: Iterable[Item], *, lease: str | None, server_now: datetime) -> "Paper":
        """Return the paper of an attempt that was started, checked in one go."""
        reads = language()
        return cls.model_validate(
            {
                "id": started.attempt_id,
                "started_at": started.started_at,
                "deadline": started.deadline,
                "server_now": server_now,
                "lease": lease,
                "questions": [_asked(item, reads) for item in items],
            }
        )


class SavedItem(BaseModel):
    """What is saved at one position."""

    position: int
    response: Any
    client_seq: int | None
    saved_at: datetime | None
    late_received: bool
    confidence: str | None


class Result(BaseModel):
    """What an attempt came to."""

    score: float
    max_score: float
    percent: float
    passed: bool
    borderline: bool = Field(
        default=False,
        description="true: so near to the pass mark that a second form decides, start it next; else left out",
    )

    @model_serializer(mode="wrap")
    def _told(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out what is nothing special."""
        told: dict[str, Any] = handler(self)
        return told if self.borderline else {name: value for name, value in told.items() if name != "borderline"}

    @classmethod
    def of(cls, found: marks.Result, *, passed: bool | None) -> "Result":
        """Return what is told of a result."""
        return cls(
            score=found.score,
            max_score=found.max_score,
            percent=found.percent,
            passed=bool(passed),
            borderline=passed is None,
        )


class AttemptState(BaseModel):
    """An attempt: open with what is saved, or finished with its result."""

    id: int
    quiz: str
    state: Literal["open", "finished"]
    started_at: datetime
    deadline: datetime
    server_now: datetime
    paused_until: datetime | None
    finished_at: datetime | None
    settled_by: str | None
    answers: list[SavedItem]
    result: Result | None


class SavedReply(BaseModel):
    """What is stored now."""

    saved_at: datetime
    server_now: datetime
    deadline: datetime
    client_seq: int
    late_received: bool


class PauseBody(BaseModel):
    """Where one was when the call came in."""

    model_config = ConfigDict(extra="ignore")

    position: StrictInt = Field(ge=1, le=LARGEST_ROW_ID, description="the question that was open; another replaces it")
    lease: str | None = Field(None, max_length=32, description="of the tab that sends; left out by who has no tabs")


class Clock(BaseModel):
    """How an attempt stands: `paused` until `until` at the latest, `open`, or `finished`.

    `pauses_left` is null where nobody counts. `question` is what stands now where the pause began, null else.
    """

    state: Literal["paused", "open", "finished"]
    deadline: datetime
    server_now: datetime
    until: datetime | None
    pauses_left: int | None
    question: PaperItem | None

    @classmethod
    def of(cls, found: Running, *, server_now: datetime) -> "Clock":
        """Return how the attempt of `found` stands."""
        return cls(
            state="finished" if found.finished else "open" if found.until is None else "paused",
            deadline=found.deadline,
            server_now=server_now,
            until=found.until,
            pauses_left=found.left,
            question=PaperItem.of(found.item) if found.item else None,
        )


class Lease(BaseModel):
    """The right to write, as the caller chose it."""

    lease: str = Field(pattern=LEASE_PATTERN, description="32 hexadecimal digits chosen at random by the caller")


class ListQuery(Query):
    """Where the list goes on."""

    cursor: int = Field(0, ge=0, le=LARGEST_ROW_ID, description="`next_cursor` of the part before")
    limit: int = Field(100, ge=1, le=1000)


class StartQuery(Query):
    """How to start."""

    consent: bool = Field(default=False, description="true: less time than the quiz states is fine")


class QuizPath(BaseModel):
    """A quiz by its slug."""

    slug: str = Field(max_length=SLUG_MOST)


class AttemptPath(BaseModel):
    """An attempt by its id."""

    attempt_id: int = Field(ge=1, le=LARGEST_ROW_ID)


class AnswerPath(AttemptPath):
    """A question of an attempt by its place, from 1."""

    position: int = Field(ge=1, le=LARGEST_ROW_ID)


class AnswerBody(BaseModel):
    """An answer; `response` null takes it back.

    An option id or a list of ids for choices, text or number for typed answers, a list of texts for gaps, all ids in
    their order for ordering, a list of pairs for matching and for scores.
    """

    model_config = ConfigDict(extra="ignore")

    response: StrictBool | StrictInt | StrictFloat | Text | Many | Pairs | None
    client_seq: StrictInt = Field(ge=0, le=LARGEST_NUMBER, description="grows with every answer of one lease")
    client_time: AwareDatetime | None = Field(None, description="when the answer was given; counts in the grace only")
    lease: str | None = Field(None, max_length=32, description="of the tab that sends; left out by who has no tabs")
    confidence: Confidence | None = Field(None, description="how sure one is, where the quiz asks; null is “not said”")
    question: StrictInt | None = Field(
        None,
        ge=0,
        le=LARGEST_NUMBER,
        description="the question that the page showed; after a pause another may stand there",
    )
