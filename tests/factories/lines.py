"""The town in use with lines to give out: VLANs 100.4 to 100.39 are free beside those of ``use``.

A new FTTH line takes FB-1 A-0n, CB-201/S01:n, GJ-1 B-0n and an output of SP-1; a telephone DP-1, a pair of CC-302, P- and M-terminals of
XC-1, a pair of CC-301, MDF-1 and a port of SW-1. Seven FTTH lines are free (outputs of SP-1), and five telephones (pair 7 is faulty).
"""

from app.network.models import Vlan
from app.services.commands.tallies import settle_all_tallies
from tests.factories.use import Use, put_in_use
from tests.town import Town, build_town

FREE_FTTH, FREE_POTS = 7, 5


def build_lines(session, region_id: int) -> tuple[Town, Use]:
    """The town and its use, counted."""
    town = build_town(session, region_id)
    use = put_in_use(town)
    for inner in range(4, 40):
        town.add(Vlan, gateway_equipment_id=town.equipment["BRAS-1"], s_vlan=100, c_vlan=inner)
    session.flush()
    settle_all_tallies(session, region_id)
    return town, use
