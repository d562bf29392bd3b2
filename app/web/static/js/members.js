/* Strands by tube, ducts as the face of the section, ports in rows: one small sign for each. */
import { el, say, settings, showNumber, words } from "./dom.js";

/* Fibre colours 1 to 12 after domain usage; the same order for tubes. */
const FIBRE_COLOURS = ["#2b6cb8", "#f08a24", "#2f9e56", "#8a5a2b", "#8f9aa5", "#ffffff", "#d1343f", "#1f2327", "#f2d02c", "#7f4fb0", "#f2a0b8", "#3fc1c9"];
const PAIR_LEAD = ["#ffffff", "#d1343f", "#1f2327", "#f2d02c", "#7f4fb0"];

export function drawMembers(thing) {
  const { members } = thing;
  const draw = members.what === "duct" ? drawFace : members.what === "port" ? drawPorts : drawConductors;
  const states = [...new Set(members.rows.map((row) => row.state))];
  return el("section", { class: "ng-section", data: { group: members.what } },
    el("h3", {}, members.label, el("small", {}, showNumber(members.total))),
    draw(members, thing),
    el("div", { class: "ng-key", style: { marginTop: ".5rem" } }, states.map((state) => el("span", {}, el("i", { data: { state } }), settings.states[state] ?? state))),
    members.rows.length < members.total ? el("p", { class: "ng-more" }, say(words.and_more, { count: showNumber(members.total - members.rows.length) })) : null);
}

function cell(row, text) {
  const about = [row.no, settings.states[row.state] ?? row.state, row.port_type].filter(Boolean).join(" · ");
  return el("i", { class: "ng-cell", data: { state: row.state }, title: about }, text ?? "");
}

/* By tube for strands, by unit of pairs for copper, each with its colour. */
function drawConductors(members) {
  const size = members.per_tube || 12;
  const tubes = [];
  for (let start = 0; start < members.rows.length; start += size) {
    const number = start / size + 1;
    const colour = members.is_copper ? PAIR_LEAD[Math.floor((number - 1) / 5) % 5] : FIBRE_COLOURS[(number - 1) % 12];
    tubes.push(el("div", { class: "ng-tube" },
      el("small", {}, el("i", { style: { background: colour } }), say(members.is_copper ? words.unit : words.tube, { number })),
      el("div", { class: "ng-cells" }, members.rows.slice(start, start + size).map((row) => cell(row, row.no)))));
  }
  return el("div", { class: "ng-members" }, tubes);
}

function drawPorts(members) {
  const groups = new Map();
  for (const row of members.rows) {
    const name = row.no.includes("/") ? row.no.slice(0, row.no.lastIndexOf("/")) : /^[A-Za-z]+-/.test(row.no) ? row.no.split("-")[0] : "";
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(row);
  }
  const isAlone = groups.size === 1;
  return el("div", { class: "ng-members" }, [...groups].map(([name, rows]) => el("div", { class: "ng-tube ng-ports" },
    name && !isAlone ? el("small", {}, name) : null,
    el("div", { class: "ng-cells" }, rows.map((row) => cell(row, row.no.slice(name ? name.length + 1 : 0).replace(/^0+(?=\d)/, "")))))));
}

/* The face of the section: holes in their rows and columns, subducts inside their hole. */
function drawFace(members) {
  const holes = members.rows.filter((row) => !row.parent_id);
  const inner = new Map();
  for (const row of members.rows) if (row.parent_id) inner.set(row.parent_id, [...(inner.get(row.parent_id) ?? []), row]);
  const columns = Math.max(...holes.map((row) => row.col_no ?? 0)) || Math.min(6, Math.ceil(Math.sqrt(holes.length)));
  const signs = holes.map((row) => {
    const subs = inner.get(row.id) ?? [];
    const about = [`K${row.no}`, settings.states[row.state] ?? row.state, row.cables, ...subs.map((sub) => `K${row.no}-${sub.no}: ${sub.cables ?? settings.states[sub.state]}`)].filter(Boolean).join("\n");
    const place = row.row_no && row.col_no ? { gridRow: row.row_no, gridColumn: row.col_no } : {};
    return el("i", { class: "ng-hole", data: { state: row.state }, title: about, style: place },
      subs.length ? el("span", { class: "ng-hole-inner" }, subs.map((sub) => el("i", { data: { state: sub.state } }))) : row.no);
  });
  const held = members.rows.filter((row) => row.cables).map((row) => [holeName(row, holes), row.cables]);
  return el("div", {},
    el("div", { class: "ng-face", style: { gridTemplateColumns: `repeat(${columns}, 38px)` } }, signs),
    held.length ? el("dl", { class: "ng-facts" }, held.flatMap(([name, cables]) => [el("dt", {}, name), el("dd", {}, cables)])) : null);
}

function holeName(row, holes) {
  const parent = row.parent_id && holes.find((hole) => hole.id === row.parent_id);
  return parent ? `K${parent.no}-${row.no}` : `K${row.no}`;
}
