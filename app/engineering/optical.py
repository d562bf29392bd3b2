"""Loss of optical links, classes of PON, reach, and received power. Losses in dB, powers in dBm, lengths in m."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, log10

from app.core.errors import InputError
from app.engineering.optical_tables import TABLES, JointLoss, LossTables, MarginStep, PonClass, SplitterLoss
from app.engineering.quantities import impossible, not_negative, positive
from app.engineering.tables import LIMITS, find_row

BUILDING_NM = 1550
# Sums of tenths in binary may pass a limit by their last digit.
_CLOSE_DB = 1e-9


@dataclass(frozen=True)
class Link:
    """A way of light from end to end.

    Attributes
    ----------
    splitters
        Outputs of each splitter on the way: (4, 8) for 1:4 then 1:8.
    vendor
        Whose figures hold for the splitters.
    place
        ``outside`` or ``building``.
    """

    length_m: float
    splitters: tuple[int, ...] = ()
    connector_count: int = 0
    fusion_count: int = 0
    ribbon_count: int = 0
    mechanical_count: int = 0
    vendor: str = "design"
    fibre: str = "G.652D"
    place: str = "outside"


@dataclass(frozen=True)
class LinkLoss:
    """Loss of a link at one wavelength, by what causes it."""

    fibre_db: float
    splitter_db: float
    connector_db: float
    splice_db: float
    margin_db: float

    @property
    def bare_db(self) -> float:
        """The loss without margin: what is there on the day of building."""
        return self.fibre_db + self.splitter_db + self.connector_db + self.splice_db

    @property
    def full_db(self) -> float:
        """The loss with margin: what is to be borne."""
        return self.bare_db + self.margin_db


@dataclass(frozen=True)
class LinkVerdict:
    """Whether a class of PON bears a link; ``faults`` holds ``overload``, ``loss`` or both, ``losses`` is by wavelength in nm."""

    passes: bool
    faults: tuple[str, ...]
    losses: dict[int, LinkLoss]


@dataclass(frozen=True)
class MarginReach:
    """How far a link may go with one margin: what the loss allows, negative where nothing, and how far the margin holds."""

    margin_db: float
    allowed_m: float
    holds_to_m: float


def link_loss(link: Link, wavelength_nm: int, tables: LossTables = TABLES) -> LinkLoss:
    """The loss of a link: fibre, splitters, connectors, splices, and a margin by length.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for negative figures; ``ATTENUATION_UNKNOWN``, ``SPLITTER_UNKNOWN``, ``JOINT_UNKNOWN``, ``PLACE_UNKNOWN``
        where a table has no such row.

    Notes
    -----
    Source: txrjy.com asktech qid=24165; in buildings jianbiaoku.com book 154031 chapter 6.
    """
    counts = {name: getattr(link, f"{name}_count") for name in ("connector", "fusion", "ribbon", "mechanical")}
    not_negative(length_m=link.length_m, **{f"{name}_count": count for name, count in counts.items()})
    joints = {name: count * _joint_db(link.place, name, tables.joints) for name, count in counts.items() if count}
    return LinkLoss(
        fibre_db=link.length_m / 1000 * _db_per_km(link, wavelength_nm, tables),
        splitter_db=sum(_splitter_db(link.vendor, outputs, tables.splitters) for outputs in link.splitters),
        connector_db=joints.pop("connector", 0.0),
        splice_db=sum(joints.values()),
        margin_db=next(step.margin_db for step in _margins(link.place, tables) if link.length_m <= _metres(step)),
    )


def judge_link(link: Link, pon: PonClass, tables: LossTables = TABLES) -> LinkVerdict:
    """Whether a class bears a link: at both wavelengths its least loss without margin, its largest with margin.

    Raises
    ------
    InputError
        As `link_loss`.

    Notes
    -----
    Source: techtarget.com answer citing ITU-T G.984.2 amendment 1; the rest in ``optical_pon_classes.csv``.
    """
    losses = {wavelength: link_loss(link, wavelength, tables) for wavelength in (pon.downstream_nm, pon.upstream_nm)}
    faults = []
    if any(loss.bare_db < pon.min_db - _CLOSE_DB for loss in losses.values()):
        faults.append("overload")
    if any(loss.full_db > pon.max_db + _CLOSE_DB for loss in losses.values()):
        faults.append("loss")
    return LinkVerdict(not faults, tuple(faults), losses)


def reach_by_margin(link: Link, pon: PonClass, tables: LossTables = TABLES) -> tuple[MarginReach, ...]:
    """How far a link with these splitters and joints may go, for each step of the margin; its own length counts for nothing.

    Raises
    ------
    InputError
        As `link_loss`.
    """
    steps = []
    for step in _margins(link.place, tables):
        allowed = []
        for wavelength in (pon.downstream_nm, pon.upstream_nm):
            loss = link_loss(link, wavelength, tables)
            left_db = pon.max_db - step.margin_db - (loss.bare_db - loss.fibre_db)
            allowed.append(1000 * left_db / _db_per_km(link, wavelength, tables))
        steps.append(MarginReach(step.margin_db, min(allowed), _metres(step)))
    return tuple(steps)


def reach_m(link: Link, pon: PonClass, tables: LossTables = TABLES) -> float | None:
    """The farthest that a link with these splitters and joints may go, in m; None where it is too lossy at any length.

    Raises
    ------
    InputError
        As `link_loss`.
    """
    best, start_m = None, 0.0
    for step in reach_by_margin(link, pon, tables):
        # A step's margin holds only beyond the step before it.
        if step.allowed_m > start_m or (best is None and step.allowed_m >= start_m == 0):
            best = min(step.allowed_m, step.holds_to_m)
        start_m = step.holds_to_m
    return best


def received_dbm(sent_dbm: float, loss_db: float) -> float:
    """The power at the far end, in dBm.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for a negative loss.
    """
    not_negative(loss_db=loss_db)
    return sent_dbm - loss_db


def judge_received(power_dbm: float, pon: PonClass, end: str) -> str | None:
    """``weak``, ``ok`` or ``overload`` for the power that a receiver gets; None where the class has no limit that could tell.

    Parameters
    ----------
    end
        ``olt`` or ``onu``: whose receiver.

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` for another end.
    """
    if end not in ("olt", "onu"):
        raise impossible("end", end, "olt or onu")
    low, high = getattr(pon, f"{end}_rx_min_dbm"), getattr(pon, f"{end}_rx_max_dbm")
    if low is not None and power_dbm < low - _CLOSE_DB:
        return "weak"
    if high is not None and power_dbm > high + _CLOSE_DB:
        return "overload"
    return None if low is None or high is None else "ok"


def dbm_of(power_mw: float) -> float:
    """A power in milliwatts as dBm: 10 log10(P / 1 mW).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` where it is not above 0.
    """
    positive(power_mw=power_mw)
    return 10 * log10(power_mw)


def milliwatts_of(power_dbm: float) -> float:
    """A power in dBm as milliwatts."""
    if not isfinite(power_dbm):
        raise impossible("power_dbm", power_dbm, "a finite number")
    return 10 ** (power_dbm / 10)


def building_link_fits(link: Link, most_db: float = LIMITS["building_link_most_db"], tables: LossTables = TABLES) -> bool:
    """True where a link inside a building keeps to the limit at 1550 nm.

    Raises
    ------
    InputError
        As `link_loss`.

    Notes
    -----
    Source: jianbiaoku.com book 154031 chapter 6, whose text is garbled.
    """
    return link_loss(link, BUILDING_NM, tables).bare_db <= most_db + _CLOSE_DB


def _db_per_km(link: Link, wavelength_nm: int, tables: LossTables) -> float:
    wanted = {"fibre": link.fibre, "place": link.place, "wavelength_nm": wavelength_nm}
    return find_row(tables.attenuations, "optical_attenuations.csv", "ATTENUATION_UNKNOWN", **wanted).db_per_km


def _splitter_db(vendor: str, outputs: int, splitters: Iterable[SplitterLoss]) -> float:
    return find_row(splitters, "optical_splitters.csv", "SPLITTER_UNKNOWN", vendor=vendor, outputs=outputs).loss_db


def _joint_db(place: str, joint: str, joints: Iterable[JointLoss]) -> float:
    found = [row for row in joints if row.place in (place, None)]
    return find_row(found, "optical_joints.csv", "JOINT_UNKNOWN", joint=joint).loss_db


def _margins(place: str, tables: LossTables) -> list[MarginStep]:
    steps = sorted((step for step in tables.margins if step.place == place), key=_metres)
    if not steps or steps[-1].up_to_km is not None:
        raise InputError(
            "PLACE_UNKNOWN", "there is no margin for every length here", found=place,
            expected=", ".join(sorted({step.place for step in tables.margins})), next_step="add a row to optical_margins.csv",
        )  # fmt: skip
    return steps


def _metres(step: MarginStep) -> float:
    return float("inf") if step.up_to_km is None else step.up_to_km * 1000
