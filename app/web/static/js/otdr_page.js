/* The page of an OTDR's reading: from a distance to a stretch of ground, who goes there, and who lies behind it. */
import { apiAddress, byId, el, getJson, say, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, figure, linkTo, metres, tableCard, word } from "./answers.js";
import { CodeBox } from "./code_box.js";

const STRETCH = { color: "#d1343f", weight: 8, opacity: 0.85, fill: false };
const ENDS = { radius: 7, color: "#ffffff", weight: 2, fillColor: "#d1343f", fillOpacity: 1 };
const WAY = { color: "#2f6fb2", weight: 3, opacity: 0.7, fill: false };
const FIELDS = ["strand", "end", "metres", "us", "wavelength", "index", "pulse_ns"];

const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");
new CodeBox(form.elements.strand);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?${new URLSearchParams(asked())}`);
  show();
});

function asked() {
  return Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value));
}

async function show() {
  const given = asked();
  if (!given.strand || (!given.metres && !given.us)) return answer.replaceChildren(el("p", { class: "ng-hint" }, words.otdr_hint));
  map.clear();
  const told = await ask(answer, () => getJson(apiAddress("otdr", given)));
  if (!told) return;
  await drawMap(told, given.strand);
  answer.replaceChildren(...drawAnswer(told));
}

async function drawMap({ places }, strand) {
  const way = await getJson(apiAddress("trace.geojson", { code: strand })).catch(() => ({ features: [] }));
  for (const { geometry } of way.features) if (geometry.type !== "Point") map.add(geometry, WAY);
  for (const { geometry, properties } of places.features) map.add(geometry, properties.role === "stretch" ? STRETCH : ENDS, { keys: ["event", properties.role], tip: words[properties.role] ?? words.stretch_long });
  map.goTo(["event"]);
}

function drawAnswer({ near, far, joints, services, strand, end }) {
  const units = [...new Set([near, far].map((one) => [one.unit, one.unit_zh].filter(Boolean).join(" ")).filter(Boolean))];
  const place = (point) => (point.structure ? parted(words.at_structure, { code: linkTo(point.structure) }) : parted(words.in_section, { code: linkTo(point.section), offset: metres(point.offset_m) }));
  return [
    el("h2", { class: "ng-way-title" }, strand, " ", el("span", {}, end)),
    el("div", { class: "ng-cards ng-figures" }, figure(metres(far.chainage_m - near.chainage_m), words.stretch_long), figure(`${metres(near.chainage_m)} – ${metres(far.chainage_m)}`, words.chainage)),
    tableCard({ id: "ends", title: words.stretch_long, rows: [["near", near], ["far", far]], map, keyOf: ([name]) => name, columns: [["", ([name]) => words[name]], [words.thing, ([, one]) => place(one), "wide"], [words.chainage, ([, one]) => metres(one.chainage_m), "number"], ["lon, lat", ([, one]) => `${one.lon.toFixed(6)}, ${one.lat.toFixed(6)}`]] }),
    el("section", { class: "card ng-record-card", id: "go" }, el("dl", { class: "ng-facts" }, el("dt", {}, words.send), el("dd", {}, units.join(", ") || "–"), el("dt", {}, words.joints_there), el("dd", { class: "ng-things" }, joints.length ? joints.map((code) => linkTo(code)) : "–"))),
    services.length
      ? tableCard({ id: "services", title: words.behind, total: services.length, rows: services.slice(0, 100), columns: [[words.sla, (one) => one.sla], [words.service, (one) => linkTo(one.code)], [words.customer, (one) => linkTo(one.customer)], [words.segment, (one) => word("segment", one.segment)], [words.state, (one) => words[one.state]]] })
      : el("p", { class: "ng-good" }, words.nobody_behind),
  ];
}

/* A sentence in which a link stands. */
function parted(text, values) {
  return el("span", {}, text.split(/(\{\w+\})/).map((part) => values[part.slice(1, -1)] ?? say(part)));
}

const given = new URLSearchParams(location.search);
for (const name of FIELDS) if (given.get(name)) form.elements[name].value = given.get(name);
await show();
document.body.dataset.ready = "yes";
