/* Colours of the grids: values from one JSON, painted over the shapes of the tiles; legend and totals beside them. */
import { apiAddress, byId, el, getJson, notify, say, settings, showMeasure, showNumber, showRatio, words } from "./dom.js";
import { buildScale } from "./bands.js";

const ORDER = ["county", "town", "community"];

/* Finer grids as one comes nearer. */
export function levelOfZoom(zoom) {
  if (zoom < 8) return "county";
  return zoom < 9.5 ? "town" : "community";
}

export class Choropleth {
  constructor(map, surface) {
    this.map = map;
    this.surface = surface;
    this.answers = new Map();
    this.muted = new Set();
    this.isShown = true;
    for (const name of ["resource", "technology", "level"]) byId(name).addEventListener("change", () => this.change(name));
    byId("measure").addEventListener("change", () => { this.muted.clear(); this.draw(); });
    map.on("zoomend", () => this.refresh());
  }

  get level() {
    return byId("level").value || levelOfZoom(this.map.getZoom());
  }

  get gridLayer() {
    return this.isShown ? settings.levels[this.level] : null;
  }

  change(name) {
    if (name === "resource") byId("technology").value = "";
    this.muted.clear();
    this.refresh();
  }

  async refresh() {
    const asked = { level: this.level, resource: byId("resource").value, technology: byId("technology").value };
    const key = Object.values(asked).join("|");
    if (key === this.key) return;
    this.key = key;
    try {
      if (!this.answers.has(key)) this.answers.set(key, getJson(apiAddress("occupancy", { ...asked, v: settings.version })));
      const answer = await this.answers.get(key);
      if (key !== this.key) return;
      this.answer = answer;
      this.draw();
    } catch (error) {
      this.answers.delete(key);
      this.key = null;
      notify(error.message);
    }
  }

  draw() {
    if (!this.answer) return;
    const { grids } = this.answer;
    const measure = byId("measure").value;
    this.scale = buildScale(measure, settings.measures[measure].unit, grids, settings.bands);
    const colours = new Map();
    const points = [];
    for (const grid of grids) {
      const band = this.scale.bandOf(grid);
      const muted = this.muted.has(band?.id ?? "none");
      colours.set(Number(grid.id), muted ? "#f6f8fa" : (band ?? this.scale.none).colour);
      if (grid.at) points.push({ at: grid.at, name: grid.name, value: band ? showMeasure(measure, grid) : "", weight: grid.installed });
    }
    this.surface.ready.then(() => {
      this.showLevels();
      this.surface.paint(settings.levels[this.answer.level], colours);
      this.surface.label(this.isShown ? points : []);
    });
    this.drawTechnologies();
    this.drawTotal(measure);
    this.drawLegend(measure);
  }

  /* The shown level is filled; the levels above it keep their outlines, the finer ones rest. */
  showLevels() {
    const now = ORDER.indexOf(this.answer.level);
    for (const [index, level] of ORDER.entries()) {
      const name = settings.levels[level];
      if (name) this.surface.show(name, this.isShown && index <= now, index === now ? null : ["outline"]);
    }
  }

  toggle(isShown) {
    this.isShown = isShown;
    this.draw();
  }

  drawTechnologies() {
    const { technologies, technology } = this.answer;
    byId("technology-box").hidden = technologies.length < 2;
    byId("technology").replaceChildren(
      el("option", { value: "" }, words.total),
      ...technologies.map((kind) => el("option", { value: kind.value, selected: kind.value === technology }, kind.text)),
    );
  }

  drawTotal(measure) {
    const { total, grids } = this.answer;
    const band = this.scale.unit === "ratio" ? this.scale.bandOf(total) : null;
    byId("total").replaceChildren(
      el("div", { class: "ng-total-row" },
        el("strong", {}, showMeasure(measure, total)),
        el("small", {}, settings.measures[measure].text)),
      el("div", { class: "ng-mini-bar" }, el("i", { style: { width: showRatio(total.occupancy ?? 0), background: (band ?? this.scale.none).colour } })),
      el("div", { class: "ng-total-row" },
        el("small", {}, say(words.of, { held: showNumber(total.in_use + total.reserved), installed: showNumber(total.installed) })),
        el("small", {}, say(words.grids, { count: showNumber(grids.filter((grid) => grid.at).length) }))),
    );
  }

  drawLegend(measure) {
    const counts = new Map();
    for (const grid of this.answer.grids) {
      if (!grid.at) continue;
      const id = this.scale.bandOf(grid)?.id ?? "none";
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const bands = [...this.scale.bands.map((band, index) => ({ ...band, ...this.nameBand(band, index) })), { ...this.scale.none, id: "none", text: this.scale.none.title[settings.language], span: "" }];
    byId("legend").replaceChildren(
      el("h3", {}, settings.measures[measure].text),
      ...bands.map((band) => el("button", { class: "ng-band", type: "button", "aria-pressed": String(!this.muted.has(band.id)), onclick: () => this.mute(band.id) },
        el("i", { style: { background: band.colour } }), el("span", {}, band.text), el("em", {}, band.span), el("b", {}, showNumber(counts.get(band.id) ?? 0)))),
    );
  }

  nameBand(band, index) {
    if (this.scale.unit === "ratio") {
      const from = index ? this.scale.bands[index - 1].to : 0;
      const first = index && this.scale.bands[index - 1].to_included ? ">" : "≥";
      const span = band.to === undefined ? `${first}${Math.round(from * 100)}%` : index === 0 ? `${band.to_included ? "≤" : "<"}${Math.round(band.to * 100)}%` : `${Math.round(from * 100)}–${Math.round(band.to * 100)}%`;
      return { text: band.title[settings.language], span };
    }
    return { text: band.to === undefined ? `${showNumber(band.from)} – ${showNumber(band.upTo)}` : `${showNumber(band.from)} – <${showNumber(band.to)}`, span: "" };
  }

  mute(id) {
    if (this.muted.has(id)) this.muted.delete(id);
    else this.muted.add(id);
    this.draw();
  }
}
