"""Drawn lines become network: ends are joined to structures, lines parted at what they pass; a drawn cable gets its sections and its way.

What is not certain is asked for (I6); an end that nothing holds is kept as an unconnected end, never in service (I5).
"""
from app.survey.apply_batch import Batch
from app.survey.limits import limits
from app.survey.rights import keep_to_area

# Layers that follow from a drawn cable, and under whose rules its rows are then written.
LAID = ("section", "segment", "cable_run")


def draw_lines(batch: Batch) -> None:
    """Put the rows that drawn lines stand for into the stages of sections, segments and ways; structures are there by now."""
    given = {name: f"{limits()[name]:g}" for name in ("snap_m", "alias_m", "named_end_m")}
    with batch.about("section", "drawn_cable"):
        batch.run_file("drawn", **given)
        if batch.has_rows("drawn"):
            batch.run_file("drawn_nodes", inside=keep_to_area(batch, "structure", "t"), **given)
            batch.run_file("drawn_write", **given)


def settle_drawn(batch: Batch) -> None:
    """Make ``r_drawn_cable``: a drawn row is refused where anything of it is, and has changed what its parts have changed."""
    with batch.about("drawn_cable"):
        parts = " UNION ALL ".join(_part(layer) for layer in LAID)
        batch.run(
            f"CREATE TEMP TABLE r_drawn_cable ON COMMIT DROP AS SELECT s.source_no, s.row_no,"
            f" s.bad OR coalesce(p.bad, false) AS bad, coalesce(p.is_changed, false) AS is_changed"
            f" FROM stage_drawn_cable s LEFT JOIN (SELECT source_no, row_no, bool_or(bad) AS bad, bool_or(is_changed) AS is_changed"
            f" FROM ({parts}) p GROUP BY source_no, row_no) p"
            f" ON p.source_no = s.source_no AND p.row_no = s.row_no"
        )


def _part(layer: str) -> str:
    is_new = "" if layer == "cable_run" else " OR known_id IS NULL"
    return f"SELECT source_no, row_no, bad, NOT bad AND (is_changed{is_new}) AS is_changed FROM r_{layer}"
