// What people do with a ticket: one key each, told when done, undone by one key.
//
// Each change names the revision that its author saw: whoever comes second is told, and keeps
// what they wrote.

import { said } from "./words.js";

const DIALOGS = { a: "give", l: "move", z: "snooze", n: "note", c: "correct", "?": "keys" };
const told = document.getElementById("told");
const undoing = document.getElementById("undo");
let undo; // the request that takes the last change back
let chosen, asSeen; // the row that the open dialog is about, and what it said when it was opened
let quiet;

export function useKeys({ rows, seen }) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
    const act = KEYS[event.key] ?? (DIALOGS[event.key] && (() => open(event.key, rows())));
    if (!act) return;
    event.preventDefault();
    act(rows(), seen);
  });
  addEventListener("click", (event) => { // the page's parts come and go
    const button = event.target.closest?.("[data-key]");
    if (button) open(button.dataset.key, rows());
  });
  undoing.addEventListener("click", takeBack);
  if (location.hash === "#correct") open("c", rows());
}

const KEYS = {
  j: (rows) => move(rows, 1),
  k: (rows) => move(rows, -1),
  u: () => takeBack(),
  s: (_rows, seen) => seen?.(),
  "/": () => document.querySelector("[name=q]")?.focus(),
};

function here(rows) {
  return rows.find((row) => row.contains(document.activeElement)) ?? rows.find((row) => row.matches(":hover")) ?? (rows.length === 1 && rows[0].matches("main") ? rows[0] : undefined);
}

function move(rows, by) {
  const at = rows.indexOf(here(rows));
  const next = rows[at < 0 ? 0 : at + by];
  next?.querySelector("a")?.focus();
}

function open(key, rows) {
  const dialog = document.getElementById(DIALOGS[key]);
  const before = asSeen?.id;
  chosen = here(rows);
  asSeen = { ...chosen?.dataset };
  if (key === "c" && !dialog && chosen && document.getElementById("give")) return location.assign(`/tickets/${chosen.dataset.id}#correct`);
  if (!dialog) return;
  if (key !== "?" && !chosen) return tell(said("action", "choose"));
  dialog.querySelector(".which")?.replaceChildren(said("action", "which", chosen.querySelector("bdi").textContent));
  if (before !== asSeen.id) dialog.querySelector("form").reset(); // what was meant for one is not said to another
  const trouble = dialog.querySelector(".wrong");
  if (trouble) trouble.textContent = "";
  dialog.showModal();
}

const BODIES = {
  assignee: ({ agent, why }) => ({ agent: agent ? Number(agent) : null, why }),
  lane: ({ lane, why }) => ({ lane: lane || null, why }),
  snooze: ({ minutes }) => ({ until: minutes ? new Date(Date.now() + minutes * 60_000).toISOString() : null }),
  notes: ({ text }) => ({ text }),
  corrections: ({ message, level, emotion, why, ...rest }, form) => ({
    message: Number(message),
    why,
    ...(level && { level: Number(level) }),
    ...(emotion && (emotion === "none" ? { no_emotion: true } : { emotion })),
    ...(rest.flagged && { flags: [...form.querySelectorAll("[name=flag]:checked")].map((it) => it.value) }),
  }),
};

for (const form of document.querySelectorAll("dialog form[data-path]")) {
  form.querySelector("[data-close]").addEventListener("click", () => form.closest("dialog").close());
  form.addEventListener("keydown", (event) => { // a select alone would not
    if (event.key === "Enter" && event.target.matches("select")) { event.preventDefault(); form.requestSubmit(); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault(); // the dialog stays until the server has it
    const button = form.querySelector("button:not([type])");
    if (button.disabled) return; // it is on its way
    button.disabled = true;
    try { await submit(form); } finally { button.disabled = false; }
  });
}

async function submit(form) {
  const { path } = form.dataset, { id, revision, snoozed } = asSeen;
  const body = BODIES[path](Object.fromEntries(new FormData(form)), form);
  const bound = path === "notes" ? body : { ...body, revision: Number(revision) };
  const answer = await send("POST", `/api/tickets/${id}/${path}`, bound);
  if (answer.trouble) {
    asSeen = { ...chosen.dataset }; // they are told, and may send it again
    return form.querySelector(".wrong").replaceChildren(answer.trouble);
  }
  form.closest("dialog").close();
  form.reset();
  undo = takenBack(path, id, answer, snoozed);
  tell(said("action", "done"));
}

// Whoever ticks a flag means it.
document.querySelectorAll("dialog [name=flag]").forEach((flag) => flag.addEventListener("change", () => {
  flag.form.elements.flagged.checked = true;
}));

function takenBack(path, id, answer, snoozed) {
  if (path === "notes") return ["DELETE", `/api/notes/${answer.note}`];
  if (path === "snooze") return ["POST", `/api/tickets/${id}/snooze`, { until: snoozed || null, revision: answer.revision }];
  return ["POST", `/api/tickets/${id}/undo`, { revision: answer.revision }];
}

async function takeBack() {
  if (!undo) return tell(said("action", "nothing"));
  const answer = await send(...undo);
  undo = undefined;
  tell(answer.trouble ?? said("action", "undone"));
}

async function send(method, path, body) {
  try {
    const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
    const found = await answer.json();
    if (answer.status === 409) return { trouble: said("action", "changed") };
    return answer.ok ? found : { trouble: typeof found.detail === "string" ? found.detail : found.detail[0].msg };
  } catch {
    return { trouble: said("action", "offline") };
  }
}

function tell(words) {
  told.querySelector("span").textContent = words;
  undoing.hidden = !undo;
  told.hidden = false;
  clearTimeout(quiet);
  quiet = setTimeout(() => { told.hidden = true; }, 12_000);
}
