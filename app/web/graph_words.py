"""Words that the scripts of the graph's pages show, in the page's language; they stand in text nodes only."""

from __future__ import annotations

from flask_babel import gettext

from app.web.words import script_words


def graph_words() -> dict[str, str]:
    """The words of all these pages, and those that every page has."""
    return {**script_words(), **_common(), **_trace(), **_impact(), **_route(), **_weak(), **_others()}


def _common() -> dict[str, str]:
    return {
        "yuan": gettext("{yuan} yuan"),
        "count": gettext("Count"),
        "code": gettext("Code"),
        "kind": gettext("Kind"),
        "customer": gettext("Customer"),
        "service": gettext("Service"),
        "product": gettext("Product"),
        "segment": gettext("Segment"),
        "sla": gettext("Grade of care"),
        "grid": gettext("Grid"),
        "state": gettext("State"),
        "took_too_long": gettext("This takes too long. Try again in a minute."),
        "seconds": gettext("{count} s"),
        "first_time": gettext("The first time after a change of the network this takes some seconds."),
    }


def _trace() -> dict[str, str]:
    return {
        "trace_hint": gettext("Type the code of a strand, pair, port, circuit, service, number, customer or address."),
        "drawing_of": gettext("The way through {code}, hop by hop"),
        "no_line": gettext("{code} holds no line."),
        "no_way": gettext("{code} ({kind}) carries no light or current by itself. Below is who stands on it."),
        "ways": gettext("Ways"),
        "path": gettext("path {no}"),
        "ends": gettext("{count} ends"),
        "split": gettext("split 1:{count}"),
        "tray": gettext("tray {no}"),
        "measured": gettext("measured"),
        "hops_folded": gettext("{count} more hops"),
        "fold": gettext("Fold this branch"),
        "unfold": gettext("Unfold this branch"),
        "fold_all": gettext("Fold all branches"),
        "unfold_all": gettext("Unfold all branches"),
        "sheath": gettext("Sheath"),
        "route": gettext("Route"),
        "loop": gettext("Loop"),
        "loss_at": gettext("Loss at {nm} nm"),
        "class_of": gettext("{name}: {low}–{high} dB, margin {margin} dB"),
        "class_ok": gettext("Within class"),
        "class_loss": gettext("Too much loss"),
        "class_overload": gettext("Overload"),
        "no_findings": gettext("No breaks and no doubts: joints and records say the same."),
        "layer": gettext("Layer"),
        "things": gettext("Things"),
        "above": gettext("Who stands on it"),
        "below": gettext("What it stands on"),
        "impact_of_it": gettext("What if it fails?"),
    }


def _impact() -> dict[str, str]:
    return {
        "impact_hint": gettext("Name what fails, or draw the area of a dig on the map."),
        "nobody": gettext("No service is hit."),
        "down": gettext("Down at once"),
        "later": gettext("Down when batteries end"),
        "weakened": gettext("Without protection"),
        "numbers_hit": gettext("Numbers hit"),
        "large_customers": gettext("Large customers"),
        "customers_told": gettext("Customers: whom to tell, and what"),
        "message": gettext("What to say"),
        "name": gettext("Name"),
        "contact": gettext("Contact"),
        "phone": gettext("Telephone"),
        "services_hit": gettext("Services hit"),
        "restoration": gettext("What to mend first"),
        "mend": gettext("To be mended"),
        "place_no": gettext("Order"),
        "waiting": gettext("Services waiting"),
        "large_waiting": gettext("Large customers waiting"),
        "grids_hit": gettext("Grids hit"),
        "grid_name": gettext("Grid name"),
        "outside": gettext("Outside every grid"),
        "batteries": gettext("Batteries"),
        "site": gettext("Site"),
        "capacity": gettext("Capacity Ah"),
        "load": gettext("Load A"),
        "hours": gettext("Hours"),
        "fails_after": gettext("Fails after hours"),
        "numbers": gettext("Numbers"),
        "more_in_file": gettext("and {count} more: the workbook has them all"),
        "failed_tip": gettext("{code}: failed"),
        "homes_tip": gettext("{count} services: {state}"),
    }


def _route() -> dict[str, str]:
    return {
        "route_hint": gettext("Name two places: a building, manhole, pole, site or equipment."),
        "way_no": gettext("Way {no}"),
        "way_figures": gettext("{metres}, {money}"),
        "new_ground": gettext("{metres} to be built"),
        "free_all_along": gettext("room for {count} cables all along"),
        "idle_all_along": gettext("{count} strands idle all along"),
        "section": gettext("Section"),
        "segments_passed": gettext("Segments"),
        "from": gettext("From"),
        "to": gettext("To"),
        "length": gettext("Length"),
        "work": gettext("Work"),
        "work_pull": gettext("pull through"),
        "work_hang": gettext("hang or lay"),
        "work_duct": gettext("build a duct"),
        "work_dig": gettext("dig"),
        "free_ducts": gettext("Free ducts"),
        "free_subducts": gettext("Free subducts"),
        "price": gettext("Price"),
        "idle_strands": gettext("Idle strands"),
        "spare_between": gettext("Strands idle all the way"),
        "spare_none": gettext("No strand is idle all the way."),
        "bottleneck": gettext("What keeps it from being more"),
        "passing": gettext("of them here"),
        "all_in": gettext("All of it lies in these sections"),
        "strands": gettext("Strands"),
    }


def _weak() -> dict[str, str]:
    return {
        "weak_points": gettext("What takes down most services alone"),
        "weak_none": gettext("Nothing takes a service down alone."),
        "large": gettext("Large"),
        "rings": gettext("Rings that one cut opens twice"),
        "ring": gettext("Ring"),
        "ring_open": gettext("does not close"),
        "shared_sections": gettext("Shared sections"),
        "trees": gettext("PON trees beyond their class"),
        "tree": gettext("Tree"),
        "faults": gettext("Why"),
        "fault_loss": gettext("too much loss"),
        "fault_overload": gettext("overload"),
        "fault_split": gettext("split too often"),
        "fault_no_class": gettext("class unknown"),
        "fault_no_splitter": gettext("splitter unknown"),
        "most_loss": gettext("Largest loss dB"),
        "bears": gettext("Bears dB"),
        "splits": gettext("Split"),
        "farthest": gettext("Farthest"),
        "power_roots": gettext("Power on which others hang alone"),
        "source": gettext("Source"),
        "loads": gettext("Loads"),
        "power_ring": gettext("feeds itself in a ring"),
        "shape": gettext("Shape of the network"),
        "nodes": gettext("Nodes"),
        "edges": gettext("Edges"),
        "components": gettext("Parts"),
        "bridges": gettext("Bridges"),
        "cut_nodes": gettext("Cut nodes"),
        "length_km": gettext("Length km"),
    }


def _others() -> dict[str, str]:
    return {
        "otdr_hint": gettext("Name a strand and tell what the instrument shows: a distance, or a time there and back."),
        "near": gettext("At least at"),
        "far": gettext("At most at"),
        "at_structure": gettext("at {code}, in its coils"),
        "in_section": gettext("in {code}, {offset} along"),
        "chainage": gettext("Route from the instrument"),
        "stretch_long": gettext("Stretch to look at"),
        "joints_there": gettext("Closures and frames there"),
        "send": gettext("Send"),
        "behind": gettext("Services behind it"),
        "nobody_behind": gettext("No service lies behind it."),
        "rule": gettext("Rule"),
        "severity": gettext("Severity"),
        "speciality": gettext("Speciality"),
        "checked": gettext("What is checked"),
        "breaches": gettext("Breaches"),
        "advice": gettext("What to do"),
        "found": gettext("Found"),
        "expected": gettext("Expected"),
        "thing": gettext("Thing"),
        "held": gettext("kept by the database"),
        "checking": gettext("Looking: {done} of {count}"),
        "checks_done": gettext("{errors} errors and {warnings} warnings in all"),
        "check_failed": gettext("took too long; use flask network check"),
        "nothing_breaks": gettext("Nothing breaks this rule."),
    }
