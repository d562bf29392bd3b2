/* The map page: joins the surface, the colours, the switches, the panel and the search. */
import { apiAddress, byId, getJson, notify, settings, words } from "./dom.js";
import { Choropleth } from "./choropleth.js";
import { drawLayerList } from "./layer_list.js";
import { Panel } from "./panel.js";
import { installSearch } from "./search.js";
import { makeSurface } from "./surface.js";

const HIGHLIGHT = { color: "#e4572e", weight: 4, opacity: 0.95, fill: false, interactive: false };
const RING = { radius: 15, color: "#e4572e", weight: 3, opacity: 1, fill: false, interactive: false };
const NEAR_ZOOM = 17;

const map = window.map_network;

/* The part of the map that no panel covers, so that what one looks for comes to lie in it. */
function padding() {
  const narrow = window.innerWidth < 768;
  const left = narrow ? 20 : 310;
  const right = !narrow && !byId("panel").hidden ? 400 : 30;
  const bottom = narrow && !byId("panel").hidden ? byId("panel").offsetHeight + 60 : 30;
  return { paddingTopLeft: [left, 30], paddingBottomRight: [right, bottom] };
}

function fitBox([west, south, east, north], options = {}) {
  map.fitBounds([[south, west], [north, east]], { ...padding(), animate: false, ...options });
}

function showWhole() {
  if (settings.box) fitBox(settings.box);
}

const surface = await makeSurface();
const highlight = L.featureGroup().addTo(map);
const choropleth = new Choropleth(map, surface);
const panel = new Panel({
  onShow: (thing) => { mark(thing); bringIntoView(thing); history.replaceState(null, "", `#${thing.kind}:${thing.id}`); },
  onZoom: (thing) => goTo(thing),
  onClose: () => { highlight.clearLayers(); history.replaceState(null, "", location.pathname + location.search); },
});

function mark(thing) {
  highlight.clearLayers();
  if (!thing.geometry) return;
  if (thing.geometry.type === "Point") {
    highlight.addLayer(L.circleMarker([thing.at[1], thing.at[0]], RING));
    return;
  }
  highlight.addLayer(L.geoJSON(thing.geometry, { style: { ...HIGHLIGHT, color: "#ffffff", weight: 8, opacity: 0.85 }, interactive: false }));
  highlight.addLayer(L.geoJSON(thing.geometry, { style: HIGHLIGHT, interactive: false }));
}

/* The panel may have opened over what was clicked. */
function bringIntoView(thing) {
  if (thing.at) map.panInside([thing.at[1], thing.at[0]], { ...padding(), animate: false });
}

function goTo(thing) {
  if (!thing.geometry) return;
  const bounds = L.geoJSON(thing.geometry).getBounds();
  map.fitBounds(bounds, { ...padding(), maxZoom: NEAR_ZOOM, animate: false });
}

async function openFrom(kind, id) {
  const thing = await panel.open(kind, id);
  if (thing) goTo(thing);
}

/* One question for all that lies under the click, asked only when there is a choice to make. */
const CHOICES_MAX = 20;
function choose(found) {
  const shown = found.slice(0, CHOICES_MAX);
  const asked = shown.map((one) => `${one.layer}:${one.id}`).join(",");
  highlight.clearLayers();
  panel.choose(getJson(apiAddress("things", { of: asked })), found.length - shown.length);
}

map.on("click", (event) => {
  const found = surface.find(event.latlng, choropleth.gridLayer);
  if (found.length === 1) panel.open(found[0].kind, found[0].id);
  else if (found.length > 1) choose(found);
  else if (!byId("panel").hidden) panel.close();
});

let handTimer = 0;
map.on("mousemove", (event) => {
  if (handTimer) return;
  handTimer = setTimeout(() => {
    handTimer = 0;
    map.getContainer().style.cursor = surface.hasHand(event.latlng) ? "pointer" : "";
  }, 90);
});

surface.onBusy((isBusy) => byId("content").classList.toggle("ng-map-busy", isBusy));
/* What has a place is flown to; the others have their record. */
installSearch((hit) => (hit.on_map ? openFrom(hit.kind, hit.id) : location.assign(`/things/${hit.kind}/${hit.id}`)));
drawLayerList(map, surface, choropleth);

byId("controls-fold").addEventListener("click", () => {
  if (window.innerWidth < 768) return setSheet(false);
  const folded = byId("controls").classList.toggle("ng-folded");
  byId("controls-fold").setAttribute("aria-expanded", String(!folded));
});
byId("controls-open").addEventListener("click", () => setSheet(true));

function setSheet(isOpen) {
  byId("controls").classList.toggle("ng-open", isOpen);
  byId("controls-open").setAttribute("aria-expanded", String(isOpen));
}

const asked = /^#([a-z_]+):(\d{1,19})$/.exec(location.hash);
showWhole();
choropleth.refresh();
if (asked) openFrom(asked[1], asked[2]);
window.addEventListener("hashchange", () => {
  const next = /^#([a-z_]+):(\d{1,19})$/.exec(location.hash);
  if (next) openFrom(next[1], next[2]);
});
document.body.dataset.ready = "yes";
