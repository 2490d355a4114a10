"""What all tables share: one metadata, and columns in the spelling of this schema."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, Text

metadata = MetaData()


def text_column(name: str, *, null: bool = False) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=null)


def bytes_column(name: str, *, null: bool = False) -> Column[bytes]:
    """Return a column of bytes."""
    return Column(name, LargeBinary, nullable=null)


def time_column(name: str, *, null: bool = False) -> Column[float]:
    """Return a column of Unix seconds."""
    return Column(name, Float(53), nullable=null)


def company_column() -> Column[int]:
    """Return the column that holds a company's row number."""
    return Column("company", Integer, nullable=False)
