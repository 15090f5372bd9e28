"""When a child left care, and when what was sent was forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("left_care_on", sa.Date(), nullable=True))
    op.add_column("review", sa.Column("forgotten_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("review", "forgotten_on")
    op.drop_column("review", "left_care_on")
