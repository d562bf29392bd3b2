/* The impact page: what fails is named or drawn; who falls, whom to tell, what to mend first. */
import { byId, el, icon, say, settings, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, figure, linkTo, pointAtRow, postJson, saveFile, tableCard, trouble, word } from "./answers.js";
import { CodeChips } from "./code_box.js";

const STATES = ["down", "later", "weakened"];
const COLOURS = { down: "#d1343f", later: "#e08a1e", weakened: "#8a6fc0" };
const AREA = { color: "#d1343f", weight: 2, fillColor: "#d1343f", fillOpacity: 0.12 };
const FAILED = { color: "#d1343f", weight: 5, opacity: 0.9, fillColor: "#d1343f", fillOpacity: 0.9, fill: false };
const MEND = { color: "#17395c", weight: 2, opacity: 0.8, radius: 4, fillColor: "#ffffff", fillOpacity: 1, fill: false };
const ROWS = 60;

const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");
const chips = new CodeChips(byId("chips"), form.code, { kinds: settings.failing });
let area = null;

const pm = map.map.pm;
pm.setLang(settings.language === "zh" ? "zh" : "en");
pm.setGlobalOptions({ allowSelfIntersection: false, pathOptions: AREA, templineStyle: AREA, hintlineStyle: { ...AREA, dashArray: "5,5" } });
map.map.on("pm:create", ({ layer }) => { area?.remove(); area = layer; layer.on("pm:update pm:dragend", show); show(); });
map.map.on("pm:remove", ({ layer }) => { if (layer === area) area = null; });
byId("draw-area").addEventListener("click", () => { pm.enableDraw("Polygon"); if (window.innerWidth < 992) document.querySelector(".ng-split-map").scrollIntoView({ block: "center" }); });

function question() {
  const { at, hours } = form.elements;
  return { codes: chips.take(), area: area?.toGeoJSON().geometry ?? null, at: at.value || null, hours: Number(hours.value) || 0, region: settings.region, lang: settings.language };
}

form.addEventListener("submit", (event) => { event.preventDefault(); show(); });

async function show() {
  const asked = question();
  if (!asked.codes.length && !asked.area) return hint();
  const query = new URLSearchParams(asked.codes.map((code) => ["code", code]));
  if (asked.at) query.set("at", asked.at);
  if (asked.hours) query.set("hours", String(asked.hours));
  history.replaceState(null, "", asked.codes.length ? `?${query}` : location.pathname);
  map.clear();
  const told = await ask(answer, () => postJson("/api/v1/impact", asked), { slow: words.first_time });
  if (!told) return;
  drawMap(told.places);
  answer.replaceChildren(...drawAnswer(told, asked));
  if (!asked.area) map.fit();
}

function hint() {
  answer.replaceChildren(el("p", { class: "ng-hint" }, words.impact_hint));
}

function drawMap({ features }) {
  for (const { geometry, properties } of features) {
    const { role, code, kind, id, count } = properties;
    if (role === "failed" || role === "mend") {
      const key = `${kind}:${id}`;
      map.add(geometry, role === "failed" ? FAILED : MEND, { keys: [key], tip: role === "failed" ? say(words.failed_tip, { code }) : code, onOver: () => { map.mark([key]); pointAtRow(key, true); }, onOut: () => { map.mark([]); pointAtRow(key, false); } });
    } else {
      map.add(geometry, { radius: Math.min(12, 4 + Math.sqrt(count)), color: "#ffffff", weight: 1.5, fillColor: COLOURS[role], fillOpacity: 0.9 }, { keys: [`at:${geometry.coordinates}`], tip: say(words.homes_tip, { count, state: words[role] }) });
    }
  }
}

function drawAnswer(told, asked) {
  if (!told.totals.services) return [el("p", { class: "ng-good" }, words.nobody)];
  const large = told.customers.filter((one) => one.segment === "large").length;
  return [
    el("div", { class: "ng-cards ng-figures" },
      STATES.map((state) => figure(showNumber(told.counts[state]), words[state], told.counts[state] && state === "down" ? "bad" : null)),
      figure(showNumber(told.totals.customers), words.customers), figure(showNumber(large), words.large_customers), figure(showNumber(told.totals.numbers), words.numbers_hit)),
    el("p", { class: "ng-save" }, saveButton(asked)),
    customers(told), restoration(told), services(told), grids(told), batteries(told), numbers(told),
  ].filter(Boolean);
}

function saveButton(asked) {
  return el("button", { class: "btn btn-sm", type: "button", id: "save", onclick: (event) => { const place = event.currentTarget.parentElement; saveFile("/api/v1/impact.xlsx", asked, "impact.xlsx").catch((error) => place.append(trouble(error))); } }, icon("download"), "XLSX");
}

function customers({ customers: rows, totals }) {
  return tableCard({
    id: "customers", title: words.customers_told, total: totals.customers, rows: rows.slice(0, ROWS), more: say(words.more_in_file, { count: showNumber(totals.customers - ROWS) }),
    columns: [
      [words.customer, (one) => linkTo(one.code, "customer", one.id)], [words.name, (one) => one.name], [words.segment, (one) => word("segment", one.segment)], [words.sla, (one) => one.sla],
      [words.message, (one) => one.message, "wide"], [words.contact, (one) => one.contact], [words.phone, (one) => one.phone],
    ],
  });
}

function restoration({ restoration: rows, totals }) {
  return tableCard({
    id: "restoration", title: words.restoration, total: totals.restoration, rows: rows.slice(0, ROWS), map, keyOf: (one) => `${one.kind}:${one.id}`, more: say(words.more_in_file, { count: showNumber(totals.restoration - ROWS) }),
    columns: [
      [words.place_no, (_, index) => index + 1, "number"], [words.mend, (one) => linkTo(one.code, one.kind, one.id)], [words.kind, (one) => word("kind", one.kind)],
      [words.waiting, (one) => one.services, "number"], [words.large_waiting, (one) => one.large_customers, "number"], [words.sla, (one) => one.sla],
    ],
  });
}

function services({ services: rows, totals }) {
  return tableCard({
    id: "services", title: words.services_hit, total: totals.services, rows: rows.slice(0, ROWS), more: say(words.more_in_file, { count: showNumber(totals.services - ROWS) }),
    columns: [
      [words.state, (one) => el("span", { class: "ng-hit-state", data: { hit: one.state } }, words[one.state])], [words.fails_after, (one) => (one.state === "later" ? one.hours : null), "number"],
      [words.service, (one) => linkTo(one.code, "service", one.id)], [words.product, (one) => word("product", one.product)], [words.sla, (one) => one.sla], [words.customer, (one) => linkTo(one.customer)],
      [words.segment, (one) => word("segment", one.segment)], [words.grid, (one) => (settings.language === "en" ? one.grid_en || one.grid_zh : one.grid_zh)], [words.numbers, (one) => one.numbers.join(" ")],
    ],
  });
}

function grids({ grids: rows, totals }) {
  return tableCard({
    id: "grids", title: words.grids_hit, total: totals.grids, rows: rows.slice(0, ROWS),
    columns: [[words.grid, (one) => (one.code ? linkTo(one.code) : words.outside)], [words.grid_name, (one) => (settings.language === "en" ? one.name_en || one.name_zh : one.name_zh)], [words.services, (one) => one.services, "number"]],
  });
}

function batteries({ batteries: rows }) {
  return tableCard({
    id: "batteries", title: words.batteries, rows,
    columns: [[words.site, (one) => one.site ?? one.structure_id], [words.capacity, (one) => one.capacity_ah, "number"], [words.load, (one) => one.load_a, "number"], [words.hours, (one) => one.hours, "number"]],
  });
}

function numbers({ numbers: told, totals }) {
  if (!told.length) return null;
  return el("details", { class: "card ng-record-card", id: "numbers" }, el("summary", {}, `${words.numbers_hit} ${showNumber(totals.numbers)}`), el("p", { class: "ng-things" }, told.map((digits) => linkTo(digits))));
}

const asked = new URLSearchParams(location.search);
form.elements.at.value = asked.get("at") ?? "";
form.elements.hours.value = asked.get("hours") ?? "0";
hint();
if (asked.getAll("code").length) { chips.add(...asked.getAll("code")); await show(); }
document.body.dataset.ready = "yes";
