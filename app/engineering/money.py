"""Money as integers of fen: 1 yuan = 100 fen, 1 wan (万元) = 1 000 000 fen."""

from decimal import ROUND_HALF_UP, Decimal

from app.core.errors import InputError

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000


def fen_of_wan(amount: Decimal | float | str) -> int:
    """Fen of an amount in 万元, halves of a fen rounded up; a float counts as it is written.

    Raises
    ------
    InputError
        ``MONEY_INVALID`` where it is no number.
    """
    return _fen(amount, FEN_PER_WAN)


def fen_of_yuan(amount: Decimal | float | str) -> int:
    """Fen of an amount in yuan, halves of a fen rounded up; a float counts as it is written.

    Raises
    ------
    InputError
        ``MONEY_INVALID`` where it is no number.
    """
    return _fen(amount, FEN_PER_YUAN)


def wan_of_fen(fen: int) -> Decimal:
    """万元 of an amount in fen, exact."""
    return Decimal(fen) / FEN_PER_WAN


def yuan_of_fen(fen: int) -> Decimal:
    """Yuan of an amount in fen, exact."""
    return Decimal(fen) / FEN_PER_YUAN


def unit_cost_fen(cost_fen: int, count: int) -> int | None:
    """The cost of one of so many, in fen, halves rounded up; None where there are none.

    Raises
    ------
    InputError
        ``MONEY_INVALID`` for a negative count.
    """
    if count < 0:
        raise _invalid(count, "a count of 0 or more")
    return round_half_up(Decimal(cost_fen) / count) if count else None


def round_half_up(amount: Decimal) -> int:
    """The nearest whole number, halves away from 0."""
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _fen(amount: Decimal | float | str, fen_per_unit: int) -> int:
    try:
        return round_half_up(Decimal(str(amount)) * fen_per_unit)
    except (ArithmeticError, ValueError) as fault:
        raise _invalid(amount, "a number such as 322.7") from fault


def _invalid(found: object, expected: str) -> InputError:
    return InputError("MONEY_INVALID", "this is no amount", found=found, expected=expected, next_step="correct the figure")
