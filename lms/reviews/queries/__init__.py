"""What is read of memory: states of points, what is worth reviewing, sessions and their cards."""

from lms.reviews.queries.branches import Branch, branch
from lms.reviews.queries.memory import (
    InMemory,
    Recalled,
    candidates,
    in_memory,
    memories,
    memory_states,
    own_seconds,
    refresh_minutes,
)
from lms.reviews.queries.sessions import (
    CardPage,
    SessionPage,
    card_page,
    open_session,
    own_session,
    prompts,
    session_page,
)

__all__ = [
    "Branch",
    "CardPage",
    "InMemory",
    "Recalled",
    "SessionPage",
    "branch",
    "candidates",
    "card_page",
    "in_memory",
    "memories",
    "memory_states",
    "open_session",
    "own_seconds",
    "own_session",
    "prompts",
    "refresh_minutes",
    "session_page",
]
