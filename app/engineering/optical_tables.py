"""What fibres, joints and splitters lose, and what classes of PON bear: the rows of ``optical_*.csv``, each with its source."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engineering.tables import find_row, read_table


@dataclass(frozen=True)
class Attenuation:
    """Loss per kilometre of a kind of fibre, in the place where it lies, at a wavelength."""

    fibre: str
    place: str
    wavelength_nm: int
    db_per_km: float
    source: str


@dataclass(frozen=True)
class JointLoss:
    """Loss of one connector, fusion, ribbon fusion or mechanical splice; without a place it holds everywhere."""

    joint: str
    place: str | None
    loss_db: float
    source: str


@dataclass(frozen=True)
class SplitterLoss:
    """Loss of a splitter by its outputs and whose figure it is; ``design`` is the one to plan with."""

    vendor: str
    outputs: int
    loss_db: float
    source: str


@dataclass(frozen=True)
class MarginStep:
    """Margin for repairs up to a length; the step without a length holds beyond the others."""

    place: str
    up_to_km: float | None
    margin_db: float
    source: str


@dataclass(frozen=True)
class PonClass:
    """A class of PON: the losses that it bears, and powers; None where no source tells."""

    pon_class: str
    downstream_nm: int
    upstream_nm: int
    min_db: float
    max_db: float
    olt_tx_min_dbm: float | None
    olt_tx_max_dbm: float | None
    olt_rx_min_dbm: float | None
    olt_rx_max_dbm: float | None
    onu_tx_min_dbm: float | None
    onu_tx_max_dbm: float | None
    onu_rx_min_dbm: float | None
    onu_rx_max_dbm: float | None
    source: str


@dataclass(frozen=True)
class LossTables:
    """Everything that a link's loss is summed from."""

    attenuations: tuple[Attenuation, ...] = read_table("optical_attenuations.csv", Attenuation)
    joints: tuple[JointLoss, ...] = read_table("optical_joints.csv", JointLoss)
    splitters: tuple[SplitterLoss, ...] = read_table("optical_splitters.csv", SplitterLoss)
    margins: tuple[MarginStep, ...] = read_table("optical_margins.csv", MarginStep)


TABLES = LossTables()
PON_CLASSES = read_table("optical_pon_classes.csv", PonClass)


def find_class(name: str, classes: Iterable[PonClass] = PON_CLASSES) -> PonClass:
    """The class of PON of this name.

    Raises
    ------
    InputError
        ``PON_CLASS_UNKNOWN``.
    """
    return find_row(classes, "optical_pon_classes.csv", "PON_CLASS_UNKNOWN", pon_class=name)
