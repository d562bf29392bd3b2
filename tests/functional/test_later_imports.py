"""Whatever a later survey changes, the tallies that were settled for its owners alone equal those of a whole recount."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.network.queries.tallies import list_tally_differences
from app.services.commands.tallies import FAMILIES
from app.survey.importing import import_surveys

pytestmark = [pytest.mark.functional]

GOLDEN = Path(__file__).parent.parent / "golden"
# File, its text, and the kind of tally that it moves.
LATER = [
    ("power_readings", "电源设备,抄表日期,负载电流(A)\nREC01,2025-03-31,44\n", "battery_ah"),
    ("power_ratings", "电源设备,电池容量(Ah)\nBAT01,300\n", "battery_ah"),
    ("power_feeds", "电源端设备,输出端子号,负载机架,供电侧,空开容量(A),实测负载(A)\nREC01,1,GA-CO/R0101/C01-02,A路,63,9\n", "feed_a"),
    ("cards", "设备,槽位,板卡型号\nOLT01,0/2,PON-8\n", "rack_w"),
    ("trunk_groups", "中继群编码,A端局,Z端局,中继方向,E1数,忙时话务量\nTG01,AGJ,MJ,双向中继,2,20\n", "trunk_channel"),
    ("number_states", "号码范围,使用状态,冷冻到期\n07165221020-07165221029,预占,\n", "number"),
    ("vlans", "宽带网关,外层VLAN,内层VLAN范围,用途,使用状态\nBRAS01,102,1-5,宽带,预占\n", "vlan"),
    ("circuits", "电路编码,电路类型,通道数\nSTM4.01,传输段,126\n", "channel"),
    ("addresses", "所属楼宇,单元编码,户数\nLY-1,01,40\n", "home"),
    (
        "services",
        "业务编码,所属客户,装机地址,业务类型,签约速率,业务状态,开通日期,终止日期,拆机原因\nYW-1,KH-1,LY-1/01,光纤宽带,200,拆机,2024-02-06,2025-06-01,搬迁\n",
        "pon_split",
    ),
    ("equipment", "设备编码,型号,所在设施\nAG01,AG-16,FC-1\nSW01,SW-32,FC-1\nSDH01,SDH-1,FC-1\n", None),
]


def survey(engine, *folders):
    return import_surveys(engine, list(folders), "421000", actor="test", valid_rows_only=True)


def test_tallies_of_owners_equal_a_recount(network, tmp_path):
    survey(network, GOLDEN / "town", GOLDEN / "town_in_use")
    assert differences(network) == []
    for name, written, kind in LATER:
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{name}.csv").write_text(written, encoding="utf-8")
        before = counts(network, kind)
        report = survey(network, folder)
        assert report.changed, (name, [finding for source in report.sources for finding in source.findings])
        assert differences(network) == [], name
        if kind:
            assert counts(network, kind) != before, name


def differences(engine):
    with Session(engine) as session:
        return list_tally_differences(session, 421000, FAMILIES)


def counts(engine, kind):
    sql = "SELECT owner_id, installed, in_use, reserved FROM tally WHERE region_id = 421000 AND kind = :kind ORDER BY 1"
    with Session(engine) as session:
        return session.execute(text(sql), {"kind": kind}).all()
