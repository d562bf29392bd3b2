"""Files made to do harm are told by a finding within seconds, under the limits of a job; nothing is read or left outside."""
import json
import os
import subprocess
import sys

import pytest

from app.cli.jobs import limit
from tests.hostile_files import SECONDS, SECRET, make_hostile
from tests.worker import ROOT

# What keeps each of them out; the others are read as what they are, with no more rows than they hold.
REFUSED = {
    "bomb.zip": "FILE_UNSAFE", "bomb.kmz": "FILE_UNSAFE", "bomb.xlsx": "FILE_UNSAFE", "bomb.ods": "FILE_UNSAFE",
    "bomb.osm.gz": "FILE_UNSAFE",
    "many.zip": "FILE_UNSAFE", "link.zip": "LAYER_UNKNOWN", "entity.kml": "FILE_UNSAFE", "entity.gpx": "FILE_UNSAFE",
    "entity.osm": "FILE_UNSAFE",
    "entity.graphml": "FILE_UNSAFE", "entity.xlsx": "FILE_UNSAFE", "laughs.kml": "FILE_UNSAFE", "laughs.gpx": "FILE_UNSAFE",
    "laughs.osm": "FILE_UNSAFE", "laughs.graphml": "FILE_UNSAFE", "laughs.xlsx": "FILE_UNSAFE", "laughs.yaml": "YAML_BROKEN",
    "deep.yaml": "YAML_BROKEN", "python.yaml": "YAML_BROKEN", "vrt.kml": "FILE_KIND",
    "vrt.csv": "LAYER_UNKNOWN", "vrt.geojson": "FILE_KIND",
    "vrt.gpkg": "FILE_KIND", "vrt.shp": "FILE_KIND", "vrt.dxf": "FILE_KIND", "vrt.xml.kml": "FILE_KIND", "remote.geojson": "FILE_KIND",
    "wide.csv": "FILE_UNSAFE", "long.csv": "FILE_NOT_TEXT", "quote.csv": "QUOTE_UNCLOSED", "null.csv": "FILE_NOT_TEXT",
    "numbers.csv": "VALUE_NUMBER", "ranges.csv": "VALUE_RANGE", "deep.json": "FILE_TRUNCATED", "deep.geojson": "FILE_TRUNCATED",
    "deep_properties.geojson": "FILE_TRUNCATED", "deep_geometry.geojson": "FILE_TRUNCATED", "deep.kml": "FILE_UNSAFE",
    "deep.graphml": "FILE_TRUNCATED", "view.gpkg": "FILE_UNSAFE", "endless.gpkg": "FILE_UNSAFE", "shape.shp": "FILE_TRUNCATED",
}  # fmt: skip
PEAK_MB = 1_500


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """What became of each file, and the folders that were there."""
    base = tmp_path_factory.mktemp("hostile")
    folder, outside, scratch = (base / name for name in ("in", "out", "scratch"))
    for place in (folder, outside, scratch):
        place.mkdir()
    secret = outside / "secret.csv"
    secret.write_text(f"code,kind,lon,lat\n{SECRET},pole,112.2,30.0\n")
    paths = make_hostile(folder, secret)
    before = {path.name for path in folder.iterdir()}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_files", *map(str, paths)], cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch)},
        capture_output=True, text=True, preexec_fn=limit, timeout=900, check=True,
    )  # fmt: skip
    assert SECRET not in done.stdout + done.stderr
    # Nothing is left beside the files, in the place for passing files, or where their names point.
    assert {path.name for path in folder.iterdir()} == before and not list(scratch.iterdir()) and list(outside.iterdir()) == [secret]
    assert not os.path.exists("/tmp/netgrid-hostile.csv")
    return {told["file"]: told for told in map(json.loads, done.stdout.splitlines())}


def test_every_file_is_answered_by_findings_in_seconds_and_little_memory(opened):
    slow = [(one["file"], one["seconds"], one["kind"]) for one in opened.values() if one["kind"] != "told" or one["seconds"] > SECONDS / 2]
    large = [(one["file"], one["peak_mb"]) for one in opened.values() if one["peak_mb"] > PEAK_MB]
    assert (slow, large) == ([], []) and len(opened) > len(REFUSED)


def test_each_is_refused_for_what_it_is(opened):
    assert {name: rule for name, rule in REFUSED.items() if rule not in opened[name]["rules"]} == {}
    assert all(opened[name]["rows"] == 0 for name in REFUSED)


def test_members_of_an_archive_are_read_wherever_their_names_point(opened):
    assert opened["traversal.zip"]["rows"] == 3 and opened["traversal.zip"]["rules"] == []
