"""Faults put into the demo county are each named: by the import where a row is refused or doubtful, else by the network's checks."""

import json

import pytest
from sqlalchemy.orm import Session

from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.services.checks.registry import USE_CHECKS
from app.survey.importing import import_surveys
from scripts.demo_county.days import DATA_DAY
from scripts.make_demo_county import make
from tests.small_county import copy_county

pytestmark = [pytest.mark.functional]


def test_every_fault_is_named(network, tmp_path):
    county = tmp_path / "county"
    make(county, 0.02, faults=True)
    faults = json.loads((county / "faults.json").read_text(encoding="utf-8"))
    report = import_surveys(network, [county], "421000", actor="test", valid_rows_only=True)
    told = {(finding.rule, finding.row) for source in report.sources for finding in source.findings}
    with Session(network) as session:
        breaches = run_checks(session, 421000, books=(PLANT_CHECKS, USE_CHECKS), today=DATA_DAY)
    assert len(faults) >= 45
    wanted = [fault for fault in faults if fault["expected"] in ("error", "told")]
    assert {fault["rule"] for fault in wanted if (fault["rule"], fault["row"]) not in told} == set()
    found = {(breach.rule, breach.subject) for breach in breaches}
    injected = {tuple(named.split(" ", 1)) for fault in faults for named in fault["checks"]}
    assert (found - injected, injected - found) == (set(), set())


def test_the_county_without_faults_breaks_no_rule(plain_database, tmp_path_factory):
    with copy_county(plain_database, tmp_path_factory, "faults") as copied, Session(copied.engine) as session:
        assert copied.rules == {"FILE_SKIPPED", "ENCODING"}
        assert run_checks(session, 421000, books=(PLANT_CHECKS, USE_CHECKS), today=DATA_DAY) == []
