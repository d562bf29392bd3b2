"""An import's outcome as JSON, as CSV, and as text for a terminal."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from app.survey.findings import ERROR, INFO, WARNING, Finding, ImportReport, SourceReport
from app.survey.layers import layers

SHOWN = 20
_COLUMNS = ("file", "sheet", "layer", "rule", "severity", "row", "column", "subject", "found", "expected", "next_step")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PHRASES = {
    "zh": {
        "rows": "读取 {rows_read} 行：写入 {applied}，未变 {unchanged}，拒绝 {refused}",
        "totals": "合计读取 {rows_read} 行：写入 {applied}，未变 {unchanged}，拒绝 {refused}；"
        "错误 {errors}，警告 {warnings}；{seconds:.1f} 秒",
        "row": "第 {row} 行", "expected": "应为 {expected}", "found": "实为 {found}", "more": "另有 {count} 条，见 --report",
        "nothing": "数据库未变。", "same": "与数据库一致，没有变化。", "dry": "试运行：数据库未变。", "changed": "已写入数据库。",
        "batch": "批次 {batch}；撤销：flask survey undo {batch}",
        ERROR: "错误", WARNING: "警告", INFO: "说明",
    },
    "en": {
        "rows": "{rows_read} rows read: {applied} applied, {unchanged} unchanged, {refused} refused",
        "totals": "Total {rows_read} rows read: {applied} applied, {unchanged} unchanged, {refused} refused; "
        "{errors} errors, {warnings} warnings; {seconds:.1f} s",
        "row": "row {row}", "expected": "expected {expected}", "found": "found {found}", "more": "and {count} more, see --report",
        "nothing": "The database is unchanged.", "same": "The files say what the database holds: no change.",
        "dry": "Dry run: the database is unchanged.", "changed": "The database holds the survey.",
        "batch": "Batch {batch}; to undo it: flask survey undo {batch}",
        ERROR: "error", WARNING: "warning", INFO: "note",
    },
}  # fmt: skip


def report_object(report: ImportReport) -> dict:
    """The report as ``--json`` prints it: files, totals, seconds."""
    return {
        "batch": report.batch, "files": [source.as_dict() for source in report.sources], "totals": report.totals,
        "seconds": round(report.seconds, 3),
    }  # fmt: skip


def write_report(report: ImportReport, path: Path) -> None:
    """Write the report: CSV with one finding a row where the name ends so, JSON otherwise."""
    if path.suffix.lower() == ".csv":
        # Spreadsheets take a CSV without a byte-order mark for GBK.
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows(_csv_rows(report))
    else:
        path.write_text(json.dumps(report_object(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def report_lines(report: ImportReport, language: str, dry_run: bool = False) -> Iterator[str]:
    """The report as lines for a terminal, in ``zh`` or ``en``: by file and sheet, the first twenty findings of each, and totals."""
    say = _PHRASES[language]
    for source in report.sources:
        yield _heading(source, language)
        if source.layer:
            yield "  " + say["rows"].format(**source.as_dict())
        # Errors first: the first twenty are what a surveyor mends first.
        ordered = sorted(source.findings, key=lambda finding: (ERROR, WARNING, INFO).index(finding.severity))
        yield from ("  " + _finding_line(finding, say) for finding in ordered[:SHOWN])
        if len(ordered) > SHOWN:
            yield "  " + say["more"].format(count=len(ordered) - SHOWN)
    yield say["totals"].format(**report.totals, seconds=report.seconds)
    yield say[_outcome(report, dry_run)]
    if report.changed and report.batch:
        yield say["batch"].format(batch=report.batch)


def _outcome(report: ImportReport, dry_run: bool) -> str:
    if report.changed:
        return "changed"
    if dry_run:
        return "dry"
    return "nothing" if report.totals["refused"] or report.totals["errors"] else "same"


def _heading(source: SourceReport, language: str) -> str:
    title = None
    if source.layer:
        layer = layers()[source.layer]
        title = layer.title_zh if language == "zh" else layer.title_en
    return " · ".join(_printable(part) for part in (source.file, source.sheet, title, source.crs) if part)


def _finding_line(finding: Finding, say: dict[str, str]) -> str:
    place = [say["row"].format(row=finding.row) if finding.row is not None else None, finding.column, finding.subject]
    told = [
        say["found"].format(found=finding.found) if finding.found else None,
        say["expected"].format(expected=finding.expected) if finding.expected else None,
        finding.next_step,
    ]
    parts = [f"{say[finding.severity]} {finding.rule}", " ".join(filter(None, place)), "; ".join(filter(None, told))]
    return _printable(": ".join(filter(None, parts)))


def _printable(text: str) -> str:
    """Text of a survey must not steer the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def _csv_rows(report: ImportReport) -> Iterator[list[object]]:
    for source in report.sources:
        for finding in source.findings:
            cells = {"file": source.file, "sheet": source.sheet, "layer": source.layer, **finding.as_dict()}
            yield [_as_text(cells[name]) for name in _COLUMNS]


def _as_text(cell: object) -> object:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
