#!/usr/bin/env python3
"""Make the survey files of the synthetic demo county: scripts/make_demo_county.py [--scale S] [--seed N] [--faults] OUT."""
import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.demo_county.budget import split_scale  # noqa: E402 - the checkout must be on the path first
from scripts.demo_county.county import draw_county  # noqa: E402
from scripts.demo_county.delivery import deliver  # noqa: E402
from scripts.demo_county.places import counties  # noqa: E402
from scripts.demo_county.writers import SurveyFolder  # noqa: E402


def make(out: Path, scale: float = 1.0, seed: int = 1, faults: bool = False) -> None:
    """Write all files into ``out``; earlier files of the same names are replaced.

    Raises
    ------
    ValueError
        ``scale`` is out of range.
    """
    count, each = split_scale(scale)
    folder = SurveyFolder(out)
    for county in counties(count):
        deliver(draw_county(county, each, seed), folder, seed)
    folder.close()


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
