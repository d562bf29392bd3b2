"""Colours of strands, tubes and pairs. The sequences are data: ``colours.csv``."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import InputError
from app.engineering.quantities import between, impossible
from app.engineering.tables import LIMITS, read_table


@dataclass(frozen=True)
class ColourRow:
    """One step of a sequence of colours."""

    sequence: str
    position: int
    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class StrandColour:
    """Where a strand lies and how it looks; the rings count how often the twelve colours were used up before.

    Attributes
    ----------
    tube, fibre
        Number of the tube in the cable and of the fibre in the tube, from 1.
    """

    tube: int
    fibre: int
    tube_colour: ColourRow
    fibre_colour: ColourRow
    tube_ring_count: int
    fibre_ring_count: int


@dataclass(frozen=True)
class PairColour:
    """Where a pair lies and how it looks.

    Attributes
    ----------
    unit, pair
        Number of the unit of 25 pairs in the cable and of the pair in the unit, from 1.
    lead, mate
        Colours of the two wires.
    binder
        Colours of the unit's binder, lead and mate; None beyond 25 units, where the sources say nothing.
    """

    unit: int
    pair: int
    lead: ColourRow
    mate: ColourRow
    binder: tuple[ColourRow, ColourRow] | None


COLOURS = read_table("colours.csv", ColourRow)
SCHEMES = ("full", "lead")


def strand_colour(
    strand: int, fibres_per_tube: int, tube_count: int | None = None, scheme: str = "full", colours: Sequence[ColourRow] = COLOURS
) -> StrandColour:
    """The tube and the colours of a strand.

    Tube = floor((n - 1) / k) + 1, fibre = (n - 1) mod k + 1. In the scheme ``full`` tubes have the colours of the fibres; in ``lead``
    (领示) the first is red, the second green, the others natural, and a single tube green. Repeating with a ring is not confirmed.

    Parameters
    ----------
    strand
        Number of the strand in the cable, from 1.
    tube_count
        Tubes of the cable, needed for ``lead``; where given, strands beyond them are refused.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``; ``SCHEME_UNKNOWN``.

    Notes
    -----
    Source: zh97heb.com gxdsps; the same as TIA-598.
    """
    between(1, float("inf"), fibres_per_tube=fibres_per_tube, strand=strand)
    if scheme not in SCHEMES:
        raise InputError("SCHEME_UNKNOWN", "tubes have no such scheme of colours", found=scheme, expected=", ".join(SCHEMES))
    if tube_count is None and scheme == "lead":
        raise impossible("tube_count", None, "the number of tubes, for the scheme lead")
    if tube_count is not None and strand > tube_count * fibres_per_tube:
        raise impossible("strand", strand, f"1 to {tube_count * fibres_per_tube}")
    tube, fibre = (strand - 1) // fibres_per_tube, (strand - 1) % fibres_per_tube
    cycle = _sequence(colours, "fibre")
    tube_colour, tube_rings = (cycle[tube % len(cycle)], tube // len(cycle)) if scheme == "full" else (_lead(colours, tube, tube_count), 0)
    return StrandColour(tube + 1, fibre + 1, tube_colour, cycle[fibre % len(cycle)], tube_rings, fibre // len(cycle))


def pair_colour(pair: int, colours: Sequence[ColourRow] = COLOURS) -> PairColour:
    """The unit and the colours of a copper pair, numbered from 1: units of 25, lead colours outside, mates inside.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.

    Notes
    -----
    Source: duty-free.cn HYA; hao8g.cn 567.
    """
    between(1, float("inf"), pair=pair)
    leads, mates = _sequence(colours, "pair_lead"), _sequence(colours, "pair_mate")
    codes = [(lead, mate) for lead in leads for mate in mates]
    unit, place = divmod(pair - 1, len(codes))
    return PairColour(unit + 1, place + 1, *codes[place], codes[unit] if unit < len(codes) else None)


def spare_pair_count(pair_count: int, most: float = LIMITS["spare_pair_most"]) -> int:
    """Spare pairs that a copper cable of so many pairs carries.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE``.

    Notes
    -----
    Source: duty-free.cn HYA; hao8g.cn 567.
    """
    between(0, float("inf"), pair_count=pair_count)
    if pair_count < LIMITS["spare_pair_from"]:
        return 0
    return int(min(pair_count * LIMITS["spare_pair_ratio"] + 1e-9, most))


def _lead(colours: Sequence[ColourRow], tube: int, tube_count: int) -> ColourRow:
    if tube_count == 1:
        return _sequence(colours, "single_tube")[0]
    leads = _sequence(colours, "lead_tube")
    return leads[tube] if tube < len(leads) else _sequence(colours, "other_tube")[0]


def _sequence(colours: Sequence[ColourRow], name: str) -> list[ColourRow]:
    return sorted((row for row in colours if row.sequence == name), key=lambda row: row.position)
