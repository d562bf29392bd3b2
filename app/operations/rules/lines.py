"""A line that could be built for a customer: what it takes, how far, how good, what is missing, and what that costs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.core.errors import RuleError
from app.engineering.tables import read_table
from app.services.rules.chains import Carrier, Chain

HERE = Path(__file__).parent.parent
VERDICTS = ("yes", "works", "no")


@dataclass(frozen=True)
class Product:
    """How a product is delivered: ``shape`` is ``pon``, ``copper``, ``lan`` or ``leased``."""

    product: str
    technology: str
    shape: str
    access_kinds: str
    line_type: str
    speciality: str
    has_number: int
    has_vlan: int
    reach_m: float


@dataclass(frozen=True)
class ReasonText:
    """``verdict`` is what the reason makes of a line: ``works`` with the work of ``works.csv``, ``no``, or ``warn``."""

    code: str
    verdict: str
    work: str | None
    text_zh: str
    text_en: str


@dataclass(frozen=True)
class Work:
    """What one kind of work costs, in fen each and per metre, and how many days it takes."""

    work: str
    fen_each: int
    fen_per_m: int
    days: int
    meaning_zh: str
    meaning_en: str
    source: str


@dataclass(frozen=True)
class CopperLimit:
    """Beyond both limits a product at a rate is not sold; beyond one it is doubtful."""

    product: str
    rate_mbit: float | None
    most_ohm: float
    most_m: float | None
    source: str


@cache
def products() -> dict[str, Product]:
    """The products by name."""
    return {row.product: row for row in read_table("products.csv", Product, HERE)}


@cache
def reason_texts() -> dict[str, ReasonText]:
    """The reasons by code."""
    return {row.code: row for row in read_table("reasons.csv", ReasonText, HERE)}


@cache
def works() -> dict[str, Work]:
    """The kinds of work by name."""
    return {row.work: row for row in read_table("works.csv", Work, HERE)}


@cache
def copper_limits() -> tuple[CopperLimit, ...]:
    """The limits of copper lines, slowest first."""
    return read_table("copper_limits.csv", CopperLimit, HERE)


@dataclass(frozen=True)
class Reason:
    """Why a line is not simply there; ``told`` are the words for its sentence."""

    code: str
    told: dict[str, Any] = field(default_factory=dict)
    metres: float = 0.0

    @property
    def verdict(self) -> str:
        """What it makes of the line."""
        return reason_texts()[self.code].verdict

    def say(self, language: str) -> str:
        """The sentence in ``zh`` or ``en``."""
        text = reason_texts()[self.code]
        return (text.text_zh if language == "zh" else text.text_en).format(**self.told)


@dataclass(frozen=True)
class Hop:
    """A thing on the way, the customer's end first; ``is_new`` where a patch to it has to be made. ``why`` says how it was chosen."""

    kind: str
    id: int
    code: str
    role: str
    metres: float | None = None
    segment_id: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One way to serve a place.

    Attributes
    ----------
    plant_m
        Metres along the plant: the sheaths passed.
    drop_m
        From the access point to the customer.
    losses
        dB with margin by wavelength in nm, of light; ``loop_ohm`` of copper.
    limit
        What is borne at most, in the unit of the figure.
    patches
        How many patches and jumpers have to be made.
    """

    access_id: int
    access: str
    is_served: bool
    drop_m: float
    lon: float
    lat: float
    hops: tuple[Hop, ...] = ()
    chain: Chain | None = None
    plant_m: float = 0.0
    losses: dict[int, float] = field(default_factory=dict)
    bare: dict[int, float] = field(default_factory=dict)
    pon_class: str | None = None
    loop_ohm: float | None = None
    limit: float | None = None
    patches: int = 0
    head_id: int | None = None
    head: str | None = None
    number: str | None = None
    vlan: str | None = None
    uplink_spare_mbit: float | None = None
    power_spare_a: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def verdict(self) -> str:
        """``yes``, ``works`` or ``no``: the worst of the reasons."""
        found = {reason.verdict for reason in self.reasons}
        return "no" if "no" in found else "works" if "works" in found else "yes"

    @property
    def works(self) -> tuple[tuple[str, float], ...]:
        """Each work with its metres, 0 for work that is counted by the piece."""
        missing = [(text.work, reason.metres) for reason in self.reasons if (text := reason_texts()[reason.code]).work]
        return (("visit", 0.0), ("drop", self.drop_m), *[("patch", 0.0)] * self.patches, *dict(missing).items())

    @property
    def fen(self) -> int:
        """What all of it costs."""
        return round(sum(works()[name].fen_each + works()[name].fen_per_m * metres for name, metres in self.works))

    @property
    def days(self) -> int:
        """How long it takes: the work that takes longest."""
        return max(works()[name].days for name, _ in self.works)

    @property
    def total_m(self) -> float:
        """Metres along the plant with the drop."""
        return self.plant_m + self.drop_m


class ReasonedError(RuleError):
    """A refusal with its reasons, which are told in the reader's language."""

    def __init__(self, reasons: Sequence[Reason], code: str, message: str, **told: str | None) -> None:
        self.reasons = tuple(reasons)
        super().__init__(code, message, found=self.say_found("en"), **told)

    def say_found(self, language: str) -> str:
        """The reasons, in ``zh`` or ``en``."""
        return say_reasons(self.reasons, language)


class NoLineError(ReasonedError):
    """``NO_LINE``: a place can't be served as it is."""

    def __init__(self, subject: str | None, reasons: Sequence[Reason]) -> None:
        told = {"expected": "a free line", "next_step": "have the missing works done first"}
        super().__init__(reasons, "NO_LINE", "the place can't be served as it is", subject=subject, **told)


def say_reasons(reasons: Sequence[Reason], language: str) -> str:
    """The sentences of some reasons, in ``zh`` or ``en``."""
    return ("；" if language == "zh" else "; ").join(reason.say(language) for reason in reasons)


def rank(lines: Sequence[Line], most: int) -> tuple[Line, ...]:
    """The best ``most`` lines: those that need no work first, then as the survey names them, by patches, metres and price."""
    order = {name: place for place, name in enumerate(VERDICTS)}

    def key(line: Line) -> tuple:
        return (order[line.verdict], not line.is_served, line.patches, round(line.total_m), line.fen, line.access_id)

    return tuple(sorted(lines, key=key)[:most])


def carriers_of(hops: Sequence[Hop], tree_id: int | None = None) -> tuple[Carrier, ...]:
    """The carriers of a line from the office to the customer, the channel of a tree first."""
    own = [Carrier(hop.kind, hop.id) for hop in reversed(hops)]
    return (Carrier("channel", tree_id), *own) if tree_id else tuple(own)


def judge_copper(product: str, rate_mbit: float | None, ohm: float, metres: float) -> tuple[tuple[Reason, ...], float | None]:
    """What the limits say of a pair, and the limit in ohm; a single figure beyond its limit is only a warning (domain.md C10)."""
    rows = [row for row in copper_limits() if row.product == product]
    fitting = [row for row in rows if row.rate_mbit is None or rate_mbit is None or row.rate_mbit >= rate_mbit] or rows[-1:]
    if not fitting:
        return (), None
    row = fitting[0]
    beyond = [ohm > row.most_ohm, row.most_m is None or metres > row.most_m]
    told = {"ohm": round(ohm), "metres": round(metres), "rate": f"{rate_mbit:g} Mbit/s" if rate_mbit else product}
    if all(beyond):
        return (Reason("COPPER", told),), row.most_ohm
    is_near = beyond[0] or (beyond[1] and row.most_m is not None)
    return ((Reason("COPPER_NEAR", told),) if is_near else ()), row.most_ohm
