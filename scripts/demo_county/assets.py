"""What the ledger says of equipment: an asset card, its value in fen, and the day on which it went into service."""
import csv
import random
from collections.abc import Iterator
from pathlib import Path

from scripts.demo_county.catalogue import products

# Yuan by kind of equipment; what is not named is written off with its cable.
YUAN = {
    "odf": 3_000, "mdf": 8_000, "fibre_cabinet": 6_000, "copper_cabinet": 7_000, "olt": 80_000, "dslam": 60_000, "ag": 50_000,
    "switch": 400_000, "lan_switch": 1_200, "bras": 500_000, "router": 120_000, "sdh": 90_000, "ddf": 2_000, "mains": 50_000,
    "genset": 80_000, "ats": 12_000, "ac_panel": 9_000, "rectifier": 30_000, "dc_panel": 8_000, "battery": 25_000, "ups": 30_000,
    "cooling": 15_000, "earth": 500,
}
FEN = 100
# Position in a row of the layer ``equipment``, whose last two fields are value and day.
MODEL, ASSET_NO, LIFE, BUILT_ON, FIELDS = 1, 8, 9, 11, 13
# Plan of the year: name, state, cost in 万元, lines, what it is a part of.
INVESTMENT = (
    ("交换设备扩容", "已安排", 322.7, 6672, ""), ("村村通6个点", "已安排", 279.5, "", ""), ("PHS扩容34个基站", "已安排", 238, "", ""),
    ("新建管道2公里", "已安排", 27.5, "", ""), ("ADSL扩容", "待安排", 78.1, 2232, ""), ("新建驻地网LAN", "待安排", 170.9, 4300, ""),
    ("新建驻地网LAN设备", "待安排", 77.5, "", "新建驻地网LAN"),
    ("新建驻地网LAN线缆及多媒体箱", "待安排", 93.4, "", "新建驻地网LAN"),
    ("新建驻地网LAN正在设计项目", "设计中", 37.6, "", "新建驻地网LAN"), ("光纤接入网", "待安排", 60, "", ""),
    ("小区接入及市场响应", "待安排", 20, "", ""), ("线路扩容", "待安排", 358, 3800, ""),
    ("线路扩容现有项目", "设计中", 300, 3300, "线路扩容"),
    ("新增模块局", "待安排", "", "", ""),
)


def carded(rows: list[tuple], county: str, rng: random.Random) -> Iterator[tuple]:
    """Rows of the layer ``equipment`` with card, value and day, where the thing is in service and of a kind that has a card."""
    for row in rows:
        yuan = YUAN.get(products()[row[MODEL]].kind)
        if yuan is None or row[LIFE] not in ("", "in_service"):
            yield row
            continue
        value = round(yuan * rng.uniform(0.85, 1.15)) * FEN
        day = row[BUILT_ON] or f"{rng.randint(2012, 2023)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        yield (*row[:ASSET_NO], f"ZC{county}-{row[0]}", *row[ASSET_NO + 1: FIELDS], value, day)


def write_investment(folder: Path) -> None:
    """``investment_items.csv``: the seed's plan of the year, for planning; no survey layer takes it."""
    with (folder / "investment_items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("项目名称", "状态", "投资(万元)", "线数", "其中属于"))
        writer.writerows(INVESTMENT)
