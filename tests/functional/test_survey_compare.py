"""Comparing with what is there, deciding, and undoing, each rule with a file that shows it."""
import pytest
from sqlalchemy import text

from app.core.errors import RuleError
from app.survey.declaration import ACCEPTED, REFUSED, Decision
from tests.surveyed_town import REGION, findings, rules_of

pytestmark = [pytest.mark.functional]

STRUCTURE = "设施编码,设施类型,名称,经度,纬度,建成日期\n"
EQUIPMENT = "设备编码,型号,所在设施,序列号\n"


def value(engine, sql: str):
    with engine.connect() as connection:
        return connection.execute(text(sql), {"region": REGION}).scalar()


def named(engine, code: str, table: str = "structure", column: str = "name_zh"):
    with engine.connect() as connection:
        sql = f"SELECT {column} FROM {table} WHERE region_id = :region AND code = :code"
        return connection.execute(text(sql), {"region": REGION, "code": code}).scalar()


def test_i02_a_changed_thing_is_told_column_by_column(surveyor):
    report = surveyor.survey(STRUCTURE + "MH-1,人井,一号井,112.2291,30.0600,1998-06-01\nHH-3,手井,,112.2300,30.0602,1999-05-01\n")
    assert report.totals["applied"] == 1 and report.totals["unchanged"] == 1
    changed = {one.field: one for one in report.differences}
    assert set(changed) == {"name_zh", "geom"}
    assert (changed["name_zh"].old, changed["name_zh"].new, changed["name_zh"].old_by) == (None, "一号井", "test")
    assert changed["geom"].old == "POINT(112.229 30.06)" and changed["geom"].new == "POINT(112.2291 30.06)"
    assert named(surveyor.engine, "MH-1") == "一号井"


def test_i02_one_column_can_be_refused_alone(surveyor):
    refused = Decision(REFUSED, "CHANGED", "structure", "geom", subject="MH-1")
    report = surveyor.survey(STRUCTURE + "MH-1,人井,一号井,112.2291,30.0600,1998-06-01\n", decisions=[refused])
    assert report.changed and named(surveyor.engine, "MH-1") == "一号井"
    assert value(surveyor.engine, "SELECT ST_X(geom) FROM structure WHERE region_id = :region AND code = 'MH-1'") == 112.229


def test_i02_all_changes_can_be_refused_by_rule(surveyor):
    content = STRUCTURE + "MH-1,人井,一号井,112.2290,30.0600,1998-06-01\nNEW-1,电杆,,112.2350,30.0602,2024-01-01\n"
    report = surveyor.survey(content, decisions=[Decision(REFUSED, "CHANGED")])
    assert report.totals["applied"] == 1 and named(surveyor.engine, "MH-1") is None
    assert named(surveyor.engine, "NEW-1", column="source_row") == 3


def test_i02_a_new_thing_can_be_refused_alone(surveyor):
    content = STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\nNEW-2,电杆,,112.2355,30.0602,\n"
    report = surveyor.survey(content, decisions=[Decision(REFUSED, "NEW", row_no=2, source_no=0)])
    assert (report.totals["applied"], report.totals["refused"], report.totals["errors"]) == (1, 1, 0)
    assert named(surveyor.engine, "NEW-1", column="id") is None and named(surveyor.engine, "NEW-2", column="id")


def test_i03_the_same_file_again_changes_nothing_and_says_when(surveyor):
    content = STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,2024-01-01\n"
    first = surveyor.survey(content, actor="anna")
    second = surveyor.survey(content, actor="bert")
    assert first.changed and not second.changed and second.totals["unchanged"] == 1
    assert findings(second, "I3")[0].found.endswith("UTC by anna")


def test_i04_an_edited_file_brings_only_its_edits(surveyor):
    surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\nNEW-2,电杆,,112.2355,30.0602,\n")
    again = surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\nNEW-2,电杆,二号杆,112.2355,30.0602,\n")
    assert (again.totals["applied"], again.totals["unchanged"]) == (1, 1)
    assert [(one.subject, one.field, one.new) for one in again.differences] == [("NEW-2", "name_zh", "二号杆")]


def test_i26_another_surveyors_value_is_not_overwritten_without_asking(surveyor):
    surveyor.survey(STRUCTURE + "NEW-1,电杆,甲,112.2350,30.0602,\n", surveyor="张工", on="2026-05-01")
    content = STRUCTURE + "NEW-1,电杆,乙,112.2350,30.0602,\n"
    report = surveyor.survey(content, surveyor="李工", on="2026-05-20")
    told = findings(report, "I26")[0]
    assert not report.changed and "张工" in told.expected and "2026-05-01" in told.expected and told.subject == "NEW-1"
    assert report.differences[0].verdict is None and named(surveyor.engine, "NEW-1") == "甲"
    accepted = surveyor.survey(content, surveyor="李工", on="2026-05-20", decisions=[Decision(ACCEPTED, "I26")])
    assert accepted.changed and named(surveyor.engine, "NEW-1") == "乙"


def test_i27_an_older_survey_does_not_overwrite_a_newer_value(surveyor):
    surveyor.survey(STRUCTURE + "NEW-1,电杆,甲,112.2350,30.0602,\n", on="2026-05-01")
    content = STRUCTURE + "NEW-1,电杆,乙,112.2350,30.0602,2024-01-01\n"
    report = surveyor.survey(content, on="2026-04-01")
    assert "which is newer" in findings(report, "I27")[0].expected and named(surveyor.engine, "NEW-1") == "甲"
    assert surveyor.survey(content, on="2026-06-01").changed and named(surveyor.engine, "NEW-1") == "乙"


def test_i29_what_a_service_needs_is_not_retired(surveyor):
    report = surveyor.survey("设备编码,型号,所在设施,生命周期\nGF-1,GF-12,BX-1,退网\n")
    told = findings(report, "I29")[0]
    assert not report.changed and told.severity == "error" and "YW-1" in told.found


def test_i29_idle_plant_is_retired(surveyor):
    surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\n")
    report = surveyor.survey("设施编码,设施类型,经度,纬度,生命周期\nNEW-1,电杆,112.2350,30.0602,退网\n")
    assert report.changed and named(surveyor.engine, "NEW-1", column="life") == "retired"


def test_i30_what_a_stock_take_leaves_out_is_told_and_kept(surveyor):
    surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2291,30.0601,\n")
    rest = STRUCTURE + "CO-1,建筑,中心局,112.2280,30.0600,1998-06-01\n"
    plain = surveyor.survey(rest)
    assert "I30" not in rules_of(plain)
    sql = ("SELECT g.code FROM structure s JOIN grid g USING (region_id)"
           " WHERE region_id = :region AND g.id = s.grid_id AND s.code = 'NEW-1'")
    grid = value(surveyor.engine, sql)
    report = surveyor.survey(rest, stock_take=grid)
    missing = {one.subject for one in report.differences if one.rule == "I30"}
    assert "NEW-1" in missing and "CO-1" not in missing and not report.changed
    assert {one.severity for one in findings(report, "I30")} == {"warning"}
    gone = Decision(ACCEPTED, "I30", "structure", subject="NEW-1")
    assert surveyor.survey(rest, stock_take=grid, decisions=[gone]).changed
    assert named(surveyor.engine, "NEW-1", column="life") == "retired"


def test_i30_what_is_in_use_stays_although_it_was_decided_to_be_gone(surveyor):
    rest = "设备编码,型号,所在设施\nDP-1,DP-10,P-1\n"
    report = surveyor.survey(rest, stock_take="421022", decisions=[Decision(ACCEPTED, "I30", "equipment", subject="GF-1")])
    assert not report.changed and "YW-1" in findings(report, "I29")[0].found


def test_i31_a_new_code_in_the_same_place_is_asked_about(surveyor):
    content = STRUCTURE + "MH-001X,人井,,112.2290,30.0600,\n"
    asked = surveyor.survey(content)
    told = findings(asked, "I31")[0]
    assert not asked.changed and told.severity == "error" and "MH-1" in told.found
    named_twice = surveyor.survey(
        {"a.csv": content, "b.csv": "设备编码,型号,所在设施\nNEW-GT,GT-24,MH-001X\n"}, decisions=[Decision(ACCEPTED, "I31")]
    )
    assert named_twice.changed and named(surveyor.engine, "MH-001X", column="id") is None
    assert value(surveyor.engine, "SELECT is_alias FROM code_index WHERE region_id = :region AND code_key = 'MH-001X'") is True
    sql = ("SELECT s.code FROM equipment e JOIN structure s USING (region_id)"
           " WHERE region_id = :region AND s.id = e.structure_id AND e.code = 'NEW-GT'")
    assert value(surveyor.engine, sql) == "MH-1"
    later = surveyor.survey(STRUCTURE + "MH-001X,人井,新名,112.2290,30.0600,\n")
    assert later.changed and named(surveyor.engine, "MH-1") == "新名"


def test_i31_refused_it_is_a_thing_of_its_own(surveyor):
    report = surveyor.survey(STRUCTURE + "MH-001X,人井,,112.2290,30.0600,\n", decisions=[Decision(REFUSED, "I31")])
    assert report.changed and named(surveyor.engine, "MH-001X", column="id")


def test_i32_two_codes_near_each_other_may_be_one_thing(surveyor):
    report = surveyor.survey(STRUCTURE + "MH-9,人井,,112.2290031,30.0600,\n")
    assert report.changed and findings(report, "I32")[0].found == "stands 0.30 m from MH-1"


def test_i35_what_a_customer_holds_stays_held(surveyor):
    sql = ("SELECT use FROM port p JOIN equipment e USING (region_id)"
           " WHERE region_id = :region AND e.id = p.equipment_id AND e.code = 'GF-1' AND p.no = 'A-01'")
    report = surveyor.survey("设备,端口,使用状态\nGF-1,A-01,空闲\n")
    told = findings(report, "I35")[0]
    assert value(surveyor.engine, sql) == "in_use" and told.severity == "warning" and "A-01" in told.found


def test_i36_equipment_with_a_known_serial_number_has_moved(surveyor):
    surveyor.survey(EQUIPMENT + "NEW-SW,SW-32,CO-1,SN-77\n")
    key = named(surveyor.engine, "NEW-SW", "equipment", "id")
    report = surveyor.survey(EQUIPMENT + "OTHER-SW,SW-32,FC-1,sn-77\n")
    assert report.changed and findings(report, "I36")[0].severity == "warning"
    assert named(surveyor.engine, "OTHER-SW", "equipment", "id") == key and named(surveyor.engine, "NEW-SW", "equipment", "id") is None
    place = ("SELECT s.code FROM equipment e JOIN structure s USING (region_id)"
             " WHERE region_id = :region AND s.id = e.structure_id AND e.code = 'OTHER-SW'")
    assert value(surveyor.engine, place) == "FC-1"
    assert value(surveyor.engine, "SELECT is_alias FROM code_index WHERE region_id = :region AND code_key = 'NEW-SW'") is True


def test_i36_refused_the_row_stays_out(surveyor):
    surveyor.survey(EQUIPMENT + "NEW-SW,SW-32,CO-1,SN-77\n")
    report = surveyor.survey(EQUIPMENT + "OTHER-SW,SW-32,FC-1,SN-77\n", decisions=[Decision(REFUSED, "I36")])
    assert not report.changed and findings(report, "I36")[0].severity == "error"


def test_a_batch_on_which_something_later_depends_is_not_undone(surveyor):
    first = surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\n")
    later = surveyor.survey("设备编码,型号,所在设施\nNEW-DP,DP-10,NEW-1\n", actor="bert")
    with pytest.raises(RuleError) as refused:
        surveyor.undo(first.batch)
    assert refused.value.code == "BATCH_NEEDED" and "equipment NEW-DP (bert" in refused.value.found
    surveyor.undo(later.batch)
    assert surveyor.undo(first.batch).removed == 1


def test_a_later_change_keeps_a_batch_from_being_undone(surveyor):
    first = surveyor.survey(STRUCTURE + "NEW-1,电杆,甲,112.2350,30.0602,\n")
    later = surveyor.survey(STRUCTURE + "NEW-1,电杆,乙,112.2350,30.0602,\n")
    with pytest.raises(RuleError, match="BATCH_NEEDED"):
        surveyor.undo(first.batch)
    surveyor.undo(later.batch)
    assert named(surveyor.engine, "NEW-1") == "甲"
    surveyor.undo(first.batch)
    with pytest.raises(RuleError, match="BATCH_NOT_APPLIED"):
        surveyor.undo(first.batch)


def test_every_kind_of_row_comes_back(surveyor):
    report = surveyor.survey({
        "runs.csv": "缆段,路由序号,管线段,占用孔号,占用子孔,前盘留(m),后盘留(m)\n"
        "CB-104/S01,1,CO-1#MH-1,1,2,15,\nCB-104/S01,2,MH-1#HH-3,1,2,,10\n",
        "states.csv": "缆段,芯序,使用状态,健康状态\nCB-104/S01,20-22,空闲,故障\n",
        "services.csv": "业务编码,所属客户,装机地址,业务类型,签约速率,业务状态,开通日期,终止日期,拆机原因\n"
        "YW-1,KH-1,LY-1/01,光纤宽带,200,拆机,2024-02-06,2025-06-01,搬迁\n",
    })  # fmt: skip
    assert report.changed and report.totals["errors"] == 0


def test_a_refused_import_is_a_batch_too(surveyor):
    report = surveyor.survey(STRUCTURE + "NEW-1,电杆,,112.2350,30.0602,\nNEW-1,人井,,112.2351,30.0602,\n")
    told = value(surveyor.engine, f"SELECT state || ' ' || actor FROM survey_batch WHERE region_id = :region AND id = {report.batch}")
    sql = (f"SELECT string_agg(rule || ' ' || row_no, ',') FROM survey_finding"
           f" WHERE region_id = :region AND batch_id = {report.batch}")
    kept = value(surveyor.engine, sql)
    assert not report.changed and told == "failed tester" and "I1_CONTRADICTED 3" in kept
