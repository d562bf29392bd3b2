/* One batch: how far it is, what was found, what differs; the lists and the map point at each other. */
import { apiAddress, byId, el, getJson, notify, say, settings, showNumber, words } from "./dom.js";
import { AnswerMap } from "./answer_map.js";

const COLOURS = { error: "#d63939", warning: "#e08a00", info: "#5f7387", new: "#2f9e5b", changed: "#2f6fb0", missing: "#8a4bb0", photo: "#0f7f8c" };
const UNMAPPED = ["LAYER_UNKNOWN", "COLUMN_MISSING", "MAPPING_COLUMN"];
const POLL_MS = 1200;
const STAGES = { read: "reading", check: "checking_rows", count: "counting", keys: "counting", undo: "counting" };
const path = `surveys/${settings.batch}`;
const lists = { findings: { rule: null, after: 0 }, differences: { rule: null, after: 0 } };
let progress = null;
let map = null;

function post(tail, body = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": settings.token };
  return getJson(apiAddress(`${path}/${tail}`), { method: "POST", headers, body: JSON.stringify(body) });
}

/* What the worker is doing, until it has ended; then the lists. */
async function follow() {
  try {
    progress = await getJson(apiAddress(path));
  } catch (error) {
    // What is away comes back: the site, or its database.
    if (error.body && error.body.status !== 503) throw error;
    byId("work").hidden = false;
    byId("stage").textContent = words.away;
    setTimeout(() => follow().catch(fail), POLL_MS);
    return;
  }
  const { job } = progress;
  const isBusy = job && ["waiting", "running"].includes(job.state);
  byId("state").textContent = progress.state_label;
  byId("state").dataset.state = progress.state;
  byId("work").hidden = !isBusy;
  if (isBusy) {
    tellWork(job);
    tellActs(true);
    setTimeout(() => follow().catch(fail), POLL_MS);
    return;
  }
  await showEnd(job);
}

function tellWork(job) {
  const share = job.total_count ? Math.min(100, Math.round((100 * job.done_count) / job.total_count)) : 0;
  const name = STAGES[(job.stage ?? "").split(" ")[0]];
  byId("bar").firstElementChild.style.width = `${share}%`;
  byId("bar").setAttribute("aria-valuenow", String(share));
  const count = job.done_count === null ? "" : ` ${showNumber(job.done_count)}${job.total_count ? ` / ${showNumber(job.total_count)}` : ""}`;
  const isAgain = job.attempt_count > (job.state === "waiting" ? 0 : 1);
  byId("again").textContent = isAgain ? words.again : "";
  byId("stage").textContent = job.state === "waiting" ? words.waiting : `${words[name] ?? words.running}${count}`;
}

async function showEnd(job) {
  const problem = job?.state === "failed" ? job.problem : null;
  byId("problem").hidden = !problem;
  if (problem) byId("problem").replaceChildren(el("b", {}, problem.code), " ", problem.message, problem.found ? el("p", {}, problem.found) : null ?? "", problem.next_step ? el("p", {}, problem.next_step) : "");
  if (job?.state === "cancelled") notify(words.cancelled);
  showSources();
  showReceipt();
  tellActs(false);
  showRules();
  await Promise.all([showList("findings"), showList("differences"), showPhotos(), showMarks()]);
  document.body.dataset.ready = "yes";
}

function showSources() {
  const head = [words.read_total, progress.state === "applied" ? words.written_total : words.applied_total, words.unchanged_total, words.refused_total];
  const rows = progress.sources.map((source) => el("tr", {},
    el("th", { scope: "row", class: "fw-normal" }, [source.file, source.sheet].filter(Boolean).join(" · "), el("br"), el("small", {}, [source.title, source.crs].filter(Boolean).join(" · "))),
    ["rows_read", "applied", "unchanged", "refused"].map((name) => el("td", { class: "ng-number" }, showNumber(source[name])))));
  byId("sources").replaceChildren(rows.length ? el("table", { class: "table table-sm" }, el("thead", {}, el("tr", {}, el("th"), head.map((text) => el("th", { scope: "col", class: "ng-number" }, text)))), el("tbody", {}, rows)) : "");
}

function showReceipt() {
  const said = { applied: words.receipt, undone: words.undone }[progress.state];
  byId("receipt").hidden = !said;
  if (said) byId("receipt").textContent = say(said, { batch: progress.batch, who: progress.undone_by ?? progress.actor, ...progress.totals });
}

function tellActs(isBusy) {
  const isOpen = ["compared", "decided", "failed"].includes(progress.state);
  byId("apply").hidden = isBusy || !isOpen || !progress.sources.length;
  byId("compare").hidden = isBusy || !["read", "checked", "compared", "decided", "failed"].includes(progress.state);
  byId("undo").hidden = isBusy || progress.state !== "applied";
  const mapping = byId("mapping");
  if (!mapping) return;
  mapping.hidden = byId("compare").hidden;
  // Where a file is not understood, the mapping is what to do next.
  mapping.classList.toggle("btn-primary", progress.counts.some((row) => UNMAPPED.includes(row.rule)));
}

function showRules() {
  const of = (what) => progress.counts.filter((row) => row.what === what);
  drawRules("findings", "finding-rules", of("finding"), (row) => `${row.rule} ${showNumber(row.many)}`);
  drawRules("differences", "difference-rules", of("difference"), (row) => `${words[row.rule] ?? row.rule} · ${row.title ?? ""} ${showNumber(row.many)}`);
  byId("findings-card").hidden = byId("differences-card").hidden = !progress.sources.length;
}

function drawRules(list, place, rows, name) {
  const chosen = lists[list].rule;
  const same = (row) => (row === null ? chosen === null : chosen && chosen.rule === row.rule && chosen.part === row.part);
  const button = (row, text) => el("button", { type: "button", "aria-pressed": String(Boolean(same(row))), onclick: () => { lists[list].rule = row; showRules(); showList(list).catch(fail); } }, text);
  byId(place).replaceChildren(...(rows.length ? [button(null, words.all), ...rows.map((row) => button(row, name(row)))] : []));
  if (list === "differences") drawBulk(chosen);
}

/* All of a rule and layer at once, also those that are not listed. */
function drawBulk(chosen) {
  const isOpen = ["compared", "decided", "failed"].includes(progress.state);
  const all = (verdict, text) => el("button", { class: "btn btn-sm", type: "button", onclick: () => decide({ rule: chosen.rule, layer: chosen.part, verdict }) }, text);
  byId("bulk").replaceChildren(...(chosen && isOpen ? [all("accepted", words.accept_all), all("refused", words.refuse_all)] : []));
}

async function decide(body) {
  try {
    await post("decisions", body);
    await follow();
  } catch (error) { fail(error); }
}

async function showList(name, isMore = false) {
  const list = lists[name];
  if (!isMore) list.after = 0;
  const asked = name === "findings" ? { severity: list.rule?.part } : { layer: list.rule?.part };
  const answer = await getJson(apiAddress(`${path}/${name}`, { after: list.after, rule: list.rule?.rule, ...asked }));
  const rows = answer[name];
  const drawn = rows.map(name === "findings" ? drawFinding : drawDifference);
  if (isMore) byId(name).append(...drawn);
  else byId(name).replaceChildren(...(drawn.length ? drawn : [el("li", {}, name === "findings" ? words.nothing_found : words.nothing_differs)]));
  list.after = rows.at(-1)?.no ?? list.after;
  byId(`more-${name}`).hidden = rows.length < 200;
}

function pin(key) {
  return el("button", { type: "button", class: "ng-pin", title: words.show_on_map, "aria-label": words.show_on_map, onclick: () => { map?.mark([key]); map?.goTo([key]); } }, words.show_on_map);
}

function drawFinding(one) {
  const place = [one.file, one.sheet, one.row_no === null ? null : `${words.row} ${one.row_no}`, one.field].filter(Boolean).join(" · ");
  const told = [one.found && `${words.found} ${one.found}`, one.expected && `${words.expected} ${one.expected}`, one.next_step].filter(Boolean).join("; ");
  return el("li", { id: `finding-${one.no}`, data: { kind: one.severity, rule: one.rule } },
    el("span", {}, el("b", {}, `${one.rule} ${one.subject ?? ""}`), " ", el("small", {}, place)),
    el("span", { class: "ng-buttons" }, one.has_place ? pin(one.subject ?? `f${one.no}`) : null), el("p", {}, told));
}

function drawDifference(one) {
  const verdict = one.verdict ?? "open";
  const isOpen = ["compared", "decided", "failed"].includes(progress.state);
  const button = (value, text) => el("button", { type: "button", "aria-pressed": String(verdict === value), onclick: () => decide({ number: one.no, verdict: value }) }, text);
  const before = one.old === null ? words.nothing : one.old;
  const who = one.old_by ? say(words.old_by, { old: before, who: one.old_by, day: one.old_on }) : before;
  return el("li", { id: `difference-${one.no}`, data: { kind: one.rule === "NEW" ? "new" : "changed", verdict, rule: one.rule } },
    el("span", {}, el("b", {}, one.subject), ` ${words[one.rule] ?? one.rule} · ${[one.title, one.label].filter(Boolean).join(" · ")} `, el("small", {}, words[verdict])),
    el("span", { class: "ng-buttons" }, one.has_place ? pin(one.subject) : null, isOpen ? [button("accepted", words.accept), button("refused", words.refuse)] : null),
    one.field || one.new ? el("p", {}, one.field ? el("del", {}, who) : null, one.field ? " → " : null, el("ins", {}, one.new ?? "")) : null);
}

async function showPhotos() {
  const { photos } = await getJson(apiAddress(`${path}/photos`));
  byId("photos-card").hidden = !photos.length;
  byId("photos").replaceChildren(...photos.map((photo) => {
    const address = (size) => apiAddress(`${path}/photos/${photo.no}`, { size });
    const name = photo.subject ?? photo.file;
    const told = [name, photo.taken_label, photo.surveyor].filter(Boolean).join(" · ");
    return el("li", { id: `photo-${photo.no}` },
      el("a", { href: address("full"), target: "_blank", rel: "noopener" }, el("img", { src: address("small"), alt: `${words.mark_photo} ${name}`, loading: "lazy" })),
      el("small", {}, told), photo.has_place ? el("span", { class: "ng-buttons" }, pin(`p${photo.no}`)) : null);
  }));
}

/* The survey over the existing plant; a click on a mark leads to its row. */
async function showMarks() {
  const { marks } = await getJson(apiAddress(`${path}/marks`));
  map ??= await AnswerMap.open();
  map.clear();
  for (const mark of marks) {
    const style = { color: COLOURS[mark.kind], weight: 3, fillColor: COLOURS[mark.kind], fillOpacity: 0.35, opacity: 1 };
    const text = [words[mark.kind] ?? words[`mark_${mark.kind}`], mark.told].filter(Boolean).join(" · ");
    const row = mark.key.replace(/^f/, "finding-").replace(/^d/, "difference-").replace(/^p/, "photo-");
    map.add(JSON.parse(mark.place), style, { keys: [mark.told, mark.key].filter(Boolean), tip: text, onPick: () => jump(row) });
  }
  map.fit();
}

function jump(id) {
  const row = byId(id);
  document.querySelectorAll(".ng-here").forEach((one) => one.classList.remove("ng-here"));
  if (!row) return;
  row.classList.add("ng-here");
  row.scrollIntoView({ block: "center" });
}

function fail(error) {
  notify([error.message, error.body?.found].filter(Boolean).join(" · "));
}

async function begin(kind, question = null) {
  if (question && !window.confirm(question)) return;
  document.body.dataset.ready = "no";
  try {
    await post("jobs", { kind });
    await follow();
  } catch (error) { fail(error); }
}

byId("apply").addEventListener("click", () => begin("apply", words.sure_apply));
byId("compare").addEventListener("click", () => begin("compare"));
byId("undo").addEventListener("click", () => begin("undo", words.sure_undo));
byId("cancel").addEventListener("click", () => post("cancel").catch(fail));
byId("more-findings").addEventListener("click", () => showList("findings", true).catch(fail));
byId("more-differences").addEventListener("click", () => showList("differences", true).catch(fail));
follow().catch(fail);
