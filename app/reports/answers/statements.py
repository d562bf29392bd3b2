"""The statements of ``sql/``."""
from functools import cache
from pathlib import Path

from sqlalchemy import text

SQL = Path(__file__).parent / "sql"


@cache
def statement(name: str):
    """The statement of ``sql/<name>.sql``."""
    return text((SQL / f"{name}.sql").read_text(encoding="utf-8"))
