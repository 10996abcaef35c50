"""What waits for a second person about a quiz: the feature above that keeps it tells, pages of quizzes show it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.models import Person


@dataclass(frozen=True)
class Waiting:
    """Who asked for what, when and why; `act` is `forms`, `terms` or `cut`."""

    proposal_id: int
    act: str
    by: Person
    at: datetime
    note: str
    wanted: Mapping[str, Any]


Tell = Callable[[Session, int], tuple[Waiting, ...]]
_asked: dict[Tell, None] = {}


def on_waiting(tell: Tell) -> None:
    """Let a feature above this one tell what waits about a quiz, by its id."""
    _asked[tell] = None


def waiting_about(session: Session, quiz_id: int) -> tuple[Waiting, ...]:
    """Return what waits for a second person about a quiz."""
    return tuple(each for tell in _asked for each in tell(session, quiz_id))
