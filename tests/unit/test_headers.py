"""Layers are told from headers: templates in both languages, synonyms, units, brackets, full-width letters."""

import pytest

from app.survey.headers import header_key, recognise, template_columns
from app.survey.layers import layers


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("layer", list(layers()))
def test_every_template_is_its_own_layer(layer, language):
    columns = template_columns(layer, language)
    match = recognise(list(columns.values()), layers()[layer].geometry)
    assert match is not None and match.layer.id == layer
    assert list(match.columns) == list(columns) and not match.unknown and not match.missing
    # Geometry or not, the headers say enough; what is drawn, or is a line alone, is never a table.
    table = recognise(list(columns.values()), None)
    assert layer in ("drawn_cable", "road") or (table is not None and table.layer.id == layer)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("layer", list(layers()))
def test_required_columns_alone_are_enough(layer, language):
    columns = template_columns(layer, language)
    required = [columns[field.name] for field in layers()[layer].fields if field.required]
    match = recognise(required, layers()[layer].geometry)
    assert match is not None and not match.missing


@pytest.mark.parametrize(
    "layer",
    [name for name, layer in layers().items() if {field.name for field in layer.fields if field.required} != {"code", "name_zh"}],
)
def test_field_names_are_headers_too(layer):
    fields = [field.name for field in layers()[layer].fields]
    match = recognise(fields, layers()[layer].geometry)
    assert match is not None and match.layer.id == layer and not match.unknown


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("长度（m）", "长度"),
        (" 长 度 ", "长度"),
        ("Ｌｅｎｇｔｈ", "length"),
        ("length_m", "lengthm"),
        ("编码*", "编码"),
        ("芯数[芯]", "芯数"),
        ("", ""),
    ],
)
def test_header_keys(header, key):
    assert header_key(header) == key


def test_synonyms_and_unknown_headers():
    match = recognise(["资源编码", "类别", "东经", "北纬", "备注", ""], None)
    assert match is not None and match.layer.id == "structure"
    assert match.unknown == ("备注", "")


def test_what_is_no_layer():
    assert recognise(["甲", "乙"], None) is None
    assert recognise([], None) is None
    assert recognise(["编码"], "point") is None or recognise(["编码"], "point").missing


@pytest.mark.parametrize(
    ("headers", "layer", "missing"),
    [
        (["编码", "名称", "经度", "纬度", "建成日期"], "structure", ("kind",)),
        (["管线段", "内径"], "duct", ("nos",)),
        (["前端缆段", "前端芯序", "后端缆段", "后端芯序"], "splice", ("closure",)),
        (["所属缆", "缆段编码", "起点", "终点", "皮长"], "segment", ("model",)),
    ],
)
def test_a_missing_column_is_named(headers, layer, missing):
    match = recognise(headers, None)
    assert match is not None and (match.layer.id, match.missing) == (layer, missing)


def test_a_line_with_any_code_is_no_road():
    """Lines of anything have codes and names; a road says that it is one."""
    assert recognise(["code", "name"], "line").layer.id == "section"
    assert recognise(["road_code", "fclass", "oneway"], "line").layer.id == "road"
