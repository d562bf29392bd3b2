"""Settling the tallies of what is used, alone or together with those of the plant; written by ``app.network.commands.tallies``."""
from sqlalchemy.orm import Session

from app.network.commands.tallies import Settled, settle_tallies
from app.network.queries.tallies import PLANT
from app.services.queries.tallies import USE

FAMILIES = (PLANT, USE)


def settle_service_tallies(session: Session, region_id: int, owners: str | None = None) -> Settled:
    """How many counts of numbers, channels, splits, uplinks and homes were put right so that they equal the rows.

    Parameters
    ----------
    owners
        A temporary table (kind, id) of number blocks, circuits and buildings; None counts the whole region again.
        A circuit is to be named whose channels were taken or given up, and a building whose addresses, serving or services changed.
    """
    return settle_tallies(session, region_id, owners, (USE,))


def settle_all_tallies(session: Session, region_id: int, owners: str | None = None) -> Settled:
    """The same for every kind that is counted, those of the plant included; ``owners`` may be of any kind."""
    return settle_tallies(session, region_id, owners, FAMILIES)
