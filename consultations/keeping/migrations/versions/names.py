"""No mark of a child's name: nobody looks one up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_review_name_index", table_name="review")
    op.drop_column("review", "name_index")


def downgrade() -> None:
    op.add_column("review", sa.Column("name_index", sa.LargeBinary(), nullable=True))
    op.create_index("ix_review_name_index", "review", ["name_index"])
