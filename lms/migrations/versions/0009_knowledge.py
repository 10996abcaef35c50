"""The tables of knowledge: entries with their full-text tables, the manual, the glossary, aids and misses."""

import sqlalchemy as sa
from alembic import op

from lms.db import UtcDateTime

revision = "0009_knowledge"
down_revision = "0008_games"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _manual()
    _glossary()
    _entries()
    _lessons()
    _misses()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _manual() -> None:
    op.create_table(
        "manual_pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("lead_zh", sa.Text(), nullable=False),
        sa.Column("lead_en", sa.Text(), nullable=False),
        sa.Column("blocks_zh", sa.JSON(), nullable=False),
        sa.Column("blocks_en", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=False),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("retired_at", UtcDateTime()),
        sa.CheckConstraint("kind IN ('method', 'flow', 'question')", name="ck_manual_pages_known_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_manual_pages"),
        sa.UniqueConstraint("slug", name="uq_manual_pages_slug"),
    )
    op.create_table(
        "manual_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("body_zh", sa.Text(), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(40), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["manual_pages.id"], name="fk_manual_revisions_page_id_manual_pages"),
        sa.PrimaryKeyConstraint("id", name="pk_manual_revisions"),
        sa.UniqueConstraint("page_id", "number", name="uq_manual_revisions_page_id_number"),
    )


def _glossary() -> None:
    op.create_table(
        "glossary_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("term_zh", sa.String(120), nullable=False),
        sa.Column("term_en", sa.String(120), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("retired_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_glossary_terms"),
        sa.UniqueConstraint("slug", name="uq_glossary_terms_slug"),
    )


def _entries() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("course_id", sa.Integer()),
        sa.Column("lesson_id", sa.Integer()),
        sa.Column("page_id", sa.Integer()),
        sa.Column("term_id", sa.Integer()),
        sa.Column("place", sa.Integer()),
        sa.Column("posts", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('lesson', 'point', 'term', 'page')", name="ck_search_entries_known_kind"),
        sa.CheckConstraint("locale IN ('zh', 'en')", name="ck_search_entries_known_locale"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_search_entries_course_id_courses"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name="fk_search_entries_lesson_id_lessons"),
        sa.ForeignKeyConstraint(["page_id"], ["manual_pages.id"], name="fk_search_entries_page_id_manual_pages"),
        sa.ForeignKeyConstraint(["term_id"], ["glossary_terms.id"], name="fk_search_entries_term_id_glossary_terms"),
        sa.PrimaryKeyConstraint("id", name="pk_search_entries"),
        sa.UniqueConstraint("key", "locale", name="uq_search_entries_key_locale"),
    )
    for name in ("lesson_id", "page_id", "term_id"):
        op.create_index(f"ix_search_entries_{name}", "search_entries", [name])


def _lessons() -> None:
    op.create_table(
        "indexed_lessons",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name="fk_indexed_lessons_lesson_id_lessons"),
        sa.PrimaryKeyConstraint("lesson_id", name="pk_indexed_lessons"),
    )
    op.create_table(
        "lesson_terms",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name="fk_lesson_terms_lesson_id_lessons"),
        sa.ForeignKeyConstraint(["term_id"], ["glossary_terms.id"], name="fk_lesson_terms_term_id_glossary_terms"),
        sa.PrimaryKeyConstraint("lesson_id", "locale", "term_id", name="pk_lesson_terms"),
    )
    op.create_index("ix_lesson_terms_term_id", "lesson_terms", ["term_id"])
    op.create_table(
        "lesson_aids",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("block", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('mnemonic', 'story', 'flow')", name="ck_lesson_aids_known_kind"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lessons.id"], name="fk_lesson_aids_lesson_id_lessons"),
        sa.PrimaryKeyConstraint("lesson_id", "locale", "position", name="pk_lesson_aids"),
    )


def _misses() -> None:
    op.create_table(
        "search_misses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("posts", sa.JSON(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("page_id", sa.Integer()),
        sa.CheckConstraint("state IN ('open', 'answered', 'dismissed')", name="ck_search_misses_known_state"),
        sa.ForeignKeyConstraint(["page_id"], ["manual_pages.id"], name="fk_search_misses_page_id_manual_pages"),
        sa.PrimaryKeyConstraint("id", name="pk_search_misses"),
        sa.UniqueConstraint("words", name="uq_search_misses_words"),
    )


def _sqlite() -> None:
    for locale in ("zh", "en"):
        op.execute(
            f"CREATE VIRTUAL TABLE search_{locale} "
            "USING fts5(title, points, body, tokenize = 'unicode61 remove_diacritics 2')"
        )
        # A hit in the title weighs most, then one in a key point.
        op.execute(f"INSERT INTO search_{locale} (search_{locale}, rank) VALUES ('rank', 'bm25(12.0, 6.0, 1.0)')")
    stop = "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    op.execute(f"CREATE TRIGGER manual_revisions_no_update BEFORE UPDATE ON manual_revisions {stop}")
    op.execute(f"CREATE TRIGGER manual_revisions_no_delete BEFORE DELETE ON manual_revisions {stop}")


def _postgresql() -> None:
    for locale in ("zh", "en"):
        op.execute(
            f"CREATE TABLE search_{locale} ("
            "entry_id integer PRIMARY KEY REFERENCES search_entries ON DELETE CASCADE, "
            "head tsvector NOT NULL, words tsvector NOT NULL)"
        )
        for column in ("head", "words"):
            op.execute(f"CREATE INDEX ix_search_{locale}_{column} ON search_{locale} USING gin ({column}) WITH (fastupdate = off)")
    run = "FOR EACH ROW EXECUTE FUNCTION append_only()"
    op.execute(f"CREATE TRIGGER manual_revisions_append_only BEFORE UPDATE OR DELETE ON manual_revisions {run}")
