// Keeps the desk true: rows come from the server, ready made; `list.js` finds their places.

import { useKeys } from "./actions.js";
import { List } from "./list.js";
import { showNumbers } from "./numbers.js";
import { showLeft } from "./times.js";
import { keepViews } from "./views.js";
import { keepWay, left, reach } from "./way.js";
import { said } from "./words.js";

const desk = document.getElementById("desk");
const state = document.getElementById("state");
const live = document.getElementById("live");
const empty = document.getElementById("empty");
const away = document.getElementById("away");
const form = document.getElementById("view");

const TICK = 10_000; // ms between looks at the clock
const CHECK = 30_000; // ms between questions whether all this is still true
const GATHER = 1_000; // ms; changes that come together are counted once
const AGAIN = 3_000; // ms until a stream that was refused is asked for again
const SEEN = "triage.seen"; // where this browser keeps the last change that somebody saw

const view = new URLSearchParams(location.search);
let stream, soon, shownState;
let seq = Number(desk.dataset.seq); // the last change that the page knows
let newest = 0; // the last change that the server has told of

function say(words, kind) {
  if (live.textContent !== words) live.textContent = words;
  live.className = `live ${kind}`;
}

async function fetched(path, values = {}) {
  const query = new URLSearchParams(view);
  for (const [name, value] of Object.entries(values)) query.set(name, value);
  const answer = await fetch(`${path}?${query}`, { signal: AbortSignal.timeout(10_000) });
  if (answer.status === 401) location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

const seen = Number(localStorage.getItem(SEEN) ?? seq);
const list = new List(desk, Number(desk.dataset.total), seen, async (where) => (await fetched("/desk/rows", where)).json());

function showEmpty() {
  empty.hidden = list.total > 0;
}

// Asks for the header's numbers; by that also whether the session and the stream still live.
async function check() {
  soon = undefined;
  try {
    show(await (await fetched("/desk/state")).text());
    if (stream.readyState === EventSource.OPEN) say(said("desk", "live"), "on");
  } catch {
    say(said("desk", "lost"), "off");
  }
}

function show(html) {
  if (html !== shownState) {
    state.innerHTML = shownState = html; // an alarm is read out once
    showNumbers(state);
  }
  newest = Number(state.querySelector("[data-seq]").dataset.seq);
}

function follow() {
  const query = new URLSearchParams(view);
  query.set("since", seq);
  stream = new EventSource(`/desk/events?${query}`);
  stream.addEventListener("open", () => say(said("desk", "live"), "on"));
  stream.addEventListener("error", () => {
    say(said("desk", "lost"), "off");
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => check().then(follow), AGAIN);
  });
  stream.addEventListener("row", (event) => {
    seq = Number(event.lastEventId);
    list.put(JSON.parse(event.data));
    showEmpty();
    soon ??= setTimeout(check, GATHER);
  });
  stream.addEventListener("resync", () => location.reload());
}

// What changed while nobody looked is marked until they say that they saw it.

async function showAway() {
  const { changed } = await (await fetched("/desk/changed", { since: list.seen })).json();
  away.querySelector("span").textContent = said("desk", "away", changed);
  away.hidden = changed === 0;
}

function see() {
  list.see(seq);
  localStorage.setItem(SEEN, seq);
  away.hidden = true;
}

function leave() {
  if (away.hidden) { list.seen = seq; localStorage.setItem(SEEN, seq); } // what was not seen yet stays marked
}

document.addEventListener("visibilitychange", () => (document.hidden ? leave() : showAway()));
addEventListener("pagehide", leave);
away.querySelector("button").addEventListener("click", see);

document.getElementById("show").hidden = true; // a change shows at once
document.getElementById("filters").open = matchMedia("(min-width: 62rem)").matches || [...view.keys()].some((name) => name !== "q");
form.addEventListener("change", () => form.requestSubmit());
form.addEventListener("submit", () => { // an address holds what was asked, and nothing else
  for (const field of form.elements) field.disabled = field.name !== "" && (field.type === "checkbox" ? !field.checked : !field.value);
});

keepViews(document.getElementById("views"), document.getElementById("keep"), view);
useKeys({ rows: () => list.rows.map(({ element }) => element), seen: see });
desk.addEventListener("keydown", (event) => { // within the list the arrows move from row to row
  const key = { ArrowDown: "j", ArrowUp: "k" }[event.key];
  if (!key) return;
  event.preventDefault();
  event.target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
});
keepWay(() => desk.querySelector("li:focus-within"));
const leftAt = left();
if (leftAt) reach(list, leftAt);
follow();
if (list.seen < seq) showAway();
setInterval(() => showLeft(document), TICK);
setInterval(() => {
  if (newest > seq && stream.readyState === EventSource.OPEN) {
    stream.close(); // it died without a word
    follow();
  }
  check();
  if (view.has("late") || view.has("snoozed") || list.total !== Number(state.querySelector("[data-waiting]").dataset.waiting)) list.sync();
}, CHECK);
