/* The search box: hits as one types, arrows and Enter choose, / jumps to it. */
import { apiAddress, byId, el, getJson, words } from "./dom.js";

const PAUSE_MS = 180;

export function installSearch(choose) {
  const box = byId("search-text");
  const list = byId("search-hits");
  let hits = [];
  let at = -1;
  let timer = 0;
  let asked = 0;

  const close = () => { list.hidden = true; box.setAttribute("aria-expanded", "false"); box.removeAttribute("aria-activedescendant"); };
  const open = () => { list.hidden = false; box.setAttribute("aria-expanded", "true"); };
  const take = (hit) => { close(); box.blur(); choose(hit); };

  const mark = (next) => {
    at = next;
    [...list.querySelectorAll(".ng-hit")].forEach((row, index) => row.setAttribute("aria-selected", String(index === at)));
    const row = list.querySelectorAll(".ng-hit")[at];
    if (row) { box.setAttribute("aria-activedescendant", row.id); row.scrollIntoView({ block: "nearest" }); }
  };

  const draw = () => {
    list.replaceChildren(...(hits.length
      ? hits.flatMap((hit, index) => [hit.kind !== hits[index - 1]?.kind ? el("div", { class: "ng-hit-kind", role: "presentation" }, hit.kind_label) : null, el("div", { class: "ng-hit", role: "option", id: `hit-${index}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(hit); } },
        el("span", {}, el("b", {}, hit.code), hit.name ? el("small", {}, ` ${hit.name}`) : null), hit.on_map ? null : el("span", { class: "ng-kind" }, words.record))]).filter(Boolean)
      : [el("p", {}, words.no_hits)]));
    open();
    mark(hits.length ? 0 : -1);
  };

  const ask = async () => {
    const text = box.value.trim();
    const number = ++asked;
    if (!text) return close();
    try {
      const answer = await getJson(apiAddress("search", { q: text }));
      if (number !== asked) return;
      hits = answer.hits;
      draw();
    } catch {
      if (number !== asked) return;
      hits = [];
      list.replaceChildren(el("p", {}, words.search_failed));
      open();
    }
  };

  box.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE_MS); });
  box.addEventListener("focus", () => box.value.trim() && hits.length && open());
  box.addEventListener("blur", () => setTimeout(close, 120));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (hits.length) mark((at + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length);
    } else if (event.key === "Escape") { close(); event.stopPropagation(); }
  });
  byId("search").addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    if (list.hidden || at < 0) await ask();
    if (hits[at]) take(hits[at]);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/INPUT|SELECT|TEXTAREA/.test(document.activeElement?.tagName)) { event.preventDefault(); box.focus(); }
  });
}
