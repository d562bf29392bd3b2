"""Loss of light and resistance of a loop along a way, joint by joint, and whether a class of PON bears them.

What counts as a connector or a fusion is ``joint_losses.csv``; the figures are those of ``app.engineering.optical``. A loss that was
measured at a joint takes the place of the figure.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.core.errors import InputError
from app.engineering.copper import PairSection, loop_ohm
from app.engineering.optical import Link, link_loss
from app.engineering.optical_tables import TABLES, PonClass, find_class
from app.engineering.tables import find_row, read_table

HERE = Path(__file__).parent
# Where no class of PON tells its own, in nm.
WAVELENGTHS = (1310, 1490)
FIBRE, PLACE, VENDOR = "G.652D", "outside", "design"
# Sums of tenths in binary may pass a limit by their last digit.
_CLOSE_DB = 1e-9


@dataclass(frozen=True)
class JointFace:
    """What one face of a joint loses: ``connector``, ``fusion``, or nothing; a joint of two faces with fusions is one fusion."""

    joint_kind: str
    face: str
    joint: str | None
    source: str


@dataclass(frozen=True)
class PortClass:
    port_type: str
    pon_class: str
    source: str


@dataclass(frozen=True)
class WireGauge:
    model_prefix: str
    gauge_mm: float
    source: str


@dataclass(frozen=True)
class ClassVerdict:
    """Whether a class bears a way: its limits, the margin, and ``faults`` with ``overload``, ``loss`` or both."""

    pon_class: str
    min_db: float
    max_db: float
    margin_db: float
    faults: tuple[str, ...]

    @property
    def passes(self) -> bool:
        return not self.faults


@cache
def joint_faces() -> Mapping[tuple[str, str], str | None]:
    return {(row.joint_kind, row.face): row.joint for row in read_table("joint_losses.csv", JointFace, HERE)}


@cache
def _figure(joint: str) -> float:
    found = [row for row in TABLES.joints if row.place in (PLACE, None)]
    return find_row(found, "optical_joints.csv", "JOINT_UNKNOWN", joint=joint).loss_db


@cache
def strand_db_per_km(wavelength_nm: int) -> float:
    """Loss of a strand of a kilometre.

    Raises
    ------
    InputError
        ``ATTENUATION_UNKNOWN``.
    """
    wanted = {"fibre": FIBRE, "place": PLACE, "wavelength_nm": wavelength_nm}
    return find_row(TABLES.attenuations, "optical_attenuations.csv", "ATTENUATION_UNKNOWN", **wanted).db_per_km


@cache
def splitter_db(outputs: int) -> float | None:
    """Loss of a splitter of so many outputs: the figure to plan with, else the largest that any maker gives; None where nobody does."""
    rows = [row for row in TABLES.splitters if row.outputs == outputs]
    planned = [row.loss_db for row in rows if row.vendor == VENDOR]
    return planned[0] if planned else max((row.loss_db for row in rows), default=None)


def joint_db(kind: str, measured_db: float | None, faces: Iterable[str]) -> float:
    """Loss of a joint, by what it joins: ``conductor``, ``passive`` or ``active`` on each side."""
    if measured_db is not None:
        return measured_db
    parts = [joint_faces().get((kind, face)) for face in faces]
    return _figure("connector") * parts.count("connector") + (_figure("fusion") if "fusion" in parts else 0.0)


@cache
def pair_ohm_per_km(model: str | None) -> float:
    """Resistance of a loop of a kilometre of a cable of this model."""
    rows = read_table("wire_gauges.csv", WireGauge, HERE)
    fitting = [row for row in rows if row.model_prefix == "*" or (model or "").upper().startswith(row.model_prefix.upper())]
    gauge = max(fitting, key=lambda row: (row.model_prefix != "*", len(row.model_prefix))).gauge_mm
    return loop_ohm([PairSection(1000.0, gauge)])


def class_of_port(port_type: str | None) -> str | None:
    """The class of PON that a port of this type is taken for; None where it is none of a PON."""
    return next((row.pon_class for row in read_port_classes() if row.port_type == port_type), None)


@cache
def read_port_classes() -> tuple[PortClass, ...]:
    return read_table("port_classes.csv", PortClass, HERE)


def class_named(name: str) -> PonClass:
    """The class of PON of this name.

    Raises
    ------
    InputError
        ``PON_CLASS_UNKNOWN``.
    """
    return find_class(name)


@cache
def margin_db(length_m: float) -> float:
    """The margin for repairs on a way of this length (C6)."""
    return link_loss(Link(length_m), WAVELENGTHS[0]).margin_db


def judge(losses: Mapping[int, float], length_m: float, pon: PonClass) -> ClassVerdict:
    """Whether a class bears these losses: at both wavelengths the least without margin, the largest with margin (C6).

    Raises
    ------
    InputError
        ``VALUE_IMPOSSIBLE`` where a wavelength of the class was not worked out.
    """
    wanted = (pon.downstream_nm, pon.upstream_nm)
    missing = [nm for nm in wanted if nm not in losses]
    if missing:
        raise InputError("VALUE_IMPOSSIBLE", "the loss at a wavelength of the class is missing", found=sorted(losses), expected=missing[0])
    margin = margin_db(length_m)
    faults = []
    if any(losses[nm] < pon.min_db - _CLOSE_DB for nm in wanted):
        faults.append("overload")
    if any(losses[nm] + margin > pon.max_db + _CLOSE_DB for nm in wanted):
        faults.append("loss")
    return ClassVerdict(pon.pon_class, pon.min_db, pon.max_db, margin, tuple(faults))
