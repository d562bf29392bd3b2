/* Switches for the layers, with the signs that they use. */
import { byId, el, settings, words } from "./dom.js";

export function drawLayerList(map, surface, choropleth) {
  const title = (spec) => spec.title[settings.language];
  const grids = settings.layers.filter((spec) => spec.level);
  const others = settings.layers.filter((spec) => !spec.level).reverse();
  const drawLayer = (spec) => [drawSwitch(spec.name, title(spec), spec.shown, (on) => surface.show(spec.name, on)), drawSigns(spec)];
  const rows = settings.groups.flatMap(({ name, text }) => {
    const inside = others.filter((spec) => spec.group === name).flatMap(drawLayer);
    if (name === grids[0]?.group) inside.push(drawSwitch("grids", settings.kinds.grid, true, (on) => choropleth.toggle(on)));
    return inside.length ? [el("h4", { class: "ng-layer-group", data: { group: name } }, text), ...inside] : [];
  });
  byId("layers").replaceChildren(el("h3", {}, byId("layers").getAttribute("aria-label")), ...rows.filter(Boolean));
  const markFar = () => others.forEach((spec) => markLayer(spec, map.getZoom()));
  map.on("zoomend", markFar);
  markFar();
}

function drawSwitch(name, text, isOn, change) {
  const box = el("input", { class: "form-check-input", type: "checkbox", role: "switch", id: `layer-${name}`, checked: isOn, onchange: (event) => change(event.target.checked) });
  return el("label", { class: "ng-layer form-switch", data: { layer: name } }, box, el("span", {}, text), el("small", {}));
}

/* A layer that only shows nearer by says so. */
function markLayer(spec, zoom) {
  const row = document.querySelector(`.ng-layer[data-layer="${spec.name}"]`);
  const isFar = zoom - 1 < spec.zoom.min;
  row.classList.toggle("ng-far", isFar);
  row.querySelector("small").textContent = isFar ? words.nearer : "";
}

function drawSigns(spec) {
  const classes = spec.classes?.values ?? [];
  if (spec.geometry !== "point" || !classes.length) return null;
  const sign = (kind, colour, text) => el("span", {}, netgridSign(kind.shape, colour, 30), text);
  const scale = settings.bands[spec.colour?.bands];
  // The legend tells the bands of occupancy; a layer with bands of its own tells them itself.
  const signs = scale && spec.colour.bands !== "occupancy"
    ? [...scale.bands, scale.none].map((band) => sign(classes[0], band.colour, band.title[settings.language]))
    : classes.map((kind) => sign(kind, kind.colour ?? "#7f93a6", kind.title[settings.language]));
  return el("div", { class: "ng-signs" }, signs);
}
