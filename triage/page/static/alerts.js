// The banner of alerts, for every page: watchAlerts(element). And its sound: wireSound(button).

import { showTimes } from "./times.js";

const EVERY = 10_000; // ms between two questions
const WANTED = "triage-alert-sound"; // in localStorage: "on" where a sound is wanted
const RUNG = "triage-alert-rung"; // the newest alert that some tab has rung for, s since 1970
const SPREAD = 400; // ms; where the browser has no locks, tabs take turns by chance
const NOTES = { critical: [880, 660, 880, 660], other: [520, 660] }; // Hz
const NOTE = 0.16; // s

let sound; // the browser makes one only after a gesture
const buttons = new Set();

// Shows in `element` the most pressing alert that nobody has seen; calls `changed` with how many.
export function watchAlerts(element, changed = () => {}) {
  const places = { alert: place("alert"), status: place("status") };
  element.replaceChildren(places.status, places.alert);
  let shown = "";
  let stopped = false;

  async function ask() {
    if (stopped) return;
    const answer = await fetch("/alerts/now", { signal: AbortSignal.timeout(EVERY) }).catch(() => null);
    if (answer?.redirected || answer?.status === 401) stopped = true; // logged out: the page itself says so
    if (!answer?.ok || answer.redirected) return;
    show(await answer.json());
  }

  function show(now) {
    const html = now.html ?? "";
    if (html !== shown) {
      shown = html;
      const [full, empty] = now.critical ? [places.alert, places.status] : [places.status, places.alert];
      empty.replaceChildren();
      full.innerHTML = html; // our own template's markup, in which every word was escaped
      showTimes(full);
    }
    changed(now.unseen, now.newest ?? 0);
    if (now.unseen) ring(now);
  }

  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    form.querySelector("button").disabled = true;
    await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    await ask();
    form.querySelector("button").disabled = false;
  });
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  setInterval(ask, EVERY);
  ask();
}

// Makes a button switch the sound on and off; its words stand in data-on, data-off, data-asleep.
export function wireSound(button) {
  buttons.add(button);
  button.addEventListener("click", () => {
    const asleep = wanted() && sound?.state !== "running";
    localStorage.setItem(WANTED, wanted() && !asleep ? "off" : "on");
    if (wanted()) wake().then(() => play(NOTES.other));
    say();
  });
  say();
}

const wanted = () => localStorage.getItem(WANTED) === "on";

function place(role) {
  const made = document.createElement("div");
  made.setAttribute("role", role);
  return made;
}

async function wake() {
  sound ??= new AudioContext();
  await sound.resume();
  say();
}

function say() {
  const state = !wanted() ? "off" : sound?.state === "running" ? "on" : "asleep";
  for (const button of buttons) {
    button.textContent = button.dataset[state];
    button.setAttribute("aria-pressed", String(state !== "off"));
  }
}

// One sound for one alert, whichever tab hears of it first and may make one.
async function ring(now) {
  if (!wanted() || sound?.state !== "running") return;
  const once = () => {
    if (Number(localStorage.getItem(RUNG) ?? 0) >= now.newest) return;
    localStorage.setItem(RUNG, String(now.newest));
    play(now.critical ? NOTES.critical : NOTES.other);
  };
  if (navigator.locks) await navigator.locks.request(RUNG, once);
  else setTimeout(once, Math.random() * SPREAD);
}

function play(notes) {
  notes.forEach((pitch, number) => {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    const at = sound.currentTime + number * NOTE;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.12, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + NOTE);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + NOTE);
  });
}

// A browser lets a page sound only after its reader has done something there.
for (const gesture of ["pointerdown", "keydown"]) {
  addEventListener(gesture, (event) => {
    if (wanted() && sound?.state !== "running" && !buttons.has(event.target)) wake();
  }, { capture: true });
}
addEventListener("storage", (event) => event.key === WANTED && say());
