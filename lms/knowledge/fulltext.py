"""The two full-text tables `search_zh` and `search_en`: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

Both hold the same words (rules/words.py) by the id of a search entry, in three weights: title, key points, text.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    Integer,
    SelectBase,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FromClause, cast

from lms.knowledge.rules.words import Word, indexed

MOST_PLACES = 16_000  # PostgreSQL keeps no position beyond
MOST_OF_ONE = 60
MOST_MATCHES = 50_000


@dataclass(frozen=True)
class Row:
    """The texts of one entry by weight."""

    entry_id: int
    locale: str
    title: str
    points: str
    body: str


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def store(session: Session, rows: Iterable[Row]) -> None:
    """Add `rows`, whose entries are new."""
    on_sqlite = _on_sqlite(session)
    by_locale: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        by_locale[row.locale].append(_plain(row) if on_sqlite else _vectors(row))
    for locale, values in by_locale.items():
        words = table(f"search_{locale}", *map(column, values[0]))
        said: dict[str, ColumnElement[Any]] = {
            name: bindparam(name) if on_sqlite or name == "entry_id" else cast(bindparam(name), TSVECTOR)
            for name in values[0]
        }
        session.execute(insert(words).values(said), values)


def remove(session: Session, entry_ids: Sequence[int]) -> None:
    """Take entries out."""
    if not entry_ids:
        return
    name = "rowid" if _on_sqlite(session) else "entry_id"
    for locale in ("zh", "en"):
        words = table(f"search_{locale}", column(name))
        session.execute(delete(words).where(words.c[name].in_(entry_ids)))


def _plain(row: Row) -> dict[str, object]:
    texts = {"title": row.title, "points": row.points, "body": row.body}
    return {"rowid": row.entry_id} | {name: " ".join(indexed(said)) for name, said in texts.items()}


def _vectors(row: Row) -> dict[str, object]:
    head = [(row.title, "A"), (row.points, "B")]
    return {"entry_id": row.entry_id, "head": _vector(head), "words": _vector([*head, (row.body, "D")])}


def _vector(texts: Iterable[tuple[str, str]]) -> str:
    """Return the text form of a tsvector, so that PostgreSQL's own parser cuts nothing differently."""
    places: dict[str, list[str]] = defaultdict(list)
    at = 0
    for said, weight in texts:
        for word in indexed(said):
            at = min(at + 1, MOST_PLACES)
            if len(places[word]) < MOST_OF_ONE:
                places[word].append(f"{at}{weight}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


@dataclass(frozen=True)
class Found:
    """The table to join with entries, the condition that it matches, and its rank: the lower, the better."""

    source: FromClause
    entry_id: ColumnElement[int]
    matches: ColumnElement[bool]
    rank: ColumnElement[float]


def matching(
    session: Session,
    locale: str,
    words: Sequence[Word],
    *,
    every: bool,
    within: str,
    among: SelectBase | None = None,
) -> Found:
    """Return what finds the entries of `locale` that hold every one of `words`, or else at least one.

    `within`: only the `title`, the title and key `points`, or `all` of the text. `among`: ids of entries, no others.
    """
    if _on_sqlite(session):
        return _on_fts5(locale, words, every=every, within=within, among=among)
    source = table(f"search_{locale}", column("entry_id"), column("head", TSVECTOR), column("words", TSVECTOR))
    weights = {"title": "A", "points": "AB", "all": ""}[within]
    asked = [f"'{w.text}':{'*' if w.prefix else ''}{weights}".rstrip(":") for w in words]
    query = cast((" & " if every else " | ").join(asked), TSQUERY)
    some = cast(" | ".join(f"'{w.text}'{':*' if w.prefix else ''}" for w in words), TSQUERY)
    looked_at = source.c.words if within == "all" else source.c.head
    # Materialized: else the planner walks through all entries by their key, hoping to meet enough matches early.
    held = (
        select(source.c.entry_id, source.c.head)
        .where(looked_at.op("@@")(query), _one_of(source.c.entry_id, among) if among is not None else true())
        .limit(MOST_MATCHES)
        .cte("held")
        .prefix_with("MATERIALIZED")
    )
    rank = -func.ts_rank(literal_column("'{0.05,0.2,0.5,1.0}'::float4[]"), held.c.head, some, 1, type_=Float)
    return Found(held, held.c.entry_id, true(), rank)


def _one_of(entry_id: ColumnElement[int], among: SelectBase) -> ColumnElement[bool]:
    """Return the condition with the ids as an array, made once: joined, they may be looked up again for each match."""
    return entry_id == func.any(func.array(among.scalar_subquery()))


def _on_fts5(locale: str, words: Sequence[Word], *, every: bool, within: str, among: SelectBase | None = None) -> Found:
    source = table(f"search_{locale}", column("rowid"), column("rank"))
    asked = (" AND " if every else " OR ").join(f'"{w.text}"{"*" if w.prefix else ""}' for w in words)
    columns = {"title": "{title} : ", "points": "{title points} : ", "all": ""}[within]
    matches = literal_column(f"search_{locale}").op("MATCH")(bindparam("asked", f"{columns}({asked})"))
    found: ColumnElement[bool] = type_coerce(matches, Boolean())
    if among is not None:  # the plus keeps SQLite from asking FTS5 anew for each of them
        found = and_(found, literal_column(f"+search_{locale}.rowid", Integer).in_(among))
    return Found(source, source.c.rowid, found, source.c.rank)
