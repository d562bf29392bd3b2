"""Which mapping a source gets: the one given, else the one remembered for its headers, else what its headers say by themselves."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.survey.findings import INFO, Finding
from app.survey.headers import Match, recognise
from app.survey.mapping.apply import map_source
from app.survey.mapping.rules import Mapping, SheetMapping, fingerprint
from app.survey.mapping.store import find_mapping, save_mapping
from app.survey.readers.source import Source


class Chooser:
    """Maps the sources of one import, and remembers for which headers the mapping given was taken, where it may."""

    def __init__(self, session: Session, region: int, mapping: Mapping | None, remembers: bool = True):
        self._session, self._region, self._mapping, self._remembers = session, region, mapping, remembers
        self._remembered: dict[str, Mapping | None] = {}
        self._taken: dict[str, None] = {}

    def choose(self, source: Source) -> tuple[Source, Match | None]:
        """The source as its mapping reads it, and the layer that it fits; None where no layer fits."""
        print_ = fingerprint(source.headers, source.geometry)
        given = self._mapping.sheet_for(source.sheet, print_) if self._mapping else None
        if given is not None and self._fits(source, given):
            self._taken[print_] = None
            return map_source(source, given)
        match = recognise(list(source.headers), source.geometry)
        if match is not None and not match.missing:
            return source, match
        known = self._known(print_)
        sheet = known.sheet_for(source.sheet, print_) if known else None
        if sheet is None:
            return source, match
        told = Finding("MAPPING_REMEMBERED", INFO, found=known.name, next_step="the mapping saved for these headers is taken")
        return map_source(replace(source, findings=[*source.findings, told]), sheet)

    def keep(self) -> None:
        """Save the mapping given, for the headers for which it was taken."""
        if self._mapping is not None and self._taken and self._remembers:
            save_mapping(self._session, self._region, self._mapping, list(self._taken))

    @staticmethod
    def _fits(source: Source, sheet: SheetMapping) -> bool:
        # A mapping for any sheet is not for tables that have none of its columns: those are recognised by themselves.
        return any(rule.column is None or rule.column in source.headers for rule in sheet.fields.values())

    def _known(self, print_: str) -> Mapping | None:
        if not self._remembers:
            return None
        if print_ not in self._remembered:
            self._remembered[print_] = find_mapping(self._session, self._region, print_)
        return self._remembered[print_]
