"""Forms and talks that a member of staff keys in: the pass names the review, and the sitting how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sitting_pass", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_id", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("how", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(op.f("fk_sitting_pass_review_id_review"), "review", ["review_id"], ["id"])
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("how", sa.Text(), nullable=False, server_default=""))
    for table in ("sitting_pass", "sitting"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("how", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_column("how")
    with op.batch_alter_table("sitting_pass", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_sitting_pass_review_id_review"), type_="foreignkey")
        batch_op.drop_column("how")
        batch_op.drop_column("review_id")
