"""The sixteen towns of Gong'an county with their populations, and the labels of the synthetic neighbours around it."""
from dataclasses import dataclass

REGION = "421000"
BOX = (111.8, 29.0 + 37 / 60, 112.0 + 25 / 60, 30.0 + 19 / 60)
COMMUNITIES = 386
NEIGHBOURHOODS = 60

# Code, names, abbreviation on plates, population, and a seat that is only near the real one.
_TOWNS = (
    ("100", "埠河镇", "Buhe", "BH", 100_552, 112.21, 30.19),
    ("101", "斗湖堤镇", "Douhudi", "DHD", 131_865, 112.2297, 30.0590),
    ("102", "夹竹园镇", "Jiazhuyuan", "JZY", 56_178, 112.16, 29.995),
    ("103", "闸口镇", "Zhakou", "ZK", 56_754, 112.12, 29.930),
    ("104", "杨家厂镇", "Yangjiachang", "YJC", 54_402, 112.31, 30.01),
    ("105", "麻豪口镇", "Mahaokou", "MHK", 63_032, 112.28, 29.90),
    ("106", "藕池镇", "Ouchi", "OC", 46_623, 112.29, 29.79),
    ("107", "黄山头镇", "Huangshantou", "HST", 38_388, 112.15, 29.71),
    ("108", "孟家溪镇", "Mengjiaxi", "MJX", 49_261, 112.08, 29.80),
    ("109", "南平镇", "Nanping", "NP", 56_505, 111.98, 29.89),
    ("110", "章庄铺镇", "Zhangzhuangpu", "ZZP", 66_622, 111.89, 29.87),
    ("111", "狮子口镇", "Shizikou", "SZK", 67_228, 111.97, 30.02),
    ("112", "斑竹垱镇", "Banzhudang", "BZD", 74_099, 112.04, 30.11),
    ("113", "毛家港镇", "Maojiagang", "MJG", 76_440, 112.10, 30.045),
    ("200", "甘家厂乡", "Ganjiachang", "GJC", 42_591, 112.00, 29.77),
    ("201", "章田寺乡", "Zhangtiansi", "ZTS", 46_355, 112.19, 29.85),
)
SEAT = 1

# Neighbour codes lie in gaps of the real numbering: none of them is a real county of the region.
_NEIGHBOUR_CODES = ("421011", "421021", "421031", "421041", "421051", "421061", "421071", "421091", "421001", "421012", "421013")
_ORDINALS = "甲乙丙丁戊己庚辛壬癸子"
# Cells of a 4 x 3 block (column, row), nearest to Gong'an first; all lie west of it, so that EPSG:4546 still fits.
CELLS = ((0, 0), (-1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (-2, 0), (-2, -1), (-2, 1), (-3, 0), (-3, -1), (-3, 1))


@dataclass(frozen=True)
class Town:
    """A town; ``lon`` and ``lat`` in degrees of EPSG:4490 inside the box of Gong'an, before the county's own shift."""

    code: str
    name_zh: str
    name_en: str
    abbreviation: str
    population: int
    lon: float
    lat: float


@dataclass(frozen=True)
class County:
    """A county; ``cell`` is its place in the block, ``prefix`` stands first in all its plant codes."""

    number: int
    code: str
    name_zh: str
    name_en: str
    prefix: str
    cell: tuple[int, int]
    towns: tuple[Town, ...]


def counties(count: int) -> list[County]:
    """The first ``count`` counties (1 to 12): Gong'an, then its synthetic neighbours."""
    return [_gongan() if number == 0 else _neighbour(number) for number in range(count)]


def _gongan() -> County:
    towns = tuple(Town("421022" + code, *rest) for code, *rest in _TOWNS)
    return County(0, "421022", "公安县", "Gong'an County", "GA", CELLS[0], towns)


def _neighbour(number: int) -> County:
    code = _NEIGHBOUR_CODES[number - 1]
    label = _ORDINALS[number - 1]
    letter = chr(ord("A") + number - 1)
    # The populations move round by the number, so that no two counties are alike.
    turned = [_TOWNS[(index + number) % len(_TOWNS)][4] for index in range(len(_TOWNS))]
    towns = tuple(
        Town(
            code + own, f"演示{label}{index + 1:02d}镇", f"Synthetic {letter}{index + 1:02d}", f"T{index + 1:02d}", turned[index], lon, lat
        )
        for index, (own, _, _, _, _, lon, lat) in enumerate(_TOWNS)
    )
    return County(number, code, f"演示邻县{label}", f"Synthetic County {letter}", "D" + letter, CELLS[number], towns)
