/* The panel at the side: what a thing is, its states and counts, what it holds. Built from text nodes only. */
import { apiAddress, byId, el, getJson, icon, say, settings, showNumber, showRatio, words } from "./dom.js";
import { bandOfRatio } from "./bands.js";
import { drawMembers } from "./members.js";

const STATES = ["in_use", "reserved", "releasing", "unusable", "idle"];

export class Panel {
  constructor({ onShow, onZoom, onClose }) {
    this.place = byId("panel");
    this.trail = [];
    Object.assign(this, { onShow, onZoom, onClose });
    document.addEventListener("keydown", (event) => event.key === "Escape" && !this.place.hidden && this.close());
  }

  async open(kind, id, { keepTrail = false } = {}) {
    if (!keepTrail && this.thing && (this.thing.choice || this.thing.id + this.thing.kind !== id + kind)) this.trail.push(this.thing);
    this.asked = `${kind}:${id}`;
    this.unfold();
    this.place.replaceChildren(el("p", { class: "ng-wait" }, words.loading));
    try {
      const thing = await getJson(apiAddress(`things/${kind}/${id}`));
      if (this.asked !== `${kind}:${id}`) return null;
      this.thing = { kind: thing.kind, id: thing.id };
      this.draw(thing);
      this.onShow(thing);
      this.addUsers(thing);
      return thing;
    } catch (error) {
      this.place.replaceChildren(this.tools(""), el("p", { class: "ng-wait" }, error.message));
      return null;
    }
  }

  /* Who uses it is counted apart: of an office there are thousands. */
  async addUsers(thing) {
    const place = byId("panel-users");
    const answer = await getJson(apiAddress(`things/${thing.kind}/${thing.id}/users`)).catch(() => null);
    if (answer?.users && place.isConnected) place.replaceChildren(drawUsers(answer.users));
  }

  /* Several things under one click: let the person choose. The answer names each by code, name and what its layer's popup tells. */
  async choose(answer, left, { keepTrail = false } = {}) {
    if (!keepTrail) this.trail = [];
    this.thing = { choice: answer, left };
    this.asked = answer;
    this.unfold();
    const draw = (...parts) => this.place.replaceChildren(el("div", { class: "ng-panel-head" }, this.tools(""), el("h2", {}, words.several_here)), el("div", { class: "ng-panel-body" }, parts));
    draw(el("p", { class: "ng-wait" }, words.loading));
    try {
      const { things } = await answer;
      if (this.asked !== answer) return;
      const rows = things.map((one) => el("li", {}, el("button", { class: "ng-row", type: "button", onclick: () => this.open(one.kind, one.id) },
        el("span", { class: "ng-row-text" }, el("b", { title: one.code }, one.code), el("small", {}, [one.name, ...one.facts.map(showFact), ...one.states.map((state) => state.text)].filter(Boolean).join(" · "))),
        el("span", { class: "ng-kind" }, one.kind_label), icon("chevron-right"))));
      draw(el("ul", { class: "ng-rows ng-choice" }, rows), left > 0 ? el("p", { class: "ng-more" }, say(words.and_more, { count: showNumber(left) })) : null);
    } catch (error) {
      if (this.asked === answer) draw(el("p", { class: "ng-wait" }, error.message));
    }
  }

  unfold() {
    this.place.hidden = false;
    document.body.classList.add("ng-panel-open");
  }

  close() {
    this.place.hidden = true;
    document.body.classList.remove("ng-panel-open");
    this.trail = [];
    this.thing = this.asked = null;
    this.onClose();
  }

  back() {
    const last = this.trail.pop();
    if (last?.choice) this.choose(last.choice, last.left, { keepTrail: true });
    else if (last) this.open(last.kind, last.id, { keepTrail: true });
  }

  tools(label, thing = null) {
    const tool = (name, title, act) => el("button", { class: "ng-tool", type: "button", title, "aria-label": title, onclick: act }, icon(name));
    return el("div", { class: "ng-panel-tools" },
      this.trail.length ? tool("arrow-left", words.back, () => this.back()) : null,
      el("span", { class: "ng-kind" }, label),
      thing?.record ? el("a", { class: "ng-tool ng-record-link", href: thing.record, title: words.record }, icon("file-text"), el("span", {}, words.record)) : null,
      thing?.geometry ? tool("focus-2", words.zoom_to, () => this.onZoom(thing)) : null,
      tool("x", words.close, () => this.close()));
  }

  draw(thing) {
    const title = thing.kind === "grid" ? thing.name || thing.code : thing.code;
    const second = thing.kind === "grid" ? thing.code : thing.name;
    const body = el("div", { class: "ng-panel-body" },
      this.questions(thing),
      this.facts(thing),
      el("div", { id: "panel-users" }),
      thing.counts.length ? el("section", { class: "ng-section" }, thing.counts.map(drawCount)) : null,
      thing.members ? drawMembers(thing) : null,
      thing.groups.map((group) => this.group(group)));
    this.place.replaceChildren(
      el("div", { class: "ng-panel-head" }, this.tools(thing.kind_label, thing),
        el("h2", {}, title), second ? el("p", { class: "ng-panel-name" }, second) : null,
        thing.states.length ? el("div", { class: "ng-states" }, thing.states.map(drawState)) : null),
      body);
  }

  /* What the graph can say of it. */
  questions(thing) {
    const asked = settings.questions.filter((one) => one.kinds.includes(thing.kind));
    return asked.length ? el("p", { class: "ng-questions" }, asked.map((one) => el("a", { class: "btn btn-sm", href: `/${one.name}?${one.parameter}=${encodeURIComponent(thing.code)}` }, one.text))) : null;
  }

  facts(thing) {
    const rows = thing.links.map((link) => [link.label, el("button", { class: "ng-link", type: "button", onclick: () => this.open(link.kind, link.id) }, link.text)]);
    rows.push(...thing.facts.map((fact) => [fact.label, document.createTextNode(`${typeof fact.value === "number" ? showNumber(fact.value) : fact.value}${fact.unit ? ` ${fact.unit}` : ""}`)]));
    return rows.length ? el("dl", { class: "ng-facts" }, rows.flatMap(([label, value]) => [el("dt", {}, label), el("dd", {}, value)])) : null;
  }

  group(group) {
    const rows = group.rows.map((row) => el("li", {}, this.row(group, row)));
    const left = group.total - group.rows.length;
    return el("section", { class: "ng-section", data: { group: group.name } },
      el("h3", {}, words[group.name] ?? group.name, el("small", {}, showNumber(group.total))),
      el("ul", { class: "ng-rows" }, rows),
      left > 0 ? el("p", { class: "ng-more" }, say(words.and_more, { count: showNumber(left) })) : null);
  }

  row(group, row) {
    const note = [row.label, row.name, ...row.note.map(showNote), ...row.states.map((state) => state.text)].filter(Boolean).join(" · ");
    const parts = [el("span", { class: "ng-row-text" }, el("b", { title: row.text }, group.kind === "grid" && row.name ? row.name : row.text), el("small", {}, group.kind === "grid" ? row.text : note))];
    if (row.count !== undefined) parts.push(el("span", {}, showNumber(row.count)));
    if (row.installed) parts.push(drawMini(row));
    if (!group.kind) return el("div", { class: "ng-row" }, parts);
    return el("button", { class: "ng-row", type: "button", onclick: () => this.open(row.kind, row.id) }, parts, icon("chevron-right"));
  }
}

function showFact(fact) {
  const value = typeof fact.value === "number" ? showNumber(fact.value) : fact.value;
  return [fact.label, value, fact.unit].filter((part) => part !== "").join(" ");
}

function showNote(note) {
  const value = typeof note.value === "number" ? showNumber(note.value) : note.value;
  return note.unit === "K" || note.unit === "U" ? `${note.unit}${value}` : `${value} ${note.unit}`;
}

/* Who uses it: counts, and customers by segment; the record has the names of things. */
function drawUsers(users) {
  const tile = (count, text) => el("div", {}, el("strong", {}, showNumber(count)), el("span", {}, text));
  return el("section", { class: "ng-section", data: { group: "users" } },
    el("h3", {}, words.users),
    el("div", { class: "ng-users" }, tile(users.customers, words.customers), tile(users.services, words.services), tile(users.circuits, words.circuits)),
    el("ul", { class: "ng-segments" }, users.segments.map((one) => el("li", {}, el("span", {}, one.text), el("b", {}, showNumber(one.count))))));
}

function drawState(state) {
  return el("span", { class: "ng-state", data: { axis: state.axis, value: state.value } }, state.text);
}

export function bandColour(value) {
  const scale = settings.bands.occupancy;
  return (bandOfRatio(value, scale) ?? scale.none).colour;
}

export function drawMini(row) {
  return el("span", { class: "ng-mini", title: `${showNumber(row.held)} / ${showNumber(row.installed)}` },
    el("span", {}, showRatio(row.occupancy, 0)),
    el("div", { class: "ng-mini-bar" }, el("i", { style: { width: `${(row.occupancy ?? 0) * 100}%`, background: bandColour(row.occupancy) } })));
}

function drawCount(count) {
  const parts = STATES.filter((state) => count[state]);
  const label = count.technology ? `${count.label} · ${count.technology}` : count.label;
  return el("div", { class: "ng-count", data: { kind: count.kind } },
    el("div", { class: "ng-count-top" }, el("span", {}, label), el("small", { class: "text-secondary" }, say(words.of, { held: showNumber(count.in_use + count.reserved), installed: showNumber(count.installed) })),
      el("b", { title: words.occupancy }, showRatio(count.occupancy))),
    el("div", { class: "ng-stack" }, parts.map((state) => el("i", { data: { state }, style: { width: `${(count[state] / Math.max(1, count.installed)) * 100}%` } }))),
    el("div", { class: "ng-key" }, [...parts, ...(count.planned ? ["planned"] : [])].map((state) => el("span", {}, el("i", { data: { state } }), `${nameState(state)} ${showNumber(count[state])}`))));
}

export function nameState(state) {
  return settings.labels[state] && state !== "idle" && state !== "planned" ? settings.labels[state] : settings.states[state] ?? words[state] ?? state;
}
