"""Second factors. Sessions of before have none behind them: they are asked for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_second_factor_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    op.add_column("staff", sa.Column("factor_reset_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("factor_reset_by", sa.Text(), nullable=True))
    op.add_column("portal_session", sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("portal_session", "passed_at")
    op.drop_column("staff", "factor_reset_by")
    op.drop_column("staff", "factor_reset_at")
    op.drop_table("second_factor")
