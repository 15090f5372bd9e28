"""Alembic's side of the store: runs on the connection, and in the transaction, that `store.opening` hands over.

A new step: change `store/tables.py`, then `python -m consultations.keeping.migrations "What changes"`, and read what
it wrote.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from consultations.keeping.store.columns import Moment, Plain
from consultations.keeping.store.tables import METADATA


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column types are written into a migration as what they are in the database."""
    if kind != "type":
        return False
    if isinstance(item, (Plain, AutoString)):
        return "sa.Text()"
    if isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=render_item,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
