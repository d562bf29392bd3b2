/* The page of the question whether a place can be served: the line on the map, and a place taken from it by a click. */
import { byId } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { CodeBox } from "./code_box.js";

const STYLES = {
  plant: { color: "#1d5c8f", weight: 6, opacity: 0.9, fill: false },
  drop: { color: "#d0662c", weight: 4, opacity: 0.95, dashArray: "6,6", fill: false },
  access: { color: "#1d5c8f", weight: 3, fillColor: "#ffffff", fillOpacity: 1 },
  place: { color: "#d0662c", weight: 3, fillColor: "#ffffff", fillOpacity: 1 },
};

const form = byId("question");
new CodeBox(form.elements.address, { kinds: ["address", "customer"] });
const map = await AnswerMap.open();
const path = byId("line-path");
if (path) {
  for (const { geometry, properties } of JSON.parse(path.textContent).features) map.add(geometry, STYLES[properties.part], { tip: properties.code ?? null });
  map.fit();
}
map.map.on("click", ({ latlng }) => {
  form.elements.address.value = `${latlng.lng.toFixed(6)},${latlng.lat.toFixed(6)}`;
  form.requestSubmit();
});
document.body.dataset.ready = "yes";
