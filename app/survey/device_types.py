"""Device types as the public libraries write them (YAML): models of the catalogue with their ports, slots and power."""

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from pathlib import Path

from sqlalchemy.orm import Session

from app.core.errors import InputError
from app.network.commands.catalogue import MODEL_COLUMNS, add_models, find_model
from app.survey.findings import ERROR, INFO, WARNING, Finding, SourceReport
from app.survey.mapping.files import load_yaml

SUFFIXES = (".yaml", ".yml")
_MOST_PORTS = 4_096
# Members of which nothing becomes a port: they carry no service.
_OTHERS = ("console-ports", "console-server-ports", "power-ports", "power-outlets", "rear-ports", "device-bays", "inventory-items")


@dataclass
class DeviceType:
    """One model: its row of the catalogue, ports as (no, role, port_type), slots as (no, card_type), and what was left out."""

    model: dict
    ports: list[tuple[str, str, str]] = field(default_factory=list)
    slots: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    is_guessed: bool = False


def load_device_types(session: Session, paths: list[Path]) -> list[SourceReport]:
    """Add the device types of all files and folders to the catalogue; a report for each file."""
    return [_load(session, path) for path in _files(paths)]


def read_device_type(told: object) -> DeviceType:
    """The model that a file tells.

    Raises
    ------
    InputError
        ``DEVICE_TYPE_WRONG``.
    """
    if not isinstance(told, dict) or not _text(told.get("manufacturer")) or not _text(told.get("model")):
        raise _wrong(str(told)[:60], "a mapping with manufacturer and model")
    is_card = "u_height" not in told
    device = DeviceType(dict.fromkeys(MODEL_COLUMNS))
    device.ports = _own_names(list(_ports(told, device.left_out)), told)
    device.slots = _slots(_entries(told, "module-bays"))
    for what, found in (("ports", [no for no, _, _ in device.ports]), ("slots", [no for no, _ in device.slots])):
        if None in found or len(set(found)) < len(found) or len(found) > _MOST_PORTS:
            raise _wrong(f"{len(found)} {what}, {len(set(found))} names", f"at most {_MOST_PORTS}, each with a name of its own")
    kind, device.is_guessed = ("card", False) if is_card else _kind(told)
    height = _number(told.get("u_height"), "u_height")
    device.model |= {
        "code": _text(told["model"]), "kind": kind, "name_en": f"{told['manufacturer']} {told['model']}"[:200],
        "vendor": _text(told["manufacturer"]), "height_u": ceil(height) if height else None, "power_w": _power(told),
        "medium": "fibre" if kind == "odf" else None,
    }  # fmt: skip
    device.left_out += [f"{len(found)} {name}" for name in _OTHERS if (found := _entries(told, name)) and name != "rear-ports"]
    return device


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path
        elif path.is_dir():
            for root, folders, names in os.walk(path):
                folders[:] = sorted(name for name in folders if not name.startswith("."))
                yield from (Path(root, name) for name in sorted(names) if Path(name).suffix.lower() in SUFFIXES)


def _load(session: Session, path: Path) -> SourceReport:
    report = SourceReport(str(path), rows_read=1)
    try:
        told = load_yaml(path)
        if isinstance(told, dict) and "sheets" in told:
            return SourceReport(str(path), findings=[Finding("FILE_SKIPPED", INFO, found="a mapping", next_step="give it with --mapping")])
        device = read_device_type(told)
        _check_vendor(session, device)
    except InputError as fault:
        report.refused = 1
        report.findings.append(Finding(fault.code, ERROR, found=fault.found, expected=fault.expected, next_step=fault.next_step))
        return report
    code = device.model["code"]
    changed = add_models(session, [device.model], [(code, *port) for port in device.ports], [(code, *slot) for slot in device.slots])
    report.applied, report.unchanged = (1, 0) if changed else (0, 1)
    report.findings += _told(device)
    return report


def _told(device: DeviceType) -> Iterator[Finding]:
    model = device.model
    size = f"{len(device.ports)} ports, {len(device.slots)} slots, {model['height_u'] or 0} U, {model['power_w'] or 0:g} W"
    yield Finding("MODEL", INFO, subject=model["code"], found=f"{model['kind']}: {size}", next_step="a model of the catalogue")
    if device.is_guessed:
        step = "correct it in models.csv and load the catalogue where it is another: flask catalogue load"
        found = f"no word that tells the kind; {model['kind']} is taken"
        yield Finding("MODEL_KIND", WARNING, subject=model["code"], found=found, next_step=step)
    if device.left_out:
        step = "no service runs over them: they are no ports of the model"
        yield Finding("PORTS_LEFT_OUT", INFO, subject=model["code"], found=", ".join(device.left_out), next_step=step)


def _check_vendor(session: Session, device: DeviceType) -> None:
    known = find_model(session, device.model["code"])
    if known is not None and known["vendor"] not in (None, device.model["vendor"]):
        raise InputError("MODEL_TWICE", "another vendor's model has this code", found=f"{device.model['code']} of {device.model['vendor']}",
                         expected=f"the one of {known['vendor']}", next_step="give the model another name")  # fmt: skip


def _entries(told: dict, name: str) -> list[dict]:
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise _wrong(f"{name}: {str(found)[:60]}", "a list of entries with names")
    return found


def _ports(told: dict, left_out: list[str], whole: bool = False) -> Iterator[tuple[str, str, str]]:
    skipped = 0
    for entry in _entries(told, "interfaces"):
        type_ = _text(entry.get("type")) or "other"
        if str(entry.get("mgmt_only")).casefold() == "true" or re.match(r"virtual|lag|bridge|ieee802\.11", type_):
            skipped += 1
        else:
            yield _port_name(entry, whole), "plain", _listed("port_type", type_) or type_
    for entry in _entries(told, "front-ports"):
        type_ = _text(entry.get("type")) or "other"
        yield _port_name(entry, whole), "panel", _listed("port_type", type_) or type_
    if skipped:
        left_out.append(f"{skipped} interfaces for management, radio or groups")


def _own_names(ports: list[tuple[str, str, str]], told: dict) -> list[tuple[str, str, str]]:
    """The ports; by their whole names where what stands behind the slot's place does not tell them apart."""
    if len({no for no, _, _ in ports}) == len(ports):
        return ports
    return list(_ports(told, [], whole=True))


def _slots(bays: list[dict]) -> list[tuple[str, str]]:
    positions = [_text(bay.get("position")) for bay in bays]
    if None in positions or len(set(positions)) < len(positions):
        positions = [_text(bay.get("name")) for bay in bays]
    return [(no, _card_type(bay)) for no, bay in zip(positions, bays, strict=True)]


def _port_name(entry: dict, whole: bool = False) -> str | None:
    """The name; of a card's port what stands behind the slot's place in it, since the slot comes before it when it is plugged in."""
    name = _text(entry.get("name"))
    if name is None or "{module}" not in name:
        return name
    return (not whole and name.rpartition("{module}")[2].strip("/ -.")) or re.sub(r"[/ ]*\{module\}", "", name).strip("/ ")


def _card_type(bay: dict) -> str:
    said = f"{bay.get('name')} {bay.get('description')}"
    return _listed("card", said) or "line"


def _kind(told: dict) -> tuple[str, bool]:
    """The kind, and whether nothing said it: by words in the model and its remarks, else by what it has."""
    said = " ".join(str(told.get(name) or "") for name in ("manufacturer", "model", "part_number", "comments", "slug"))
    said += " ports:" + " ".join(sorted({str(entry.get("type")) for entry in _entries(told, "interfaces")}))
    said += " parts:" + " ".join(name for name in ("front-ports", "power-outlets", "interfaces", "module-bays") if told.get(name))
    found = _listed("kind", said)
    return found or "lan_switch", found is None


def _power(told: dict) -> float | None:
    """Watts: the largest draw of one supply, since the others stand by for it; what is allocated before what is possible."""
    draws = [entry.get("allocated_draw") or entry.get("maximum_draw") for entry in _entries(told, "power-ports")]
    numbers = [number for draw in draws if (number := _number(draw, "draw"))]
    return max(numbers, default=None)


@cache
def _patterns() -> list[tuple[str, re.Pattern, str]]:
    with Path(__file__).with_name("device_words.csv").open(encoding="utf-8", newline="") as file:
        return [(row["list"], re.compile(row["pattern"], re.IGNORECASE), row["value"]) for row in csv.DictReader(file)]


def _listed(name: str, said: str) -> str | None:
    return next((value for listed, pattern, value in _patterns() if listed == name and pattern.search(said)), None)


def _number(value: object, name: str) -> float | None:
    if value in (None, ""):
        return None
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:
        raise _wrong(f"{name}: {str(value)[:40]}", "a number")
    return number


def _text(value: object) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text[:200] or None


def _wrong(found: str, expected: str) -> InputError:
    return InputError("DEVICE_TYPE_WRONG", "no device type", found=found, expected=expected, next_step="correct the file")
