/* A field for codes that offers what is known while one types; what is not offered, such as a strand, is taken as typed. */
import { apiAddress, el, getJson } from "./dom.js";

const PAUSE_MS = 200;

let lists = 0;

export class CodeBox {
  constructor(field, { kinds = null, onTake = null } = {}) {
    Object.assign(this, { field, kinds, onTake, hits: [], at: -1, asked: 0, timer: 0 });
    this.list = el("div", { class: "ng-hits", role: "listbox", id: `codes-${(lists += 1)}`, hidden: true });
    field.after(this.list);
    field.parentElement.classList.add("ng-code-box");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocomplete: "off" })) field.setAttribute(name, value);
    field.addEventListener("input", (event) => { clearTimeout(this.timer); if (!event.isComposing) this.timer = setTimeout(() => this.ask(), PAUSE_MS); });
    field.addEventListener("compositionend", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), PAUSE_MS); });
    field.addEventListener("blur", () => setTimeout(() => this.close(), 120));
    field.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.isComposing) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.hits.length) {
      event.preventDefault();
      this.mark((this.at + (event.key === "ArrowDown" ? 1 : this.hits.length - (this.at < 0 ? 0 : 1))) % this.hits.length);
    } else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && (this.onTake || this.at >= 0) && this.field.value.trim()) {
      event.preventDefault();
      this.take(this.at >= 0 ? this.hits[this.at].code : this.field.value.trim());
    }
  }

  take(code) {
    clearTimeout(this.timer);
    this.asked += 1;
    this.field.value = this.onTake ? "" : code;
    this.close();
    if (this.onTake) this.onTake(code);
    else this.field.form?.requestSubmit();
  }

  async ask() {
    const text = this.field.value.trim();
    const number = (this.asked += 1);
    if (!text) return this.close();
    const answer = await getJson(apiAddress("search", { q: text.slice(0, 80) })).catch(() => null);
    if (number !== this.asked || document.activeElement !== this.field) return;
    this.hits = (answer?.hits ?? []).filter((hit) => !this.kinds || this.kinds.includes(hit.kind));
    this.list.replaceChildren(...this.hits.map((hit, index) => el("div", { class: "ng-hit", role: "option", id: `${this.list.id}-${index}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.take(hit.code); } },
      el("span", {}, el("b", {}, hit.code), hit.name ? el("small", {}, ` ${hit.name}`) : null), el("span", { class: "ng-kind" }, hit.kind_label))));
    this.at = -1;
    this.list.hidden = !this.hits.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  mark(next) {
    this.at = next;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === next)));
    this.field.setAttribute("aria-activedescendant", this.list.children[next].id);
    this.list.children[next].scrollIntoView({ block: "nearest" });
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

/* Codes as chips before their field; the field adds one at Enter. */
export class CodeChips {
  constructor(place, field, { kinds = null, onChange = () => {} } = {}) {
    Object.assign(this, { place, onChange, codes: [] });
    this.box = new CodeBox(field, { kinds, onTake: (code) => this.add(code) });
    this.field = field;
  }

  /* What is typed and not yet a chip counts too. */
  take() {
    if (this.field.value.trim()) this.box.take(this.field.value.trim());
    return this.codes;
  }

  add(...codes) {
    for (const code of codes) if (!this.codes.includes(code)) this.codes.push(code);
    this.draw();
    this.onChange(this.codes);
  }

  drop(code) {
    this.codes = this.codes.filter((one) => one !== code);
    this.draw();
    this.onChange(this.codes);
  }

  draw() {
    this.place.replaceChildren(...this.codes.map((code) => el("span", { class: "ng-chip" }, code, el("button", { type: "button", "aria-label": `× ${code}`, onclick: () => this.drop(code) }, "×"))));
  }
}
