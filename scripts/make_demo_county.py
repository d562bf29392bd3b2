#!/usr/bin/env python3
"""Make the survey files of the synthetic demo county: scripts/make_demo_county.py [--scale S] [--seed N] [--faults] OUT."""
import argparse
import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.own_python import use_own_python  # noqa: E402 - the checkout must be on the path first

if __name__ == "__main__":
    use_own_python()

from scripts.demo_county.assets import write_investment  # noqa: E402 - the checkout must be on the path first
from scripts.demo_county.budget import split_scale  # noqa: E402
from scripts.demo_county.county import draw_county  # noqa: E402
from scripts.demo_county.days import DATA_DAY  # noqa: E402
from scripts.demo_county.delivery import deliver  # noqa: E402
from scripts.demo_county.faults import inject  # noqa: E402
from scripts.demo_county.places import County, counties  # noqa: E402
from scripts.demo_county.writers import SurveyFolder  # noqa: E402

NOTE = """SYNTHETIC DEMONSTRATION DATA - 演示数据,非真实网络

Survey files of a network that does not exist, in and around Gong'an county (公安县, 421022).
The names and populations of the sixteen towns of Gong'an are real. Everything else is invented: borders, communities,
neighbouring counties, manholes, poles, cables, equipment, serial numbers, homes, customers, and who uses what. No persons are
named: customers are called 演示用户 and a number, and their telephone numbers are given to nobody. The data tells of {day}.

Scale {scale:g}, seed {seed}: the same scale and seed give the same files.

grids.gpkg              counties, towns, communities; areas of large customers       EPSG:4490
structures.gpkg         manholes, poles, buildings, cabinet bases; sections           EPSG:4546
roads.gpkg              streets, those without ducts yet, and roads to villages       EPSG:4546
inside_plant.xlsx       sites, rooms, racks, equipment, cards, maintenance units
outside_equipment.csv   cabinets, boxes, DPs, closures, splitters, LAN switches       UTF-8 with BOM
ducts.csv cables.csv segments.csv cable_runs.csv                                      UTF-8
splices.csv terminations.csv patches.csv port_states.csv conductor_states.csv         GB18030, CRLF
switching_power.xlsx    offices, trunk groups, number blocks and states; ratings, feeds, 24 months of readings
circuits.csv circuit_carriers.csv rings.csv ring_members.csv vlans.csv ip_prefixes.csv UTF-8
buildings.zip           homes, a zipped shapefile with a GBK table                    EPSG:4490
addresses.csv servings.csv                                                            UTF-8
customers.csv services.csv line_records.csv                                           GB18030, CRLF
unmet_requests.geojson  who waits                                                     GCJ-02
investment_items.csv    the plan of the year, for planning; the import passes it over
faults.json             only with --faults: the faults put in on purpose
"""


def make(out: Path, scale: float = 1.0, seed: int = 1, faults: bool = False) -> None:
    """Write all files into ``out``; earlier files of the same names are replaced.

    Raises
    ------
    ValueError
        ``scale`` is out of range.
    """
    count, each = split_scale(scale)
    for old in (*out.glob("*.gpkg"), *out.glob("inside_plant*.xlsx"), *out.glob("switching_power*.xlsx"), out / "faults.json"):
        old.unlink(missing_ok=True)
    folder = SurveyFolder(out)
    for county in counties(count):
        _make_county(county, folder, each, seed, faults=faults and county.number == 0)
        # What one county took is given back before the next is drawn.
        gc.collect()
    folder.close()
    write_investment(out)
    (out / "README.txt").write_text(NOTE.format(scale=scale, seed=seed, day=DATA_DAY), encoding="utf-8")


def _make_county(county: County, folder: SurveyFolder, scale: float, seed: int, *, faults: bool) -> None:
    plan = draw_county(county, scale, seed)
    homes, market = deliver(plan, folder, seed)
    if faults:
        inject(plan, folder, homes, market)


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 made, 2 wrong usage."""
    parser = argparse.ArgumentParser(description="Make the survey files of the synthetic demo county.")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is the county, 0.02 serves tests, 10 is a city (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same files (default 1)")
    parser.add_argument("--faults", action="store_true", help="inject typical survey faults and list them in faults.json")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder for the files; made where missing")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    try:
        make(options.out, options.scale, options.seed, options.faults)
    except ValueError as error:
        parser.error(str(error))
    print(f"{options.out}: scale {options.scale:g}, seed {options.seed}, {time.monotonic() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
