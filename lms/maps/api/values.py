"""What is sent and answered about maps."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from lms.maps.actions import Graded
from lms.maps.models import OwnMap
from lms.maps.queries import CourseMap, MapLine
from lms.maps.rules.blank import Blank
from lms.maps.rules.tree import LONGEST_LINK, LONGEST_NOTE, LONGEST_TEXT, MOST_NODES, Node
from lms.web.openapi import Query

LARGEST_ROW_ID = 2**31 - 1
LONGEST_SECONDS = 24 * 60 * 60


class MapNode(BaseModel):
    """A node of a course's map; `state`, `recall`, `word` and `review_url` only where the map is a learner's own.

    `state` of a key point is its memory: `ok` sits, `warn` wobbles, `new` was never reviewed; of a lesson, whether
    it is done.
    """

    id: str
    text: str
    kind: Literal["lesson", "heading", "key"]
    url: str
    number: int | None = None
    key_point_id: int | None = None
    question: str | None = None
    state: Literal["ok", "warn", "new"] | None = None
    recall: float | None = None
    word: Literal["done", "begun", "met", "new"] | None = None
    note: str | None = None
    review_url: str | None = None
    children: list["MapNode"]


class MindMap(BaseModel):
    """A mind map as a tree; `id` is its root's."""

    id: str
    title: str
    note: str | None = None
    review_url: str | None = None
    children: list[MapNode]

    @classmethod
    def of(cls, found: CourseMap) -> dict[str, Any]:
        """Return the answer for `found`."""
        children = [MapNode.model_validate(branch) for branch in found.branches]
        made = cls(
            id=found.node, title=found.title, note=found.note or None, review_url=found.review_url, children=children
        )
        return made.model_dump(mode="json", exclude_none=True)


class RecallBody(BaseModel):
    """How a recall on a map went, by the learner's own judgement."""

    model_config = ConfigDict(strict=True, extra="forbid")

    key_point_id: int = Field(ge=1, le=LARGEST_ROW_ID)
    rating: Literal["again", "hard", "good", "easy"]
    seconds: int | None = Field(None, ge=0, le=LONGEST_SECONDS)


class Recalled(BaseModel):
    """The point in memory now; `counted` is false within ten minutes of the last rating: the answer was still there."""

    key_point_id: int
    state: Literal["ok", "warn", "new"]
    recall: float
    due_at: datetime
    counted: bool
    server_now: datetime


class NotePath(BaseModel):
    """A node of a course's map by its id."""

    node: str = Field(max_length=80)


class NoteBody(BaseModel):
    """One's own words at a node; an empty text takes the note away."""

    model_config = ConfigDict(strict=True, extra="forbid")

    text: str = Field(max_length=2_000)


class Note(BaseModel):
    """The note as it is kept."""

    node: str
    text: str


class BlankQuery(Query):
    """The how-manieth try of today."""

    try_: int = Field(1, ge=1, le=99, alias="try")


class PoolItem(BaseModel):
    """Words to be put into a gap."""

    id: str
    text: str


class BlankMap(BaseModel):
    """A map with gaps: nodes of kind `gap` carry `gap`, a number from 1; the same try of a day has the same gaps."""

    title: str
    attempt: int
    children: list[dict[str, Any]]
    pool: list[PoolItem]

    @classmethod
    def of(cls, title: str, attempt: int, blank: Blank) -> dict[str, Any]:
        """Return the answer for `blank`."""
        pool = [PoolItem(id=gap.node, text=gap.text) for gap in blank.pool]
        return cls(title=title, attempt=attempt, children=list(blank.branches), pool=pool).model_dump(mode="json")


class PlacingBody(BaseModel):
    """What was put where: ids of the pool by the number of the gap."""

    model_config = ConfigDict(strict=True, extra="forbid")

    attempt: int = Field(ge=1, le=99)
    placed: dict[str, str] = Field(max_length=50)

    def placement(self) -> dict[int, str]:
        """Return the ids by gap; what is no gap's number is left out."""
        return {int(n): node[:80] for n, node in self.placed.items() if n.isascii() and n.isdigit() and len(n) <= 3}  # noqa: PLR2004  # digits


class GapResult(BaseModel):
    """One gap: what was put there, what belongs there, and where what was put there would have belonged."""

    gap: int
    right: bool
    text: str
    key_point_id: int | None
    put: str | None
    belongs: int | None


class Placing(BaseModel):
    """A placing after grading."""

    right: int
    total: int
    gaps: list[GapResult]

    @classmethod
    def of(cls, graded: Graded) -> dict[str, Any]:
        """Return the answer for `graded`."""
        gaps = [
            GapResult(
                gap=one.number,
                right=one.right,
                text=one.gap.text,
                key_point_id=one.gap.key_point_id,
                put=one.put.text if one.put else None,
                belongs=one.belongs,
            )
            for one in graded.placed
        ]
        return cls(right=graded.right, total=len(gaps), gaps=gaps).model_dump(mode="json")


class MapPath(BaseModel):
    """An own map by its id."""

    id: int = Field(ge=1, le=LARGEST_ROW_ID)


class OwnNode(BaseModel):
    """A node of an own map; `ref` names the lesson or key point it was made from."""

    model_config = ConfigDict(strict=True, extra="forbid")

    text: str = Field(max_length=LONGEST_TEXT)
    note: str = Field("", max_length=LONGEST_NOTE)
    link: str = Field("", max_length=LONGEST_LINK)
    ref: str = Field("", max_length=40)
    folded: bool = False
    children: list["OwnNode"] = Field(default_factory=list, max_length=MOST_NODES)

    def node(self) -> Node:
        """Return the tree as a value."""
        children = tuple(child.node() for child in self.children)
        return Node(self.text, self.note, self.link, self.ref, self.folded, children)


class NewMapBody(BaseModel):
    """A new map; without a tree it holds its title alone."""

    model_config = ConfigDict(strict=True, extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    tree: OwnNode | None = None


class MapBody(BaseModel):
    """The whole map; `version` is the one that was changed."""

    model_config = ConfigDict(strict=True, extra="forbid")

    title: str = Field(min_length=1, max_length=200)
    tree: OwnNode
    version: int = Field(ge=1, le=LARGEST_ROW_ID)


class OwnMapItem(BaseModel):
    """An own map in a list."""

    id: int
    title: str
    nodes: int
    lesson_id: int | None
    updated_at: datetime
    shared_at: datetime | None

    @classmethod
    def of(cls, line: MapLine) -> "OwnMapItem":
        """Return the item for `line`."""
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class OwnMapList(BaseModel):
    """One's own maps, the latest first; there are at most 200."""

    items: list[OwnMapItem]


class OwnMapDetail(BaseModel):
    """An own map with its tree; `own` is false for the mentor it is shared with, who may only look."""

    id: int
    title: str
    version: int
    tree: dict[str, Any]
    updated_at: datetime
    shared_at: datetime | None
    own: bool

    @classmethod
    def of(cls, map_: OwnMap, *, own: bool = True) -> dict[str, Any]:
        """Return the answer for `map_`."""
        names = ("id", "title", "version", "tree", "updated_at", "shared_at")
        return cls(**{name: getattr(map_, name) for name in names}, own=own).model_dump(mode="json")
