"""What is read of games: who may reach one, what a host chooses from, how it stands."""

from lms.games.queries.boards import (
    Board,
    Mine,
    board,
    channels,
    mine,
    player_names,
    steps_channel,
    tally_channel,
    to_practise,
)
from lms.games.queries.reach import (
    game_of_code,
    hosted_class,
    hosted_game,
    overdue,
    played_game,
    recent_tries,
    watched_game,
)
from lms.games.queries.setup import ClassLine, CourseLine, classes, courses, learners_of, pool, practised, recent_games

__all__ = [
    "Board",
    "ClassLine",
    "CourseLine",
    "Mine",
    "board",
    "channels",
    "classes",
    "courses",
    "game_of_code",
    "hosted_class",
    "hosted_game",
    "learners_of",
    "mine",
    "overdue",
    "played_game",
    "player_names",
    "pool",
    "practised",
    "recent_games",
    "recent_tries",
    "steps_channel",
    "tally_channel",
    "to_practise",
    "watched_game",
]
