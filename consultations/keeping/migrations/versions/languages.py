"""The language a child reads in: an interpreter is booked days ahead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consultation", sa.Column("language", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("consultation", "language")
