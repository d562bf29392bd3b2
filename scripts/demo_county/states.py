"""Rows of state: what is in use, reserved, being released or out of order, as ranges."""
import random
from collections.abc import Iterator

from scripts.demo_county.banks import Bank, numbers, ranges
from scripts.demo_county.cables import Segment

FAULTY_SEGMENT_SHARE = 0.06
DEGRADED_SEGMENT_SHARE = 0.02
FAULTY_PORT_SHARE = 0.01
FAULTY_TERMINAL_SHARE = 0.001


def conductor_rows(segments: list[Segment], rng: random.Random) -> Iterator[tuple]:
    """Rows of the layer ``conductor_state``; conductors without a row are idle and in order."""
    for segment in segments:
        if segment.life not in ("in_service", "built"):
            continue
        states = {word: list(strands) for word, strands in segment.states.items()}
        used = {strand for strands in states.values() for strand in strands}
        if states.get("in_use") and rng.random() < DEGRADED_SEGMENT_SHARE:
            weak = states["in_use"].pop()
            yield (segment.code, str(weak), "in_use", "degraded", "")
        for word in ("in_use", "reserved", "releasing"):
            if states.get(word):
                yield (segment.code, numbers(sorted(states[word])), word, "", "")
        if rng.random() < FAULTY_SEGMENT_SHARE and len(used) < segment.size:
            idle = [strand for strand in range(1, segment.size + 1) if strand not in used]
            broken = sorted(rng.sample(idle, min(len(idle), rng.choice((1, 1, 2)))))
            yield (segment.code, numbers(broken), "", rng.choice(("faulty", "faulty", "blocked")), "")


def port_rows(banks: list[Bank], faulty_share: float, rng: random.Random) -> Iterator[tuple]:
    """Rows of the layer ``port_state`` for banks of terminals or ports; places without a row are idle and in order."""
    for bank in banks:
        places: dict[str, list[int]] = {}
        for place, word in bank.use.items():
            places.setdefault(word, []).append(place)
        for word in ("in_use", "reserved", "releasing"):
            for equipment, text in ranges(bank, places.get(word, [])):
                yield (equipment, text, word, "", "")
        broken = [place for place in range(bank.size) if place not in bank.use and rng.random() < faulty_share]
        for equipment, text in ranges(bank, broken):
            yield (equipment, text, "", "faulty", "")
