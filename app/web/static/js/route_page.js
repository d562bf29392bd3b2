/* The route page: ways for a cable or over idle strands, and what is idle between two places. */
import { apiAddress, byId, el, say, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, figure, getPatiently, linkTo, metres, money, pointAtRow, tableCard, word } from "./answers.js";
import { CodeBox, CodeChips } from "./code_box.js";

const COLOURS = ["#1d5c8f", "#d0662c", "#3c8d4f", "#8a5bb0", "#b0465f"];
const CUT = { color: "#d1343f", weight: 8, opacity: 0.9, fill: false };

const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");
const { from, what, many } = form.elements;
new CodeBox(from);
const goals = new CodeChips(byId("goals"), form.elements.to);
const avoided = new CodeChips(byId("avoided"), form.elements.avoid);

/* What does not belong to the question is put away. */
function tidy() {
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(what.value);
}
what.addEventListener("change", tidy);
form.addEventListener("submit", (event) => { event.preventDefault(); show(); });

function wishes() {
  const asked = { from: from.value.trim(), to: goals.take() };
  const is = (name) => !form.elements[name].closest("[data-for]").hidden;
  if (what.value !== "spare") {
    if (/^\d+$/.test(many.value)) asked.alternatives = many.value;
    else asked.disjoint = many.value;
    asked.avoid = avoided.take();
    for (const name of ["max_m", "dig_m"]) if (is(name) && form.elements[name].value) asked[name] = form.elements[name].value;
    if (what.value === "strands") asked.strands = "true";
    if (is("free") && form.elements.free.checked) asked.free = "true";
  }
  if (is("splice") && form.elements.splice.checked) asked.splice = "true";
  return asked;
}

async function show() {
  const asked = wishes();
  if (!asked.from || !asked.to.length) return hint();
  const query = new URLSearchParams([["what", what.value], ...Object.entries(asked).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))]);
  history.replaceState(null, "", `?${query}`);
  map.clear();
  const address = what.value === "spare" ? apiAddress("spare", { ...asked, to: asked.to[0] }) : apiAddress("route", asked);
  const told = await ask(answer, () => getPatiently(address), { slow: words.first_time });
  if (!told) return;
  answer.replaceChildren(...(what.value === "spare" ? drawSpare(told) : told.routes.flatMap(drawRoute)));
  map.fit();
}

function hint() {
  answer.replaceChildren(el("p", { class: "ng-hint" }, words.route_hint));
}

function drawRoute(route, number) {
  const title = el("h2", { class: "ng-way-title" }, route.start, el("span", {}, " → "), route.goal);
  // The first way is drawn last, above the others where they share the ground.
  [...route.plans.entries()].reverse().forEach(([index, plan]) => drawPlan(plan, `${number}-${index}`, COLOURS[index % COLOURS.length], index));
  const why = route.reason ? el("div", { class: "alert alert-warning", data: { reason: route.reason } }, el("div", {}, el("b", {}, route.told), route.cuts.length ? el("p", { class: "ng-things" }, route.cuts.slice(0, 60).map((code) => linkTo(code)), route.cuts.length > 60 ? say(words.and_more, { count: route.cuts.length - 60 }) : null) : null)) : null;
  for (const { geometry, properties } of route.cut_shapes.features) map.add(geometry, CUT, { tip: properties.code });
  return [title, why, ...route.plans.map((plan, index) => planCard(plan, `${number}-${index}`, COLOURS[index % COLOURS.length], index))].filter(Boolean);
}

function drawPlan(plan, way, colour, index) {
  plan.legs.forEach((leg, at) => {
    const key = `${way}-${at}`;
    const style = { color: colour, weight: index ? 4 : 6, opacity: 0.85, fill: false, dashArray: leg.work === "dig" ? "4,8" : null };
    map.add(leg.geometry, style, { keys: [key, `way-${way}`], tip: `${say(words.way_no, { no: index + 1 })} · ${leg.section || (leg.segments ?? []).join(" ") || words.work_dig} · ${metres(leg.metres)}`, onOver: () => { map.mark([key]); pointAtRow(key, true); }, onOut: () => { map.mark([]); pointAtRow(key, false); }, onPick: () => openRow(key) });
  });
}

function openRow(key) {
  const row = pointAtRow(key, false);
  row?.closest("details")?.setAttribute("open", "");
  row?.scrollIntoView({ block: "center" });
  row?.focus();
}

function planCard(plan, way, colour, index) {
  const facts = [say(words.way_figures, { metres: metres(plan.metres), money: money(plan.fen) }), plan.new_m ? say(words.new_ground, { metres: metres(plan.new_m) }) : null,
    plan.least_room ? say(words.free_all_along, { count: plan.least_room }) : null, plan.least_idle ? say(words.idle_all_along, { count: plan.least_idle }) : null].filter(Boolean);
  return el("details", { class: "ng-plan", open: index === 0 }, el("summary", { onmouseenter: () => map.mark([`way-${way}`]), onmouseleave: () => map.mark([]) },
    el("i", { style: { background: colour } }), el("b", {}, say(words.way_no, { no: index + 1 })), el("span", {}, facts.join(" · "))),
  legTable(plan, way));
}

function legTable(plan, way) {
  const ends = [[words.to, (leg) => linkTo(leg.end)], [words.length, (leg) => metres(leg.metres), "number"]];
  const price = [words.price, (leg) => money(leg.fen), "number"];
  const columns = plan.legs[0].segments
    ? [[words.segments_passed, (leg) => el("span", { class: "ng-things" }, leg.segments.map((code) => linkTo(code))), "wide"], ...ends, [words.idle_strands, (leg) => leg.idle, "number"], price]
    : [[words.section, (leg) => (leg.section ? linkTo(leg.section, "section", leg.section_id) : "–")], ...ends, [words.work, (leg) => words[`work_${leg.work}`]], [words.free_ducts, (leg) => leg.free_ducts, "number"], [words.free_subducts, (leg) => leg.free_subducts, "number"], price];
  return tableCard({ id: `legs-${way}`, title: words.way_no.replace("{no}", "").trim(), total: plan.legs.length, rows: plan.legs, columns, map, keyOf: (_, at) => `${way}-${at}` });
}

function drawSpare(told) {
  for (const { geometry, properties } of told.shapes.features) {
    const isNarrow = properties.role === "narrow";
    map.add(geometry, { color: isNarrow ? "#d1343f" : COLOURS[0], weight: isNarrow ? 7 : 5, opacity: 0.85, fill: false }, { keys: [properties.code], tip: properties.code, onOver: () => { map.mark([properties.code]); pointAtRow(properties.code, true); }, onOut: () => { map.mark([]); pointAtRow(properties.code, false); } });
  }
  return [
    el("h2", { class: "ng-way-title" }, told.start, el("span", {}, " ⇄ "), told.goal),
    el("div", { class: "ng-cards ng-figures" }, figure(showNumber(told.strands), words.spare_between, told.strands ? "good" : "bad")),
    told.strands ? null : el("p", { class: "ng-hint" }, words.spare_none),
    tableCard({ id: "bottlenecks", title: words.bottleneck, rows: told.bottlenecks, map, keyOf: (one) => one.segment, columns: [[word("kind", "segment"), (one) => linkTo(one.segment, "segment", one.segment_id)], [words.idle_strands, (one) => one.idle, "number"], [words.passing, (one) => one.passing, "number"]] }),
    tableCard({ id: "ways", title: words.strands, rows: told.ways, map, keyOf: (one) => one.segments[0], columns: [[words.from, (one) => linkTo(one.ends[0])], [words.to, (one) => linkTo(one.ends[1])], [words.strands, (one) => one.count, "number"], [words.length, (one) => metres(one.metres), "number"], [words.segments_passed, (one) => el("span", { class: "ng-things" }, one.segments.map((code) => linkTo(code))), "wide"]] }),
    told.sections.length ? el("section", { class: "card ng-record-card" }, el("h2", {}, words.all_in), el("p", { class: "ng-things" }, told.sections.map((code) => linkTo(code)))) : null,
  ].filter(Boolean);
}

const given = new URLSearchParams(location.search);
what.value = given.get("what") ?? "sections";
if (!what.value) what.value = "sections";
from.value = given.get("from") ?? "";
goals.add(...given.getAll("to"));
avoided.add(...given.getAll("avoid"));
if (given.get("alternatives") || given.get("disjoint")) many.value = given.get("disjoint") ?? given.get("alternatives");
if (!many.value) many.value = "3";
for (const name of ["max_m", "dig_m"]) form.elements[name].value = given.get(name) ?? "";
for (const name of ["free", "splice"]) form.elements[name].checked = given.get(name) === "true";
tidy();
hint();
if (from.value && goals.codes.length) await show();
document.body.dataset.ready = "yes";
