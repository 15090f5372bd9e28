"""How the tables came to be: one tree of alembic migrations for both databases, run in-process by the store."""
