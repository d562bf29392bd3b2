/* Who uses an office or what feeds it is counted after the page is there: the parts of the page of users take their places here. */
const place = document.querySelector("[data-users]");
const answer = await fetch(place.dataset.users, { credentials: "same-origin" });
if (answer.ok) {
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  const card = told.getElementById("users");
  if (card) place.replaceWith(document.adoptNode(card));
  document.getElementById("user-tables").replaceChildren(...[...told.getElementById("user-tables").children].map((part) => document.adoptNode(part)));
}
document.body.dataset.ready = "yes";
