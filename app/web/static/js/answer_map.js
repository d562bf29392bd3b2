/* The map beside an answer: what the page draws over the network, by key, so that lists and map point at each other. */
import { byId, settings } from "./dom.js";
import { makeSurface } from "./surface.js";

const NEAR_ZOOM = 17;
const MARK = { color: "#e4572e", weight: 6, opacity: 0.95, fill: false, interactive: false };
const CASE = { color: "#ffffff", weight: 11, opacity: 0.85, fill: false, interactive: false };

export class AnswerMap {
  constructor(surface) {
    this.map = window.map_network;
    this.surface = surface;
    this.group = L.featureGroup().addTo(this.map);
    this.marks = L.featureGroup().addTo(this.map);
    this.byKey = new Map();
    new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(this.map.getContainer());
  }

  /* The map is there once its tiles may come; grids show their borders alone, under what the answer draws. */
  static async open() {
    const made = new AnswerMap(await makeSurface());
    made.surface.ready.then(() => {
      for (const spec of settings.layers) if (spec.level) made.surface.show(spec.name, true, ["outline"]);
    });
    if (settings.box) made.fitBox(settings.box);
    byId("content").classList.add("ng-has-map");
    return made;
  }

  clear() {
    this.group.clearLayers();
    this.marks.clearLayers();
    this.byKey.clear();
  }

  /* Draw a geometry; several keys may share one drawing, and one key several drawings. */
  add(geometry, style, { keys = [], tip = null, onOver = null, onOut = null, onPick = null } = {}) {
    if (!geometry) return;
    const point = { pointToLayer: (_, at) => L.circleMarker(at, { radius: 6, ...style }) };
    const drawn = L.geoJSON(geometry, { style, ...point, interactive: Boolean(onOver || onPick || tip) });
    if (tip) drawn.bindTooltip(() => { const text = document.createElement("span"); text.textContent = tip; return text; }, { sticky: true, className: "ng-tip" });
    if (onOver) drawn.on("mouseover", onOver);
    if (onOut) drawn.on("mouseout", onOut);
    if (onPick) drawn.on("click", onPick);
    this.group.addLayer(drawn);
    for (const key of keys) this.byKey.set(key, [...(this.byKey.get(key) ?? []), geometry]);
  }

  /* Show what has these keys above all else; nothing where no keys are given. */
  mark(keys) {
    this.marks.clearLayers();
    for (const geometry of keys.flatMap((key) => this.byKey.get(key) ?? [])) {
      const at = (style, radius) => L.geoJSON(geometry, { style, interactive: false, pointToLayer: (_, place) => L.circleMarker(place, { ...style, radius }) });
      this.marks.addLayer(at(CASE, 11)).addLayer(at({ ...MARK, weight: geometry.type === "Point" ? 3 : MARK.weight }, 11));
    }
  }

  boundsOf(keys) {
    return L.featureGroup(keys.flatMap((key) => this.byKey.get(key) ?? []).map((geometry) => L.geoJSON(geometry))).getBounds();
  }

  goTo(keys) {
    const bounds = this.boundsOf(keys);
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.3), { maxZoom: NEAR_ZOOM, animate: false });
  }

  /* Only as far as is needed: what is in sight stays where it is. */
  bringIntoView(keys) {
    const bounds = this.boundsOf(keys);
    if (bounds.isValid() && !this.map.getBounds().pad(-0.05).contains(bounds)) this.map.panTo(bounds.getCenter(), { animate: false });
  }

  fit() {
    const bounds = this.group.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.08), { maxZoom: NEAR_ZOOM, animate: false });
  }

  fitBox([west, south, east, north]) {
    this.map.fitBounds([[south, west], [north, east]], { animate: false });
  }
}
