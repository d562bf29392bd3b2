"""Where things lie, as GeoJSON for the pages' maps: lon before lat, EPSG:4490. One statement, however many things."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from sqlalchemy.orm import Session

from app.maps.queries import statement

Thing = tuple[str, int]


def list_shapes(session: Session, region_id: int, things: Iterable[Thing]) -> dict[Thing, dict]:
    """The geometry of each thing by (kind, id): what stands in a structure is a point there, a power source its equipment.

    Things without a place, and kinds that have none, are left out. One statement, and none for nothing.
    """
    wanted = list(dict.fromkeys(things))
    if not wanted:
        return {}
    kinds = ["equipment" if kind == "power" else kind for kind, _ in wanted]
    given = {"region_id": region_id, "kinds": kinds, "ids": [key for _, key in wanted]}
    found = {(row.kind, row.id): json.loads(row.shape) for row in session.execute(statement("shapes"), given)}
    places = {thing: found.get((kind, thing[1])) for thing, kind in zip(wanted, kinds, strict=True)}
    return {thing: shape for thing, shape in places.items() if shape is not None}


def list_stretch(session: Session, region_id: int, stretch: Sequence[tuple[int, float, float]]) -> list[dict]:
    """The geometry of parts of sections: (key, share where it begins, share where it ends). One statement."""
    sections, begins, ends = zip(*stretch, strict=True) if stretch else ((), (), ())
    given = {"region_id": region_id, "sections": list(sections), "begins": list(begins), "ends": list(ends)}
    return [json.loads(row.shape) for row in session.execute(statement("stretch"), given)]


def feature(shape: dict, **properties) -> dict:
    """A GeoJSON feature."""
    return {"type": "Feature", "geometry": shape, "properties": properties}


def collection(features: Iterable[dict]) -> dict:
    """A GeoJSON collection."""
    return {"type": "FeatureCollection", "features": list(features)}


# So many things of an answer are drawn, the first ones.
MOST_DRAWN = 800


def draw_things(
    session: Session, region_id: int, things: Iterable[Thing | None], language: str, drawn: Mapping[str, dict] | None = None
) -> dict:
    """Where things lie, ``shapes`` by kind:key, and the ``ground`` beneath them: towns with name, place and outline. Two statements.

    Parameters
    ----------
    drawn
        Shapes of what is not in the network.
    """
    wanted = list(dict.fromkeys(thing for thing in things if thing))[:MOST_DRAWN]
    shapes = {f"{kind}:{key}": shape for (kind, key), shape in list_shapes(session, region_id, wanted).items()}
    shapes |= dict(islice((drawn or {}).items(), MOST_DRAWN))
    return {"shapes": shapes, "ground": list_ground(session, region_id, language) if shapes else []}


def list_ground(session: Session, region_id: int, language: str) -> list[dict]:
    """The towns of a region: name, a place inside, and the outline as GeoJSON."""
    rows = session.execute(statement("ground"), {"region_id": region_id})
    return [
        {"name": (row.name_en if language == "en" else None) or row.name_zh, "at": [row.lon, row.lat], "shape": json.loads(row.shape)}
        for row in rows
    ]
