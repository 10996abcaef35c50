"""What host and players see now. Until a round is closed nothing of its key or explanation is even read."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms import live
from lms.accounts.models import Person
from lms.courses.models import Course, Lesson
from lms.games.models import Game, GameAnswer, GamePlayer, GameRound, GameScore
from lms.games.rules import Known, State, known, leading
from lms.quizzes.models import Question, QuestionVersion
from lms.quizzes.queries.attempts import in_order
from lms.quizzes.queries.checks import asked_in_open_attempt

BOOLEANS = ("true", "false")


def steps_channel(game_id: int) -> str:
    """Return the channel that says that a game went on."""
    return f"game:{game_id}"


def tally_channel(game_id: int) -> str:
    """Return the channel that says that somebody joined or answered; only the host listens."""
    return f"game:{game_id}:tally"


def channels(game_id: int, *, hosts: bool) -> tuple[str, ...]:
    """Return what a host, or a player, of a game listens to."""
    return (steps_channel(game_id), tally_channel(game_id)) if hosts else (steps_channel(game_id),)


@dataclass(frozen=True)
class Team:
    """A team with its points so far; `leads`: nobody has more."""

    number: int
    players: int
    points: int
    leads: bool


@dataclass(frozen=True)
class Option:
    """An option of a question; `text` None: true or false, for the page to name. `right` None: not told yet."""

    id: str
    text: dict[str, str] | None
    right: bool | None = None
    chosen: int | None = None


@dataclass(frozen=True)
class Round:
    """The question of now; `explanation` only once the round is closed.

    `kept`: the round is closed and the player is told nothing of the key, as an open quiz of theirs asks the question.
    """

    row: GameRound
    kind: str
    stem: dict[str, str]
    options: tuple[Option, ...]
    course: Course
    lesson: Lesson
    explanation: dict[str, str] | None = None
    right: int = 0
    kept: bool = False


@dataclass(frozen=True)
class LessonTally:
    """A lesson of the summary with how the class did on it."""

    lesson: Lesson
    known: Known


@dataclass(frozen=True)
class Board:
    """A game as it stands; `token` tells two states of it apart."""

    game: Game
    token: str
    rounds: int
    teams: tuple[Team, ...]
    round: Round | None
    answered: int
    summary: tuple[LessonTally, ...]

    @property
    def players(self) -> int:
        """Return how many have joined."""
        return sum(team.players for team in self.teams)

    @property
    def last(self) -> bool:
        """Say whether no question follows."""
        return self.game.position >= self.rounds


@dataclass(frozen=True)
class Mine:
    """What only the player themself sees: their team, their answer to this round, their right answers so far."""

    team: int
    response: Any
    correct: bool | None
    right: int
    answered: int


def board(session: Session, game: Game, *, hosts: bool, player_id: int | None = None) -> Board:
    """Return the state of `game` as its host, or the player named, may see it; ten statements at most."""
    heard = channels(game.id, hosts=hosts)
    rounds = select(func.count()).select_from(GameRound).where(GameRound.game_id == game.id)
    shown = game.state in (State.OPEN, State.PAUSED, State.CLOSED)
    answered = select(func.count()).select_from(GameAnswer)
    here = (GameAnswer.game_id == game.id, GameAnswer.position == game.position)
    return Board(
        game=game,
        token=live.token(heard, live.versions(session, heard)),
        rounds=session.scalar(rounds) or 0,
        teams=_teams(session, game),
        round=_round(session, game, player_id) if shown else None,
        answered=(session.scalar(answered.where(*here)) or 0) if shown else 0,
        summary=_summary(session, game) if game.state == State.FINISHED else (),
    )


def _teams(session: Session, game: Game) -> tuple[Team, ...]:
    joined = select(GamePlayer.team, func.count()).where(GamePlayer.game_id == game.id).group_by(GamePlayer.team)
    got = select(GameScore.team, func.sum(GameScore.points)).where(GameScore.game_id == game.id)
    players = {row[0]: row[1] for row in session.execute(joined)}
    points = {row[0]: int(row[1]) for row in session.execute(got.group_by(GameScore.team))}
    ahead = leading(points)
    numbers = range(1, game.teams + 1)
    return tuple(Team(each, players.get(each, 0), points.get(each, 0), each in ahead) for each in numbers)


def _round(session: Session, game: Game, player_id: int | None) -> Round:
    row = session.execute(
        select(
            GameRound, Question.id, QuestionVersion.kind, QuestionVersion.stem, QuestionVersion.options, Course, Lesson
        )
        .join(QuestionVersion, QuestionVersion.id == GameRound.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(GameRound.game_id == game.id, GameRound.position == game.position)
    ).one()
    options = tuple(Option(each["id"], each["text"]) for each in in_order(row.options, row.GameRound.option_order))
    asked = Round(
        row=row.GameRound,
        kind=row.kind,
        stem=row.stem,
        options=options or tuple(Option(each, None) for each in BOOLEANS),
        course=row.Course,
        lesson=row.Lesson,
    )
    if game.state != State.CLOSED:
        return asked
    if player_id is not None and asked_in_open_attempt(session, row.id, player_id):
        return replace(asked, kept=True)
    return _revealed(session, asked)


def _revealed(session: Session, asked: Round) -> Round:
    """Return the round with its key and how often each option was chosen; by nobody in particular."""
    row = asked.row
    key, explanation = session.execute(
        select(QuestionVersion.key, QuestionVersion.explanation).where(QuestionVersion.id == row.version_id)
    ).one()
    given = session.execute(
        select(GameAnswer.response, GameAnswer.correct).where(
            GameAnswer.game_id == row.game_id, GameAnswer.position == row.position
        )
    ).all()
    chosen = [each for one in given for each in (one.response if isinstance(one.response, list) else [one.response])]
    options = tuple(
        Option(one.id, one.text, right=one.id in key["ids"], chosen=chosen.count(one.id)) for one in asked.options
    )
    return replace(asked, options=options, explanation=explanation, right=sum(one.correct for one in given))


def _summary(session: Session, game: Game) -> tuple[LessonTally, ...]:
    """Return the lessons that were asked about, what needs most practice first."""
    rows = session.execute(
        select(Lesson, func.sum(GameScore.right_answers), func.sum(GameScore.players))
        .select_from(GameScore)
        .join(GameRound, and_(GameRound.game_id == GameScore.game_id, GameRound.position == GameScore.position))
        .join(QuestionVersion, QuestionVersion.id == GameRound.version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Lesson, Lesson.id == Question.lesson_id)
        .where(GameScore.game_id == game.id)
        .group_by(Lesson.id)
    ).all()
    lessons = {row[0].id: row[0] for row in rows}
    tallies = known((row[0].id, int(row[1]), int(row[2])) for row in rows)
    return tuple(LessonTally(lessons[one.lesson_id], one) for one in tallies)


def mine(session: Session, game: Game, person_id: int) -> Mine:
    """Return what a player who joined sees of themself; whether an answer is right only once its round is closed."""
    team = session.scalars(
        select(GamePlayer.team).where(GamePlayer.game_id == game.id, GamePlayer.person_id == person_id)
    ).one()
    rows = session.execute(
        select(GameAnswer.position, GameAnswer.response, GameAnswer.correct)
        .join(GameRound, and_(GameRound.game_id == GameAnswer.game_id, GameRound.position == GameAnswer.position))
        .where(GameAnswer.game_id == game.id, GameAnswer.person_id == person_id, GameRound.skipped.is_(False))
    ).all()
    now = next((row for row in rows if row.position == game.position), None)
    told = game.state in (State.CLOSED, State.FINISHED)
    counted = [row for row in rows if told or row.position != game.position]
    return Mine(
        team=team,
        response=now.response if now else None,
        correct=now.correct if now and told else None,
        right=sum(row.correct for row in counted),
        answered=len(counted),
    )


def to_practise(session: Session, game: Game, person_id: int) -> list[Lesson]:
    """Return the lessons of the questions that a player missed in a finished game, by place."""
    right = select(GameAnswer.position).where(
        GameAnswer.game_id == game.id, GameAnswer.person_id == person_id, GameAnswer.correct.is_(True)
    )
    query = (
        select(Lesson)
        .join(Question, Question.lesson_id == Lesson.id)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .join(GameRound, GameRound.version_id == QuestionVersion.id)
        .where(GameRound.game_id == game.id, GameRound.closed_at.is_not(None), GameRound.skipped.is_(False))
        .where(GameRound.position.not_in(right))
        .order_by(Lesson.position, Lesson.id)
    )
    return list(session.scalars(query).unique())


def player_names(session: Session, game: Game) -> list[tuple[int, Person]]:
    """Return who has joined, by team and in the order they came."""
    query = (
        select(GamePlayer.team, Person)
        .join(Person, Person.id == GamePlayer.person_id)
        .where(GamePlayer.game_id == game.id)
        .order_by(GamePlayer.team, GamePlayer.joined_at, Person.employee_no)
    )
    return [(row.team, row.Person) for row in session.execute(query)]
