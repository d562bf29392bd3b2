/* One check: what breaks it, each with its record. */
import { apiAddress, byId, el, settings, words } from "./dom.js";
import { ask, getPatiently, linkTo, tableCard } from "./answers.js";

const answer = byId("answer");
const check = await ask(answer, () => getPatiently(apiAddress(`checks/${settings.rule}`)));
if (check) {
  const card = tableCard({
    id: "breaches", title: words.breaches, total: check.total, rows: check.breaches,
    columns: [[words.thing, (one) => linkTo(one.subject, one.kind, one.id)], [words.kind, (one) => settings.lists.kind[one.kind] ?? one.kind], [words.found, (one) => one.found, "wide"], [words.expected, (one) => one.expected, "wide"]],
  });
  answer.replaceChildren(card ?? el("p", { class: "ng-good" }, check.held_by === "database" ? words.held : words.nothing_breaks));
}
