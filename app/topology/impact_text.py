"""An impact in words for people: tables, and sentences; in Chinese or English."""
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from app.engineering.phrases import Phrases
from app.network.dictionary import word_label
from app.topology.impact import CustomerHit, Impact, ServiceHit

say = Phrases("impact_words.csv", Path(__file__).parent).say
STATES = ("down", "later", "weakened")


def service_table(services: Sequence[ServiceHit], language: str) -> tuple[list[str], list[list]]:
    """Headers and one row for each service."""
    names = ("state", "hours", "service", "product", "sla", "customer", "segment", "grid", "number", "circuit")
    return [say(name, language) for name in names], [_service_row(service, language) for service in services]


def customer_table(customers: Sequence[CustomerHit], language: str) -> tuple[list[str], list[list]]:
    """Headers and one row for each customer: whom to tell, and of what."""
    headers = [say(name, language) for name in ("customer", "segment", "sla", *STATES)]
    segments = [word_label("segment", one.segment, language) for one in customers]
    return headers, [[one.code, said, one.sla, one.down, one.later, one.weakened] for one, said in zip(customers, segments, strict=True)]


def restoration_table(found: Impact, language: str) -> tuple[list[str], list[list]]:
    """Headers and one row for each thing to be mended, the first to be mended first."""
    headers = [say(name, language) for name in ("place", "mend", "waiting", "large", "sla")]
    rows = [[place, one.code, one.services, one.large_customers, one.sla] for place, one in enumerate(found.restoration, start=1)]
    return headers, rows


def battery_lines(found: Impact, language: str) -> list[str]:
    """One sentence for each structure whose batteries count."""
    return [
        say(
            "battery_line", language, site=one.site or one.structure_id, ah=f"{one.capacity_ah:g}",
            load="?" if one.load_a is None else f"{one.load_a:g}", hours="?" if one.hours is None else f"{one.hours:.1f}",
        )
        for one in found.batteries
    ]  # fmt: skip


def grid_lines(found: Impact, language: str) -> list[str]:
    """One line for each grid: its code, its name, and the number of services."""
    lines = []
    for code, zh, en, count in found.grids:
        name = (en or zh) if language == "en" else zh
        lines.append(f"{' '.join(filter(None, (code, name))) or say('outside', language)}: {say('counts', language, count=count)}")
    return lines


def as_plain(found: Impact) -> dict:
    """The impact as JSON, keys as strings."""
    told = asdict(found)
    for name in ("services", "restoration"):
        for row in told[name]:
            row["id"] = str(row["id"])
    for row in told["batteries"]:
        row["structure_id"] = str(row["structure_id"])
    told["grids"] = [{"code": code, "name_zh": zh, "name_en": en, "services": count} for code, zh, en, count in found.grids]
    return told


def _service_row(service: ServiceHit, language: str) -> list:
    grid = (service.grid_en or service.grid_zh) if language == "en" else service.grid_zh
    return [
        say(service.state, language), None if service.hours is None else round(service.hours, 2), service.code,
        word_label("product", service.product, language), service.sla, service.customer, word_label("segment", service.segment, language),
        " ".join(filter(None, (service.grid, grid))) or None, " ".join(service.numbers) or None, " ".join(service.circuits) or None,
    ]  # fmt: skip
