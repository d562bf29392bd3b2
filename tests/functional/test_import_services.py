"""The town in use, as surveyed: offices, power, numbers, customers, circuits and services, compared whole and link by link."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.checks.registry import PLANT_CHECKS, run_checks
from app.services.checks.registry import USE_CHECKS
from app.survey.importing import import_surveys

pytestmark = [pytest.mark.functional]

GOLDEN = Path(__file__).parent.parent / "golden"
ASKED = {
    "circuits": """
SELECT c.code, c.kind, c.topology, c.rate, c.channel_count, c.protection, a.code || '/' || p.no, z.code || '/' || q.no, c.life, c.use
FROM circuit c
LEFT JOIN port p ON p.region_id = 421000 AND p.id = c.a_port_id LEFT JOIN equipment a ON a.region_id = 421000 AND a.id = p.equipment_id
LEFT JOIN port q ON q.region_id = 421000 AND q.id = c.z_port_id LEFT JOIN equipment z ON z.region_id = 421000 AND z.id = q.equipment_id
WHERE c.region_id = 421000 ORDER BY 1""",
    "carriers": """
SELECT c.code, t.path_no, t.seq, coalesce(k.code || ':' || n.no, e.code || '/' || p.no, l.code || ' channel ' || t.channel_no),
       coalesce(n.use, p.use, l.use)
FROM circuit_carrier t JOIN circuit c ON c.region_id = 421000 AND c.id = t.circuit_id
LEFT JOIN conductor n ON n.region_id = 421000 AND n.id = t.conductor_id
LEFT JOIN code_index k ON k.region_id = 421000 AND k.kind = 'segment' AND k.id = n.segment_id
LEFT JOIN port p ON p.region_id = 421000 AND p.id = t.port_id LEFT JOIN equipment e ON e.region_id = 421000 AND e.id = p.equipment_id
LEFT JOIN circuit l ON l.region_id = 421000 AND l.id = t.lower_circuit_id WHERE t.region_id = 421000 ORDER BY 1, 2, 3""",
    "resources": """
SELECT s.code, s.state, coalesce(c.code, n.digits, e.code || ':' || v.s_vlan || coalesce('.' || v.c_vlan, '')) AS held,
       coalesce(n.use, v.use), r.started_on <= CURRENT_DATE, r.ended_on::text
FROM service_resource r JOIN service s ON s.region_id = 421000 AND s.id = r.service_id
LEFT JOIN circuit c ON c.region_id = 421000 AND c.id = r.circuit_id
LEFT JOIN number n ON n.region_id = 421000 AND n.id = r.number_id
LEFT JOIN vlan v ON v.region_id = 421000 AND v.id = r.vlan_id
LEFT JOIN equipment e ON e.region_id = 421000 AND e.id = v.gateway_equipment_id
WHERE r.region_id = 421000 ORDER BY 1, 3""",
    "numbers": """
SELECT use, ageing_until::text, count(*), min(digits), max(digits) FROM number WHERE region_id = 421000 GROUP BY 1, 2 ORDER BY 1""",
    "vlans": "SELECT s_vlan, c_vlan, purpose, use FROM vlan WHERE region_id = 421000 ORDER BY 1, 2",
    "prefixes": """
SELECT p.routing_table, p.prefix::text, o.prefix::text, p.use
FROM ip_prefix p LEFT JOIN ip_prefix o ON o.region_id = 421000 AND o.id = p.parent_id
WHERE p.region_id = 421000 ORDER BY 2""",
    "offices": """
SELECT o.code, e.code, o.role, h.code FROM switch_office o JOIN equipment e ON e.region_id = 421000 AND e.id = o.equipment_id
LEFT JOIN switch_office h ON h.region_id = 421000 AND h.id = o.host_id WHERE o.region_id = 421000 ORDER BY 1""",
    "feeds": """
SELECT s.code, f.outlet_no, coalesce(e.code, k.code), f.side, f.breaker_a, f.load_a
FROM power_feed f JOIN equipment s ON s.region_id = 421000 AND s.id = f.source_equipment_id
LEFT JOIN equipment e ON e.region_id = 421000 AND e.id = f.load_equipment_id
LEFT JOIN code_index k ON k.region_id = 421000 AND k.kind = 'rack' AND k.id = f.load_rack_id
WHERE f.region_id = 421000 ORDER BY 1, 2""",
    "readings": """
SELECT e.code, r.metric, r.read_on::text, r.value FROM power_reading r JOIN equipment e ON e.region_id = 421000 AND e.id = r.equipment_id
WHERE r.region_id = 421000 ORDER BY 1, 3, 2""",
    "places": """
SELECT p.code, g.code, round(ST_X(p.geom)::numeric, 5)::text, round(ST_Y(p.geom)::numeric, 5)::text
FROM (SELECT code, grid_id, geom FROM building WHERE region_id = 421000
      UNION ALL SELECT code, grid_id, geom FROM unmet_request WHERE region_id = 421000) p
JOIN grid g ON g.region_id = 421000 AND g.id = p.grid_id ORDER BY 1""",
    "codes": """
SELECT kind, count(*), count(name) FROM code_index WHERE region_id = 421000
AND kind IN ('switch_office', 'trunk_group', 'number_block', 'number', 'customer', 'building', 'address', 'circuit', 'ring', 'service',
  'unmet_request') GROUP BY kind ORDER BY kind""",
    "tallies": """
SELECT kind, technology, installed, in_use, reserved, releasing, planned FROM tally
WHERE region_id = 421000 AND kind IN ('number', 'vlan', 'channel', 'pon_split', 'home', 'household', 'strand', 'pair')
ORDER BY 1, 2, 3, 4, 5""",
}


def survey(engine, *names, **options):
    return import_surveys(engine, [GOLDEN / name for name in names], "421000", actor="test", **options)


def asked(engine, name: str) -> list:
    with Session(engine) as session:
        return [list(row) for row in session.execute(text(ASKED[name]))]


def outcome(engine, *names) -> dict:
    report = survey(engine, *names)
    findings = [
        [Path(source.file).name, found.rule, found.severity, found.row, found.subject, found.found, found.expected]
        for source in report.sources
        for found in source.findings
        if found.severity != "info"
    ]
    return {"totals": report.totals, "findings": findings, **{name: asked(engine, name) for name in ASKED}}


def expected() -> dict:
    return json.loads((GOLDEN / "town_in_use.expected.json").read_text(encoding="utf-8"))


def test_town_in_use_as_expected(network):
    assert outcome(network, "town", "town_in_use") == expected()


def test_town_in_use_after_the_plant(network):
    survey(network, "town")
    later = outcome(network, "town_in_use")
    assert {**later, "totals": None} == {**expected(), "totals": None}


def test_first_load_gives_the_same(network, monkeypatch):
    monkeypatch.setattr("app.survey.importing.FIRST_LOAD_ROWS", 1)
    assert outcome(network, "town", "town_in_use") == expected()


def test_same_files_again_change_nothing(network):
    survey(network, "town", "town_in_use")
    again = survey(network, "town", "town_in_use")
    assert not again.changed and again.totals["unchanged"] == again.totals["rows_read"]


def chain(engine, circuit: str) -> list[str]:
    return [carrier for code, path, _, carrier, _ in asked(engine, "carriers") if code == circuit and path == 1]


def test_chains_link_by_link(network):
    survey(network, "town", "town_in_use")
    assert chain(network, "PON-OLT01-0") == ["OLT01/0/1/0", "ODF01/A-01", "CB-104/S01:1", "CB-104/S02:1", "GJ-1/A-01", "POS-1/IN-1"]
    assert chain(network, "AC-YW-1") == ["PON-OLT01-0 channel 1", "POS-1/OUT-01", "GJ-1/B-01", "CB-105/S01:1", "GF-1/A-01"]
    assert chain(network, "AC-YW-8") == ["PON-OLT01-0 channel 3", "POS-1/OUT-03", "GJ-1/B-03", "CB-105/S01:3", "GF-1/A-03"]
    assert chain(network, "AC-YW-3") == ["AG01/0/1/0", "MDF01/V01-001", "CC-1/S01:1", "XC-1/M-001", "XC-1/P-003", "CC-2/S01:3", "DP-1/03"]
    assert chain(network, "AC-YW-6") == []


def test_life_of_a_service(network, tmp_path):
    """A service moves to another terminal, then ends: what it leaves is free again, its number rests."""
    survey(network, "town", "town_in_use")
    head = "业务编码,所属客户,业务类型,业务状态,开通日期,终止日期,接入设备,接入端口\n"
    (tmp_path / "a.csv").write_text(head + "YW-3,KH-1,固定电话,在用,2009-06-01,,DP-1,01\n", encoding="utf-8")
    report = import_surveys(network, [tmp_path / "a.csv"], "421000", actor="test")
    (broken,) = (found for source in report.sources for found in source.findings if found.rule == "O7")
    assert report.totals["applied"] == 0 and broken.next_step.endswith("until then the service keeps its line AC-YW-3")
    assert chain(network, "AC-YW-3")[-1] == "DP-1/03" and uses(network, "CC-2/S01") == {2: "in_use", 3: "in_use"}
    with Session(network) as session:
        breaches = run_checks(session, 421000, ["K10", "O1", "O7"], books=(PLANT_CHECKS, USE_CHECKS))
    assert not {"YW-3", "AC-YW-3"} & {one.subject for one in breaches}
    patch = "起始设备,起始端口,终止设备,终止端口\nXC-1,M-003,XC-1,P-001\n"
    (tmp_path / "p.csv").write_text(patch, encoding="utf-8")
    assert import_surveys(network, [tmp_path], "421000", actor="test").totals["applied"] == 2
    assert chain(network, "AC-YW-3") == ["AG01/0/1/2", "MDF01/V01-003", "CC-1/S01:3", "XC-1/M-003", "XC-1/P-001", "CC-2/S01:1", "DP-1/01"]
    assert uses(network, "CC-2/S01") == {1: "in_use", 2: "in_use"} and uses(network, "CC-1/S01") == {2: "in_use", 3: "in_use"}
    (tmp_path / "a.csv").write_text(head + "YW-3,KH-1,固定电话,拆机,2009-06-01,2025-06-30,,\n", encoding="utf-8")
    assert import_surveys(network, [tmp_path / "a.csv"], "421000", actor="test").totals["applied"] == 1
    assert chain(network, "AC-YW-3") == [] and uses(network, "CC-2/S01") == {2: "in_use"} and uses(network, "CC-1/S01") == {2: "in_use"}
    held = {row[2]: row[5] for row in asked(network, "resources") if row[0] == "YW-3"}
    assert held == {"AC-YW-3": "2025-06-30", "07165221000": "2025-06-30"}
    assert ["ageing", None, 1, "07165221000", "07165221000"] in asked(network, "numbers")
    assert next(row[8:] for row in asked(network, "circuits") if row[0] == "AC-YW-3") == ["retired", "idle"]


def test_a_prefix_comes_between(network, tmp_path):
    survey(network, "town", "town_in_use")
    (tmp_path / "a.csv").write_text("prefix,routing_table,parent,gateway,purpose,use\n100.64.8.0/22,,,BRAS01,,\n", encoding="utf-8")
    assert import_surveys(network, [tmp_path / "a.csv"], "421000", actor="test").totals["applied"] == 1
    assert ["public", "100.64.8.0/22", "100.64.0.0/16", "idle"] in asked(network, "prefixes")
    assert ["public", "100.64.8.0/24", "100.64.8.0/22", "idle"] in asked(network, "prefixes")
    assert ["public", "100.64.8.128/25", "100.64.8.0/24", "idle"] in asked(network, "prefixes")


def test_what_a_circuit_holds_stays_held(network, tmp_path):
    """A survey that calls a carried terminal or a held number idle changes nothing."""
    survey(network, "town", "town_in_use")
    (tmp_path / "p.csv").write_text("equipment,ports,use,health\nDP-1,03..04,idle,\n", encoding="utf-8")
    (tmp_path / "n.csv").write_text("numbers,use,ageing_until\n07165221000-07165221005,idle,\n", encoding="utf-8")
    report = import_surveys(network, [tmp_path], "421000", actor="test")
    assert (report.totals["applied"], report.totals["unchanged"], report.changed) == (0, 2, False)


def uses(engine, segment: str) -> dict[int, str]:
    """Pairs that are not idle."""
    with Session(engine) as session:
        rows = session.execute(text(
            "SELECT n.no, n.use FROM conductor n JOIN code_index k ON k.region_id = 421000 AND k.kind = 'segment' AND k.id = n.segment_id"
            " WHERE n.region_id = 421000 AND k.code = :segment AND n.use <> 'idle' ORDER BY 1"), {"segment": segment})
        return dict(rows.all())
