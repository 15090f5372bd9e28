"""Keys that wait for a second person. Whoever had enrolled before counts as confirmed: they were readers already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("waiting_public", sa.LargeBinary(), nullable=True))
    op.add_column("staff", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("confirmed_by", sa.Text(), nullable=True))


def downgrade() -> None:
    for column in ("confirmed_by", "confirmed_at", "waiting_public"):
        op.drop_column("staff", column)
