"""What is wrong with rows of switching, power, data, customers, circuits and services: one clear finding each."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.survey.importing import import_surveys
from tests.surveyed_town import open_town

pytestmark = [pytest.mark.functional]

GOLDEN = Path(__file__).parent.parent / "golden"
OFFICE = "code,equipment,role,host,name_zh\n"
TRUNK = "code,a_office,z_office,far_end,direction,e1_count,name_zh\n"
RATING = "equipment,voltage_v,rated_a,module_count,module_a,feed_class\n"
FEED = "source,outlet_no,load_equipment,load_rack,side,breaker_a,load_a\n"
READING = "equipment,read_on,load_a,voltage_v,energy_kwh\n"
SEEN = "equipment,ports,oper_state,seen_at,source\n"
VLAN = "gateway,s_vlan,c_vlans,purpose,use\n"
PREFIX = "prefix,routing_table,parent,gateway,purpose,use\n"
BLOCK = "code,office,number_count\n"
STATE = "numbers,use,ageing_until\n"
BUILDING = "code,name_zh,floor_count,lon,lat\n"
ADDRESS = "building,code,name_zh,household_count\n"
SERVING = "address,technology,equipment,distance_m\n"
CIRCUIT = "code,kind,topology,rate,rate_mbit,channel_count,a_equipment,a_port,z_equipment,z_port,use,life\n"
CARRIER = "circuit,path_no,seq,segment,strand,equipment,port,lower_circuit,channel_no\n"
MEMBER = "ring,seq,circuit\n"
SERVICE = "code,customer,product,state,started_on,ended_on,access_equipment,access_port,circuit,number,gateway,s_vlan,c_vlan,rate_mbit\n"
LINE = "number,line_equipment,line_port,mdf,mdf_port,feeder_segment,feeder_pair,dp,dp_port\n"
UNMET = "code,segment,product,requested_on,reason,lon,lat,rate_mbit\n"

# What is wrong: the file, and the rules of its errors and warnings in the order of the rows.
WRONG = {
    "office on unknown equipment": (OFFICE + "M2,NO-1,host,,\n", ["PARENT_MISSING"]),
    "office of an unknown host": (OFFICE + "M2,DP-1,remote,NO-1,\n", ["PARENT_MISSING"]),
    "gateway without a host": (OFFICE + "M2,DP-1,gateway,,\n", ["OFFICE_HOST"]),
    "host that hangs on another": (OFFICE + "M2,DP-1,host,MJ,\n", ["OFFICE_HOST"]),
    "two offices in one equipment": (OFFICE + "M2,AG01,host,,\n", ["I1_CONTRADICTED"]),
    "office whose host is refused": (OFFICE + "M2,NO-1,host,,\nM3,DP-1,remote,M2,\n", ["PARENT_MISSING", "PARENT_REFUSED"]),
    "trunk group with two far ends": (TRUNK + "TG03,AGJ,MJ,汇接局,both,1,\n", ["FAR_END"]),
    "trunk group without E1": (TRUNK + "TG03,AGJ,MJ,,both,0,\n", ["VALUE_BOUNDS"]),
    "trunk group contradicted": (TRUNK + "TG03,AGJ,MJ,,both,1,\nTG03,AGJ,MJ,,both,2,\n", ["I1_CONTRADICTED"]),
    "rating of a distribution point": (RATING + "DP-1,53.5,,,,\n", ["POWER_KIND"]),
    "rating of nothing": (RATING + "BAT01,0,,,,\n", ["VALUE_BOUNDS"]),
    "modules without their current": (RATING + "BAT01,,,4,,\n", ["VALUE_REQUIRED"]),
    "class of mains": (RATING + "BAT01,,,,,5\n", ["VALUE_BOUNDS"]),
    "rating twice": (RATING + "BAT01,48,,,,\nBAT01,48,,,,\n", ["I1_REPEATED"]),
    "feed to itself": (FEED + "REC01,9,REC01,,B,16,\n", ["K13"]),
    "second A feed": (FEED + "REC02,9,AG01,,A,16,\n", ["FEED_TWICE"]),
    "second A feed in one file": (FEED + "REC02,8,SW01,,A,16,\nREC02,9,SW01,,A,16,\n", ["FEED_TWICE"]),
    "feed from a distribution point": (FEED + "DP-1,9,SW01,,A,16,\n", ["POWER_KIND"]),
    "feed without a load": (FEED + "REC02,9,,,A,16,\n", ["FEED_LOAD"]),
    "feed with two loads": (FEED + "REC02,9,SW01,GA-CO/R0101/C01-01,A,16,\n", ["FEED_LOAD"]),
    "feed with a breaker of 0 A": (FEED + "REC02,9,SW01,,A,0,\n", ["VALUE_BOUNDS"]),
    "reading without a value": (READING + "REC01,2025-03-31,,,\n", ["VALUE_REQUIRED"]),
    "reading contradicted": (READING + "REC01,2025-03-31,1,,\nREC01,2025-03-31,2,,\n", ["I1_CONTRADICTED"]),
    "observation of an unknown port": (SEEN + "OLT01,0/9/9,up,2025-03-01 02:15,NMS\n", ["PORT_MISSING"]),
    "observation of a time to come": (SEEN + "OLT01,0/1/0,up,2099-03-01 02:15,NMS\n", ["VALUE_BOUNDS"]),
    "observation contradicted": (
        SEEN + "OLT01,0/1/0,up,2025-03-01 02:15,NMS\nOLT01,0/1/0..1,down,2025-03-01 02:15,NMS\n", ["I1_CONTRADICTED"]),
    "outer tag": (VLAN + "BRAS01,4095,1-2,,\n", ["VLAN_RANGE"]),
    "inner tag": (VLAN + "BRAS01,102,4090-4095,,\n", ["VLAN_RANGE"]),
    "VLAN contradicted": (VLAN + "BRAS01,102,1-9,甲,\nBRAS01,102,9-12,乙,\n", ["I1_CONTRADICTED"]),
    "VLAN repeated": (VLAN + "BRAS01,102,1-9,甲,\nBRAS01,102,9-12,甲,\n", ["I1_REPEATED"]),
    "text of a prefix": (PREFIX + "100.64.300.0/24,,,BRAS01,,\n", ["VALUE_PREFIX"]),
    "prefix with host bits": (PREFIX + "100.64.9.1/24,,,BRAS01,,\n", ["VALUE_PREFIX"]),
    "prefix outside its parent": (PREFIX + "100.65.0.0/24,,100.64.0.0/16,BRAS01,,\n", ["PREFIX_OUTSIDE"]),
    "prefix of an unknown parent": (PREFIX + "100.64.9.0/24,,100.64.0.0/20,BRAS01,,\n", ["PARENT_MISSING"]),
    "prefix of a refused parent": (
        PREFIX + "100.66.0.0/16,,100.64.0.0/16,,,\n100.66.1.0/24,,100.66.0.0/16,,,\n", ["PREFIX_OUTSIDE", "PARENT_REFUSED"]),
    "shape of a block": (BLOCK + "52A1000,AGJ,100\n", ["NUMBER_SHAPE"]),
    "size of a block": (BLOCK + "07165230000,AGJ,10001\n", ["VALUE_BOUNDS"]),
    "block past its digits": (BLOCK + "99950,AGJ,100\n", ["VALUE_BOUNDS"]),
    "block over a block": (BLOCK + "07165221050,AGJ,100\n", ["BLOCK_OVERLAP"]),
    "blocks over each other": (BLOCK + "07165230000,AGJ,100\n07165230050,AGJ,100\n", ["BLOCK_OVERLAP"]),
    "block that grows": (BLOCK + "07165221000,AGJ,200\n", ["CHANGE_REFUSED"]),
    "number outside its block": (STATE + "07165221098-07165221101,reserved,\n", ["NUMBER_MISSING"]),
    "shape of a number": (STATE + "07165221098-099,reserved,\n", ["NUMBER_SHAPE"]),
    "day of a number that does not age": (STATE + "07165221098,reserved,2026-01-01\n", ["VALUE_CHOICE"]),
    "number contradicted": (STATE + "07165221020-07165221030,reserved,\n07165221030,ageing,\n", ["I1_CONTRADICTED"]),
    "building without floors": (BUILDING + "LY-2,,0,112.2334,30.0603\n", ["VALUE_BOUNDS"]),
    "building far away": (BUILDING + "LY-2,,6,116.4,39.9\n", ["PLACE_FAR"]),
    "address of no building": (ADDRESS + "LY-9,01,,6\n", ["PARENT_MISSING"]),
    "address contradicted": (ADDRESS + "LY-1,03,,6\nLY-1,03,,7\n", ["I1_CONTRADICTED"]),
    "served by nothing": (SERVING + "LY-1/01,pon,GF-9,10\n", ["PARENT_MISSING"]),
    "served address unknown": (SERVING + "LY-1/09,pon,GF-1,10\n", ["PARENT_MISSING"]),
    "circuit from an unknown port": (CIRCUIT + "U1,uplink,,,1000,,OLT01,0/9/9,,,,\n", ["PORT_MISSING"]),
    "circuit from a port of nothing": (CIRCUIT + "U1,uplink,,,1000,,,0/1/1,,,,\n", ["VALUE_REQUIRED"]),
    "tree with a Z end": (CIRCUIT + "T1,pon_tree,,,,,OLT01,0/1/1,GF-1,A-01,,\n", ["TREE_END"]),
    "circuit without channels": (CIRCUIT + "T1,section,,STM-1,,0,,,,,,\n", ["VALUE_BOUNDS"]),
    "circuit in use while planned": (CIRCUIT + "T1,trail,,E1,,,,,,,in_use,planned\n", ["STATE_NOT_IN_SERVICE"]),
    "fewer channels than are ridden": (CIRCUIT + "STM4.01,section,,STM-4,,6,,,,,,\n", ["CHANNEL_BEYOND"]),
    "circuit of another kind": (CIRCUIT + "STM4.01,trail,,STM-4,,,,,,,,\n", ["CHANGE_REFUSED"]),
    "carrier of an unknown circuit": (CARRIER + "U9,1,1,,,OLT01,0/1/1,,\n", ["PARENT_MISSING"]),
    "carrier of two shapes": (CARRIER + "2M.0001,1,1,CB-104/S01,5,OLT01,0/1/1,,\n", ["CARRIER_SHAPE"]),
    "carrier without its channel": (CARRIER + "2M.0001,1,1,,,,,STM4.01,\n", ["CARRIER_SHAPE"]),
    "carrier on an unknown strand": (CARRIER + "2M.0001,1,1,CB-104/S01,25,,,,\n", ["I8"]),
    "carrier on an unknown port": (CARRIER + "2M.0001,1,1,,,OLT01,0/9/9,,\n", ["PORT_MISSING"]),
    "carrier of a tree": (CARRIER + "PON-OLT01-0,1,1,,,OLT01,0/1/0,,\n", ["CARRIER_DERIVED"]),
    "port carried already": (CARRIER + "2M.0001,1,1,,,DP-1,03,,\n", ["O6"]),
    "port carried twice in one file": (CARRIER + "2M.0001,1,1,,,DP-1,09,,\n2M.0001,2,1,,,DP-1,09,,\n", ["O6"]),
    "strand carried already": (CARRIER + "2M.0001,1,1,CB-104/S01,1,,,,\n", ["O6"]),
    "channel beyond the count": (CARRIER + "2M.0001,1,1,,,,,STM4.01,253\n", ["CHANNEL_BEYOND"]),
    "channel taken": (CARRIER + "2M.0001,1,1,,,,,PON-OLT01-0,2\n", ["CHANNEL_TAKEN"]),
    "channel taken in one file": (CARRIER + "2M.0001,1,1,,,,,STM4.01,9\n2M.0001,2,1,,,,,STM4.01,9\n", ["CHANNEL_TAKEN"]),
    "circuit that rides itself": (CARRIER + "STM4.01,1,1,,,,,STM4.01,9\n", ["CIRCUIT_LOOP"]),
    "ring of trails": (MEMBER + "RING01,3,2M.0001\n", ["RING_SECTION"]),
    "section twice in a ring": (MEMBER + "RING01,3,STM4.01\n", ["I1_CONTRADICTED"]),
    "service of nobody": (SERVICE + "YW-9,KH-9,lan,designed,,,,,,,,,,\n", ["PARENT_MISSING"]),
    "service ended before it began": (SERVICE + "YW-9,KH-1,lan,terminated,2024-05-01,2024-04-30,,,,,,,,\n", ["SERVICE_DATES"]),
    "service terminated without an end": (SERVICE + "YW-9,KH-1,lan,terminated,2024-05-01,,,,,,,,,\n", ["SERVICE_DATES"]),
    "live service with an end": (SERVICE + "YW-9,KH-1,lan,designed,2024-05-01,2025-01-01,,,,,,,,\n", ["SERVICE_DATES"]),
    "service that comes back": (SERVICE + "YW-7,KH-1,adsl,designed,2012-01-01,,,,,,,,,\n", ["CHANGE_REFUSED"]),
    "service on an unknown port": (SERVICE + "YW-9,KH-1,pots,active,2024-05-01,,DP-1,99,,,,,,\n", ["PORT_MISSING"]),
    "service on a port of nothing": (SERVICE + "YW-9,KH-1,pots,designed,2024-05-01,,,01,,,,,,\n", ["VALUE_REQUIRED"]),
    "service without a way": (SERVICE + "YW-9,KH-1,pots,active,2024-05-01,,DP-1,09,,,,,,\n", ["O7"]),
    "service without an access port": (SERVICE + "YW-9,KH-1,lan,active,2024-05-01,,,,,,,,,\n", ["O7"]),
    "line of another service": (SERVICE + "YW-9,KH-1,pots,active,2024-05-01,,DP-1,03,,,,,,\n", ["O6"]),
    "two services on one line": (
        SERVICE + "YW-9,KH-1,ftth,active,2024-05-01,,GF-1,A-04,,,,,,\nYW-91,KH-1,ftth,active,2024-05-01,,GF-1,A-04,,,,,,\n", ["O6"]),
    "number of no block": (SERVICE + "YW-9,KH-1,pots,designed,2024-05-01,,,,,07160000000,,,,\n", ["NUMBER_MISSING"]),
    "number of another service": (SERVICE + "YW-9,KH-1,pots,designed,2024-05-01,,,,,07165221000,,,,\n", ["K10"]),
    "number of two services": (
        SERVICE + "YW-9,KH-1,pots,designed,,,,,,07165221050,,,,\nYW-91,KH-1,pots,designed,,,,,,07165221050,,,,\n", ["K10"]),
    "VLAN unknown": (SERVICE + "YW-9,KH-1,ftth,designed,2024-05-01,,,,,,BRAS01,999,1,\n", ["VLAN_MISSING"]),
    "tag of a service": (SERVICE + "YW-9,KH-1,ftth,designed,2024-05-01,,,,,,BRAS01,4095,1,\n", ["VLAN_RANGE"]),
    "VLAN of another service": (SERVICE + "YW-9,KH-1,ftth,designed,2024-05-01,,,,,,BRAS01,101,1,\n", ["K11"]),
    "circuit of another service": (SERVICE + "YW-9,KH-1,leased_line,active,2024-05-01,,,,2M.0001,,,,,\n", ["K10"]),
    "rate of a service": (SERVICE + "YW-9,KH-1,lan,designed,,,,,,,,,,0\n", ["VALUE_BOUNDS"]),
    "line record without a service": (LINE + "07165221050,AG01,0/1/0,MDF01,V01-001,CC-1/S01,1,DP-1,03\n", ["LINE_WITHOUT_SERVICE"]),
    "line record of an unknown port": (LINE + "07165221000,AG01,0/9/0,MDF01,V01-001,CC-1/S01,1,DP-1,03\n", ["PORT_MISSING"]),
    "line record of an unknown frame": (LINE + "07165221000,AG01,0/1/0,MDF09,V01-001,CC-1/S01,1,DP-1,03\n", ["PARENT_MISSING"]),
    "line record that differs": (LINE + "07165221000,AG01,0/1/0,MDF01,V01-001,CC-1/S01,2,DP-1,03\n", ["LINE_DIFFERS"]),
    "request far away": (UNMET + "DZ-9,public,ftth,2025-03-01,no_port,116.4,39.9,\n", ["PLACE_FAR"]),
    "rate of a request": (UNMET + "DZ-9,public,ftth,2025-03-01,no_port,112.2334,30.0603,0\n", ["VALUE_BOUNDS"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def in_use(plain_database, tmp_path_factory):
    """An engine on the town in use."""
    with open_town(plain_database, tmp_path_factory, "in_use") as engine:
        yield engine


@pytest.mark.parametrize("name", WRONG)
def test_one_finding_each(in_use, tmp_path, name):
    content, rules = WRONG[name]
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    (source,) = import_surveys(in_use, [tmp_path / "a.csv"], "421000", actor="test", dry_run=True).sources
    found = [finding for finding in source.findings if finding.severity != "info"]
    assert [finding.rule for finding in found] == rules, [finding for finding in source.findings]
    assert all(finding.found and finding.expected and finding.next_step for finding in found)
    assert source.rows_read == source.applied + source.unchanged + source.refused


def test_valid_rows_load_without_the_others(in_use, tmp_path):
    """Of two services on one terminal the first is loaded; a refused row neither frees nor takes anything."""
    rows = "YW-90,KH-1,ftth,active,2024-05-01,,GF-1,A-04,,,,,,\nYW-91,KH-1,ftth,active,2024-05-01,,GF-1,A-04,,07165221050,,,,\n"
    (tmp_path / "a.csv").write_text(SERVICE + rows, encoding="utf-8")
    report = import_surveys(in_use, [tmp_path / "a.csv"], "421000", actor="test", valid_rows_only=True)
    assert (report.totals["applied"], report.totals["refused"]) == (1, 1)
    with Session(in_use) as session:
        held = session.execute(text(
            "SELECT count(*) FROM service_resource r JOIN number n ON n.region_id = 421000 AND n.id = r.number_id"
            " WHERE r.region_id = 421000 AND n.digits = '07165221050'")).scalar_one()
        channel = session.execute(text(
            "SELECT t.channel_no FROM circuit_carrier t JOIN circuit c ON c.region_id = 421000 AND c.id = t.circuit_id"
            " WHERE t.region_id = 421000 AND c.code = 'AC-YW-90' AND t.channel_no IS NOT NULL")).scalar_one()
    assert (held, channel) == (0, 4)
