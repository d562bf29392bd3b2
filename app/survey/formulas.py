"""Cells that a spreadsheet would take for a formula: an apostrophe before them says that they are text; it goes when they are read."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guard(value: object) -> object:
    """The value as it may stand in a CSV."""
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS) else value


def unguard(cell: str) -> str:
    """The text that a cell of a CSV stands for."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell
