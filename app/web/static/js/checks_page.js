/* The checks: what is known is shown at once; the rest is looked for one after the other, with a bar. */
import { apiAddress, byId, el, getJson, say, showNumber, words } from "./dom.js";
import { getPatiently } from "./answers.js";

const answer = byId("answer");
let checks = [];

function draw() {
  const groups = new Map();
  for (const check of checks) groups.set(check.speciality, [...(groups.get(check.speciality) ?? []), check]);
  answer.replaceChildren(...[...groups.values()].map((group) => el("section", { class: "card ng-record-card ng-list" },
    el("h2", {}, group[0].speciality_label),
    el("div", { class: "table-responsive" }, el("table", { class: "table table-sm table-vcenter card-table ng-checks" },
      el("thead", {}, el("tr", {}, [words.rule, words.severity, words.checked, words.breaches].map((text, index) => el("th", { scope: "col", class: index === 3 ? "ng-number" : null }, text)))),
      el("tbody", {}, group.map(drawRow)))))));
}

function drawRow(check) {
  const address = `/checks/${check.rule}`;
  return el("tr", { data: { rule: check.rule } },
    el("td", {}, el("a", { href: address }, check.rule)),
    el("td", {}, el("span", { class: "ng-severity", data: { severity: check.severity } }, check.severity_label)),
    el("td", { class: "ng-wide" }, el("a", { href: address }, check.title)),
    el("td", { class: "ng-number" }, check.held_by === "database" ? el("small", {}, words.held) : check.failed ? el("small", {}, words.check_failed) : check.total === null ? "…" : el("b", { class: check.total ? `ng-count-${check.severity}` : "ng-count-none" }, showNumber(check.total))));
}

function sum(severity) {
  return checks.filter((check) => check.severity === severity).reduce((total, check) => total + (check.total ?? 0), 0);
}

function tell(done) {
  const isDone = done === checks.length;
  byId("bar").hidden = isDone;
  byId("bar").setAttribute("aria-valuenow", String(Math.round((100 * done) / checks.length)));
  byId("bar").firstElementChild.style.width = `${(100 * done) / checks.length}%`;
  byId("progress").textContent = isDone ? say(words.checks_done, { errors: showNumber(sum("error")), warnings: showNumber(sum("warning")) }) : say(words.checking, { done, count: checks.length });
}

/* One at a time: each takes up to some seconds, and others work on the same database. */
async function look() {
  byId("look").disabled = true;
  const known = () => checks.filter((check) => check.total !== null || check.failed).length;
  for (const check of checks.filter((one) => one.total === null)) {
    tell(known());
    try {
      check.total = (await getPatiently(apiAddress(`checks/${check.rule}`, { most: 1 }))).total;
      check.failed = false;
    } catch {
      check.failed = true;
    }
    document.querySelector(`tr[data-rule="${CSS.escape(check.rule)}"]`).replaceWith(drawRow(check));
  }
  tell(checks.length);
  document.body.dataset.ready = "yes";
}

byId("look").addEventListener("click", look);
({ checks } = await getJson(apiAddress("checks")));
draw();
const left = checks.filter((check) => check.total === null).length;
byId("look").hidden = !left;
/* Where most is known somebody has looked a moment ago; else one asks for it, since it takes its time. */
if (left < checks.length / 2) look();
else document.body.dataset.ready = "yes";
