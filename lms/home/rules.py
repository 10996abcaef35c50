"""What is true of a day's first page: how to greet, what fits the gap between two calls, what is on today's list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from lms.courses.rules.path import PathLesson, ready
from lms.pace.rules import Load, study_day

GAPS = (2, 5, 10)  # minutes
PIECES = 4
DONE_SHOWN = 3
NOON, EVENING, NIGHT_ENDS = 12, 18, 4
THREE, FOUR = 3, 4
SWEEPER_PATIENCE = timedelta(minutes=3)  # a minute of grace and some rounds


def part_of_day(now: datetime, time_zone: str) -> str:
    """Return `morning`, `afternoon` or `evening` by the clock on the site's wall."""
    hour = now.astimezone(ZoneInfo(time_zone)).hour
    if NIGHT_ENDS <= hour < NOON:
        return "morning"
    return "afternoon" if NOON <= hour < EVENING else "evening"


def call_name(name: str, latin_name: str | None, language: str) -> str:
    """Return how a colleague calls a person: the given name where it can be told from the surname, else all of it."""
    if language == "en" and latin_name:
        return latin_name.split()[-1]
    if len(name) == THREE and all("\u4e00" <= c <= "\u9fff" for c in name):
        return name[1:]
    if len(name) == FOUR and all("\u4e00" <= c <= "\u9fff" for c in name):
        return name[2:]
    return name


@dataclass(frozen=True)
class Practice:
    """A quiz without a grade."""

    slug: str
    title_zh: str
    title_en: str
    minutes: int


@dataclass(frozen=True)
class Piece:
    """What to do in a gap: `continue` or `lesson` (perhaps with a second one), `practice`, or `recall` of a map."""

    kind: str
    lesson: PathLesson | None = None
    second: PathLesson | None = None
    practice: Practice | None = None


@dataclass(frozen=True)
class Slot:
    """A gap of so many minutes and the best piece that fits it; `main` is the one filled button."""

    minutes: int
    piece: Piece | None
    main: bool = False


def minutes_left(lesson: PathLesson) -> int:
    """Return how many minutes the rest of a lesson takes, at least one."""
    read = min(lesson.furthest, lesson.block_count) if lesson.begun else 0
    return max(ceil(lesson.minutes * (lesson.block_count - read) / max(lesson.block_count, 1)), 1)


def finished(path: Sequence[PathLesson]) -> list[PathLesson]:
    """Return the finished lessons of a path, the latest last."""
    pairs = [(lesson.done_at, n) for n, lesson in enumerate(path) if lesson.done_at is not None]
    return [path[n] for _at, n in sorted(pairs)]


def coming(path: Sequence[PathLesson], *taken: PathLesson) -> list[PathLesson]:
    """Return the lessons that are ready once those `taken` are finished too, in the order of the path."""
    return ready([lesson for lesson in path if lesson not in taken])


def piece(path: Sequence[PathLesson], load: Load, practices: Sequence[Practice], minutes: int) -> Piece | None:
    """Return the best piece for a gap: finish what is open, else something new while the day has room, else practice.

    What is too long for the gap is never offered: a piece between calls is to be finished. At the cap only practice and
    recall are left. None where there is nothing to recall yet either.
    """
    able = ready(path) if load.may_offer_new else []
    fits = [lesson for lesson in able if minutes_left(lesson) <= minutes]
    begun = [lesson for lesson in fits if lesson.begun]
    for lesson in (begun or fits)[:1]:
        after = [other for other in coming(path, lesson) if minutes_left(other) <= minutes - minutes_left(lesson)]
        roomy = load.new_points + lesson.point_count < load.caps.new_points
        return Piece("continue" if lesson.begun else "lesson", lesson, after[0] if after and roomy else None)
    for practice in practices:
        if practice.minutes <= minutes:
            return Piece("practice", practice=practice)
    done = finished(path)
    return Piece("recall", done[-1]) if done else None


def slots(path: Sequence[PathLesson], load: Load, practices: Sequence[Practice]) -> tuple[Slot, ...]:
    """Return the three gaps; the five-minute one is the main one, or the shortest that holds anything.

    Where the shortest would offer what the middle one does, it offers the map of the latest finished lesson instead.
    """
    found = {minutes: piece(path, load, practices, minutes) for minutes in GAPS}
    able = ready(path) if load.may_offer_new else []
    if able and not any(one and one.kind in ("lesson", "continue") for one in found.values()):
        found[GAPS[-1]] = Piece(
            "continue" if able[0].begun else "lesson", able[0]
        )  # one longer than any gap: still the way on
    short, middle = (found[minutes] for minutes in GAPS[:2])
    done = finished(path)
    if done and short and middle and short.lesson and short.lesson == middle.lesson:
        found[GAPS[0]] = Piece("recall", done[-1])
    main = next((minutes for minutes in (5, 10, 2) if found[minutes]), None)
    return tuple(Slot(minutes, found[minutes], main=minutes == main) for minutes in GAPS)


@dataclass(frozen=True)
class Line:
    """A lesson of today's list: `done`, `next` or `later`."""

    state: str
    lesson: PathLesson


def todays_pieces(path: Sequence[PathLesson], load: Load, now: datetime, time_zone: str) -> tuple[Line, ...]:
    """Return what was finished today, then what comes next while the day has room for its points."""
    today = study_day(now, time_zone)
    done = [one for one in finished(path) if one.done_at and study_day(one.done_at, time_zone) == today]
    lines = [Line("done", lesson) for lesson in done[-DONE_SHOWN:]]
    room = load.caps.new_points - load.new_points
    taken: list[PathLesson] = []
    while load.may_offer_new and room > 0 and len(lines) + len(taken) < PIECES:
        able = coming(path, *taken)
        if not able:
            break
        taken.append(able[0])
        room -= able[0].point_count
    return tuple(lines + [Line("later" if n else "next", lesson) for n, lesson in enumerate(taken)])


@dataclass(frozen=True)
class Points:
    """Key points of the path: of finished lessons, and all."""

    met: int
    total: int


def points(path: Sequence[PathLesson]) -> Points:
    """Return how many key points of the path lie in finished lessons."""
    return Points(sum(lesson.point_count for lesson in path if lesson.done), sum(lesson.point_count for lesson in path))


@dataclass(frozen=True)
class QuizLine:
    """A quiz of the programme with the reader's own last attempt."""

    id: int
    slug: str
    purpose: str
    title_zh: str
    title_en: str
    draw: int
    limit_minutes: int
    course_ids: frozenset[int]
    opens_at: datetime | None = None
    last_start_at: datetime | None = None
    hard_stop_at: datetime | None = None
    open_until: datetime | None = None
    attempt_id: int | None = None
    finished_at: datetime | None = None
    percent: int | None = None
    passed: bool | None = None
    of_class: bool = False  # today's quiz of the reader's own class

    def running(self, now: datetime) -> bool:
        """Say whether an attempt of one's own is open and has time left."""
        return self.open_until is not None and now < self.open_until

    def window(self, now: datetime) -> str:
        """Return `open`, `early` or `over`."""
        if self.opens_at is not None and now < self.opens_at:
            return "early"
        ends = [end for end in (self.last_start_at, self.hard_stop_at) if end is not None]
        return "over" if ends and now > min(ends) else "open"


def daily_quiz(quizzes: Sequence[QuizLine], path: Sequence[PathLesson]) -> QuizLine | None:
    """Return the class's own quiz of the day, else the one about the course one finished a lesson of last.

    Before the first lesson there is none.
    """
    daily = [quiz for quiz in quizzes if quiz.purpose == "daily"]
    of_class = next((quiz for quiz in daily if quiz.of_class), None)
    if of_class is not None and finished(path):
        return of_class
    for lesson in reversed(finished(path)):
        for quiz in daily:
            if lesson.course_id in quiz.course_ids:
                return quiz
    return None


def practices(quizzes: Sequence[QuizLine], path: Sequence[PathLesson], now: datetime) -> tuple[Practice, ...]:
    """Return the practice quizzes about something that was studied already, the shortest first."""
    studied = {lesson.course_id for lesson in path if lesson.done}
    found = [
        Practice(quiz.slug, quiz.title_zh, quiz.title_en, quiz.limit_minutes)
        for quiz in quizzes
        if quiz.purpose == "practice" and quiz.course_ids & studied and quiz.window(now) == "open"
    ]
    return tuple(sorted(found, key=lambda practice: practice.minutes))


def is_today(moment: datetime, now: datetime, time_zone: str) -> bool:
    """Say whether `moment` falls on the calendar day of `now` at the site."""
    zone = ZoneInfo(time_zone)
    return moment.astimezone(zone).date() == now.astimezone(zone).date()


def overdue_for(oldest: datetime | None, now: datetime) -> timedelta | None:
    """Return how long the oldest attempt that should be settled has waited, or None where none waits."""
    return now - oldest if oldest is not None and oldest < now else None


def lags(waiting: timedelta | None) -> bool:
    """Say whether an overdue attempt has waited so long that the sweeper cannot be running."""
    return waiting is not None and waiting > SWEEPER_PATIENCE
