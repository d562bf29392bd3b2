/* The page of a saved question: its inputs in the address, the answer as tables, bars and marks on the map. */
import { apiAddress, byId, el, getJson, notify, say, settings, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, getPatiently, linkTo, pointAtRow, recordOf, saveFile, tableCard } from "./answers.js";
import { CodeBox } from "./code_box.js";

const NUMBERS = ["count", "number", "ratio", "wan", "yuan"];
const COLOURS = ["#2f6fa8", "#e0782a", "#6f9a3d"];
const [MOST_BARS, MOST_ROWS] = [20, 500];
const SPOT = { color: "#ffffff", weight: 2, fill: true, fillColor: "#e0782a", fillOpacity: 0.9, radius: 7 };
const LINE = { color: "#e0782a", weight: 5, opacity: 0.85, fill: false };
const GROUND = { color: "#e0782a", weight: 2, opacity: 0.9, fill: true, fillOpacity: 0.12 };
/* What is not in the network yet: it has no record, and a look of its own. */
const NEW_LINE = { color: "#c2410c", weight: 4, opacity: 0.95, dashArray: "9 6", fill: false };
const NEW_SPOT = { color: "#c2410c", weight: 2, fill: true, fillColor: "#ffffff", fillOpacity: 0.95, radius: 4 };
const isNew = (thing) => Boolean(thing?.kind.startsWith("new_"));
let newCodes = new Set();
const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");

for (const field of form?.querySelectorAll("[data-kind]") ?? []) {
  if (field.dataset.kind === "code") new CodeBox(field);
  if (field.dataset.kind === "grid") new CodeBox(field, { kinds: ["grid"] });
}
for (const button of form?.querySelectorAll("[data-draw]") ?? []) button.addEventListener("click", () => draw(button.dataset));
form?.addEventListener("submit", (event) => { event.preventDefault(); show(); });
byId("save")?.addEventListener("submit", (event) => { event.target.elements.inputs.value = JSON.stringify(asked()); });
/* A file may take as long as the answer: it is asked for until it is there. */
for (const link of document.querySelectorAll("#downloads a[download]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    try {
      await saveFile(link.href, null, link.id);
    } catch (error) {
      notify(error.message);
    } finally {
      link.removeAttribute("aria-busy");
    }
  });
}

/* One thing is drawn at a time; what was drawn before for the same input goes. */
const drawn = new Map();
function draw({ draw: name, shape }) {
  const { pm } = map.map;
  map.map.once("pm:create", ({ layer }) => {
    drawn.get(name)?.remove();
    drawn.set(name, layer);
    const { geometry } = layer.toGeoJSON(6);
    form.elements[name].value = shape === "Marker" ? geometry.coordinates.join(",") : JSON.stringify(geometry);
    pm.disableDraw();
  });
  pm.enableDraw(shape);
  if (window.innerWidth < 992) document.querySelector(".ng-split-map").scrollIntoView({ block: "center" });
}

function asked() {
  return Object.fromEntries([...new FormData(form)].filter(([, value]) => String(value).trim()));
}

async function show() {
  if (settings.run) return showRun();
  const given = asked();
  history.replaceState(null, "", `?${new URLSearchParams(given)}`);
  if (settings.needs.some((name) => !given[name])) {
    answer.replaceChildren(el("p", { class: "ng-hint" }, words.asked_to_fill));
    return;
  }
  map.clear();
  byId("downloads").hidden = true;
  const told = await ask(answer, () => getPatiently(apiAddress(`questions/${settings.question}`, given)), { slow: words.first_time });
  if (!told) return;
  for (const kind of ["csv", "xlsx", "pdf"]) byId(`download-${kind}`).href = apiAddress(`questions/${settings.question}.${kind}`, given);
  present(told);
}

/* A run is asked for until it has ended; what it kept is shown as it was told. */
async function showRun() {
  const kept = await ask(answer, async () => {
    for (;;) {
      const found = await getJson(apiAddress(`runs/${settings.run}`));
      if (!["waiting", "running"].includes(found.run.state)) return found;
      await new Promise((done) => setTimeout(done, 1500));
    }
  }, { slow: words.run_waits });
  if (!kept) return;
  if (!kept.answer) return answer.replaceChildren();
  for (const table of kept.answer.tables) Object.assign(table, { rows: table.rows.slice(0, MOST_ROWS), things: table.things.slice(0, MOST_ROWS) });
  present(kept.answer);
}

function present(told) {
  byId("downloads").hidden = false;
  drawMap(told);
  answer.replaceChildren(...(told.notes.length ? [el("div", { class: "ng-hint ng-notes" }, told.notes.map((note) => el("p", {}, note)))] : []), ...told.tables.flatMap(presentTable));
  map.fit();
}

function keyOf(thing) {
  return thing ? `${thing.kind}:${thing.id}` : null;
}

function styleOf(geometry, key) {
  if (key.startsWith("new_")) return geometry.type === "Point" ? NEW_SPOT : NEW_LINE;
  return geometry.type === "Point" ? SPOT : geometry.type.endsWith("Polygon") ? GROUND : LINE;
}

function drawMap(told) {
  newCodes = new Set();
  const names = new Map();
  for (const table of told.tables) {
    const code = table.columns.findIndex((column) => column.kind === "code" || column.kind === "text");
    table.things.forEach((thing, index) => {
      if (isNew(thing) && thing.kind !== "new_duct") newCodes.add(table.rows[index][code]);
      if (thing && !names.has(keyOf(thing))) names.set(keyOf(thing), table.rows[index][code]);
    });
  }
  for (const [key, geometry] of Object.entries(told.shapes)) {
    const over = (is) => { map.mark(is ? [key] : []); pointAtRow(key, is); };
    map.add(geometry, styleOf(geometry, key), { keys: [key], tip: names.get(key) ?? "", onOver: () => over(true), onOut: () => over(false), onPick: () => pointAtRow(key, false)?.scrollIntoView({ block: "center" }) });
  }
}

function presentTable(table) {
  if (!table.rows.length) return [el("section", { class: "card ng-record-card" }, el("h2", {}, table.title), el("p", { class: "text-secondary" }, words.nothing_found))];
  const bars = chart(table);
  const rows = table.rows.map((row, index) => ({ row, thing: table.things[index] ?? null }));
  const first = table.columns.findIndex((column) => column.kind === "code");
  const columns = table.columns.map((column, place) => [column.label, (one) => cell(one, place, column, first), NUMBERS.includes(column.kind) ? "number" : place > 0 && column.kind === "text" ? "wide" : null]);
  const card = tableCard({ id: table.name, title: table.title, total: table.total, columns, rows, map, keyOf: (one) => keyOf(one.thing) });
  return bars ? [bars, card] : [card];
}

function cell({ row, thing }, place, column, first) {
  const value = row[place];
  if (value === null || value === "") return null;
  if (place === first && thing && recordOf(thing.kind, thing.id)) return linkTo(String(value), thing.kind, thing.id);
  return column.kind === "code" && !newCodes.has(value) ? linkTo(String(value)) : NUMBERS.includes(column.kind) ? Number(value) : String(value);
}

/* Bars of the compared columns, each column measured by its own largest value unless they share a kind. */
function chart(table) {
  if (!table.chart.length || table.rows.length < 2) return null;
  const places = table.chart.map((name) => table.columns.findIndex((column) => column.name === name));
  const rows = table.rows.slice(0, MOST_BARS);
  const most = Math.max(...rows.flatMap((row) => places.map((place) => Math.abs(row[place] ?? 0))));
  if (!most) return null;
  const texts = table.columns.map((column, place) => [column, place]).filter(([column]) => !NUMBERS.includes(column.kind) && column.kind !== "date" && column.name !== "is_first" && column.name !== "is_chosen");
  const nameOf = (row) => texts.filter(([column]) => column.name !== "grid_code" || !texts.some(([other]) => other.name === "grid_name")).slice(0, 3).map(([, place]) => row[place]).filter(Boolean).join(" · ");
  const legend = places.map((place, index) => el("span", {}, el("i", { style: { background: COLOURS[index % COLOURS.length] } }), table.columns[place].label));
  return el("section", { class: "card ng-record-card ng-compare", "aria-label": words.compared },
    el("p", { class: "ng-compare-legend" }, legend),
    el("ol", {}, rows.map((row) => el("li", {}, el("span", { class: "ng-compare-name" }, nameOf(row)), el("span", { class: "ng-compare-room" }, places.map((place, index) => el("span", { class: "ng-beam" }, el("i", { style: { width: `${Math.max(0.5, (100 * Math.abs(row[place] ?? 0)) / most)}%`, background: COLOURS[index % COLOURS.length] } }), el("b", {}, row[place] === null ? "–" : showNumber(row[place])))))))),
    table.total > rows.length ? el("p", { class: "ng-more" }, say(words.and_more, { count: showNumber(table.total - rows.length) })) : null);
}

await show();
document.body.dataset.ready = "yes";
