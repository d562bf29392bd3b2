"""The tallies of what is used: numbers, channels, splits, uplinks and homes; their rows stand on this floor."""
from pathlib import Path

from app.network.queries.tallies import TallyFamily

SQL = Path(__file__).parent.parent / "sql"

USE = TallyFamily(
    kinds={
        "number_block": ("number",),
        "circuit": ("channel", "pon_split", "uplink_mbit"),
        "building": ("home", "household"),
    },
    members={"number_block": ("member_number_block",), "circuit": ("member_circuit", "member_uplink"), "building": ("member_building",)},
    folder=SQL,
)
