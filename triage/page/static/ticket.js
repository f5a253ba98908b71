// Keeps one ticket's page true: when it changes, the page is fetched again and put in place.

import { useKeys } from "./actions.js";
import { tell } from "./changes.js";
import { showNumbers } from "./numbers.js";
import { showLeft, showTimes } from "./times.js";
import { beside, deskPath } from "./way.js";
import { said } from "./words.js";

const main = document.getElementById("main");
const TICK = 10_000; // ms between looks at the clock
const GATHER = 300; // ms; changes that come together are shown once
const desk = deskPath();
let soon;

function say(words, kind) {
  const live = document.getElementById("live");
  live.textContent = words;
  live.className = `live ${kind}`;
}

function follow() {
  const stream = new EventSource(`/desk/events?ticket=${main.dataset.id}&since=${main.dataset.seq}`);
  stream.addEventListener("open", () => say(said("ticket", "live"), "on"));
  stream.addEventListener("error", () => say(said("ticket", "lost"), "off"));
  for (const kind of ["row", "resync"]) stream.addEventListener(kind, () => { soon ??= setTimeout(renew, GATHER); });
}

// Nothing is changed under somebody's hands: an open dialog is finished first.
async function renew() {
  soon = undefined;
  const answer = await fetch(location.pathname);
  if (!answer.ok || answer.redirected) return location.reload();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  for (const { name, value } of fresh.attributes) main.setAttribute(name, value); // also the revision that is sent again
  const dialog = document.querySelector("dialog[open]");
  if (dialog) {
    say(said("ticket", "changed"), "off");
    return dialog.addEventListener("close", renew, { once: true });
  }
  const open = [...main.querySelectorAll("details")].map((one) => one.open);
  main.replaceChildren(...fresh.childNodes);
  main.querySelectorAll("details").forEach((one, index) => { one.open = open[index] ?? false; });
  showTimes(main);
  showNumbers(main);
  leadBack();
  say(said("ticket", "live"), "on");
}

function leadBack() {
  main.querySelector(".back").href = desk;
}

async function go(by) {
  const next = await beside(main.dataset, by);
  if (next) location.assign(`/tickets/${next}`);
  else tell(said("action", "end"));
}

leadBack();
useKeys({ rows: () => [main], back: () => location.assign(desk), go });
follow();
setInterval(() => showLeft(document), TICK);
