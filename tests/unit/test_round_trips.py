"""Every layer, in every format that holds it: awkward texts, numbers, lists and shapes are read as they were written."""
from datetime import UTC, date, datetime
from ipaddress import ip_network

import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.network.rules.codes import code_key, plain_code
from app.network.rules.ranges import write_numbers, write_ports
from app.survey.export import FORMATS, exportable
from app.survey.export.files import choose_layers, write_layers
from app.survey.findings import ERROR, SourceReport
from app.survey.headers import recognise
from app.survey.readers import open_sources
from app.survey.rows import staged_rows
from app.survey.values import choice_words

PLACES = ("lon", "lat", "x", "y", "crs")
SIGNS = st.text("aZ09井井é-./_,;:\"'=+@()&<>% |\\{}", min_size=1, max_size=24)
KNOWN = ["a,b", 'say "x"', "x\ny", "'", "'=1", "==", "NULL", "1E5x", "00123", "1-2", "；", "TRUE", "nan"]
AWKWARD = st.one_of(SIGNS, st.sampled_from(KNOWN))
TEXTS = AWKWARD.map(str.strip).filter(lambda text: text and "井井" not in text)
CODES = SIGNS.map(plain_code).filter(bool)
PORTS = st.sampled_from([["A-01"], ["A-01", "A-02", "A-03"], ["0/1/0", "0/1/7"], ["B-12", "C-01"]])
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0, tzinfo=UTC))
DEGREES = st.tuples(st.floats(112, 113), st.floats(30, 31))


def values_of(field):
    """What a field may hold, as the import stages it."""
    kinds = {
        "code": CODES if field.name == "code" else CODES.map(code_key),
        "text": TEXTS if field.name.startswith("name") else TEXTS.map(plain_code),
        "int": st.integers(0, 30_000), "number": st.floats(0, 1e6, allow_subnormal=False),
        "date": st.dates(date(1950, 1, 1), date(2030, 1, 1)),
        "time": MOMENTS, "range": st.lists(st.integers(1, 300), min_size=1, max_size=9, unique=True).map(sorted), "ports": PORTS,
        "prefix": st.integers(0, 255).map(lambda part: str(ip_network(f"10.{part}.0.0/16"))),
    }  # fmt: skip
    held = st.sampled_from(sorted(choice_words(field))) if field.type == "choice" else kinds[field.type]
    return held if field.required else st.none() | held


def cell_of(field, value, language: str):
    """The value as an export writes it."""
    if value is None:
        return None
    if field.type == "choice":
        return choice_words(field)[value].label(language)
    writers = {"range": write_numbers, "ports": write_ports, "date": str, "time": lambda at: at.strftime("%Y-%m-%d %H:%M:%S+00:00")}
    return writers.get(field.type, lambda same: same)(value)


def shapes_of(kind: str | None):
    if kind is None:
        return st.none()
    if kind == "point":
        return DEGREES.map(shapely.Point)
    steps = st.lists(st.tuples(st.floats(0.001, 0.1), st.floats(-0.05, 0.05)), min_size=1, max_size=6)
    if kind == "line":
        return st.tuples(DEGREES, steps).map(_line)
    return st.lists(st.floats(0.001, 0.009), min_size=1, max_size=3).map(_areas)


def _line(told):
    (x, y), steps = told
    places = [(x, y)]
    for east, north in steps:
        places.append((places[-1][0] + east, y + north))
    return shapely.LineString(places)


def _areas(sizes):
    """Areas side by side, each with a hole."""
    boxes = [(shapely.box(112 + at / 10, 30, 112 + at / 10 + size, 30 + size), size) for at, size in enumerate(sizes)]
    holes = [shapely.box(box.bounds[0] + size / 4, 30 + size / 4, box.bounds[0] + size / 2, 30 + size / 2) for box, size in boxes]
    return shapely.MultiPolygon([box.difference(hole) for (box, _), hole in zip(boxes, holes, strict=True)])


CASES = [(layer, kind) for layer in exportable() for kind in FORMATS if layer.id in {held.id for held in choose_layers(kind, ())}]


@pytest.mark.parametrize(("layer", "kind"), CASES, ids=[f"{layer.id}-{kind}" for layer, kind in CASES])
@settings(max_examples=3, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck))
@given(data=st.data(), language=st.sampled_from(["zh", "en"]))
def test_what_is_written_is_read_as_it_was(layer, kind, tmp_path_factory, data, language):
    fields = [field for field in layer.fields if field.name not in PLACES]
    # A table keeps points alone.
    shapes = shapes_of(layer.geometry if layer.geometry == "point" or kind in ("gpkg", "geojson") else None)
    row = st.tuples(st.fixed_dictionaries({field.name: values_of(field) for field in fields}), shapes)
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    cells = [({field.name: cell_of(field, values[field.name], language) for field in fields}, shape and shapely.to_wkb(shape))
             for values, shape in rows]  # fmt: skip
    path = tmp_path_factory.mktemp("round") / f"export.{kind}"
    assert write_layers([layer], kind, path, lambda _: iter(cells), language) == [(layer.id, len(rows))]

    (source,) = open_sources(next(path.parent.iterdir()))
    match = recognise(list(source.headers), source.geometry)
    assert match.layer.id == layer.id
    report = SourceReport(source.file)
    back = list(staged_rows(source, match, None, report))
    assert [(one.rule, one.row, one.column, one.found) for one in report.findings if one.severity == ERROR] == []
    places = {field.name: at for at, field in enumerate(layer.fields)}
    for (values, shape), (_, bad, staged, place) in zip(rows, back, strict=True):
        assert not bad and {name: staged[places[name]] for name in values} == values
        assert (place and shapely.from_wkb(place).normalize()) == (shape and shape.normalize())
