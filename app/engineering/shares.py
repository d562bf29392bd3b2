"""Amounts divided between areas so that the parts sum exactly to the whole again."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from app.engineering.quantities import between, not_negative


def split_amount(total: int, weights: Sequence[int], decimals: int = 1) -> tuple[Decimal, ...] | None:
    """The part of an amount for each weight, to so many decimals; None where no weight is above 0.

    Parts are cut off, and what is left over goes, a last digit each, to those that lost most; among equals to the first.

    Parameters
    ----------
    total
        Terminals, ports or pairs of what is shared.
    weights
        Addresses served in each area, in the order of the answer.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures, or decimals outside 0..6.
    """
    not_negative(total=total)
    between(0, 6, decimals=decimals)
    for weight in weights:
        not_negative(weight=weight)
    whole = sum(weights)
    if not whole:
        return None
    units = total * 10**decimals
    exact = [Fraction(units * weight, whole) for weight in weights]
    parts = [int(part) for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_loss[: units - sum(parts)]:
        parts[place] += 1
    return tuple(Decimal(part).scaleb(-decimals) for part in parts)
