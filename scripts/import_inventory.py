#!/usr/bin/env python3
"""Import survey files of any format and layout. Exit code 0 clean, 1 findings, 2 usage, 3 database."""

import argparse
import getpass
import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.own_python import use_own_python  # noqa: E402

if __name__ == "__main__":
    use_own_python()

from sqlalchemy.exc import SQLAlchemyError  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from tqdm import tqdm  # noqa: E402

from app.core.database import make_engine  # noqa: E402
from app.core.errors import InputError, NetGridError  # noqa: E402
from app.core.journal import get_region_id  # noqa: E402
from app.core.settings import load_settings  # noqa: E402
from app.survey.datum import read_datum  # noqa: E402
from app.survey.declaration import ACCEPTED, REFUSED, Declaration, read_decision  # noqa: E402
from app.survey.findings import ImportReport  # noqa: E402
from app.survey.importing import import_surveys  # noqa: E402
from app.survey.mapping import Mapping  # noqa: E402
from app.survey.mapping.files import proposed_yaml, read_mapping  # noqa: E402
from app.survey.mapping.propose import propose  # noqa: E402
from app.survey.mapping.store import get_mapping  # noqa: E402
from app.survey.readers import open_sources  # noqa: E402
from app.survey.readers.files import FORMATS  # noqa: E402
from app.survey.readers.source import Source  # noqa: E402
from app.survey.reports import report_lines, report_object, write_report  # noqa: E402
from app.survey.templates import write_templates  # noqa: E402

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_DATABASE, EXIT_STOPPED = 0, 1, 2, 3, 130


def main(arguments: list[str] | None = None) -> int:
    """Import the files that the arguments name; the exit code."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    try:
        if options.templates:
            return make_templates(options)
        if not options.paths:
            parser.error("name at least one file or folder")
        if options.propose_mapping:
            return propose_mapping(options)
        return run_import(options)
    except NetGridError as error:
        say(str(error))
        return EXIT_DATABASE if error.status >= 500 else EXIT_USAGE
    except SQLAlchemyError as error:
        say(f"DATABASE_FAILED: {reason(error)}; nothing was written: start the database or mend DATABASE_URL, and import again")
        return EXIT_DATABASE
    except BrokenPipeError:
        # Who reads our output has heard enough; what was imported stays imported.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CLEAN
    except OSError as error:
        say(f"FILE_FAILED: {error.filename or 'a file'}: {error.strerror}")
        return EXIT_USAGE
    except KeyboardInterrupt:
        say("Stopped; nothing was written.")
        return EXIT_STOPPED
    except Exception as error:
        # The import is one transaction, so whatever failed has changed nothing; a stack trace would help no surveyor.
        say(f"SYSTEM_FAULT: {type(error).__name__}: {reason(error)}; nothing was written: report this with the file that caused it")
        return EXIT_DATABASE


def build_parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="import_inventory.py", description=f"Import survey files: {FORMATS}."
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file or folder")
    parser.add_argument("--region", metavar="CODE", help="region that the files belong to (default: NETGRID_REGION)")
    parser.add_argument("--crs", metavar="CRS", help="EPSG:n, gcj02 or bd09; wins over what the files say")
    parser.add_argument("--mapping", metavar="FILE|NAME", help="how columns become fields: a YAML file, or a saved mapping's name")
    parser.add_argument("--propose-mapping", type=Path, metavar="FILE", help="write a mapping proposed for the files to FILE, and stop")
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    parser.add_argument("--valid-rows-only", action="store_true", help="load the rows without errors, refuse the others")
    parser.add_argument("--surveyor", metavar="NAME", help="who surveyed; another's newer values are not overwritten without asking")
    parser.add_argument("--surveyed-on", type=date.fromisoformat, metavar="DATE", help="day of the survey; newer values are kept")
    parser.add_argument("--accuracy", type=float, metavar="METRES", help="accuracy of the survey")
    parser.add_argument("--stock-take", metavar="GRID", help="the files cover this grid wholly: what they leave out is told as missing")
    for word in ("accept", "refuse"):
        parser.add_argument(
            f"--{word}", action="append", default=[], metavar="RULE[:LAYER[.COLUMN]]",
            help=f"{word} all such differences: NEW, CHANGED, I26, I27, I30, I31, I36",
        )  # fmt: skip
    parser.add_argument("--report", type=Path, metavar="FILE", help="write all findings to FILE.json or FILE.csv")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument("--templates", type=Path, metavar="DIR", help="write empty templates and examples to DIR, and stop")
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of templates and of what is printed (default: zh)")
    return parser


def make_templates(options: argparse.Namespace) -> int:
    """Write the templates and say which."""
    for path in write_templates(options.templates, options.language):
        print(path)
    return EXIT_CLEAN


def propose_mapping(options: argparse.Namespace) -> int:
    """Write the mapping proposed for the files, and say what is left to choose."""
    sources = [source for path in options.paths for source in open_sources(path) if isinstance(source, Source)]
    found = [(source, proposal) for source in sources if (proposal := propose(source))]
    if not found:
        raise InputError("MAPPING_NONE", "no table in the files has anything of a layer", next_step="check the files")
    options.propose_mapping.write_text(proposed_yaml(options.propose_mapping.stem, [one for _, one in found]), encoding="utf-8")
    for source, proposal in found:
        lacking = f"; to be chosen: {', '.join(proposal.open_fields)}" if proposal.open_fields else ""
        print(f"{source.file} {source.sheet or ''}: {proposal.mapping.layer}, {len(proposal.mapping.fields)} fields{lacking}")
    return EXIT_FINDINGS if any(proposal.open_fields for _, proposal in found) else EXIT_CLEAN


def load_mapping(engine, named: str, region: str) -> Mapping:
    """The mapping in the file of this name, else the one saved under it."""
    if Path(named).is_file():
        return read_mapping(Path(named))
    with Session(engine) as session:
        return get_mapping(session, get_region_id(session, region), named)


def run_import(options: argparse.Namespace) -> int:
    """Import, report, and say how it went."""
    if options.crs:
        read_datum(options.crs)
    if options.report and not options.report.absolute().parent.is_dir():
        raise InputError("FOLDER_MISSING", "the report's folder is not there", found=str(options.report), next_step="make the folder first")
    settings = load_settings()
    # An owner's connection: commands act for the operator, not for a web user.
    engine = make_engine(settings.database_url, pool_size=2)
    region = options.region or settings.region_code
    mapping = load_mapping(engine, options.mapping, region) if options.mapping else None
    with ProgressBars() as bars:
        report = import_surveys(
            engine, options.paths, region, crs=options.crs, dry_run=options.dry_run, valid_rows_only=options.valid_rows_only,
            actor=f"cli:{getpass.getuser()}", progress=bars.tell, survey=read_declaration(options), mapping=mapping,
        )  # fmt: skip
    if options.report:
        write_report(report, options.report)
    print_report(report, options)
    totals = report.totals
    return EXIT_FINDINGS if totals["errors"] or totals["warnings"] else EXIT_CLEAN


def read_declaration(options: argparse.Namespace) -> Declaration:
    """What the arguments say about the files and decide about their differences."""
    decisions = [read_decision(told, REFUSED) for told in options.refuse] + [read_decision(told, ACCEPTED) for told in options.accept]
    return Declaration(options.surveyor, options.surveyed_on, options.accuracy, options.stock_take, tuple(decisions))


def print_report(report: ImportReport, options: argparse.Namespace) -> None:
    """The report on standard output."""
    if options.json:
        print(json.dumps(report_object(report), ensure_ascii=False))
        return
    for line in report_lines(report, options.language, options.dry_run):
        print(line)


class ProgressBars:
    """One bar for each stage, with rate and time left, on standard error where that is a terminal."""

    def __init__(self):
        self._stage = None
        self._bar = None

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._close()

    def tell(self, stage: str, done: int, total: int | None) -> None:
        """Show that ``done`` of ``total`` are done; ``total`` may be unknown."""
        if stage != self._stage:
            self._close()
            # None turns the bar off where standard error is no terminal.
            # Some terminals tell no width, on which tqdm itself would show nothing.
            width = shutil.get_terminal_size().columns - 1
            unit = " rows" if stage.startswith("read") else " steps"
            self._bar = tqdm(total=total, desc=stage, unit=unit, unit_scale=True, file=sys.stderr, disable=None, ncols=width, nrows=20)
            self._stage = stage
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = self._stage = None


def reason(error: Exception) -> str:
    """The first line of what is wrong; of a database error never its statement or parameters."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
