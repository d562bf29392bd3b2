/* Small tools for building the page. Text from the server only ever becomes a text node. */

export const settings = JSON.parse(document.getElementById("settings").textContent);
export const words = settings.words;

export function byId(id) {
  return document.getElementById(id);
}

/* An element with attributes and children; children that are text become text nodes. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") made.className = value;
    else if (name === "style") Object.assign(made.style, value);
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

export function icon(name) {
  const found = document.querySelector(`#icons`)?.content.querySelector(`[data-icon="${name}"] svg`);
  return found ? found.cloneNode(true) : el("span");
}

export function say(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

const whole = new Intl.NumberFormat(settings.language === "en" ? "en" : "zh-CN", { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat(settings.language === "en" ? "en" : "zh-CN", { maximumFractionDigits: 2 });

export function showNumber(value) {
  return Number.isInteger(value) ? whole.format(value) : exact.format(value);
}

/* Down, never up: 69.99 % must not read as 70.0 %, which would be another band. */
export function showRatio(value, digits = 1) {
  if (value === null || value === undefined) return "–";
  const scale = 10 ** (digits + 2);
  return `${(Math.floor(value * scale + 1e-6) / 10 ** digits).toFixed(digits)}%`;
}

export function showMeasure(name, row) {
  const value = row[name];
  return settings.measures[name].unit === "ratio" ? showRatio(value) : showNumber(value);
}

export async function getJson(address, options = {}) {
  const answer = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
  if (answer.status === 401) {
    location.reload();
    throw new Error(words.session_over);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(body?.message || words.load_failed), { body });
  return body;
}

let noticeTimer = 0;
export function notify(text) {
  const place = byId("notice");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { place.hidden = true; }, 6000);
}

/* A list gives its parameter once for each; what is empty is left out. */
export function apiAddress(path, values = {}) {
  const query = new URLSearchParams({ region: settings.region, lang: settings.language });
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== null && one !== undefined) query.append(name, one);
  }
  return `/api/v1/${path}?${query}`;
}
