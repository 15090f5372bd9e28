"""Ways from one door to another, and accounts of a messenger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("unreachable_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_account")),
    )
    op.create_table(
        "listened",
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", name=op.f("pk_listened")),
    )
    op.create_table(
        "set_aside",
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("door", "number", name=op.f("pk_set_aside")),
    )
    op.create_table(
        "way_in",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link_mark", sa.Text(), nullable=False),
        sa.Column("code_mark", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=True),
        sa.Column("invitation_id", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_way_in_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["invitation_id"], ["invitation.id"], name=op.f("fk_way_in_invitation_id_invitation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_way_in")),
        sa.UniqueConstraint("code_mark", name=op.f("uq_way_in_code_mark")),
        sa.UniqueConstraint("link_mark", name=op.f("uq_way_in_link_mark")),
    )
    with op.batch_alter_table("way_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_way_in_consultation_id"), ["consultation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_way_in_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_way_in_invitation_id"), ["invitation_id"], unique=False)


def downgrade() -> None:
    for table in ("way_in", "set_aside", "listened", "account"):
        op.drop_table(table)
