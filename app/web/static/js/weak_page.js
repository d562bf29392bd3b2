/* The page of weak points: what takes down most alone, on the map and in a list; what is not as safe as it looks. */
import { apiAddress, byId, el, say, settings, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, getPatiently, linkTo, metres, pointAtRow, tableCard, word } from "./answers.js";

const RING = { color: "#8a5bb0", weight: 7, opacity: 0.85, fill: false };
const ROWS = 60;
const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");
const { speciality, grid, limit } = form.elements;

form.addEventListener("submit", (event) => { event.preventDefault(); history.replaceState(null, "", `?${new URLSearchParams({ speciality: speciality.value, grid: grid.value.trim(), limit: limit.value })}`); show(); });

async function show() {
  const asked = { limit: limit.value, speciality: speciality.value || null, grid: grid.value.trim() || null };
  const hasShape = settings.networks.includes(speciality.value);
  map.clear();
  const found = await ask(answer, () => Promise.all([getPatiently(apiAddress("weak", asked)), hasShape ? getPatiently(apiAddress("graph/facts", { speciality: speciality.value, most: 200 })) : null]), { slow: words.first_time });
  if (!found) return;
  const [told, facts] = found;
  drawMap(told);
  answer.replaceChildren(...[points(told), facts && shape(facts), rings(told), trees(told), power(told)].filter(Boolean));
  map.fit();
}

/* The more falls with it, the thicker and the redder. */
function styleOf(point, most) {
  const share = Math.sqrt(point.services / most);
  const colour = share > 0.66 ? "#c02434" : share > 0.33 ? "#e0782a" : "#e2b33a";
  return { color: colour, weight: 3 + 6 * share, opacity: 0.85, fill: false, radius: 5 + 9 * share };
}

function drawMap(told) {
  const most = told.points[0]?.services ?? 1;
  for (const point of [...told.points].reverse()) {
    const key = keyOf(point);
    const style = styleOf(point, most);
    const isSpot = point.geometry?.type === "Point";
    map.add(point.geometry, isSpot ? { ...style, weight: 2, color: "#ffffff", fill: true, fillColor: style.color, fillOpacity: 0.85 } : style, { keys: [key], tip: `${point.code}: ${showNumber(point.services)}`, onOver: () => { map.mark([key]); pointAtRow(key, true); }, onOut: () => { map.mark([]); pointAtRow(key, false); }, onPick: () => pointAtRow(key, false)?.scrollIntoView({ block: "center" }) });
  }
  for (const ring of told.rings ?? []) for (const geometry of ring.shapes) map.add(geometry, RING, { keys: [`ring:${ring.ring}`], tip: ring.ring });
}

function keyOf(point) {
  return `${point.kind}:${point.id}`;
}

function points(told) {
  if (!told.points.length) return el("p", { class: "ng-good" }, words.weak_none);
  return tableCard({
    id: "points", title: words.weak_points, rows: told.points, map, keyOf,
    columns: [
      ["", (_, index) => index + 1, "number"], [words.kind, (one) => (one.kind === "power" ? settings.lists.speciality.power : word("kind", one.kind))], [words.code, (one) => linkTo(one.code, one.kind === "power" ? "equipment" : one.kind, one.id)],
      [words.services, (one) => one.services, "number"], [words.customers, (one) => one.customers, "number"], [words.large, (one) => one.large, "number"], ["", (one) => el("a", { href: `/impact?code=${encodeURIComponent(one.code)}` }, words.impact_of_it)],
    ],
  });
}

function shape(facts) {
  const names = (title, codes, total) => (codes.length ? el("details", {}, el("summary", {}, `${title} ${showNumber(total)}`), el("p", { class: "ng-things" }, codes.map((code) => linkTo(code)), total > codes.length ? say(words.and_more, { count: showNumber(total - codes.length) }) : null)) : el("p", {}, `${title} 0`));
  const row = (text, value) => [el("dt", {}, text), el("dd", {}, value)];
  return el("section", { class: "card ng-record-card", id: "shape" }, el("h2", {}, `${words.shape} · ${settings.lists.network[facts.speciality]}`),
    el("dl", { class: "ng-facts" }, row(words.nodes, showNumber(facts.nodes)), row(words.edges, showNumber(facts.edges)), row(words.components, showNumber(facts.components)), row(words.length_km, showNumber(facts.length_km))),
    names(words.bridges, facts.bridges, facts.totals.bridges), names(words.cut_nodes, facts.cut_nodes, facts.totals.cut_nodes));
}

function rings({ rings: rows = [] }) {
  return tableCard({
    id: "rings", title: words.rings, rows, map, keyOf: (one) => `ring:${one.ring}`,
    columns: [[words.ring, (one) => linkTo(one.ring)], [words.faults, (one) => (one.is_closed ? "" : words.ring_open)], [words.shared_sections, (one) => el("span", { class: "ng-things" }, one.sections.slice(0, 12).map((code) => linkTo(code)), one.sections.length > 12 ? say(words.and_more, { count: one.sections.length - 12 }) : null), "wide"], [words.circuits, (one) => el("span", { class: "ng-things" }, one.circuits.map((code) => linkTo(code))), "wide"]],
  });
}

function trees({ trees: rows = [] }) {
  return tableCard({
    id: "trees", title: words.trees, total: rows.length, rows: rows.slice(0, ROWS),
    columns: [[words.tree, (one) => linkTo(one.circuit)], [words.faults, (one) => one.faults.map((fault) => words[`fault_${fault}`]).join(" · ")], [words.most_loss, (one) => one.most_loss_db, "number"], [words.bears, (one) => one.bears_db, "number"], [words.splits, (one) => `1:${one.splits}`, "number"], [words.farthest, (one) => metres(one.most_metres), "number"]],
  });
}

function power({ power: rows = [] }) {
  return tableCard({ id: "power", title: words.power_roots, rows, columns: [[words.source, (one) => linkTo(one.source)], [words.loads, (one) => (one.is_ring ? words.power_ring : one.loads), "number"]] });
}

const given = new URLSearchParams(location.search);
speciality.value = given.get("speciality") ?? "";
grid.value = given.get("grid") ?? "";
if (given.get("limit")) limit.value = given.get("limit");
await show();
document.body.dataset.ready = "yes";
