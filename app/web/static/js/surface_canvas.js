/* The same surface on Leaflet's own canvas, for browsers without WebGL: plain, but it works. */
import { el } from "./dom.js";

const REACH_PX = 4;
const PIXELS_MAX = 4;
const LABELS_MAX = 60;
const LABEL_PX = [96, 30];

function loadScript(address) {
  return new Promise((resolve, reject) => {
    document.head.append(el("script", { src: address, onload: resolve, onerror: reject }));
  });
}

/* VectorGrid 1.3.0 was written for an older Leaflet: it calls a function that is gone, and its points claim a place that they lack. */
function mendVectorGrid() {
  L.DomEvent.fakeStop = () => true;
  const create = L.VectorGrid.prototype._createLayer;
  L.VectorGrid.prototype._createLayer = function (feature, ...rest) {
    const made = create.call(this, feature, ...rest);
    if (!made._latlng) made.getLatLng = undefined;
    made.netgridId = feature.id;
    made.properties = feature.properties;
    return made;
  };
  const read = L.VectorGrid.Protobuf.prototype._getVectorTilePromise;
  L.VectorGrid.Protobuf.prototype._getVectorTilePromise = function (...given) {
    return read.apply(this, given).then((tile) => {
      for (const layer of Object.values(tile.layers ?? {})) for (const feature of layer.features ?? []) feature.properties.netgrid_id = feature.id;
      return tile;
    });
  };
}

/* The value between two stops of [[zoom, value], ...]. */
function atZoom(stops, zoom) {
  if (zoom <= stops[0][0]) return stops[0][1];
  for (let index = 1; index < stops.length; index += 1) {
    const [[z0, v0], [z1, v1]] = [stops[index - 1], stops[index]];
    if (zoom <= z1) return v0 + ((v1 - v0) * (zoom - z0)) / (z1 - z0);
  }
  return stops.at(-1)[1];
}

export class CanvasSurface {
  constructor(map, group, settings, options) {
    Object.assign(this, { map, group, settings, options });
    this.grids = new Map();
    this.colours = new Map();
    this.parts = new Map();
    this.things = new Map(settings.layers.map((spec) => [spec.name, spec.thing]));
    this.labels = L.layerGroup().addTo(map);
    this.busyNow = 0;
    this.tellBusy = () => {};
    map.getContainer().classList.add("ng-canvas");
    // Canvas tiles are only drawn at whole zooms.
    map.options.zoomSnap = 1;
    map.setZoom(Math.round(map.getZoom()), { animate: false });
    map.on("zoomend", () => { this.redrawStretched(); this.drawLabels(); });
    this.ready = loadScript(options.canvas_script).then(() => { mendVectorGrid(); this.addLayers(); });
  }

  onBusy(tell) {
    this.tellBusy = tell;
  }

  addLayers() {
    this.settings.layers.forEach((spec, index) => {
      const grid = L.vectorGrid.protobuf(this.options.style.sources[spec.name].tiles[0], {
        rendererFactory: (coords, size, given) => this.makeTile(coords, size, given), interactive: true, zIndex: 10 + index, minZoom: spec.zoom.min, maxNativeZoom: spec.zoom.max, maxZoom: 20,
        getFeatureId: (feature) => feature.properties.netgrid_id,
        vectorTileLayerStyles: { [spec.name]: (properties) => this.styleOf(spec, properties) },
      });
      grid.on("loading", () => this.count(1)).on("load", () => this.count(-1));
      this.grids.set(spec.name, grid);
      if (spec.shown && !spec.level) this.group.addLayer(grid);
    });
  }

  /* Above the finest tiles the browser stretches them: they get more pixels, and a click reaches as far as it does elsewhere. */
  makeTile(coords, size, given) {
    const stretch = 2 ** Math.max(0, this.map.getZoom() - coords.z);
    const tile = L.canvas.tile(coords, size, { ...given, tolerance: REACH_PX / stretch });
    const pixels = Math.min(PIXELS_MAX, stretch * (window.devicePixelRatio || 1));
    Object.assign(tile.getContainer(), { width: size.x * pixels, height: size.y * pixels });
    tile._ctx.scale(pixels, pixels);
    return tile;
  }

  count(step) {
    this.busyNow = Math.max(0, this.busyNow + step);
    this.tellBusy(this.busyNow > 0);
  }

  styleOf(spec, properties) {
    const zoom = this.map.getZoom();
    // Above the finest tiles the browser stretches them, so what is drawn is made smaller by as much.
    const stretch = 2 ** Math.max(0, zoom - spec.zoom.max);
    if (spec.geometry === "polygon") return this.styleOfGrid(spec, properties, zoom, stretch);
    const kind = spec.classes?.values.find((one) => one.value === properties[spec.classes.attribute]);
    if (!kind) return [];
    const colour = kind.colour ?? this.bandColour(spec.colour, properties);
    if (spec.geometry === "line") {
      return { color: colour, weight: atZoom(kind.width ?? [[12, 2]], zoom) / stretch, opacity: properties.planned ? 0.45 : 0.95, dashArray: kind.dash ? `${6 / stretch} ${4 / stretch}` : null, fill: false };
    }
    const size = kind.size ?? [[14, 8]];
    if (zoom < size[0][0]) return [];
    return { radius: atZoom(size, zoom) / 2.4 / stretch, color: "#ffffff", weight: 1.5 / stretch, fill: true, fillColor: colour, fillOpacity: 1 };
  }

  styleOfGrid(spec, properties, zoom, stretch) {
    const part = this.parts.get(spec.name);
    const line = { color: spec.outline?.colour ?? "#ffffff", weight: (spec.level === "community" ? 1 : 2) / stretch, opacity: 0.9 };
    if (part) return { ...line, fill: false };
    const fill = this.colours.get(spec.name)?.get(properties.netgrid_id) ?? spec.colour?.plain ?? "#dfe5ea";
    return { ...line, fill: true, fillColor: fill, fillOpacity: zoom < 14 ? 0.8 : 0.35 };
  }

  bandColour(colour, properties) {
    if (!colour || colour.plain) return colour?.plain ?? "#52667a";
    const value = properties[colour.attribute];
    const scale = this.settings.bands[colour.bands];
    if (value === undefined) return colour.none ?? scale.none.colour;
    return scale.bands.find((band) => band.to === undefined || value < Math.round(band.to * 10000) || (band.to_included && value === Math.round(band.to * 10000))).colour;
  }

  show(name, isShown, parts = null) {
    const grid = this.grids.get(name);
    if (!grid) return;
    const before = this.parts.get(name);
    this.parts.set(name, parts);
    if (!isShown) this.group.removeLayer(grid);
    else if (!this.group.hasLayer(grid)) this.group.addLayer(grid);
    else if (String(before) !== String(parts)) grid.redraw();
  }

  paint(name, colours) {
    this.colours.set(name, colours);
    if (this.group.hasLayer(this.grids.get(name))) this.grids.get(name).redraw();
  }

  redrawStretched() {
    for (const spec of this.settings.layers) if (this.map.getZoom() > spec.zoom.max && this.group.hasLayer(this.grids.get(spec.name) ?? this)) this.grids.get(spec.name).redraw();
  }

  label(points) {
    this.points = [...points].sort((a, b) => b.weight - a.weight);
    this.drawLabels();
  }

  /* The largest first, and none over another. */
  drawLabels() {
    this.labels.clearLayers();
    const taken = [];
    for (const point of this.points ?? []) {
      if (taken.length >= LABELS_MAX) break;
      const at = this.map.latLngToLayerPoint([point.at[1], point.at[0]]);
      if (taken.some((other) => Math.abs(other.x - at.x) < LABEL_PX[0] && Math.abs(other.y - at.y) < LABEL_PX[1])) continue;
      taken.push(at);
      const text = el("span", { class: "ng-label" }, el("b", {}, point.name), point.value ? el("small", {}, point.value) : null);
      this.labels.addLayer(L.marker([point.at[1], point.at[0]], { interactive: false, keyboard: false, icon: L.divIcon({ className: "ng-label-icon", html: text, iconSize: null }) }));
    }
  }

  find(latlng, gridLayer) {
    const seen = new Map();
    let ground = null;
    for (const [name, grid] of [...this.grids].reverse()) {
      if (!this.group.hasLayer(grid)) continue;
      const spec = this.settings.layers.find((one) => one.name === name);
      for (const made of this.touched(grid, latlng)) {
        const id = String(made.properties.netgrid_id);
        if (spec.level) ground = name === gridLayer ? { kind: "grid", id } : ground;
        else if (spec.thing) seen.set(`${spec.thing}:${id}`, { kind: spec.thing, id, layer: name });
      }
    }
    if (seen.size || !gridLayer) return [...seen.values()];
    return ground ? [ground] : [];
  }

  touched(grid, latlng) {
    const found = [];
    for (const tile of Object.values(grid._vectorTiles ?? {})) {
      if (!tile._map) continue;
      const size = tile._size;
      const point = this.map.project(latlng, tile.getCoord().z).subtract(tile.getCoord().scaleBy(size));
      if (point.x < -REACH_PX || point.y < -REACH_PX || point.x > size.x + REACH_PX || point.y > size.y + REACH_PX) continue;
      for (const made of Object.values(tile._layers ?? {})) if (made.properties && made._containsPoint?.(point)) found.push(made);
    }
    return found;
  }

  hasHand(latlng) {
    return this.find(latlng, null).length > 0;
  }
}
