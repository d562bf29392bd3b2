"""The files of gis_layers/: ours hold, and a mistake in one stops the start with its name."""

import json
import shutil

import pytest

from app.core.errors import SystemFault
from app.maps.layers import FOLDER, load_layers


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "gis_layers")


def change(folder, name: str, **parts) -> None:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **parts}), encoding="utf-8")


def test_our_layers_hold():
    book = load_layers()
    assert {"structure", "section", "cable", "equipment"} <= set(book.layers)
    assert set(book.get_levels()) == {"county", "town", "community"}


def test_a_popup_may_name_any_column_of_its_thing(folder):
    change(folder, "cable", popup=["index_n", "verified_at", "model"])
    assert load_layers(folder).layers["cable"].spec["popup"] == ["index_n", "verified_at", "model"]


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"popup": ["colour"]}, "cable.json popup: colour is no column of cable_segment"),
        ({"popup": ["serial_no"]}, "cable.json popup: serial_no is no column of cable_segment"),
        ({"thing": None, "popup": ["code"]}, "cable.json popup: the layer names no thing"),
        ({"thing": "ship"}, "cable.json thing"),
        ({"title": {"zh": "<b>", "en": "x"}}, "cable.json title.zh"),
        ({"zoom": {"min": 9, "max": 3}}, "cable.json zoom"),
    ],
)
def test_a_mistake_is_told_with_file_and_field(folder, parts, told):
    change(folder, "cable", **parts)
    with pytest.raises(SystemFault, match=told):
        load_layers(folder)
