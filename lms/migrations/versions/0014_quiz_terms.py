"""A second trainer's yes is asked for another time limit and number of attempts of a gate's quiz too."""

import sqlalchemy as sa
from alembic import op

revision = "0014_quiz_terms"
down_revision = "0013_quiz_proposals"
branch_labels = None
depends_on = None

NAME = "ck_quiz_proposals_known_act"


def upgrade() -> None:
    waiting = sa.text("decision IS NULL")
    index = ("uq_quiz_proposals_waiting", ["quiz_id", "act"])
    with op.batch_alter_table("quiz_proposals") as batch_op:
        batch_op.drop_index(index[0])
        batch_op.drop_constraint(op.f(NAME), type_="check")
        batch_op.create_check_constraint(op.f(NAME), "act IN ('forms', 'terms', 'cut')")
    op.create_index(
        index[0], "quiz_proposals", index[1], unique=True, sqlite_where=waiting, postgresql_where=waiting
    )
