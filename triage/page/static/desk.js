// Keeps the desk true: rows come from the server, ready made; here they only find their place.

import { showLeft, showTimes } from "./times.js";

const desk = document.getElementById("desk");
const facts = document.getElementById("facts");
const live = document.getElementById("live");
const late = document.getElementById("late");
const empty = document.getElementById("empty");
const more = document.getElementById("more");

const SHOWN = 200; // the most urgent, as on the first view
const REFILL = 20; // so many gone, while more wait unseen: load the desk again
const TICK = 10_000; // ms between looks at the clock
const CHECK = 30_000; // ms between questions whether all this is still true
const GATHER = 300; // ms; changes that come together are counted once
const AGAIN = 3_000; // ms until a stream that was refused is asked for again

let stream;
let seen = Number(desk.dataset.seq);
let unseen = !more.hidden; // more wait than are shown
let shownFacts;
let newest = 0; // the last change that the server has told of
let soon;

function say(words, state) {
  if (live.textContent !== words) live.textContent = words;
  live.className = `live ${state}`;
}

function rowFrom(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // our own template's markup, in which every word was escaped
  return holder.content.querySelector("li");
}

function isAfter(other, change) {
  const place = Number(other.dataset.place);
  return place > change.place || (place === change.place && Number(other.dataset.id) > change.id);
}

function place(change) {
  const old = document.getElementById(`ticket-${change.id}`);
  if (change.waits) {
    const row = rowFrom(change.html);
    showTimes(row);
    row.classList.add(old ? "changed" : "new");
    const next = [...desk.children].find((other) => other !== old && isAfter(other, change));
    const focused = old?.contains(document.activeElement);
    old?.remove();
    desk.insertBefore(row, next ?? null);
    if (focused) row.querySelector("a").focus();
  } else {
    old?.remove();
  }
  while (desk.children.length > SHOWN) {
    desk.lastElementChild.remove();
    unseen = true;
  }
  count();
  clearTimeout(soon);
  soon = setTimeout(check, GATHER);
}

function count() {
  empty.hidden = desk.children.length > 0;
  const number = desk.querySelectorAll("time.late").length;
  late.textContent = `${number} late`;
  late.hidden = number === 0;
}

// Asks the server for the header's facts; by that also whether the session and the stream still live.
async function check() {
  try {
    const answer = await fetch("/desk/facts", { signal: AbortSignal.timeout(AGAIN) });
    if (answer.status === 401) return location.assign("/login");
    if (answer.ok) show(await answer.text());
    if (stream.readyState === EventSource.OPEN) say("live", "on");
  } catch {
    say("connection lost, trying again", "off");
  }
}

function show(html) {
  if (html !== shownFacts) facts.innerHTML = shownFacts = html; // an alarm is read out once
  const { waiting, seq } = facts.querySelector("[data-waiting]").dataset;
  newest = Number(seq);
  if (unseen && desk.children.length <= SHOWN - REFILL) location.reload();
  more.textContent = `and ${waiting - desk.children.length} more, less urgent`;
  more.hidden = !unseen || waiting <= desk.children.length;
}

function follow() {
  stream = new EventSource(`/desk/events?since=${seen}`);
  stream.addEventListener("open", () => say("live", "on"));
  stream.addEventListener("error", () => {
    say("connection lost, trying again", "off");
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => check().then(follow), AGAIN);
  });
  stream.addEventListener("row", (event) => {
    seen = Number(event.lastEventId);
    place(JSON.parse(event.data));
  });
  stream.addEventListener("resync", () => location.reload());
}

follow();
count();
setInterval(() => { showLeft(document); count(); }, TICK);
setInterval(() => {
  if (newest > seen && stream.readyState === EventSource.OPEN) {
    stream.close(); // it died without a word
    follow();
  }
  check();
}, CHECK);
