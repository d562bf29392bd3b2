"""Headers of the files, and rows with the words that a Chinese sheet uses."""
from functools import cache

from app.network.dictionary import words
from app.survey.headers import template_columns
from app.survey.layers import layers

LANGUAGE = "zh"
# Layers whose points carry no columns of coordinates.
POINTS = ("structure", "building", "unmet_request")


@cache
def columns(layer: str) -> dict[str, str]:
    """Field -> header, in the order in which rows are given; points carry no columns of coordinates."""
    dropped = {"lon", "lat", "x", "y"} if layer in POINTS else set()
    return {field: header for field, header in template_columns(layer, LANGUAGE).items() if field not in dropped}


def worded(layer: str, rows: list[tuple]) -> list[tuple]:
    """Rows with the words that a Chinese sheet uses for every choice; last cells that a row does not give are empty."""
    choices = {field.name: field.choices for field in layers()[layer].fields if field.choices}
    names = [*columns(layer)]
    places = [(place, _labels(choices[name])) for place, name in enumerate(names) if name in choices]
    told = []
    for row in rows:
        cells = [*row, *[""] * (len(names) - len(row))]
        for place, labels in places:
            cells[place] = labels.get(cells[place], cells[place])
        told.append(tuple(cells))
    return told


@cache
def _labels(choices: str) -> dict[str, str]:
    return {word.value: word.label_zh for word in words()[choices].values()}
