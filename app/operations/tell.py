"""Answers in words: what pages, commands and the API say of a line."""

from app.network.dictionary import word_label
from app.operations.qualification import Answer
from app.operations.rules.lines import Line, say_reasons, works

FEN = 100


def tell_answer(answer: Answer, language: str) -> dict:
    """The answer as one JSON object; lengths in m, losses in dB, money in yuan."""
    asked = answer.asked
    return {
        "verdict": answer.verdict,
        "verdict_text": word_label("verdict", answer.verdict, language),
        "product": word_label("product", asked.product.product, language),
        "rate_mbit": asked.rate_mbit,
        "address": asked.address,
        "point": f"{asked.lon:.6f},{asked.lat:.6f}",
        "lines": [tell_line(line, language) for line in answer.lines],
    }


def tell_line(line: Line, language: str) -> dict:
    """One line of an answer."""
    figure, unit = (max(line.losses.values()), "dB") if line.losses else (line.loop_ohm, "ohm")
    return {
        "verdict": line.verdict,
        "verdict_text": word_label("verdict", line.verdict, language),
        "access": line.access,
        "head": line.head,
        "plant_m": round(line.plant_m, 1),
        "drop_m": round(line.drop_m, 1),
        "figure": None if figure is None else round(figure, 2),
        "unit": None if figure is None else unit,
        "limit": line.limit,
        "pon_class": line.pon_class,
        "patches": line.patches,
        "number": line.number,
        "vlan": line.vlan,
        "uplink_spare_mbit": line.uplink_spare_mbit,
        "power_spare_a": line.power_spare_a,
        "yuan": round(line.fen / FEN, 2),
        "days": line.days,
        "missing": say_reasons(line.reasons, language),
        "reasons": [{"code": reason.code, "verdict": reason.verdict, "text": reason.say(language)} for reason in line.reasons],
        "works": [
            {"work": name, "text": _meaning(name, language), "metres": round(metres, 1), "yuan": _yuan(name, metres)}
            for name, metres in line.works
        ],
        "hops": [{"kind": hop.kind, "code": hop.code, "metres": hop.metres, "why": hop.why} for hop in line.hops],
    }


def _meaning(work: str, language: str) -> str:
    row = works()[work]
    return row.meaning_zh if language == "zh" else row.meaning_en


def _yuan(work: str, metres: float) -> float:
    row = works()[work]
    return round((row.fen_each + row.fen_per_m * metres) / FEN, 2)
