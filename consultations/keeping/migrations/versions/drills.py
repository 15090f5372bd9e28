"""When recovery sheets were last tried, and what they are tried on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("canary", sa.LargeBinary(), nullable=True))
    op.add_column("site", sa.Column("drilled_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("site", "drilled_at")
    op.drop_column("site", "canary")
