/* What the pages of answers share: waiting, errors in words, tables, links to records. */
import { byId, el, getJson, icon, say, settings, showNumber, words } from "./dom.js";

export function recordOf(kind, id) {
  return settings.records.includes(kind) ? `/things/${kind}/${id}` : null;
}

export function linkTo(code, kind = null, id = null) {
  const address = kind && id ? recordOf(kind, id) : `/things?code=${encodeURIComponent(code)}`;
  return address ? el("a", { href: address }, code) : el("span", {}, code);
}

/* The label of a word of one of the dictionary's lists. */
export function word(list, value) {
  return settings.lists[list]?.[value] ?? value ?? "";
}

export function money(fen) {
  return say(words.yuan, { yuan: showNumber(fen / 100) });
}

export function metres(value) {
  if (value === null || value === undefined) return "–";
  return value >= 10000 ? `${showNumber(Math.round(value / 10) / 100)} km` : `${showNumber(Math.round(value * 10) / 10)} m`;
}

let waiting = 0;
/* Ask, and show that it takes its time; the answer, or null where it failed and said why. */
export async function ask(place, question, { slow = null } = {}) {
  const number = (waiting += 1);
  document.body.dataset.ready = "no";
  place.replaceChildren(el("p", { class: "ng-wait", role: "status" }, el("i", { class: "ng-spin" }), words.loading));
  const timer = slow && setTimeout(() => number === waiting && place.querySelector(".ng-wait")?.append(el("small", {}, slow)), 1200);
  try {
    const answer = await question();
    return number === waiting ? answer : null;
  } catch (error) {
    if (number === waiting) place.replaceChildren(trouble(error));
    return null;
  } finally {
    clearTimeout(timer);
    if (number === waiting) document.body.dataset.ready = "yes";
  }
}

export function trouble(error) {
  return el("div", { class: "alert alert-warning ng-trouble", role: "alert" }, icon("alert-triangle"), el("div", {}, el("b", {}, error.message), error.body?.next_step ? el("p", {}, error.body.next_step) : null));
}

const [SOON_MS, LONGEST_MS] = [800, 600_000];
/* Ask until it is done: what takes seconds is worked out beside the request. */
export async function getPatiently(address, options = {}) {
  const end = Date.now() + LONGEST_MS;
  for (;;) {
    const answer = await getJson(address, options);
    if (answer.state !== "working") return answer;
    if (Date.now() > end) throw new Error(words.took_too_long);
    document.querySelector(".ng-wait")?.setAttribute("data-seconds", say(words.seconds, { count: Math.round(answer.seconds) }));
    await new Promise((done) => setTimeout(done, SOON_MS));
  }
}

export function postJson(address, body) {
  return getPatiently(address, { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": settings.csrf }, body: JSON.stringify(body) });
}

/* A file that takes its time, or is made of a question too long for an address. */
export async function saveFile(address, body, name) {
  const posted = { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": settings.csrf }, body: JSON.stringify(body) };
  const options = { credentials: "same-origin", ...(body ? posted : {}) };
  let answer = await fetch(address, options);
  for (; answer.status === 202; answer = await fetch(address, options)) await new Promise((done) => setTimeout(done, SOON_MS));
  if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.message ?? words.load_failed);
  const told = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? name;
  const link = el("a", { href: URL.createObjectURL(await answer.blob()), download: told });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/* A card with a table: columns are [title, cell of a row, "number" or none]. Rows that stand for something on the map point at it. */
export function tableCard({ id, title, total = null, columns, rows, keyOf = null, map = null, more = null, after = null }) {
  if (!rows.length) return null;
  const left = (total ?? rows.length) - rows.length;
  return el("section", { class: "card ng-record-card ng-list", id },
    el("h2", {}, title, total === null ? null : el("small", {}, showNumber(total))),
    el("div", { class: "table-responsive" }, el("table", { class: "table table-sm table-vcenter card-table" },
      el("thead", {}, el("tr", {}, columns.map(([text, , kind]) => el("th", { scope: "col", class: kind === "number" ? "ng-number" : null }, text)))),
      el("tbody", {}, rows.map((row, index) => tableRow(row, index, columns, keyOf, map))))),
    left > 0 ? el("p", { class: "ng-more" }, more ?? say(words.and_more, { count: showNumber(left) })) : null, after);
}

function tableRow(row, index, columns, keyOf, map) {
  const key = keyOf?.(row, index);
  const points = map && key && map.byKey.has(key)
    ? { "data-key": key, tabindex: "0", class: "ng-points", onmouseenter: () => map.mark([key]), onmouseleave: () => map.mark([]), onfocus: () => { map.mark([key]); map.bringIntoView([key]); }, onblur: () => map.mark([]), onclick: (event) => event.target.closest("a") || map.goTo([key]) }
    : {};
  return el("tr", points, columns.map(([, cell, kind]) => el("td", { class: kind === "number" ? "ng-number" : kind === "wide" ? "ng-wide" : null }, shown(cell(row, index)))));
}

function shown(value) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "number" ? showNumber(value) : value;
}

/* From the map to the row that stands for what is under the pointer. */
export function pointAtRow(key, isOver) {
  const row = byId("answer").querySelector(`tr[data-key="${CSS.escape(key)}"]`);
  row?.classList.toggle("ng-over", isOver);
  return row;
}

export function figure(value, text, state = null) {
  return el("div", { class: "ng-card", data: state ? { state: `is-${state}` } : {} }, el("span", {}, text), el("strong", {}, value));
}
