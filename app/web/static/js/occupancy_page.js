/* The occupancy table: one row a grid, sorted and filtered here. */
import { apiAddress, byId, el, getJson, icon, settings, showMeasure, showNumber, showRatio, words } from "./dom.js";
import { bandOfRatio } from "./bands.js";

const COUNTS = ["installed", "in_use", "reserved", "idle", "unusable", "planned"];
const RATIOS = ["fill", "effective"];
const scale = settings.bands.occupancy;
const table = byId("table");
let answer = null;
let order = { key: "occupancy", up: false };

const colourOf = (value) => (bandOfRatio(value, scale) ?? scale.none).colour;

function bar(value) {
  return el("div", { class: "ng-bar-cell" },
    el("div", { class: "ng-mini-bar" }, el("i", { style: { width: `${(value ?? 0) * 100}%`, background: colourOf(value) } })),
    el("span", {}, showRatio(value)));
}

function cells(row) {
  return [
    el("td", {}, bar(row.occupancy)),
    ...RATIOS.map((name) => el("td", { class: "ng-number" }, showRatio(row[name]))),
    ...COUNTS.map((name) => el("td", { class: "ng-number" }, showNumber(row[name]))),
  ];
}

function draw() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const rows = answer.grids.filter((row) => !wanted || row.name.toLowerCase().includes(wanted) || row.code.includes(wanted));
  rows.sort(compare);
  table.tBodies[0].replaceChildren(...rows.map((row) => el("tr", {},
    el("th", { scope: "row", class: "fw-normal" }, row.name), el("td", { class: "text-secondary" }, row.code), ...cells(row),
    el("td", {}, row.at && el("a", { class: "ng-tool", href: `${settings.map}#grid:${row.id}`, title: words.show_on_map, "aria-label": `${words.show_on_map}: ${row.name}` }, icon("map-pin"))))));
  table.tFoot.replaceChildren(el("tr", {}, el("td", { colspan: 2 }, words.total), ...cells(answer.total), el("td")));
  byId("empty").hidden = answer.grids.length > 0;
  byId("empty").textContent = words.no_rows;
  for (const head of table.tHead.rows[0].cells) {
    if (head.dataset.key === order.key) head.setAttribute("aria-sort", order.up ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
  drawCards();
}

/* What has no capacity comes last, whichever way one sorts. */
function compare(a, b) {
  const [x, y] = [a[order.key], b[order.key]];
  if (x === null || y === null) return (x === null) - (y === null);
  const sign = order.up ? 1 : -1;
  return sign * (typeof x === "string" ? x.localeCompare(y, settings.language === "en" ? "en" : "zh-CN") : x - y) || a.code.localeCompare(b.code);
}

function drawCards() {
  const { total } = answer;
  const card = (name, value, share = null) => el("div", { class: "ng-card" }, el("span", {}, name), el("strong", {}, value),
    share === null ? null : el("div", { class: "ng-mini-bar" }, el("i", { style: { width: `${share * 100}%`, background: colourOf(share) } })));
  // Where the ratios mean something of their own, such as a take rate, the fill says it all.
  const ratios = answer.ratio_label ? [["fill", answer.ratio_label]] : ["occupancy", "fill", "effective"].map((name) => [name, settings.measures[name].text]);
  const count = (name) => card(settings.measures[name].text, [showNumber(total[name]), answer.unit].filter(Boolean).join(" "));
  byId("cards").replaceChildren(...ratios.map(([name, text]) => card(text, showMeasure(name, total), total[name] ?? 0)), count("installed"), count("idle"));
}

function drawTechnologies() {
  byId("technology-box").hidden = answer.technologies.length < 2;
  byId("technology").replaceChildren(el("option", { value: "" }, words.total),
    ...answer.technologies.map((kind) => el("option", { value: kind.value, selected: kind.value === answer.technology }, kind.text)));
}

/* The files hold every row of what is chosen, whatever is typed into the filter. */
function linkDownloads(values) {
  for (const form of ["csv", "xlsx"]) byId(`download-${form}`).href = apiAddress(`occupancy.${form}`, values);
}

let asked = 0;
async function load() {
  const number = ++asked;
  const values = { level: byId("level").value, resource: byId("resource").value, technology: byId("technology").value };
  linkDownloads(values);
  try {
    const found = await getJson(apiAddress("occupancy", values));
    if (number !== asked) return;
    answer = found;
    drawTechnologies();
    draw();
    document.body.dataset.ready = "yes";
  } catch (error) {
    byId("empty").hidden = false;
    byId("empty").textContent = error.message;
  }
}

for (const head of table.tHead.rows[0].cells) {
  if (!head.dataset.key) continue;
  head.firstElementChild.addEventListener("click", () => {
    const key = head.dataset.key;
    order = { key, up: order.key === key ? !order.up : ["name", "code"].includes(key) };
    if (answer) draw();
  });
}
byId("resource").addEventListener("change", () => { byId("technology").value = ""; load(); });
byId("technology").addEventListener("change", load);
byId("level").addEventListener("change", load);
byId("filter").addEventListener("input", () => answer && draw());
load();
