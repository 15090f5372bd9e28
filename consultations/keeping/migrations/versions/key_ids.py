"""Which key files are in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("site", sa.Column("chat_key", sa.Text(), nullable=True))
    op.add_column("site", sa.Column("portal_key", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("site", "portal_key")
    op.drop_column("site", "chat_key")
