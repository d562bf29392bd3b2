#!/usr/bin/env python3
"""Import every file of a folder on its own, as a trial, and print what became of it: rows in, applied, refused, and the findings."""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.own_python import use_own_python  # noqa: E402

if __name__ == "__main__":
    use_own_python()

from app.core.database import make_engine  # noqa: E402
from app.core.settings import load_settings  # noqa: E402
from app.survey.findings import SourceReport  # noqa: E402
from app.survey.importing import import_surveys  # noqa: E402
from app.survey.mapping import Mapping  # noqa: E402
from app.survey.mapping.propose import propose  # noqa: E402
from app.survey.readers import open_sources  # noqa: E402
from app.survey.readers.source import Source  # noqa: E402

PARTS = (".dbf", ".shx", ".prj", ".cpg", ".qpj", ".sbn", ".sbx")
WIDTHS = (58, 34, 16, 7, 7, 7)


def main() -> int:
    """Print the table; 1 where the counts of any source do not add up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--region", metavar="CODE")
    parser.add_argument("--proposed", action="store_true", help="read each table by the mapping that is proposed for it")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"skipped: {options.folder} is not there")
        return 0
    settings = load_settings()
    engine = make_engine(settings.database_url, pool_size=2)
    print(line(("file", "layer of the file", "read as", "rows", "applied", "refused"), "findings"))
    wrong = 0
    for path in sorted(path for path in options.folder.rglob("*") if path.is_file() and path.suffix.lower() not in PARTS):
        mapping = proposed(path) if options.proposed else None
        report = import_surveys(
            engine, [path], options.region or settings.region_code, actor="walk", dry_run=True, valid_rows_only=True, mapping=mapping
        )
        for source in report.sources:
            wrong += source.rows_read != source.applied + source.unchanged + source.refused
            print_source(path.relative_to(options.folder), source)
    return 1 if wrong else 0


def proposed(path: Path) -> Mapping | None:
    """The mappings proposed for the tables of a file that have all that their layers need."""
    found = [propose(source) for source in open_sources(path) if isinstance(source, Source)]
    sheets = tuple(one.mapping for one in found if one and not one.open_fields)
    return Mapping("proposed", sheets) if sheets else None


def print_source(name: Path, source: SourceReport) -> None:
    """One line of the table."""
    rules = Counter(f"{finding.rule}({finding.severity[0]})" for finding in source.findings)
    told = ", ".join(f"{rule} x{count}" if count > 1 else rule for rule, count in rules.most_common(6))
    first = next((finding for finding in source.findings if finding.severity == "error"), None)
    reason = f" - {first.found}; {first.next_step}"[:120] if first else ""
    counts = (source.rows_read, source.applied + source.unchanged, source.refused)
    print(line((name, source.sheet or "", source.layer or "", *counts), told + reason))


def line(cells: tuple, rest: str) -> str:
    """The cells in columns, and what comes behind them."""
    return " ".join(str(cell)[:width].ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)) + " " + rest


if __name__ == "__main__":
    sys.exit(main())
