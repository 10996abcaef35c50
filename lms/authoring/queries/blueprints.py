"""What the page of a quiz's blueprint shows: its cells with what the bank can give, and what could be asked besides."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certification.models import CompetencyPoint, Profile
from lms.courses.models import Programme
from lms.errors import NotFound
from lms.quizzes.models import Quiz
from lms.quizzes.queries.forms import cells_of, stock_of
from lms.quizzes.rules.blueprint import ANY, LEVELS, BankItem, Cell, CellStock, clashes, stock
from lms.quizzes.rules.proposing import family, proposed


@dataclass(frozen=True)
class Choice:
    """A competency or a family that the bank asks about, with how many questions it has at each level."""

    name: str
    title_zh: str
    title_en: str
    is_family: bool
    held: tuple[int, ...]


@dataclass(frozen=True)
class BlueprintPage:
    """A quiz with its bank; `cells` are those that stand, `proposal` those that could."""

    quiz: Quiz
    cells: tuple[Cell, ...]
    proposal: tuple[Cell, ...]
    choices: tuple[Choice, ...]
    items: tuple[BankItem, ...]

    def counted(self, cells: tuple[Cell, ...]) -> "Counted":
        """Return what the bank can give to `cells`."""
        found = stock(cells, self.items)
        return Counted(found, sum(cell.count for cell in cells), self.quiz.draw, clashes(cells))


@dataclass(frozen=True)
class Counted:
    """Cells with what the bank can give to each, and their sum against what the quiz draws."""

    lines: tuple[CellStock, ...]
    total: int
    draw: int
    clashes: tuple[Cell, ...]

    @property
    def states(self) -> Mapping[str, int]:
        """Return how many cells are in each state."""
        return Counter(line.state for line in self.lines)

    @property
    def fits(self) -> bool:
        """Say whether this could be kept as it stands."""
        return self.total == self.draw and not self.clashes and not self.states.get("short")


def blueprint_page(session: Session, slug: str) -> BlueprintPage:
    """Return the page of a quiz's blueprint, in four statements; NotFound for a quiz of one day, or a retired one."""
    row = session.execute(
        select(Quiz, Programme.post)
        .join(Programme, Programme.id == Quiz.programme_id)
        .where(Quiz.slug == slug, Quiz.day.is_(None), Quiz.retired_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    items = stock_of(session, row.Quiz.id).items
    asked = select(CompetencyPoint).join(Profile, Profile.id == CompetencyPoint.profile_id)
    points = {
        point.slug: point
        for point in session.scalars(asked.where(Profile.slug == row.post).order_by(CompetencyPoint.position))
    }
    minimum = {slug for slug, point in points.items() if point.minimum}
    return BlueprintPage(
        row.Quiz, cells_of(row.Quiz), proposed(items, minimum, row.Quiz.draw), _choices(items, points), items
    )


def _choices(items: tuple[BankItem, ...], points: Mapping[str, CompetencyPoint]) -> tuple[Choice, ...]:
    """Return the families first, each followed by nothing of its own; then the competencies in the profile's order."""
    order = {slug: n for n, slug in enumerate(points)}
    names = sorted({item.competency for item in items}, key=lambda name: (order.get(name, len(order)), name))
    families: dict[str, list[str]] = {}
    for name in names:
        families.setdefault(family(name), []).append(name)
    return (
        *(_family(name, [points[each] for each in held if each in points], items) for name, held in families.items()),
        *(_single(name, points.get(name), items) for name in names),
    )


def _held(name: str, items: tuple[BankItem, ...]) -> tuple[int, ...]:
    return tuple(line.have for line in stock([Cell(name, level, 1) for level in LEVELS], items))


def _family(name: str, held: list[CompetencyPoint], items: tuple[BankItem, ...]) -> Choice:
    zh, en = ({getattr(each, f"group_{language}") for each in held} for language in ("zh", "en"))
    bare = name.removesuffix(ANY).rstrip("-")
    title_zh, title_en = "、".join(sorted(zh)) or bare, ", ".join(sorted(en)) or bare
    return Choice(name, title_zh, title_en, name.endswith(ANY), _held(name, items))


def _single(name: str, point: CompetencyPoint | None, items: tuple[BankItem, ...]) -> Choice:
    zh, en = (point.title_zh, point.title_en) if point else (name, name)
    return Choice(name, zh, en, False, _held(name, items))  # noqa: FBT003  # one of five columns of a row
