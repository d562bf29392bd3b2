"""What reads whole columns says the same as what reads one cell after the other."""
import numpy
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.survey.layers import layers
from app.survey.plain_cells import plain_reader
from app.survey.readers.wkb import hex_places
from app.survey.values import make_column

AWKWARD = ["", " ", None, "MH-1", "mh 1 ", "＃1", "#REF!", "1E+10", "1_000", "-0", "nan", "inf", "1,5", "3", "112.25", " 7 ",
           "锟斤拷", "\x00", "x" * 201, "名\n称", "\u200bA", 5, 7.5, True]  # fmt: skip


@given(st.lists(st.sampled_from(AWKWARD) | st.text(max_size=5) | st.floats(allow_nan=False).map(str), min_size=1, max_size=4))
@pytest.mark.parametrize("name", ["code", "name_zh", "lon"])
def test_columns_and_cells_agree(name, cells):
    field = layers()["structure"].field(name)
    column = make_column(field, name)
    assert plain_reader(field, name) is not None
    assert repr(column.values_of(cells)) == repr([make_column(field, name)[cell] for cell in cells])


@pytest.mark.parametrize("header", ["经度(DD.MMSS)", "经度(度)", "经度(°)"])
def test_degrees_in_digits_want_a_closer_look(header):
    assert plain_reader(layers()["structure"].field("lon"), header) is None


LINE = shapely.LineString([(1, 2), (3, 4)])


@pytest.mark.parametrize("shapes", [[shapely.Point(112.25, -30), None], [None], [LINE, shapely.Point(1, 2)]])
def test_places_are_written_as_the_library_writes_them(shapes):
    shapes = numpy.array(shapes, dtype=object)
    assert hex_places(shapes, 4490) == shapely.to_wkb(shapely.set_srid(shapes, 4490), hex=True, include_srid=True).tolist()
