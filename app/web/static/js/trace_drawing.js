/* A way as a drawing: one row a hop, from end to end, with the joint above it; branches of splitters fold. Text is only ever text. */
import { say, settings, showNumber, words } from "./dom.js";
import { metres, recordOf, word } from "./answers.js";

const NAMES = "http://www.w3.org/2000/svg";
const [JOINT, HOP, LINE, INDENT, LEFT] = [22, 46, 16, 18, 22];
const WIDE = 620;
/* A splitter of more branches shows them folded. */
const MOST_OPEN = 4;
const COLOURS = {
  blue: "#2b6cb8", orange: "#f08a24", green: "#2f9e56", brown: "#8a5a2b", slate: "#8f9aa5", white: "#ffffff", red: "#d1343f", black: "#1f2327",
  yellow: "#f2d02c", violet: "#7f4fb0", rose: "#f2a0b8", aqua: "#3fc1c9", natural: "#f3efe2",
};

function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(NAMES, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

const pen = document.createElement("canvas").getContext("2d");
function widthOf(text, font) {
  pen.font = font;
  return pen.measureText(text).width;
}
const FAMILY = getComputedStyle(document.body).fontFamily;
const BOLD = `600 13px ${FAMILY}`;
const PLAIN = `12px ${FAMILY}`;

/* The text as long as it fits; codes differ at their end, so that is what stays. */
function fit(text, width, font, keepsEnd = false) {
  if (widthOf(text, font) <= width) return text;
  let [low, high] = [0, text.length];
  const cut = (count) => (keepsEnd ? `…${text.slice(text.length - count)}` : `${text.slice(0, count)}…`);
  while (low < high - 1) {
    const middle = (low + high) >> 1;
    if (widthOf(cut(middle), font) <= width) low = middle;
    else high = middle;
  }
  return cut(low);
}

function wrap(text, width) {
  const lines = [];
  let line = "";
  for (const part of text.match(/[\x21-\x7e]+\s*|\s+|./gu) ?? []) {
    if (line && widthOf(line + part, PLAIN) > width) { lines.push(line.trimEnd()); line = ""; }
    line += part;
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines;
}

export class TraceDrawing {
  constructor(place, trace, { onOver, onOut, onPick }) {
    Object.assign(this, { place, trace, onOver, onOut, onPick, groups: new Map(), folded: new Set() });
    this.below = new Map();
    for (const hop of trace.hops) this.below.set(hop.parent, [...(this.below.get(hop.parent) ?? []), hop]);
    this.findings = new Map();
    for (const one of trace.findings) this.findings.set(one.hop, [...(this.findings.get(one.hop) ?? []), one]);
    this.ends = new Map(trace.ends.map((end) => [end.hop, end]));
    this.foldMany();
    this.watch = new ResizeObserver(() => this.place.clientWidth !== this.width && this.draw());
    this.watch.observe(place);
    this.draw();
  }

  close() {
    this.watch.disconnect();
  }

  hop(no) {
    return this.trace.hops[no - 1];
  }

  isBranch(hop) {
    return hop.parent !== null && this.below.get(hop.parent).length > 1;
  }

  get branches() {
    return this.trace.hops.filter((hop) => this.isBranch(hop));
  }

  foldMany() {
    const path = new Set();
    for (let no = this.trace.start; no; no = this.hop(no).parent) path.add(no);
    for (const hop of this.branches) if (this.below.get(hop.parent).length > MOST_OPEN && !path.has(hop.no)) this.folded.add(hop.no);
  }

  foldAll(isFolded) {
    this.folded = new Set(isFolded ? this.branches.map((hop) => hop.no) : []);
    this.draw();
  }

  /* Unfold what hides a hop. */
  reveal(no) {
    let changed = false;
    for (let up = this.hop(no).parent; up; up = this.hop(up).parent) changed = this.folded.delete(up) || changed;
    if (changed) this.draw();
    return this.groups.get(no);
  }

  mark(numbers) {
    for (const [no, group] of this.groups) group.classList.toggle("ng-over", numbers.some((one) => one === no || this.isUnder(one, no)));
  }

  /* Whether a hop lies in a folded branch. */
  isUnder(no, head) {
    if (!this.folded.has(head)) return false;
    for (let up = no; up; up = this.hop(up).parent) if (up === head) return true;
    return false;
  }

  shown() {
    const hidden = new Set();
    return this.trace.hops.filter((hop) => {
      if (hop.parent && (hidden.has(hop.parent) || this.folded.has(hop.parent))) { hidden.add(hop.no); return false; }
      return true;
    });
  }

  draw() {
    this.width = this.place.clientWidth;
    if (!this.width) return;
    this.isWide = this.width >= WIDE;
    this.spots = new Map();
    this.groups.clear();
    let y = 6;
    const links = [];
    const rows = this.shown().map((hop) => {
      const x = LEFT + INDENT * Math.min(hop.depth, 6);
      const top = y + (hop.parent ? JOINT : 0);
      const text = x + 24;
      const room = this.width - text - (this.isWide ? 210 : 8);
      const told = (this.folded.has(hop.no) ? [] : this.findings.get(hop.no) ?? []).flatMap((one) => wrap(`${word("severity", one.severity)}: ${one.message}`, this.width - text - 24).map((line, index) => ({ line, first: index === 0, severity: one.severity })));
      const height = HOP + (this.isWide || this.folded.has(hop.no) ? 0 : LINE) + told.length * LINE;
      if (hop.parent) links.push(this.link(hop, x, top));
      this.spots.set(hop.no, { x, y: top + 14, bottom: top + height });
      const group = this.row(hop, { x, top, text, room, height, told });
      y = top + height;
      return group;
    });
    const title = svg("title", {}, say(words.drawing_of, { code: this.hop(this.trace.start).code }));
    this.place.replaceChildren(svg("svg", { class: "ng-way", width: this.width, height: y + 8, viewBox: `0 0 ${this.width} ${y + 8}`, role: "list" }, title, links, rows));
  }

  /* From what came before, down and across to the hop; the joint is told beside it. */
  link(hop, x, top) {
    const from = this.spots.get(hop.parent);
    const turn = top - JOINT / 2 - 1;
    const bends = from.x !== x;
    const way = bends ? `M${from.x},${from.y}V${turn}H${x}V${top + 14}` : `M${x},${from.y}V${top + 14}`;
    return svg("g", {}, svg("path", { class: "ng-way-link", d: way }), this.joint(hop, x, turn));
  }

  joint(hop, x, y) {
    if (!hop.joint) return hop.outputs ? svg("text", { class: "ng-way-joint", x: x + 24, y: y + 4 }, say(words.split, { count: hop.outputs })) : null;
    const { kind, equipment, loss_db: loss, is_measured: isMeasured, tray_no: tray } = hop.joint;
    const told = [word("joint_kind", kind), equipment, tray ? say(words.tray, { no: tray }) : null, loss === null ? null : `${loss.toFixed(2)} dB${isMeasured ? ` ${words.measured}` : ""}`].filter(Boolean).join(" · ");
    const sign = { splice: svg("path", { d: `M${x - 5},${y - 5}L${x + 5},${y + 5}M${x + 5},${y - 5}L${x - 5},${y + 5}` }), through: svg("path", { d: `M${x - 5},${y}H${x + 5}` }), patch: svg("path", { d: `M${x},${y - 5}q7,5 0,10` }), jumper: svg("path", { d: `M${x},${y - 5}q7,5 0,10` }) }[kind] ?? svg("circle", { cx: x, cy: y, r: 3.5 });
    sign.setAttribute("class", "ng-way-sign");
    return svg("g", {}, sign, svg("text", { class: "ng-way-joint", x: x + 24, y: y + 4 }, fit(told, this.width - x - 40, PLAIN)));
  }

  row(hop, { x, top, text, room, height, told }) {
    const isFolded = this.folded.has(hop.no);
    const canFold = this.isBranch(hop) && this.below.has(hop.no);
    const events = { onmouseenter: () => this.onOver(hop), onmouseleave: () => this.onOut(hop), onfocus: () => this.onOver(hop, true), onblur: () => this.onOut(hop), onclick: (event) => event.target.closest("a,.ng-fold-sign") || this.onPick(hop), onkeydown: (event) => { if (event.key === "Enter" && !event.target.closest("a,.ng-fold-sign")) this.onPick(hop); } };
    const classes = ["ng-hop", hop.no === this.trace.start ? "ng-hop-start" : null].filter(Boolean).join(" ");
    const kind = this.kindOf(hop);
    const group = svg("g", { class: classes, "data-hop": hop.no, tabindex: "0", role: "listitem", "aria-label": `${hop.no}. ${kind} ${hop.code}`, ...events },
      svg("rect", { class: "ng-hop-ground", x: 2, y: top - 4, width: this.width - 4, height: height - 2, rx: 6 }), svg("title", {}, `${hop.no}. ${hop.code}`),
      this.sign(hop, x, top, height),
      canFold ? this.foldSign(hop, text, top, isFolded) : null,
      this.name(hop, text + (canFold ? 18 : 0), top, room - (canFold ? 18 : 0), kind, isFolded),
      isFolded ? null : this.second(hop, text, top + 31, room),
      this.sums(hop, top, text, isFolded),
      told.map((one, index) => svg("text", { class: `ng-way-${one.severity}`, x: text + 14, y: top + 46 + (this.isWide ? 0 : LINE) + index * LINE }, one.first ? svg("tspan", { x: text }, "▲ ") : null, one.first ? svg("tspan", { x: text + 14 }, one.line) : one.line)));
    this.groups.set(hop.no, group);
    return group;
  }

  kindOf(hop) {
    if (hop.kind === "conductor") return word("kind", hop.role === "copper" ? "pair" : "strand");
    const told = hop.role === "plain" ? hop.port_type && word("technology", hop.port_type) : word("role", hop.role);
    return [word("equipment_kind", hop.model_kind), told].filter(Boolean).join(" · ");
  }

  name(hop, x, top, room, kind, isFolded) {
    const address = recordOf(hop.kind, hop.id);
    const said = isFolded ? `${kind} · ${say(words.hops_folded, { count: this.countUnder(hop.no) })}` : kind;
    const code = fit(hop.code, Math.max(60, room - widthOf(said, PLAIN) - 10), BOLD, true);
    const text = svg("text", { class: "ng-way-code", x, y: top + 14 }, code);
    const spare = room - widthOf(code, BOLD) - 10;
    return svg("g", {}, address ? svg("a", { href: address }, text) : text, spare > 24 ? svg("text", { class: "ng-way-kind", x: x + widthOf(code, BOLD) + 10, y: top + 14 }, fit(said, spare, PLAIN)) : null);
  }

  /* Where it is, in which colour, and what is unusual of its states; who claims it. */
  second(hop, x, y, room) {
    const parts = svg("g", {});
    let at = x;
    const put = (text, className = "ng-way-small") => {
      const left = room - (at - x);
      if (!text || left < 30) return;
      const cut = fit(text, left, PLAIN);
      parts.append(svg("text", { class: className, x: at, y }, cut));
      at += widthOf(cut, PLAIN) + 8;
    };
    if (hop.colours) {
      for (const colour of coloursOf(hop)) { parts.append(svg("circle", { class: "ng-way-swatch", cx: at + 5, cy: y - 4, r: 5, fill: colour })); at += 13; }
      put(hop.colours[settings.language === "zh" ? 0 : 1]);
    }
    if (hop.metres !== null && hop.metres !== undefined) put(metres(hop.metres));
    put(hop.far_place ? `${hop.place.code} → ${hop.far_place.code}` : hop.room ?? hop.place.code);
    put(word("use", hop.use), `ng-way-use ng-way-use-${hop.use}`);
    if (hop.life !== "in_service") put(word("life", hop.life), "ng-way-doubt");
    if (hop.health !== "ok") put(word("health", hop.health), "ng-way-break");
    if (hop.claim) put(hop.claim.circuit);
    return parts;
  }

  sums(hop, top, text, isFolded) {
    const end = isFolded ? this.worstEnd(hop) : null;
    const { sheath_m: sheath, route_m: route, loss_db: losses, loop_ohm: ohm } = (end ?? hop).totals;
    const lengths = `${metres(sheath)} / ${metres(route)}`;
    const loss = ohm !== null && ohm !== undefined ? `${showNumber(ohm)} Ω` : Object.entries(losses).map(([nm, db]) => `${nm}: ${db === null ? "?" : db.toFixed(2)}`).join(" · ");
    const said = loss && (ohm === null || ohm === undefined) ? `${loss} dB` : loss;
    if (this.isWide) {
      return svg("g", { class: "ng-way-sum", "text-anchor": "end" }, svg("text", { x: this.width - 10, y: top + 14 }, lengths), svg("text", { x: this.width - 10, y: top + 31 }, said));
    }
    return svg("text", { class: "ng-way-sum", x: text, y: top + (isFolded ? 31 : 47) }, fit([lengths, said].filter(Boolean).join(" · "), this.width - text - 8, PLAIN));
  }

  worstEnd(hop) {
    const ends = this.trace.ends.filter((end) => this.isUnder(end.hop, hop.no));
    return ends.sort((a, b) => most(b) - most(a))[0] ?? null;
  }

  countUnder(no) {
    return this.trace.hops.filter((hop) => hop.no !== no && this.isUnder(hop.no, no)).length;
  }

  foldSign(hop, x, top, isFolded) {
    const turn = (event) => { event.stopPropagation(); event.preventDefault(); isFolded ? this.folded.delete(hop.no) : this.folded.add(hop.no); this.draw(); this.groups.get(hop.no)?.querySelector(".ng-fold-sign")?.focus(); };
    return svg("g", { class: "ng-fold-sign", role: "button", tabindex: "0", "aria-expanded": String(!isFolded), "aria-label": isFolded ? words.unfold : words.fold, onclick: turn, onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") turn(event); } },
      svg("rect", { x: x - 2, y: top + 1, width: 16, height: 16, rx: 3 }), svg("path", { d: isFolded ? `M${x + 3},${top + 5}l5,4l-5,4z` : `M${x + 2},${top + 6}h8l-4,6z` }));
  }

  sign(hop, x, top, height) {
    const y = top + 14;
    if (hop.kind === "conductor") {
      const [outer, inner] = coloursOf(hop);
      const line = `M${x},${top - 2}V${top + height - 6}`;
      return svg("g", {}, svg("path", { class: "ng-way-case", d: line }), svg("path", { class: "ng-way-strand", d: line, stroke: inner ?? outer ?? (hop.role === "copper" ? "#b06a2c" : "#2f6fb2") }));
    }
    const role = hop.role.startsWith("split") ? "splitter" : hop.role === "panel" ? "panel" : "port";
    const shape = {
      splitter: () => svg("path", { d: `M${x - 8},${y}L${x + 8},${y - 8}V${y + 8}Z` }),
      panel: () => svg("g", {}, svg("rect", { x: x - 7, y: y - 6, width: 14, height: 12 }), svg("path", { d: `M${x},${y - 6}V${y + 6}` })),
      port: () => svg("rect", { x: x - 7, y: y - 7, width: 14, height: 14, rx: 3 }),
    }[role]();
    shape.setAttribute("class", `ng-way-node ng-way-${role}`);
    return shape;
  }
}

function most(end) {
  return Math.max(0, end.totals.loop_ohm ?? 0, ...Object.values(end.totals.loss_db).map((db) => db ?? 0));
}

/* Tube and strand, or lead and mate of a pair, as colours to draw with. */
function coloursOf(hop) {
  if (!hop.colours) return [];
  const told = hop.role === "copper" ? hop.colours[1].split(" ").at(-1).split("-") : hop.colours[1].split("/");
  return told.map((name) => COLOURS[name.replace(/\*+$/, "")] ?? "#9aa5b1");
}
