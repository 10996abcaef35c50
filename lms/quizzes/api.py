"""Quizzes and attempts for machines, as the learner who asks may see them: no keys, no marks of single questions."""

import hashlib
import secrets
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import request
from flask_babel import gettext as _
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from lms import clock
from lms.accounts.rules import Role
from lms.quizzes import actions, queries
from lms.quizzes.actions import Given
from lms.quizzes.forms import LARGEST_NUMBER, MOST_CHOSEN
from lms.quizzes.queries import QuizRow
from lms.quizzes.queries.attempts import Item
from lms.quizzes.queries.facts import result_of, sitting_of
from lms.quizzes.rules import marks
from lms.quizzes.rules.responses import BOOLEANS, TEXT_MOST, Kind
from lms.quizzes.rules.timing import overdue
from lms.quizzes.sentences import in_words
from lms.web import allow, me, reading, writing
from lms.web.filters import local

api = APIBlueprint("quizzes_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="Quizzes")])
LARGEST_ROW_ID = 2**31 - 1
SLUG_MOST = 80
LEASE_PATTERN = "^[0-9a-f]{32}$"

Text = Annotated[StrictStr, Field(max_length=TEXT_MOST)]
Many = Annotated[list[Annotated[StrictStr, Field(max_length=SLUG_MOST)]], Field(max_length=MOST_CHOSEN)]


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
    """A question as it is asked, in the asker's language; `stem` is HTML."""

    position: int
    kind: str
    stem: str
    unit: str | None
    options: list[Option]

    @classmethod
    def of(cls, item: Item) -> "PaperItem":
        """Return the question of `item`; what is true or false has two options like any other choice."""
        options = [Option(id=option["id"], text=local(option["text"])) for option in item.options]
        if item.kind == Kind.TRUE_FALSE:
            options = [Option(id=each, text=text) for each, text in zip(BOOLEANS, (_("True"), _("False")), strict=True)]
        return cls(
            position=item.position,
            kind=item.kind,
            stem=local(item.stem),
            unit=local(item.unit) if item.unit else None,
            options=options,
        )


class Paper(BaseModel):
    """An open attempt with its questions; `lease` is null where another tab holds it."""

    id: int
    started_at: datetime
    deadline: datetime
    server_now: datetime
    lease: str | None
    questions: list[PaperItem]


class SavedItem(BaseModel):
    """What is saved at one position."""

    position: int
    response: Any
    client_seq: int | None
    saved_at: datetime | None
    late_received: bool


class Result(BaseModel):
    """What an attempt came to."""

    score: float
    max_score: float
    percent: float
    passed: bool

    @classmethod
    def of(cls, found: marks.Result) -> "Result":
        """Return what is told of a result."""
        return cls(score=found.score, max_score=found.max_score, percent=found.percent, passed=found.passed)


class AttemptState(BaseModel):
    """An attempt: open with what is saved, or finished with its result."""

    id: int
    quiz: str
    state: Literal["open", "finished"]
    started_at: datetime
    deadline: datetime
    server_now: datetime
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


class Lease(BaseModel):
    """The right to write, as the caller chose it."""

    lease: str = Field(pattern=LEASE_PATTERN, description="32 hexadecimal digits chosen at random by the caller")


class ListQuery(BaseModel):
    """Where the list goes on."""

    cursor: int = Field(0, ge=0, le=LARGEST_ROW_ID, description="`next_cursor` of the part before")
    limit: int = Field(100, ge=1, le=1000)


class StartQuery(BaseModel):
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
    """An answer: option id or list of ids for choices, text or number for typed answers, null to take it back."""

    model_config = ConfigDict(extra="ignore")

    response: StrictBool | StrictInt | StrictFloat | Text | Many | None
    client_seq: StrictInt = Field(ge=0, le=LARGEST_NUMBER, description="grows with every answer of one lease")
    client_time: AwareDatetime | None = Field(None, description="when the answer was given; counts in the grace only")
    lease: str | None = Field(None, max_length=32, description="of the tab that sends; left out by who has no tabs")


def _lease_of(key: str) -> str:
    """Return the lease of who starts with this Idempotency-Key: the same key, the same right to write."""
    return hashlib.sha256(f"{me().id}:{key}".encode()).hexdigest()[:32]


def _fresh(attempt_id: int, now: datetime) -> None:
    with reading() as session:
        attempt = queries.own_attempt(session, attempt_id, me().id)
    if overdue(sitting_of(attempt), now):
        with writing() as session:
            actions.settle_overdue(session, attempt_id, me().id, now=now)


@api.get("/quizzes", summary="List quizzes with own standing", responses={200: QuizList})
@allow(Role.LEARNER, scope="read")
def quizzes(query: ListQuery) -> dict[str, Any]:
    """List the quizzes of one's own programme."""
    with reading() as session:
        rows = queries.quizzes_of(session, me().id, now=clock.now(), after=query.cursor, limit=query.limit + 1)
    shown = rows[: query.limit]
    more = shown[-1].quiz.id if len(rows) > query.limit else None
    return QuizList(items=[QuizItem.of(row) for row in shown], next_cursor=more).model_dump(mode="json")


@api.post("/quizzes/<slug>/attempts", summary="Start, or return the open attempt", responses={200: Paper, 201: Paper})
@allow(Role.LEARNER, scope="learn")
def start(path: QuizPath, query: StartQuery) -> tuple[dict[str, Any], int]:
    """Begin an attempt (201) or return the open one (200) with its questions, their order frozen."""
    now = clock.now()
    held = _lease_of(request.headers.get("Idempotency-Key") or secrets.token_hex(16))
    with in_words(), writing() as session:
        started = actions.start_attempt(session, path.slug, me().id, lease=held, now=now, consent=query.consent)
        attempt = queries.own_attempt(session, started.attempt_id, me().id)
        items = queries.paper(session, attempt.id)
    paper = Paper(
        id=attempt.id,
        started_at=attempt.started_at,
        deadline=attempt.deadline,
        server_now=now,
        lease=held if started.holds_lease else None,
        questions=[PaperItem.of(item) for item in items],
    )
    return paper.model_dump(mode="json"), 201 if started.is_new else 200


@api.get("/attempts/<int:attempt_id>", summary="State, deadline, what is saved", responses={200: AttemptState})
@allow(Role.LEARNER, scope="read")
def attempt(path: AttemptPath) -> dict[str, Any]:
    """Return one's own attempt."""
    now = clock.now()
    _fresh(path.attempt_id, now)
    with reading() as session:
        found = queries.own_attempt(session, path.attempt_id, me().id)
        items = queries.paper(session, found.id)
    saved = [
        SavedItem(
            position=item.position,
            response=item.given,
            client_seq=item.client_seq,
            saved_at=item.saved_at,
            late_received=item.late_received,
        )
        for item in items
    ]
    return AttemptState(
        id=found.id,
        quiz=found.quiz.slug,
        state="open" if found.finished_at is None else "finished",
        started_at=found.started_at,
        deadline=found.deadline,
        server_now=now,
        finished_at=found.finished_at,
        settled_by=found.settled_by,
        answers=saved,
        result=None if found.finished_at is None else Result.of(result_of(found)),
    ).model_dump(mode="json")


@api.put("/attempts/<int:attempt_id>/answers/<int:position>", summary="Save an answer", responses={200: SavedReply})
@allow(Role.LEARNER, scope="learn")
def save_answer(path: AnswerPath, body: AnswerBody) -> dict[str, Any]:
    """Keep one answer; repeating it changes nothing. 409 with the reason where it cannot count."""
    now = clock.now()
    given = Given(path.position, body.response, body.client_seq, body.client_time, body.lease)
    with in_words():
        with writing() as session:
            saved = actions.save_answer(session, path.attempt_id, me().id, given, now=now)
        actions.accepted(saved)
    return SavedReply(
        saved_at=saved.saved_at,
        server_now=now,
        deadline=saved.deadline,
        client_seq=saved.client_seq,
        late_received=saved.late_received,
    ).model_dump(mode="json")


@api.post("/attempts/<int:attempt_id>/lease", summary="Continue here", responses={200: Lease})
@allow(Role.LEARNER, scope="learn")
def take_over(path: AttemptPath, body: Lease) -> dict[str, Any]:
    """Take the right to write; the tab that held it loses it."""
    with in_words(), writing() as session:
        found = actions.take_over(session, path.attempt_id, me().id, lease=body.lease, now=clock.now())
    return Lease(lease=found.lease).model_dump(mode="json")


@api.post("/attempts/<int:attempt_id>/submission", summary="Hand in", responses={200: Result})
@allow(Role.LEARNER, scope="learn")
def submit(path: AttemptPath) -> dict[str, Any]:
    """Grade once; the same answer always after, so that it needs no Idempotency-Key and takes any."""
    with in_words(), writing() as session:
        found = actions.submit_attempt(session, path.attempt_id, me().id, now=clock.now())
    return Result.of(result_of(found)).model_dump(mode="json")
