"""Finds the measurements, runs those asked for, prints one table and, where asked, writes JSON."""
import argparse
import importlib
import json
import pkgutil
import sys
from dataclasses import asdict
from pathlib import Path

from app.core.collector import settle_collector
from app.core.errors import NetGridError
from app.core.settings import load_settings
from scripts.benchmarks import published
from scripts.benchmarks.results import table_text

FAILED, MISSED = 3, 1


def find_measurements() -> dict:
    """Every module of this package that measures something, by name."""
    names = sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = {name: importlib.import_module(f"scripts.benchmarks.{name}") for name in names}
    return {name: module for name, module in modules.items() if hasattr(module, "measure")}


def build_parser(measurements: dict) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure NetGrid on the server that DATABASE_URL names.")
    parser.add_argument("names", nargs="*", metavar="MEASUREMENT", help=f"{', '.join(measurements)}; all where none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    for module in measurements.values():
        module.add_options(parser)
    return parser


def main(arguments: list[str]) -> int:
    """The exit code: 0 all aims met, 1 some missed, 2 usage, 3 the database can't be used."""
    if arguments[:1] == ["published"]:
        return published.main(arguments[1:])
    measurements = find_measurements()
    parser = build_parser(measurements)
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(measurements)
    if unknown:
        parser.error(f"no measurement is called {sorted(unknown)[0]}; there are {', '.join(measurements)}")
    # As the site's processes do.
    settle_collector()
    results, failures = {}, 0
    for name in options.names or measurements:
        try:
            results[name] = measurements[name].measure(load_settings().database_url, options)
        except NetGridError as error:
            failures += 1
            print(f"{name}: {error}", file=sys.stderr)
        else:
            print(table_text({name: results[name]}), flush=True)
    if options.json:
        plain = {name: [{**asdict(row), "is_met": row.is_met} for row in rows] for name, rows in results.items()}
        options.json.write_text(json.dumps(plain, indent=1), encoding="utf-8")
    if failures:
        return FAILED
    return 0 if all(row.is_met for rows in results.values() for row in rows) else MISSED
