"""`python -m consultations.keeping.migrations "What changes"`: drafts the next step from what the tables say now.

It compares an empty database brought up to date with `store/tables.py`. Read and correct what it writes.
"""

from __future__ import annotations

import sys

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from consultations.keeping.store.opening import alembic_config


def main(what_changes: str) -> None:
    """Write `versions/what_changes.py`."""
    config = alembic_config()
    config.set_main_option("file_template", "%%(slug)s")
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with create_engine("sqlite://").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.revision(config, what_changes, autogenerate=True, rev_id=f"{number:04}")


if __name__ == "__main__":
    main(sys.argv[1])
