"""Reviews that were handed over, and the keys a reader had before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("assigned", sa.LargeBinary(), nullable=True))
    op.create_table(
        "former_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_former_key_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_key")),
    )
    op.create_index(op.f("ix_former_key_staff_id"), "former_key", ["staff_id"], unique=False)


def downgrade() -> None:
    op.drop_table("former_key")
    op.drop_column("review", "assigned")
