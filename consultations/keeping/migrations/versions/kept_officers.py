"""When a child kept the officer off an alert, and since when that officer had it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_officer_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("officer_held_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_column("officer_held_at")
        batch_op.drop_column("kept_officer_at")
