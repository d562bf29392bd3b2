"""Every situation of field surveys, I1 to I42, has a test that bears its number: ``test_i05_...``."""
import re
from pathlib import Path

NUMBERED = re.compile(r"^def test_i(\d\d)_\w+", re.MULTILINE)
SITUATIONS = set(range(1, 43))


def find_numbers(text: str) -> set[int]:
    return {int(number) for number in NUMBERED.findall(text)}


def test_a_situation_without_a_test_is_seen():
    assert SITUATIONS - find_numbers("def test_i05_an_end():\n    pass\ndef test_i5_other():\n    pass\n") == SITUATIONS - {5}


def test_every_situation_has_a_test():
    shown = set().union(*(find_numbers(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.rglob("test_*.py")))
    assert shown == SITUATIONS
