// Keeps the team's page true: asks again every few seconds, and says who is here without a reload.
// Who reads or types is not disturbed: what did not change stays, the focus stays on its button.

import { say } from "./live.js";
import { showNumbers } from "./numbers.js";

const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const AGAIN = 15_000; // ms
const crew = document.querySelector("#crew");
let shown = "";

async function refresh() {
  try {
    const answer = await fetch("/team/now", { signal: AbortSignal.timeout(AGAIN) });
    if (answer.status === 401) return location.assign("/login");
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.text());
    say(true);
  } catch {
    say(false);
  }
}

function show(html) {
  if (html === shown) return;
  const focused = document.activeElement?.id;
  const scrolled = crew.querySelector(".scrolls")?.scrollLeft ?? 0;
  crew.innerHTML = shown = html; // made by our own template, which escapes every name
  for (const time of crew.querySelectorAll("time.soon")) {
    const at = new Date(time.dateTime);
    time.textContent = (at.toDateString() === new Date().toDateString() ? hour : day).format(at);
    time.title = day.format(at);
  }
  showNumbers(crew);
  crew.querySelector(".scrolls")?.scrollTo(scrolled, 0);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

crew.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { form, name, value } = event.submitter;
  event.submitter.disabled = true;
  try {
    const body = new URLSearchParams({ [name]: value });
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status >= 400) throw new Error(answer.status);
  } catch {
    say(false);
  }
  event.submitter.disabled = false;
  event.submitter.focus({ preventScroll: true }); // what is disabled loses it
  await refresh();
});

await refresh();
setInterval(refresh, AGAIN);
