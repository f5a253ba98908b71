// What was changed in this tab, the newest ten: told when done, and taken back one after the other.
//
// A change names the revision that it left behind. Taking a later one back moves that on, so that the
// one before can still be taken back where nobody else came between.

import { send } from "./send.js";
import { said } from "./words.js";

const KEPT = "triage.changes"; // in sessionStorage: a tab's own
const MOST = 10;
const SHOWN = 12_000; // ms
const told = document.getElementById("told");
const undoing = document.getElementById("undo");
const dialog = document.getElementById("history");
let quiet, busy;

const changes = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
const keep = (all) => sessionStorage.setItem(KEPT, JSON.stringify(all.slice(-MOST)));

// A change: { id, words, undo: [method, path, body], before, after }, the last two are revisions.
export function remember(change) {
  keep([...changes(), change]);
  tell(change.words, change);
  dispatchEvent(new Event("triage:changed"));
}

export async function takeBack() {
  const all = changes(), last = all.pop();
  if (!last) return tell(said("action", "nothing"));
  if (busy) return;
  busy = true;
  const [method, path, body] = last.undo;
  const answer = await send(method, path, body && { ...body, revision: last.after });
  busy = false;
  const again = answer.trouble && !(answer.status < 500); // the server was away: it may be asked once more
  if (!again) keep(answer.trouble ? all : all.map((one) => moved(one, last, answer)));
  tell(answer.trouble ? said("action", "stays", last.words, answer.trouble) : said("action", "undone", last.words));
  dispatchEvent(new Event("triage:changed"));
}

function moved(one, last, { revision }) {
  const chained = one.id === last.id && one.after === last.before && revision !== undefined;
  return chained ? { ...one, after: revision } : one;
}

export function tell(words, just) {
  told.querySelector("span").textContent = words;
  const next = changes().at(-1);
  undoing.hidden = !next;
  if (next) undoing.textContent = just ? said("action", "undo") : said("action", "earlier", next.words);
  told.hidden = false;
  show();
  clearTimeout(quiet);
  quiet = setTimeout(hush, SHOWN);
}

function hush() {
  if (told.matches(":hover, :focus-within")) quiet = setTimeout(hush, SHOWN); // somebody is about to use it
  else told.hidden = true;
}

export function showChanges() {
  show();
  dialog.showModal();
}

function show() {
  const all = changes().reverse();
  const items = all.map(({ words }) => Object.assign(document.createElement("li"), { textContent: words }));
  dialog.querySelector("ol").replaceChildren(...items);
  dialog.querySelector(".empty").hidden = all.length > 0;
  dialog.querySelector("[data-undo]").hidden = all.length === 0;
}

undoing.addEventListener("click", takeBack);
dialog.querySelector("[data-undo]").addEventListener("click", takeBack);
