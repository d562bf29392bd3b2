"""The place of an event that an OTDR shows, who goes there, and who lies behind it."""
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.engineering.otdr import find_index
from app.network.queries.codes import Hit
from app.topology.otdr import FIBRE, OtdrPlace, Shot, locate
from app.topology.trace_start import find_traced


@dataclass(frozen=True)
class ShotAnswer:
    """The strand measured, at which end, and where the event lies."""

    hit: Hit
    end: str
    place: OtdrPlace


def find_shot(session: Session, region_id: int, strand: str, shot: Shot, day: date) -> ShotAnswer:
    """Where the event lies that a measurement shows on a strand.

    Raises
    ------
    NotFoundError, InputError
        As `find_traced` and `locate`; ``NOT_FIBRE`` where the code is no strand's.
    """
    hit = find_traced(session, region_id, strand)
    if hit.kind != "conductor":
        raise InputError(
            "NOT_FIBRE", f"{hit.code} is a {hit.kind}: an OTDR measures a strand", subject=hit.code, found=hit.kind,
            expected="conductor", next_step="name a strand (segment:number)",
        )  # fmt: skip
    return ShotAnswer(hit, shot.end, locate(session, region_id, hit.id, shot, day))


def index_for(wavelength_nm: int | None, index: float | None) -> float | None:
    """The index that the instrument reckoned with: as told, else the table's for the wavelength, else None.

    Raises
    ------
    InputError
        As `find_index`.
    """
    if index is not None or wavelength_nm is None:
        return index
    return find_index(FIBRE, wavelength_nm)


def plain_shot(answer: ShotAnswer) -> dict:
    """The answer as JSON; services in the order of their care."""
    place = answer.place
    services = [
        {"code": one.code, "customer": one.customer, "segment": one.segment, "sla": one.sla, "state": one.state} for one in place.services
    ]
    return {
        "strand": answer.hit.code, "end": answer.end, "near": asdict(place.near), "far": asdict(place.far), "joints": place.joints,
        "services": services,
    }  # fmt: skip
