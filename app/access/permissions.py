"""What each role may do beyond looking, and how what it may not see is masked. Both are data: ``roles.csv``, ``personal.csv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
SEE_PERSONAL = "see_personal"
STARS = "***"
PHONE_HEAD, PHONE_TAIL = 3, 4


@cache
def granted() -> frozenset[tuple[str, str]]:
    """Every (role, permission) of ``roles.csv``; a role that is not named there may only look."""
    with (HERE / "roles.csv").open(encoding="utf-8", newline="") as file:
        return frozenset((row["role"], row["permission"]) for row in csv.DictReader(file))


def may(role: str, permission: str) -> bool:
    """Whether people of the role have the permission."""
    return (role, permission) in granted()


@cache
def personal_columns() -> dict[tuple[str, str], str]:
    """The columns that tell of persons, by (table, column), each with its mask."""
    with (HERE / "personal.csv").open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["column"]): row["mask"] for row in csv.DictReader(file)}


def mask_name(text: str) -> str:
    """The first letter and stars, however long the name is: 演***."""
    plain = text.strip()
    return plain[:1] + STARS if len(plain) > 1 else STARS


def mask_phone(text: str) -> str:
    """The first three and last four digits of a long number, 138****0001; of a short one nothing but stars."""
    plain = text.strip()
    if len(plain) <= PHONE_HEAD + PHONE_TAIL:
        return STARS
    return plain[:PHONE_HEAD] + "****" + plain[-PHONE_TAIL:]


MASKS = {"name": mask_name, "phone": mask_phone}


def mask_always(table: str, column: str, value: str | None) -> str | None:
    """The value as findings and lists of differences keep it, whoever reads them: masked where it is personal (I40)."""
    kind = personal_columns().get((table, column))
    return value if kind is None or value is None else MASKS[kind](value)


def mask(table: str, column: str, value, role: str):
    """The value as people of the role see it: as it stands, or masked where it is personal and they may not."""
    kind = personal_columns().get((table, column))
    if kind is None or value is None or may(role, SEE_PERSONAL):
        return value
    return MASKS[kind](str(value))
