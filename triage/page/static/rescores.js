// Keeps a run's page true: asks often while workers work on it, else now and then.
// Who reads or types is not disturbed: what did not change stays, the focus and the rate too.

import { say } from "./live.js";
import { showTimes } from "./times.js";

const WORKS = 1_500, RESTS = 10_000, PATIENCE = 10_000; // ms
const LONG = new Intl.NumberFormat(undefined, { style: "unit", unit: "minute", unitDisplay: "long" });
const SHORT = new Intl.NumberFormat(undefined, { style: "unit", unit: "second", unitDisplay: "long" });
const run = document.querySelector("#run");
const wrong = document.querySelector("#wrong");
let shown = "", seen = []; // how many were done when, to say how long it takes
let timer;

async function refresh() {
  clearTimeout(timer);
  try {
    const answer = await fetch(run.dataset.path, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 401) return location.assign("/login");
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.text());
    say(true);
  } catch {
    say(false);
  }
  timer = setTimeout(refresh, run.querySelector("[data-works=true]") ? WORKS : RESTS);
}

function show(html) {
  if (html !== shown) {
    const focused = document.activeElement?.id;
    const rate = document.querySelector("#rate")?.value;
    run.innerHTML = shown = html; // made by our own template, which escapes every word
    showTimes(run);
    if (rate && document.querySelector("#rate")) document.querySelector("#rate").value = rate;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
  sayLeft();
}

function sayLeft() {
  const at = run.querySelector("[data-done]");
  const left = run.querySelector("#left");
  if (!at) return void (seen = []);
  const [done, whole] = [Number(at.dataset.done), Number(at.dataset.whole)];
  if (seen.length && done < seen.at(-1).done) seen = [];
  seen = [...seen, { done, when: performance.now() }].slice(-20);
  const [first, last] = [seen[0], seen.at(-1)];
  const rate = (last.done - first.done) / (last.when - first.when); // in a ms
  if (!left || !(rate > 0)) return;
  const seconds = (whole - done) / rate / 1000;
  const words = seconds < 90 ? SHORT.format(Math.ceil(seconds)) : LONG.format(Math.round(seconds / 60));
  left.textContent = left.dataset.words.replace("{0}", words);
}

run.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { form } = event.submitter;
  event.submitter.disabled = true;
  wrong.textContent = "";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.status === 409 || answer.status === 422) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      wrong.textContent = page.querySelector("#wrong")?.textContent ?? "";
    } else if (!answer.ok) throw new Error(answer.status);
  } catch {
    say(false);
  }
  event.submitter.disabled = false;
  shown = "";
  await refresh();
  run.querySelector("button")?.focus({ preventScroll: true });
});

await refresh();
