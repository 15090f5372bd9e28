"""A child who is not safe, and what cannot wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("beside", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_from", sa.Text(), nullable=False),
        sa.Column("kept_officer_id", sa.Text(), nullable=True),
        sa.Column("mistaken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sending_id", sa.Text(), nullable=True),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.LargeBinary(), nullable=True),
        sa.Column("call_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_who", sa.Text(), nullable=False),
        sa.Column("calling_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_alert_consultation_id_consultation")
        ),
        sa.ForeignKeyConstraint(["kept_officer_id"], ["staff.id"], name=op.f("fk_alert_kept_officer_id_staff")),
        sa.ForeignKeyConstraint(["sending_id"], ["sending.id"], name=op.f("fk_alert_sending_id_sending")),
        sa.ForeignKeyConstraint(["held_by"], ["staff.id"], name=op.f("fk_alert_held_by_staff")),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_alert_closed_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("consultation_id", "number", name=op.f("uq_alert_consultation_id_number")),
    )
    op.create_index(op.f("ix_alert_call_at"), "alert", ["call_at"], unique=False)
    op.create_table(
        "ask",
        sa.Column("consultation_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_ask_consultation_id_consultation")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "kind", name=op.f("pk_ask")),
    )


def downgrade() -> None:
    op.drop_table("ask")
    op.drop_table("alert")
