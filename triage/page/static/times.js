// Times in the reader's own zone and manner, and what is left of them.

import { said } from "./words.js";

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const MINUTE = 60_000;
const AS = Object.fromEntries(
  ["minute", "hour", "day"].map((unit) => [unit, new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "short" })]),
);

export function showTimes(root) {
  for (const time of root.querySelectorAll("time.at")) {
    time.textContent = clock.format(new Date(time.dateTime));
  }
  showLeft(root);
}

export function showLeft(root) {
  for (const time of root.querySelectorAll("time.left")) {
    const minutes = Math.round((new Date(time.dateTime) - Date.now()) / MINUTE);
    put(time, said("time", minutes < 0 ? "late" : "left", span(Math.abs(minutes))));
    time.classList.toggle("late", minutes < 0);
  }
  for (const time of root.querySelectorAll("time.age")) {
    put(time, span(Math.max(0, Math.round((Date.now() - new Date(time.dateTime)) / MINUTE))));
  }
}

function put(time, words) {
  if (time.textContent !== words) time.textContent = words;
  time.title ||= clock.format(new Date(time.dateTime));
}

function span(minutes) {
  if (minutes < 60) return AS.minute.format(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${AS.hour.format(hours)} ${AS.minute.format(minutes % 60)}`
    : `${AS.day.format(Math.floor(hours / 24))} ${AS.hour.format(hours % 24)}`;
}

showTimes(document);
