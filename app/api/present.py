"""Things in words: labels from the dictionary in the page's language, numbers as numbers, keys as strings."""

from __future__ import annotations

import json
from datetime import date, datetime

from app.maps.details import Group, Thing
from app.maps.layers import THINGS
from app.network.dictionary import attributes, label, word_label
from app.reports.records.values import choices

# The table whose labels the dictionary gives, and the list that names the kind.
TABLES = {
    "grid": ("grid", "level"),
    "structure": ("structure", "structure_kind"),
    "section": ("section", "section_kind"),
    "segment": ("cable_segment", "medium"),
    "cable": ("cable", "medium"),
    "equipment": ("equipment", "equipment_kind"),
    "rack": ("rack", None),
    "building": ("building", None),
    "unmet_request": ("unmet_request", None),
    "switch_office": ("switch_office", "office_role"),
    "circuit": ("circuit", "circuit_kind"),
}
KIND_WORDS = {**{kind: parts[1] for kind, parts in TABLES.items()}, "card": "equipment_kind"}
LEVELS = {1: "county", 2: "town", 3: "community"}
FACTS = {
    "grid": (),
    "structure": ("built_on", "accuracy_m", "verified_at"),
    "section": ("length_m", "built_on", "verified_at"),
    "segment": ("conductor_count", "tube_size", "sheath_m", "built_on", "verified_at"),
    "cable": ("built_on", "verified_at"),
    "equipment": ("serial_no", "asset_no", "built_on", "verified_at"),
    "rack": ("height_u", "power_kw"),
    "building": ("floor_count",),
    "unmet_request": ("segment", "product", "rate_mbit", "requested_on", "reason", "state"),
    "switch_office": (),
    "circuit": ("rate", "rate_mbit", "peak_mbit", "channel_count", "protection"),
}
COUNTS = ("installed", "in_use", "reserved", "releasing", "unusable", "planned")
STATES = ("life", "use", "health")
USUAL = (None, "in_service", "ok", "idle", "in_use")
HOMES = {language: label("address", "household_count", language) for language in ("zh", "en")}
SITE = {language: word_label("kind", "site", language) for language in ("zh", "en")}
# What a brief tells without a label.
NAMED_IN_BRIEFS = {"code", "name_zh", "name_en", "kind", "medium", "level", "model", *STATES}
# Where one thing names another: (kind, field of the key, field of the code, column whose label is shown).
LINKS = {
    "grid": (("grid", "parent_id", "parent_code", ("grid", "parent_id")),),
    "structure": (("grid", "grid_id", "grid_code", ("structure", "grid_id")),),
    "section": (
        ("structure", "a_id", "a_code", ("section", "a_structure_id")),
        ("structure", "z_id", "z_code", ("section", "z_structure_id")),
    ),
    "segment": (
        ("cable", "cable_id", "cable_code", ("cable_segment", "cable_id")),
        ("structure", "a_id", "a_code", ("cable_segment", "a_structure_id")),
        ("structure", "z_id", "z_code", ("cable_segment", "z_structure_id")),
    ),
    "cable": (),
    "equipment": (
        ("structure", "structure_id", "structure_code", ("equipment", "structure_id")),
        ("rack", "rack_id", "rack_code", ("equipment", "rack_id")),
    ),
    "rack": (("structure", "structure_id", "structure_code", ("equipment", "structure_id")),),
    "building": (("grid", "grid_id", "grid_code", ("building", "grid_id")),),
    "unmet_request": (
        ("grid", "grid_id", "grid_code", ("unmet_request", "grid_id")),
        ("building", "building_id", "building_code", ("address", "building_id")),
    ),
    "switch_office": (
        ("equipment", "equipment_id", "equipment_code", ("switch_office", "equipment_id")),
        ("switch_office", "host_id", "host_code", ("switch_office", "host_id")),
        ("structure", "structure_id", "structure_code", ("equipment", "structure_id")),
    ),
    "circuit": (
        ("equipment", "a_id", "a_code", ("survey", "a_equipment")),
        ("equipment", "z_id", "z_code", ("survey", "z_equipment")),
    ),
}
MEMBER_GROUPS = {"conductors": "strand", "ducts": "duct", "ports": "port"}


def present(thing: Thing, language: str) -> dict:
    """The thing as the API answers it."""
    head = thing.head
    kind = LEVELS[head["level"]] if thing.kind == "grid" else head.get("kind")
    at = None if head.get("lon") is None else [round(head["lon"], 7), round(head["lat"], 7)]
    return {
        "kind": thing.kind,
        "kind_label": name_kind(thing.kind, kind, language),
        "what": kind,
        "id": str(head["id"]),
        "code": head["code"],
        "name": pick_name(head, "name", language) or head.get("site_name"),
        "at": at,
        "geometry": json.loads(head["geometry"]) if head.get("geometry") else None,
        "states": [state(name, head.get(name), language) for name in STATES if head.get(name)],
        "facts": list_facts(thing, language),
        "links": list_links(thing, language),
        "counts": [count(row, language) for row in thing.tallies],
        "groups": [present_group(name, group, language) for name, group in thing.groups.items() if shown(name, group)],
        "members": present_members(thing, language),
    }


def shown(name: str, group: Group) -> bool:
    """Whether a group is listed; members are drawn instead, empty groups are left out."""
    return name not in MEMBER_GROUPS and bool(group.rows)


def name_kind(kind: str, value: str | None, language: str) -> str:
    """What the thing is: manhole, duct section, fibre cabinet; its kind where it has no finer one."""
    words = KIND_WORDS.get(kind)
    return word_label(words, value, language) if words and value else word_label("kind", kind, language)


def pick_name(row: dict, field: str, language: str) -> str | None:
    """The name in the page's language, or in the other where there is none."""
    first, second = (f"{field}_en", f"{field}_zh") if language == "en" else (f"{field}_zh", f"{field}_en")
    return row.get(first) or row.get(second)


def state(name: str, value: str, language: str) -> dict:
    """One state with its label."""
    return {"axis": name, "value": value, "text": word_label(name, value, language)}


def list_facts(thing: Thing, language: str) -> list[dict]:
    """The plain attributes that have a value."""
    table, _ = TABLES[thing.kind]
    head = thing.head
    facts = [fact(table, column, head[column], language) for column in FACTS[thing.kind] if head.get(column) is not None]
    extra = {
        "grid": [("area_km2", {"zh": "面积", "en": "Area"}, round(head["area_km2"], 2), "km²")] if "area_km2" in head else [],
        "structure": [("site", SITE, " · ".join(filter(None, (head.get("site_code"), head.get("site_name")))), "")],
        "building": [("household_count", HOMES, head.get("household_count"), "")],
        "rack": [("room", {"zh": "机房", "en": "Room"}, head.get("room_name"), "")],
        "equipment": [("position_u", {"zh": "U位", "en": "Units"}, span(head.get("first_u"), head.get("last_u")), "U")],
    }.get(thing.kind, [])
    facts += [{"key": key, "label": label[language], "value": value, "unit": unit} for key, label, value, unit in extra if value]
    if head.get("model"):
        made = pick_name(head, "model_name", language)
        text = f"{head['model']} · {made}" if made else head["model"]
        facts.insert(0, fact("equipment", "model_id", text, language))
    if head.get("maintainer"):
        facts.append(fact("structure", "maintenance_unit_id", head["maintainer"], language))
    return facts


def span(first: int | None, last: int | None) -> str | None:
    """Rack units as "3" or "3-14"."""
    if first is None:
        return None
    return str(first) if first == last else f"{first}-{last}"


def fact(table: str, column: str, value, language: str) -> dict:
    """One attribute with label and unit."""
    known = attributes().get((table, column))
    label, unit = (known.label(language), known.unit) if known else (column, "")
    chosen = choices().get((table, column))
    if chosen and isinstance(value, str):
        value = word_label(chosen, value, language)
    elif isinstance(value, datetime | date) or (known and known.type in ("date", "timestamp")):
        value = str(value)[:10]
    elif isinstance(value, float):
        value = round(value, 2)
    return {"key": column, "label": label, "value": value, "unit": unit}


def list_links(thing: Thing, language: str) -> list[dict]:
    """The things that this one names."""
    head = thing.head
    found = []
    for kind, key, code, (table, column) in LINKS[thing.kind]:
        if head.get(key) is None:
            continue
        name = pick_name(head, code.replace("_code", "_name"), language)
        known = attributes().get((table, column))
        label = known.label(language) if known else word_label("kind", kind, language)
        found.append({"label": label, "kind": kind, "id": str(head[key]), "text": name or head[code]})
    return found


def count(row: dict, language: str) -> dict:
    """Counts by state with the three ratios (domain.md C1); None where nothing is installed."""
    installed, held = row["installed"], row["in_use"] + row["reserved"]
    usable = installed - row["unusable"]
    idle = installed - held - row["releasing"] - row["unusable"]
    technology = row.get("technology") or ""
    return {
        "kind": row["kind"],
        "label": word_label("resource", row["kind"], language),
        "technology": word_label("technology", technology, language),
        **{name: row[name] for name in COUNTS},
        "idle": idle,
        "fill": ratio(row["in_use"], installed),
        "occupancy": ratio(held, installed),
        "effective": ratio(held, usable),
    }


def ratio(part: int, whole: int) -> float | None:
    """The share to six places, or None of nothing."""
    return round(part / whole, 6) if whole else None


def present_group(name: str, group: Group, language: str) -> dict:
    """A list of held things with short texts."""
    rows = [present_row(group.kind, row, language) for row in group.rows]
    return {"name": name, "kind": group.kind, "total": group.total, "rows": rows}


def present_row(kind: str | None, row: dict, language: str) -> dict:
    """One held thing: what it is, its code, a note, its counts."""
    found = {"text": row.get("code") or row.get("kind"), "name": pick_name(row, "name", language), "note": list_notes(row)}
    if kind is not None:
        found |= {"kind": kind, "id": str(row["id"])}
    if "slot_no" in row:
        found |= {"text": row["slot_no"], "name": row["model"]}
    if kind is None and "count" in row:
        found |= {"text": word_label("structure_kind", row["kind"], language), "count": row["count"]}
    elif row.get("kind"):
        found["label"] = word_label("unit_kind", row["kind"], language) if kind is None else name_kind(kind, row["kind"], language)
        found["what"] = row["kind"]
    if row.get("installed"):
        held = row["in_use"] + row["reserved"]
        found |= {"installed": row["installed"], "held": held, "occupancy": ratio(held, row["installed"])}
    states = [state(axis, row[axis], language) for axis in STATES if row.get(axis) not in USUAL]
    return {**found, "states": states}


def list_notes(row: dict) -> list[dict]:
    """Small facts of a row, with their units."""
    notes = []
    if row.get("length_m") is not None:
        notes.append({"value": round(row["length_m"], 1), "unit": "m"})
    if row.get("conductor_count") is not None:
        notes.append({"value": row["conductor_count"], "unit": "F" if row.get("kind") == "fibre" else "P"})
    if row.get("first_u") is not None:
        notes.append({"value": span(row["first_u"], row["last_u"]), "unit": "U"})
    if row.get("hole_no") or row.get("duct_no"):
        inner = "-".join(no for no in (row.get("hole_no"), row.get("duct_no")) if no)
        notes.append({"value": inner, "unit": "K"})
    return notes


def present_brief(kind: str, row: dict, popup: list[str], language: str) -> dict:
    """One of several things under a click: what it is, code and name, what is unusual of its states, and its layer's popup fields."""
    columns, what = row["columns"], LEVELS[int(row["kind"])] if kind == "grid" else row["kind"]
    facts = [{"key": "model", "label": "", "value": row["model"], "unit": ""}] if "model" in popup and row["model"] else []
    plain = [name for name in popup if name not in NAMED_IN_BRIEFS and columns.get(name) is not None]
    facts += [fact(THINGS[kind], name, columns[name], language) for name in plain]
    return {
        "kind": kind,
        "kind_label": name_kind(kind, what, language),
        "id": str(row["id"]),
        "code": row["code"],
        "name": pick_name(row, "name", language),
        "states": [state(axis, columns[axis], language) for axis in STATES if axis in popup and columns.get(axis) not in USUAL],
        "facts": facts,
    }


def present_members(thing: Thing, language: str) -> dict | None:
    """Strands, ducts or ports as the panel draws them: one small sign each."""
    for name, what in MEMBER_GROUPS.items():
        group = thing.groups.get(name)
        if group is not None and group.rows:
            rows = [member(row) for row in group.rows]
            what = name_members(what, thing)
            return {
                "what": MEMBER_GROUPS[name],
                "label": word_label("resource", what, language),
                "is_copper": what == "pair",
                "per_tube": thing.head.get("tube_size"),
                "total": group.total,
                "rows": rows,
            }
    return None


def name_members(what: str, thing: Thing) -> str:
    """The resource that the members are: pairs in a copper cable, terminals on a panel."""
    if what == "strand":
        return "pair" if thing.head.get("kind") == "copper" else what
    roles = {row["role"] for row in thing.groups["ports"].rows} if what == "port" else set()
    if roles == {"panel"}:
        return "terminal"
    return "splitter_output" if roles and roles <= {"split_in", "split_out"} else what


def member(row: dict) -> dict:
    """One member: its number, its states, and what lies in it."""
    found = {"no": str(row["no"]), "state": sum_up(row)}
    for name in ("row_no", "col_no", "cables", "role", "port_type"):
        if row.get(name) is not None:
            found[name] = row[name]
    for name in ("id", "parent_id", "card_id"):
        if row.get(name) is not None:
            found[name] = str(row[name])
    return found


def sum_up(row: dict) -> str:
    """The one state that the sign shows: what is not in the network, what fails, else its use."""
    if row["life"] not in ("built", "in_service", "pending_removal"):
        return row["life"]
    if row["use"] == "idle" and row["health"] in ("faulty", "blocked"):
        return row["health"]
    return row["use"]
