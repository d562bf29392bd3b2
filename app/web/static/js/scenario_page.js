/* The page of scenarios: factors with a place as marks, and a place taken from the map. */
import { byId, settings } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { CodeBox } from "./code_box.js";

const SPOT = { color: "#ffffff", weight: 2, fill: true, fillColor: "#6f9a3d", fillOpacity: 0.9, radius: 8 };
const map = await AnswerMap.open();
const form = byId("factor");
for (const { id, at, tip } of settings.marks) {
  const row = document.querySelector(`tr[data-factor="${CSS.escape(id)}"]`);
  map.add({ type: "Point", coordinates: at }, SPOT, { keys: [id], tip, onOver: () => row?.classList.add("ng-over"), onOut: () => row?.classList.remove("ng-over") });
}
if (form) {
  new CodeBox(form.elements.grid, { kinds: ["grid"] });
  let drawn = null;
  byId("draw").addEventListener("click", () => {
    map.map.once("pm:create", ({ layer }) => {
      drawn?.remove();
      drawn = layer;
      form.elements.place.value = layer.toGeoJSON(6).geometry.coordinates.join(",");
      map.map.pm.disableDraw();
    });
    map.map.pm.enableDraw("Marker");
    if (window.innerWidth < 992) document.querySelector(".ng-split-map").scrollIntoView({ block: "center" });
  });
}
document.body.dataset.ready = "yes";
