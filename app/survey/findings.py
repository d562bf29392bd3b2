"""What is wrong in a survey: findings, all of them, in one pass."""
from dataclasses import dataclass, field

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True)
class Finding:
    """One thing found in a survey.

    Attributes
    ----------
    rule
        Stable name: ``VALUE_DATE``, ``K2``, ``PARENT_MISSING``.
    severity
        ``error`` refuses the row; ``warning`` loads it; ``info`` only tells.
    row
        The file's own row number as the user sees it (a header is row 1); the feature's number in a GeoPackage or GeoJSON.
    column
        The file's own header.
    """

    rule: str
    severity: str
    row: int | None = None
    column: str | None = None
    subject: str | None = None
    found: str | None = None
    expected: str | None = None
    next_step: str | None = None

    def as_dict(self) -> dict:
        """The finding as reports print it."""
        names = ("rule", "severity", "row", "column", "subject", "found", "expected", "next_step")
        return {name: getattr(self, name) for name in names}


@dataclass
class SourceReport:
    """What became of one file, or of one sheet or layer of it. ``rows_read = applied + unchanged + refused``, always."""

    file: str
    sheet: str | None = None
    layer: str | None = None
    crs: str | None = None
    rows_read: int = 0
    applied: int = 0
    unchanged: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)

    def as_dict(self) -> dict:
        """The report as ``--json`` prints it."""
        names = ("file", "sheet", "layer", "crs", "rows_read", "applied", "unchanged", "refused")
        return {**{name: getattr(self, name) for name in names}, "findings": [finding.as_dict() for finding in self.findings]}

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == ERROR for finding in self.findings)


@dataclass
class ImportReport:
    """What became of all files of one call; ``changed`` is false where nothing was written.

    Attributes
    ----------
    batch
        Number of the batch; None for a dry run.
    differences
        Where the files and the network differ, as ``compare.Difference``; of new things only the first of each layer.
    places
        (number of the source, row) -> EWKB in hex, of the rows that a finding names and that have a place.
    """

    sources: list[SourceReport]
    seconds: float
    changed: bool
    batch: int | None = None
    differences: list = field(default_factory=list)
    places: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        """Rows and findings over all sources."""
        names = ("rows_read", "applied", "unchanged", "refused")
        sums = {name: sum(getattr(source, name) for source in self.sources) for name in names}
        findings = [finding.severity for source in self.sources for finding in source.findings]
        return {**sums, "errors": findings.count(ERROR), "warnings": findings.count(WARNING)}
