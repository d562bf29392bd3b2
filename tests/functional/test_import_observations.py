"""What the network's management saw of ports: the newest stays, whatever comes after it."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.checks.registry import run_checks
from app.survey.importing import import_surveys

pytestmark = pytest.mark.functional

GOLDEN = Path(__file__).parent.parent / "golden"
HEAD = "设备,端口,运行状态,采集时间,网管系统\n"


def survey(engine, folder, *rows):
    (folder / "observations.csv").write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    report = import_surveys(engine, [folder], "421000", actor="test")
    told = [found.rule for source in report.sources for found in source.findings if found.severity != "info"]
    return report.totals["applied"], report.totals["unchanged"], told


def seen(engine):
    sql = text(
        "SELECT p.no, o.oper_state, to_char(o.seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), o.source FROM port_observation o"
        " JOIN port p ON p.region_id = 421000 AND p.id = o.port_id WHERE o.region_id = 421000 ORDER BY 1"
    )
    with Session(engine) as session:
        return [tuple(row) for row in session.execute(sql)]


def breaches(engine):
    with Session(engine) as session:
        return {one.subject for one in run_checks(session, 421000, ["O5"])}


def test_the_newest_stays(network, tmp_path):
    import_surveys(network, [GOLDEN / "town", GOLDEN / "town_in_use"], "421000", actor="test")
    first = ("OLT01,0/1/0,在线,2025-03-01 02:15,NMS-1", "OLT01,0/1/1..0/1/2,断开,2025-03-01 02:15,NMS-1")
    assert survey(network, tmp_path, *first) == (2, 0, [])
    kept = [(no, state, "2025-02-28 18:15", "NMS-1") for no, state in (("0/1/0", "up"), ("0/1/1", "down"), ("0/1/2", "down"))]
    assert seen(network) == kept and breaches(network) == set()
    assert survey(network, tmp_path, *first) == (0, 2, [])
    assert survey(network, tmp_path, "OLT01,0/1/0..1,down,2025-02-01 02:15,NMS-1") == (0, 1, ["I27"])
    assert seen(network) == kept
    two_polls = ("OLT01,0/1/0..1,up,2025-03-02 02:15,NMS-2", "OLT01,0/1/0,down,2025-03-02 03:15,NMS-2")
    assert survey(network, tmp_path, *two_polls) == (2, 0, [])
    assert seen(network)[:2] == [("0/1/0", "down", "2025-03-01 19:15", "NMS-2"), ("0/1/1", "up", "2025-03-01 18:15", "NMS-2")]
    assert breaches(network) == {"OLT01/0/1/0", "OLT01/0/1/1"}
