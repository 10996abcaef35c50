"""Where the parts of a load chart stand, in the units of its view box; pages draw it and say it in a table too."""

from dataclasses import dataclass

from lms.courses.rules.load import GATE, REVIEW, Plan

LEFT, TOP, HEIGHT, STEP, BAR = 40, 24, 150, 28, 20  # of the view box
LABELS = 44  # below the bars
GRID = 5  # points between two lines


@dataclass(frozen=True)
class Bar:
    """A day: its bar up to the cap, the part above it, and the height it had before."""

    day: int
    kind: str
    points: int
    minutes: int
    before: int | None
    x: int
    middle: int
    y: int
    height: int
    over_y: int
    over_height: int
    was_y: int | None
    is_over: bool


@dataclass(frozen=True)
class Chart:
    """New key points by day, with the lines of cap and target."""

    width: int
    height: int
    floor: int
    cap_y: int
    target_y: int
    grid: tuple[tuple[int, int], ...]  # (points, y)
    bars: tuple[Bar, ...]
    left: int = LEFT


def chart(after: Plan, before: Plan | None = None) -> Chart:
    """Return the chart of a plan, beside what it was."""
    plans = [after, *([before] if before else [])]
    most = max([after.caps.new_points + 1, *(day.points for plan in plans for day in plan.days)])
    floor = TOP + HEIGHT

    def y(points: int) -> int:
        return floor - round(HEIGHT * points / most)

    was = {day.number: day.points for day in before.days} if before else {}
    bars = []
    for n, day in enumerate(after.days):
        cap_y, top = y(after.caps.new_points), y(day.points)
        below = max(top, cap_y)
        former = was.get(day.number)
        bars.append(
            Bar(
                day=day.number,
                kind=day.kind if day.kind in (REVIEW, GATE) else "",
                points=day.points,
                minutes=day.minutes,
                before=former,
                x=LEFT + n * STEP + (STEP - BAR) // 2,
                middle=LEFT + n * STEP + STEP // 2,
                y=below,
                height=floor - below,
                over_y=top,
                over_height=below - top,
                was_y=y(former) if former is not None and former != day.points else None,
                is_over=after.is_over(day),
            )
        )
    return Chart(
        width=LEFT + len(after.days) * STEP + 8,
        height=floor + LABELS,
        floor=floor,
        cap_y=y(after.caps.new_points),
        target_y=y(after.caps.new_points_target),
        grid=tuple((points, y(points)) for points in range(0, most, GRID)),
        bars=tuple(bars),
    )
