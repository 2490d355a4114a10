"""Alembic's door: the tables of this room."""

from handschlag.database.migrate import run_environment
from handschlag.sandbox.storage import metadata

run_environment(metadata)
