"""The map's style for MapLibre, built from the layers: data in, JSON-like dict out."""

from __future__ import annotations

import itertools

from app.maps.layers import Layer, LayerBook

# Half-drawn things (planned, designed, building) stay visible but step back.
PLANNED_OPACITY = 0.45


def build_style(book: LayerBook) -> dict:
    """The MapLibre style: one source per layer, and its drawing layers from below to above.

    Tile addresses begin with ``/``; the page puts its own origin before them and adds the data version.
    """
    sources = {
        layer.name: {
            "type": "vector",
            "tiles": [f"/tiles/{layer.name}/{{z}}/{{x}}/{{y}}.mvt"],
            "minzoom": layer.zoom_min,
            "maxzoom": layer.zoom_max,
        }
        for layer in book.layers.values()
    }
    drawn = [drawing for layer in book.layers.values() for drawing in draw(layer, book)]
    # Outlines and labels lie above every fill and line of the layers below them.
    drawn.sort(key=lambda drawing: drawing["metadata"]["storey"])
    return {"version": 8, "name": "NetGrid", "sources": sources, "layers": drawn}


def draw(layer: Layer, book: LayerBook) -> list[dict]:
    """The drawing layers of one layer."""
    return {"polygon": draw_polygon, "line": draw_line, "point": draw_point}[layer.spec["geometry"]](layer, book)


def drawing(layer: Layer, part: str, kind: str, storey: int, **more) -> dict:
    """One drawing layer; ``metadata.layer`` is the switch it hangs on."""
    if not layer.spec["shown"]:
        more["layout"] = {**more.get("layout", {}), "visibility": "none"}
    base = {
        "id": f"{layer.name}:{part}",
        "type": kind,
        "source": layer.name,
        "source-layer": layer.name,
        "minzoom": layer.zoom_min,
        "metadata": {"layer": layer.name, "part": part, "storey": storey},
    }
    return {**base, **more}


def draw_polygon(layer: Layer, _: LayerBook) -> list[dict]:
    """A fill that takes its colour from the state that the page sets, and an outline."""
    spec = layer.spec
    plain = spec.get("colour", {}).get("plain", "#dfe5ea")
    fill = {
        "fill-color": ["to-color", ["coalesce", ["feature-state", "colour"], plain]],
        "fill-opacity": by_zoom(spec.get("opacity", [(8, 0.7)])),
        "fill-antialias": False,
    }
    outline = spec.get("outline", {"colour": "#ffffff", "width": [(8, 1)]})
    line = {"line-color": outline["colour"], "line-width": by_zoom(outline["width"]), "line-opacity": 0.9}
    round_joins = {"line-join": "round"}
    return [
        drawing(layer, "fill", "fill", 0, paint=fill),
        drawing(layer, "outline", "line", 1, paint=line, layout=round_joins),
    ]


def draw_line(layer: Layer, book: LayerBook) -> list[dict]:
    """Lines by class, each class with its width, dash and casing; the colour shows the band."""
    colour = band_colour(layer.spec.get("colour", {}), book)
    opacity = ["case", ["has", "planned"], PLANNED_OPACITY, 0.95]
    found = []
    for kind in list_classes(layer):
        width = kind.get("width") or layer.spec.get("width") or [(12, 1.5)]
        only = class_filter(layer, kind)
        layout = {"line-cap": "butt" if "dash" in kind else "round", "line-join": "round"}
        beside = {"line-offset": by_zoom(kind["offset"])} if "offset" in kind else {}
        if "casing" in kind:
            wide = by_zoom([(zoom, value + max(1.2, value * 0.3)) for zoom, value in width])
            paint = {"line-color": kind["casing"], "line-width": wide, "line-opacity": opacity, **beside}
            found.append(drawing(layer, f"{kind['value']}-casing", "line", 2, paint=paint, layout=layout, **only))
        paint = {"line-color": kind.get("colour", colour), "line-width": by_zoom(width), "line-opacity": opacity, **beside}
        if "dash" in kind:
            paint["line-dasharray"] = kind["dash"]
        found.append(drawing(layer, kind["value"], "line", 3, paint=paint, layout=layout, **only))
    return found


def draw_point(layer: Layer, book: LayerBook) -> list[dict]:
    """Signs by class; the page draws the sign "shape|colour" when the map first asks for it."""
    banded = band_colour(layer.spec.get("colour", {}), book)
    found = []
    for kind in list_classes(layer):
        colour = kind.get("colour", banded)
        layout = {
            "icon-image": ["concat", f"{kind.get('shape', 'dot')}|", colour],
            "icon-size": by_zoom([(zoom, round(size / 24, 3)) for zoom, size in kind.get("size", [(14, 8)])]),
            "icon-allow-overlap": True,
            "icon-ignore-placement": True,
        }
        if "shift" in kind:
            # Several signs of one place stand around it. In pixels, right and down.
            layout["icon-offset"] = list(kind["shift"])
        paint = {"icon-opacity": ["case", ["has", "planned"], PLANNED_OPACITY, 1]}
        first = kind.get("size", [(layer.zoom_min, 8)])[0][0]
        more = class_filter(layer, kind)
        # MapLibre counts zooms of 512 px tiles: one less than the map's own.
        more["minzoom"] = max(layer.zoom_min, first - 1)
        found.append(drawing(layer, kind["value"], "symbol", 4, paint=paint, layout=layout, **more))
    if "label" in layer.spec:
        found += draw_labels(layer)
    return found


def draw_labels(layer: Layer) -> list[dict]:
    """Codes beside the signs, where there is room for them; common things such as poles only from nearer by."""
    label, classes = layer.spec["label"], layer.spec.get("classes")
    zooms: dict[float, list[str]] = {}
    for kind in list_classes(layer):
        zooms.setdefault(kind.get("label_zoom", label["min_zoom"]), []).append(kind["value"])
    layout = {
        "text-field": ["coalesce", ["get", label["attribute"]], ""],
        "text-font": ["Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif"],
        "text-size": 11,
        "text-anchor": "top",
        "text-offset": [0, 0.9],
        "text-optional": True,
        "text-padding": 4,
    }
    paint = {"text-color": "#22384d", "text-halo-color": "#ffffff", "text-halo-width": 1.4}
    found = []
    for zoom, values in sorted(zooms.items()):
        only = {"filter": ["in", ["get", classes["attribute"]], ["literal", values]]} if classes else {}
        found.append(drawing(layer, f"label-{zoom:g}", "symbol", 5, paint=paint, layout=layout, **{**only, "minzoom": zoom - 1}))
    return found


def list_classes(layer: Layer) -> list[dict]:
    """The classes of a layer; one nameless class for a layer that has none."""
    return layer.spec.get("classes", {}).get("values") or [{"value": "all"}]


def class_filter(layer: Layer, kind: dict) -> dict:
    """The filter that picks one class."""
    classes = layer.spec.get("classes")
    return {"filter": ["==", ["get", classes["attribute"]], kind["value"]]} if classes else {}


def by_zoom(stops) -> list | float:
    """An interpolation over map zooms; MapLibre counts one less."""
    if len(stops) == 1:
        return stops[0][1]
    flat = [number for zoom, value in stops for number in (zoom - 1, value)]
    return ["interpolate", ["linear"], ["zoom"], *flat]


def band_colour(colour: dict, book: LayerBook) -> str | list:
    """The colour of a thing by its band; the attribute is a share in hundredths of a percent."""
    if "plain" in colour or not colour:
        return colour.get("plain", "#52667a")
    bands = book.bands[colour["bands"]]
    steps = [bands["bands"][0]["colour"]]
    for lower, band in itertools.pairwise(bands["bands"]):
        steps += [round(lower["to"] * 10000) + (1 if lower["to_included"] else 0), band["colour"]]
    none = colour.get("none", bands["none"]["colour"])
    return ["case", ["has", colour["attribute"]], ["step", ["get", colour["attribute"]], *steps], none]
