"""Sittings of advocates beside children, and the passes that lead to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_sitting_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sitting_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_table(
        "sitting_pass",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sitting_pass_staff_id_staff")),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_sitting_pass")),
    )
    for table, column in (
        ("sitting", "consultation_id"),
        ("sitting", "staff_id"),
        ("sitting_pass", "expires_at"),
        ("sitting_pass", "staff_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    with op.batch_alter_table("chat_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sitting_id", sa.Text(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_chat_session_sitting_id_sitting"), "sitting", ["sitting_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("chat_session", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_chat_session_sitting_id_sitting"), type_="foreignkey")
        batch_op.drop_column("sitting_id")
    op.drop_table("sitting_pass")
    op.drop_table("sitting")
