"""Templates and examples: what we hand out is read back without a finding."""

import pytest
from python_calamine import load_workbook

from app.survey.findings import SourceReport
from app.survey.headers import recognise
from app.survey.layers import layers
from app.survey.readers.source import Source
from app.survey.rows import staged_rows
from app.survey.templates import example_rows, field_note, write_templates
from tests.unit.surveys import opened


@pytest.fixture(scope="module", params=["zh", "en"])
def folder(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param)
    written = write_templates(path, request.param)
    assert all(file.is_file() for file in written)
    return path


def test_examples_read_back_without_a_finding(folder):
    counts = {}
    for source in opened(folder / "examples"):
        assert isinstance(source, Source), source
        match = recognise(list(source.headers), source.geometry)
        assert match is not None and not match.unknown and not match.missing, source
        report = SourceReport(source.file, source.sheet)
        rows = list(staged_rows(source, match, None, report))
        assert report.findings == [] and not any(row[1] for row in rows)
        counts[match.layer.id] = len(rows)
    assert counts == {layer: len(rows) for layer, rows in example_rows().items()}
    assert set(counts) == set(layers())


def test_every_format_has_an_example(folder):
    assert {path.suffix for path in (folder / "examples").iterdir()} == {".xlsx", ".gpkg", ".geojson", ".csv"}


def test_templates_are_recognised_and_empty(folder):
    found = {}
    for source in opened(folder / "template.xlsx"):
        match = recognise(list(source.headers), source.geometry)
        found[match.layer.id] = match
        assert list(source.rows()) == []
    assert set(found) == {layer.id for layer in layers().values() if not layer.needs_map}
    assert not any(match.unknown or match.missing for match in found.values())
    assert {source.sheet for source in opened(folder / "template.gpkg")} == {layer.id for layer in layers().values() if layer.geometry}
    assert len(load_workbook(folder / "template.xlsx").sheet_names) == len(found)


def test_notes_tell_what_a_column_takes():
    note = field_note(layers()["section"].field("length_m"), "en")
    assert "Unit: m" in note and "Optional" in note
    note = field_note(layers()["port_state"].field("use"), "zh")
    assert "可选: 空闲, 预占, 占用, 预释放" in note
    assert "例如 1-12" in field_note(layers()["splice"].field("from_strands"), "zh")


def test_templates_are_written_again_over_old_ones(folder):
    write_templates(folder, "zh")
    test_examples_read_back_without_a_finding(folder)
