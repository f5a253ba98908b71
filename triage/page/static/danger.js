// The strip of those in danger. Each viewer quiets it for themselves: what somebody holds goes then,
// what is with nobody only becomes calm.

import { showTimes } from "./times.js";

const EVERY = 10_000; // ms between two questions
const KEPT = 200; // tickets that somebody remembers to have seen
const strip = document.getElementById("danger");
const { title } = document;
let shown = "";

const place = (viewer) => `triage.danger.${viewer}`; // what they have seen, in this browser
const seenBy = (viewer) => new Set(JSON.parse(localStorage.getItem(place(viewer)) ?? "[]"));

async function ask() {
  const answer = await fetch("/danger", { signal: AbortSignal.timeout(EVERY) }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return; // the page itself says what is wrong
  const html = await answer.text();
  if (html === shown) return;
  strip.innerHTML = shown = html; // our own template's markup, in which every word was escaped
  showTimes(strip);
  strip.hidden = true;
  for (const line of strip.children) quiet(line);
  const alone = strip.querySelectorAll(".alone .whom").length;
  document.title = `${alone ? `▲ ${alone} ` : ""}${title}`; // also where the tab is all that is seen
}

function quiet(line) {
  const seen = seenBy(line.dataset.viewer);
  const all = [...line.querySelectorAll(".whom")];
  const known = all.filter((one) => "seen" in one.dataset || seen.has(one.dataset.key));
  if (line.matches(".held")) known.forEach((one) => one.remove());
  const calm = known.length === all.length;
  line.hidden = calm && line.matches(".held");
  line.classList.toggle("calm", calm);
  line.querySelector("button").hidden = calm;
  if (calm) line.querySelector("strong").removeAttribute("role"); // it was read out
  strip.hidden = [...strip.children].every((it) => it.hidden);
}

strip.addEventListener("click", ({ target }) => {
  const line = target.closest(".danger");
  if (!target.matches("button")) return;
  const { viewer } = line.dataset, all = [...line.querySelectorAll(".whom")];
  const seen = all.map((one) => one.dataset.key);
  localStorage.setItem(place(viewer), JSON.stringify([...seenBy(viewer), ...seen].slice(-KEPT)));
  quiet(line);
  see(all.flatMap((one) => one.dataset.alerts?.match(/\d+/g) ?? []));
});

// Whoever decides has by that seen its alerts, for all.
function see(alerts) {
  if (alerts.length === 0) return;
  const body = new URLSearchParams(alerts.map((number) => ["alert", number]));
  fetch("/alerts/seen", { method: "POST", body, redirect: "manual" }).catch(() => undefined); // else its banner stays
}

addEventListener("triage:changed", ask); // somebody did something on this page
document.addEventListener("visibilitychange", () => document.hidden || ask());
setInterval(ask, EVERY);
ask();
