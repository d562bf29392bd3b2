"""Every sentence of traces and impacts is there in both languages, with the same words to be filled in."""
import csv
import re
from pathlib import Path

import pytest

import app.topology as room
from app.network.dictionary import word_label
from app.topology.trace_answer import Finding
from app.topology.trace_text import say_finding

FOLDER = Path(room.__file__).parent


@pytest.mark.parametrize("name", ["trace_words.csv", "trace_findings.csv", "impact_words.csv"])
def test_both_languages_fill_in_the_same(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert None not in row, f"{row}: a comma too many"
        told = [sorted(re.findall(r"\{(\w+)\}", row[language])) for language in ("zh", "en")]
        assert row["zh"] and row["en"] and told[0] == told[1], row


def test_words_of_lists_are_said_in_the_language():
    finding = Finding("FAULTY", 3, {"subject": "CB-1/S01:7", "word": ("health", "faulty")})
    assert say_finding(finding, "zh") == f"CB-1/S01:7 的状态是 {word_label('health', 'faulty', 'zh')}"
    assert say_finding(finding, "en") == "CB-1/S01:7 is Faulty"
