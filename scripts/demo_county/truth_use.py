"""An independent recount of numbers, VLANs, channels, splits, power and homes in a folder of demo files.

Every count follows the definitions of the tallies: what is in use is never more than what is installed.
"""
import csv
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import shapely

from scripts.demo_county.catalogue import products
from scripts.demo_county.chains import read_plant, service_chain
from scripts.demo_county.survey_files import Grounds, read_buildings, read_grounds, read_rows
from scripts.demo_county.truth import OUTSIDE, Counts

LIVE = ("active", "suspended")
BROADBAND = ("ftth", "adsl", "vdsl", "lan")
HOURS = Path(__file__).resolve().parents[2] / "app" / "network" / "battery_hours.csv"
# C8 at four hours and below ten: efficiency, safety, change of capacity for each degree away from 25.
ETA, SAFETY, ALPHA = {4.0: 0.79}, 1.25, 0.008


class _Book:
    """Counts by community, kind and technology."""

    def __init__(self, grounds: Grounds, places: dict[str, str]) -> None:
        self.grounds = grounds
        self.places = places
        self.counts: dict[tuple[str, str, str], Counts] = defaultdict(Counts)

    def add(self, community: str, kind: str, technology: str, installed: float, used: float) -> None:
        """Members of one owner."""
        whole = round(installed)
        counts = self.counts[community, kind, technology]
        counts.installed += whole
        counts.in_use += min(whole, round(used))

    def at(self, equipment: str) -> str:
        """The community in which equipment stands."""
        return self.grounds.community.get(self.places[equipment], OUTSIDE)

    def rolled_up(self) -> dict[tuple[str, str, str], Counts]:
        """The same for towns and counties too."""
        found: dict[tuple[str, str, str], Counts] = defaultdict(Counts)
        for (community, kind, technology), counts in self.counts.items():
            grid = community
            while grid:
                found[grid, kind, technology].add(counts)
                grid = self.grounds.parent.get(grid, "")
        return dict(found)


def recount_use(folder: Path) -> dict[tuple[str, str, str], Counts]:
    """Counts by (grid code, kind, technology), as ``truth.recount`` gives them for the plant."""
    plant = read_plant(folder)
    book = _Book(read_grounds(folder), plant.places)
    ridden = Counter(row["lower_circuit"] for row in read_rows(folder, "circuit_carrier") if row["lower_circuit"])
    for service in plant.services:
        if service["state"] in LIVE and service["product"] == "ftth":
            head = service_chain(plant, service).head
            ridden[f"PON-{head[0]}/{head[1]}"] += 1
    _circuits(folder, book, ridden)
    _numbers(folder, book, plant.services)
    _vlans(folder, book)
    _trunks(folder, book)
    _power(folder, book)
    _racks(folder, book)
    _homes(folder, book, plant.services)
    return book.rolled_up()


def _circuits(folder: Path, book: _Book, ridden: Counter) -> None:
    for row in read_rows(folder, "circuit"):
        place = book.at(row["a_equipment"])
        channels = int(row["channel_count"] or 1)
        if row["kind"] == "pon_tree":
            book.add(place, "pon_split", "", channels, ridden[row["code"]])
        elif row["kind"] in ("section", "trail", "wavelength") and channels > 1:
            book.add(place, "channel", row["rate"], channels, ridden[row["code"]])
        elif row["kind"] == "uplink":
            book.add(place, "uplink_mbit", "", float(row["rate_mbit"]), float(row["peak_mbit"]))


def _numbers(folder: Path, book: _Book, services: list[dict[str, str]]) -> None:
    offices = {row["code"]: row["equipment"] for row in read_rows(folder, "switch_office")}
    blocks = {}
    for row in read_rows(folder, "number_block"):
        first = int(row["code"])
        blocks.update(dict.fromkeys(range(first, first + int(row["number_count"])), book.at(offices[row["office"]])))
    uses = {}
    for row in read_rows(folder, "number_state"):
        first, _, last = row["digits"].partition("-")
        uses.update(dict.fromkeys(range(int(first), int(last or first) + 1), row["use"]))
    uses.update({int(row["number"]): "in_use" for row in services if row["number"] and row["state"] in LIVE})
    for number, place in blocks.items():
        counts = book.counts[place, "number", ""]
        counts.installed += 1
        use = uses.get(number, "idle")
        counts.in_use += use == "in_use"
        counts.reserved += use == "reserved"
        counts.releasing += use == "ageing"


def _vlans(folder: Path, book: _Book) -> None:
    for row in read_rows(folder, "vlan"):
        low, _, high = row["c_vlans"].partition("-")
        count = int(high or low) - int(low) + 1
        book.add(book.at(row["gateway"]), "vlan", "", count, count if row["use"] == "in_use" else 0)


def _trunks(folder: Path, book: _Book) -> None:
    offices = {row["code"]: row["equipment"] for row in read_rows(folder, "switch_office")}
    for row in read_rows(folder, "trunk_group"):
        book.add(book.at(offices[row["a_office"]]), "trunk_channel", "", 30 * int(row["e1_count"]), float(row["busy_hour_erlang"] or 0))


def _power(folder: Path, book: _Book) -> None:
    newest: dict[str, tuple[str, float]] = {}
    for row in read_rows(folder, "power_reading"):
        if row["load_a"]:
            newest[row["equipment"]] = max(newest.get(row["equipment"], ("", 0.0)), (row["read_on"], float(row["load_a"])))
    kinds = {row["code"]: products()[row["model"]].kind for row in read_rows(folder, "equipment") if row["model"] in products()}
    ratings = {row["equipment"]: row for row in read_rows(folder, "power_rating")}
    offices: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for code, row in ratings.items():
        if kinds[code] == "rectifier":
            load = newest.get(code, ("", 0.0))[1]
            book.add(book.at(code), "rectifier_a", "", int(row["module_count"]) * float(row["module_a"]), load)
            offices[book.places[code]][0] += load
        elif kinds[code] == "battery":
            offices[book.places[code]][1] += float(row["capacity_ah"])
    for code, row in ratings.items():
        if kinds[code] == "battery":
            capacity = float(row["capacity_ah"])
            load, whole = offices[book.places[code]]
            book.add(book.at(code), "battery_ah", "", capacity, load * capacity / whole * _needed_ah())
    feeds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in read_rows(folder, "power_feed"):
        feeds[row["source"]][0] += float(row["breaker_a"] or 0)
        feeds[row["source"]][1] += float(row["load_a"] or 0)
    for source, (breaker, load) in feeds.items():
        book.add(book.at(source), "feed_a", "", breaker, load)


def _needed_ah() -> float:
    """Ampere-hours for each ampere (C8), by the hours and the temperature of the table's row for every office."""
    with HOURS.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["site"] == "*")
    hours = float(row["hours"])
    return SAFETY * hours / (ETA[hours] * (1 + ALPHA * (float(row["temperature_c"]) - 25)))


def _racks(folder: Path, book: _Book) -> None:
    watts: Counter = Counter()
    racks = {}
    for row in read_rows(folder, "equipment"):
        racks[row["code"]] = row["rack"]
        if row["rack"] and row["model"] in products():
            watts[row["rack"]] += products()[row["model"]].power_w
    for row in read_rows(folder, "card"):
        if racks[row["equipment"]]:
            watts[racks[row["equipment"]]] += products()[row["model"]].power_w
    sites = {row["code"]: row["structure"] for row in read_rows(folder, "site")}
    for row in read_rows(folder, "rack"):
        place = book.grounds.community.get(sites[row["room"].rpartition("/")[0]], OUTSIDE)
        book.add(place, "rack_w", "", 1000 * float(row["power_kw"]), watts[f"{row['room']}/{row['code']}"])


def _homes(folder: Path, book: _Book, services: list[dict[str, str]]) -> None:
    rows, spots = read_buildings(folder)
    codes = [code for code, shape in book.grounds.polygon.items() if len(code) == 12]
    tree = shapely.STRtree([book.grounds.polygon[code] for code in codes])
    which, found = tree.query(shapely.points(np.asarray(spots)), predicate="intersects")
    communities = {rows[one]["code"]: codes[two] for one, two in zip(which.tolist(), found.tolist(), strict=True)}
    passed = {row["address"] for row in read_rows(folder, "serving") if row["technology"] in ("pon", "adsl", "vdsl", "lan")}
    homes: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in read_rows(folder, "address"):
        count = int(row["household_count"])
        homes[row["building"]][0] += count
        homes[row["building"]][1] += count if f"{row['building']}/{row['code']}" in passed else 0
    for row in services:
        if row["product"] in BROADBAND and row["state"] in LIVE:
            homes[row["address"].rpartition("/")[0]][2] += 1
    for building, (households, reached, connected) in homes.items():
        place = communities.get(building, OUTSIDE)
        if reached:
            book.add(place, "home", "", reached, connected)
        if households:
            book.add(place, "household", "", households, connected)
