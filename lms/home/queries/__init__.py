"""What is read for the first pages of the day: Today, the class board, health."""

from lms.home.queries.board import ClassBoard, LearnerRow, advised_classes, class_board
from lms.home.queries.health import Health, health, readiness
from lms.home.queries.heat import HeatMap, heat_map, visible_classes
from lms.home.queries.today import Today, today

__all__ = [
    "ClassBoard",
    "Health",
    "HeatMap",
    "LearnerRow",
    "Today",
    "advised_classes",
    "class_board",
    "health",
    "heat_map",
    "readiness",
    "today",
    "visible_classes",
]
