"""What runs by itself: games that their host left open are ended."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.games.actions import end_game
from lms.games.models import CodeTry, Game
from lms.games.rules import FORGOTTEN_AFTER, TRY_WINDOW

AT_ONCE = 50


def end_forgotten(session: Session, *, now: datetime) -> int:
    """End games that were opened long ago, forget old tries at codes, and return how many games that were."""
    session.execute(delete(CodeTry).where(CodeTry.at < now - TRY_WINDOW))
    old = session.scalars(
        select(Game)
        .where(Game.finished_at.is_(None), Game.created_at < now - FORGOTTEN_AFTER)
        .order_by(Game.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for game in old:
        end_game(session, game, now=now)
    return len(old)
