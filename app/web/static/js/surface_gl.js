/* The map's drawing surface on MapLibre: what the page asks of it, in few words. */

const REACH_PX = 5;
const FONT = ["Noto Sans CJK SC,Microsoft YaHei,PingFang SC,sans-serif"];

export class GlSurface {
  constructor(map, layer, settings) {
    this.map = map;
    this.layer = layer;
    this.gl = layer.getMaplibreMap();
    this.settings = settings;
    this.painted = new Map();
    this.things = new Map(settings.layers.filter((spec) => spec.thing && !spec.level).map((spec) => [spec.name, spec.thing]));
    this.ready = new Promise((resolve) => (this.gl.loaded() || this.gl.isStyleLoaded() ? resolve() : this.gl.once("load", resolve)));
    this.ready.then(() => this.addLabels());
  }

  onBusy(tell) {
    this.gl.on("dataloading", () => tell(true));
    this.gl.on("idle", () => tell(false));
  }

  drawingsOf(name) {
    return this.gl.getStyle().layers.filter((drawing) => drawing.metadata?.layer === name);
  }

  /* Show a layer, or only some parts of it (a grid's outline without its fill). */
  show(name, isShown, parts = null) {
    for (const drawing of this.drawingsOf(name)) {
      const wanted = isShown && (!parts || parts.includes(drawing.metadata.part));
      const now = this.gl.getLayoutProperty(drawing.id, "visibility") !== "none";
      if (wanted !== now) this.gl.setLayoutProperty(drawing.id, "visibility", wanted ? "visible" : "none");
    }
  }

  /* Colours of the grids of a level, by grid key. */
  paint(name, colours) {
    const target = { source: name, sourceLayer: name };
    const before = this.painted.get(name) || new Map();
    for (const id of before.keys()) if (!colours.has(id)) this.gl.removeFeatureState({ ...target, id });
    for (const [id, colour] of colours) if (before.get(id) !== colour) this.gl.setFeatureState({ ...target, id }, { colour });
    this.painted.set(name, colours);
  }

  addLabels() {
    this.gl.addSource("labels", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    this.gl.addLayer({
      id: "labels", type: "symbol", source: "labels", maxzoom: 15.5,
      layout: {
        "text-field": ["format", ["get", "name"], { "font-scale": 1 }, "\n", {}, ["get", "value"], { "font-scale": 0.92 }],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 8, 10.5, 13, 14],
        "text-padding": 3, "text-line-height": 1.25, "symbol-sort-key": ["-", 0, ["get", "weight"]],
      },
      paint: { "text-color": "#1c2b3a", "text-halo-color": "rgba(255,255,255,.92)", "text-halo-width": 1.5, "text-opacity": ["interpolate", ["linear"], ["zoom"], 14, 1, 15.5, 0.35] },
    });
  }

  label(points) {
    const features = points.map((point) => ({
      type: "Feature", geometry: { type: "Point", coordinates: point.at },
      properties: { name: point.name, value: point.value, weight: point.weight },
    }));
    this.gl.getSource("labels")?.setData({ type: "FeatureCollection", features });
  }

  /* What lies at a place: things of the network first, then the grid of the shown level. */
  find(latlng, gridLayer) {
    const at = this.gl.project([latlng.lng, latlng.lat]);
    const box = [[at.x - REACH_PX, at.y - REACH_PX], [at.x + REACH_PX, at.y + REACH_PX]];
    const seen = new Map();
    for (const feature of this.gl.queryRenderedFeatures(box)) {
      const kind = this.things.get(feature.source);
      if (kind && feature.id !== undefined) seen.set(`${kind}:${feature.id}`, { kind, id: String(feature.id), layer: feature.source });
    }
    if (seen.size || !gridLayer || !this.gl.getLayer(`${gridLayer}:fill`)) return [...seen.values()];
    return this.gl.queryRenderedFeatures(at, { layers: [`${gridLayer}:fill`] }).slice(0, 1).map((feature) => ({ kind: "grid", id: String(feature.id) }));
  }

  hasHand(latlng) {
    return this.find(latlng, null).length > 0;
  }
}
