"""The demo county, imported, counts what an independent recount of its files counts."""

import subprocess
import sys
from dataclasses import astuple
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.importing import import_surveys
from scripts.demo_county.truth import recount

pytestmark = [pytest.mark.functional]

ROOT = Path(__file__).parent.parent.parent
COUNTS = """
SELECT coalesce(g.code, '0') AS code, t.kind, t.technology, t.installed, t.in_use, t.reserved, t.releasing, t.unusable, t.planned
FROM grid_tally t LEFT JOIN grid g ON g.region_id = t.region_id AND g.id = t.grid_id
WHERE t.region_id = 421000 AND t.kind NOT IN ('strand_m', 'pair_m', 'duct_m')
"""


def test_counts_equal_the_files(network, tmp_path):
    county = tmp_path / "county"
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_demo_county.py"), "--scale", "0.02", str(county)], check=True)
    report = import_surveys(network, [county], "421000", actor="test")
    assert report.changed and report.totals["refused"] == 0
    with Session(network) as session:
        counted = {tuple(row[:3]): tuple(row[3:]) for row in session.execute(text(COUNTS)) if any(row[3:])}
    told = {key: astuple(counts) for key, counts in recount(county).items() if any(astuple(counts))}
    assert len(told) > 400
    assert counted == told
