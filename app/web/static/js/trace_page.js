/* The trace page: the way as a drawing beside its line on the map; each points at the other. */
import { apiAddress, byId, el, getJson, say, settings, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";
import { ask, figure, linkTo, metres, tableCard, word } from "./answers.js";
import { CodeBox } from "./code_box.js";
import { TraceDrawing } from "./trace_drawing.js";

const LINE = { weight: 4, opacity: 0.9, color: "#2f6fb2", fill: false };
const COPPER = { ...LINE, color: "#b06a2c" };
const SPOT = { radius: 6, color: "#17395c", weight: 2, fillColor: "#ffffff", fillOpacity: 1 };
const WAYS_SHOWN = 40;
const CHIPS = 14;

const map = await AnswerMap.open();
const answer = byId("answer");
const form = byId("question");
let drawing = null;
new CodeBox(form.code);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const query = new URLSearchParams({ code: form.code.value.trim(), ...(form.elements.class.value ? { class: form.elements.class.value } : {}) });
  history.pushState(null, "", `?${query}`);
  load();
});
window.addEventListener("popstate", () => load());

async function load() {
  const asked = new URLSearchParams(location.search);
  form.code.value = asked.get("code") ?? "";
  form.elements.class.value = asked.get("class") ?? "";
  drawing?.close();
  map.clear();
  if (!form.code.value) return answer.replaceChildren(el("p", { class: "ng-hint" }, words.trace_hint));
  const given = { code: form.code.value, class: asked.get("class") };
  const found = await ask(answer, () => question(given));
  if (!found) return;
  const { layers, way, shapes } = found;
  document.title = `${layers.code} · ${settings.title} · NetGrid`;
  const parts = way ? drawWays(way, shapes) : { nodes: [el("p", { class: "ng-hint" }, say(words.no_way, { code: layers.code, kind: word("kind", layers.kind) }))], show: () => {} };
  answer.replaceChildren(...parts.nodes, ...drawLayers(layers));
  parts.show(0);
}

/* What has no way of its own, such as a duct, still tells who stands on it. */
async function question(given) {
  const layers = await getJson(apiAddress("trace/layers", { code: given.code }));
  if (!layers.is_traced) return { layers };
  const [way, shapes] = await Promise.all([getJson(apiAddress("trace", given)), getJson(apiAddress("trace.geojson", given))]);
  return { layers, way, shapes };
}

function drawWays(told, shapes) {
  if (!told.traces.length) return { nodes: [el("p", { class: "ng-hint" }, say(words.no_line, { code: told.code }))], show: () => {} };
  const place = el("div", { class: "ng-way-place" });
  const head = el("div");
  const tabs = told.traces.length > 1 ? el("div", { class: "ng-ways", role: "tablist", "aria-label": words.ways }) : null;
  const show = (index) => {
    tabs?.querySelectorAll("button").forEach((tab, at) => tab.setAttribute("aria-selected", String(at === index)));
    drawing?.close();
    const trace = told.traces[index];
    head.replaceChildren(...drawHead(trace));
    drawMap(shapes, index + 1);
    drawing = new TraceDrawing(place, trace, {
      onOver: (hop, isFocus) => { map.mark([hop.no]); drawing?.mark([hop.no]); if (isFocus) map.bringIntoView([hop.no]); },
      onOut: () => { map.mark([]); drawing?.mark([]); },
      onPick: (hop) => map.goTo([hop.no]),
    });
    map.fit();
  };
  tabs?.append(...told.traces.slice(0, WAYS_SHOWN).map((trace, index) => el("button", { type: "button", role: "tab", "aria-selected": "false", onclick: () => show(index) }, nameWay(trace))));
  const left = told.traces.length + told.left_out - Math.min(told.traces.length, WAYS_SHOWN);
  if (left > 0) tabs.append(el("small", {}, say(words.and_more, { count: showNumber(left) })));
  return { nodes: [tabs, head, el("section", { class: "card ng-record-card", id: "drawing" }, place)].filter(Boolean), show };
}

function nameWay(trace) {
  const parts = [trace.service, trace.circuit].filter(Boolean);
  const code = parts.length ? parts.join(" · ") : trace.hops[trace.start - 1].code;
  return trace.path_no > 1 ? `${code} · ${say(words.path, { no: trace.path_no })}` : code;
}

/* From where to where, how long, how much is lost, and whether the class bears it. */
function drawHead(trace) {
  const ends = [...trace.ends].sort((a, b) => worst(b) - worst(a));
  const [first, last] = [trace.hops[0], trace.hops[ends[0].hop - 1]];
  const breaks = trace.findings.filter((one) => one.severity === "break");
  const doubts = trace.findings.filter((one) => one.severity !== "break");
  const folds = trace.ends.length > 1;
  const cards = el("div", { class: "ng-cards ng-figures" }, drawFigures(trace, ends[0]));
  const found = [...breaks, ...doubts].slice(0, 12);
  return [
    el("h2", { class: "ng-way-title" }, first.code, el("span", {}, " ⇄ "), folds ? say(words.ends, { count: showNumber(trace.ends.length) }) : last.code),
    cards,
    found.length ? el("ul", { class: "ng-findings", id: "findings" }, found.map((one) => el("li", { data: { severity: one.severity } }, el("b", {}, word("severity", one.severity)), " ", one.hop ? el("button", { class: "ng-link", type: "button", onclick: () => goToHop(one.hop) }, one.message) : one.message)),
      trace.findings.length > found.length ? el("li", {}, say(words.and_more, { count: showNumber(trace.findings.length - found.length) })) : null) : el("p", { class: "ng-good", id: "findings" }, words.no_findings),
    folds ? el("p", { class: "ng-fold-all" }, el("button", { class: "btn btn-sm", type: "button", onclick: () => drawing.foldAll(false) }, words.unfold_all), " ", el("button", { class: "btn btn-sm", type: "button", onclick: () => drawing.foldAll(true) }, words.fold_all)) : null,
  ].filter(Boolean);
}

function drawFigures(trace, end) {
  const { totals, verdict } = end;
  const losses = Object.entries(totals.loss_db);
  const cards = [figure(metres(totals.sheath_m), words.sheath), figure(metres(totals.route_m), words.route)];
  if (totals.loop_ohm !== null && totals.loop_ohm !== undefined) cards.push(figure(`${showNumber(totals.loop_ohm)} Ω`, words.loop));
  if (totals.sheath_m) for (const [nm, db] of losses) cards.push(figure(db === null ? "?" : `${db.toFixed(2)} dB`, say(words.loss_at, { nm })));
  if (verdict) {
    const isGood = !verdict.faults.length;
    cards.push(figure(isGood ? words.class_ok : verdict.faults.map((fault) => words[`class_${fault}`]).join(" "), say(words.class_of, { name: verdict.pon_class, low: verdict.min_db, high: verdict.max_db, margin: verdict.margin_db.toFixed(2) }), isGood ? "good" : "bad"));
  }
  return cards;
}

function worst(end) {
  return Math.max(0, end.totals.loop_ohm ?? 0, ...Object.values(end.totals.loss_db).map((db) => db ?? 0));
}

function goToHop(no) {
  const group = drawing.reveal(no);
  group.scrollIntoView({ block: "center" });
  group.focus();
}

/* Strands as lines, and one spot for all that stands in one place. */
function drawMap(shapes, number) {
  map.clear();
  const spots = new Map();
  for (const { geometry, properties } of shapes.features.filter((one) => one.properties.trace === number)) {
    if (geometry.type === "Point") {
      const key = geometry.coordinates.join();
      if (!spots.has(key)) spots.set(key, { geometry, hops: [] });
      spots.get(key).hops.push(properties);
    } else draw(geometry, [properties], properties.role === "copper" ? COPPER : LINE);
  }
  for (const { geometry, hops } of spots.values()) draw(geometry, hops, SPOT);
}

function draw(geometry, hops, style) {
  const numbers = hops.map((hop) => hop.hop);
  map.add(geometry, style, {
    keys: numbers, tip: hops.length > 1 ? `${hops[0].code} … ${hops.at(-1).code}` : hops[0].code,
    onOver: () => { drawing.mark(numbers); map.mark([numbers[0]]); }, onOut: () => { drawing.mark([]); map.mark([]); }, onPick: () => goToHop(numbers[0]),
  });
}

function drawLayers({ below, above, kind, code }) {
  const card = (id, title, layers) => tableCard({
    id, title, rows: layers,
    columns: [[words.layer, (layer) => layer.kind_label], [words.count, (layer) => layer.total, "number"], [words.things, (layer) => el("span", { class: "ng-things" }, layer.things.slice(0, CHIPS).map((one) => linkTo(one.code, layer.kind, one.id)), layer.total > CHIPS ? el("small", {}, say(words.and_more, { count: showNumber(layer.total - CHIPS) })) : null), "wide"]],
  });
  const tools = settings.failing.includes(kind) ? el("p", {}, el("a", { class: "btn btn-sm", href: `/impact?code=${encodeURIComponent(code)}` }, words.impact_of_it)) : null;
  return [card("above", words.above, above), card("below", words.below, below), tools].filter(Boolean);
}

load().then(() => { document.body.dataset.ready = "yes"; });
