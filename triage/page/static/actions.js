// What people do with a ticket: one key each, told when done, undone by one key.
//
// Each change names the revision that its author saw: whoever comes second is told, and keeps
// what they wrote.

import { remember, showChanges, takeBack, tell } from "./changes.js";
import { askAble, askWhy } from "./dialogs.js";
import { showMenu } from "./menu.js";
import { send } from "./send.js";
import { said } from "./words.js";

const DIALOGS = { a: "give", l: "move", z: "snooze", n: "note", c: "correct", "?": "keys" };
let chosen, asSeen; // the row that the open dialog is about, and what it said when it was opened

// `go` leads to another ticket where the page shows only one.
export function useKeys({ rows, seen, back, go }) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog, [popover]")) return;
    const act = KEYS[event.key] ?? (DIALOGS[event.key] && (() => open(event.key, here(rows()))));
    if (!act) return;
    event.preventDefault();
    act({ rows: rows(), seen, back, go });
  });
  addEventListener("click", (event) => { // the page's parts come and go
    const button = event.target.closest?.("[data-key], .more");
    if (button?.matches(".more")) offer(button.closest(".row"));
    else if (button) open(button.dataset.key, here(rows()));
  });
  if (location.hash === "#correct") open("c", here(rows()));
}

const KEYS = {
  j: ({ rows, go }) => (go ?? ((by) => move(rows, by)))(1),
  k: ({ rows, go }) => (go ?? ((by) => move(rows, by)))(-1),
  m: ({ rows }) => offer(here(rows)),
  u: () => takeBack(),
  h: () => showChanges(),
  b: ({ back }) => back?.(),
  s: ({ seen }) => seen?.(),
  "/": () => document.querySelector("[name=q]")?.focus(),
};

function here(rows) {
  return rows.find((row) => row.contains(document.activeElement)) ?? rows.find((row) => row.matches(":hover")) ?? (rows.length === 1 && rows[0].matches("main") ? rows[0] : undefined);
}

function move(rows, by) {
  const at = rows.indexOf(here(rows));
  rows[at < 0 ? 0 : at + by]?.querySelector(".who a")?.focus();
}

function offer(row) {
  const button = row?.querySelector(".more");
  if (button) showMenu(button, (key) => open(key, row));
}

function open(key, row) {
  const dialog = document.getElementById(DIALOGS[key]);
  if (key === "?") return dialog.showModal();
  if (key === "c" && !dialog && row && document.getElementById("give")) return location.assign(`/tickets/${row.dataset.id}#correct`);
  if (!dialog) return;
  if (!row) return tell(said("action", "choose"));
  const before = asSeen?.id;
  chosen = row;
  asSeen = { ...row.dataset };
  dialog.querySelector(".which")?.replaceChildren(said("action", "which", asSeen.id, row.querySelector(".subject").textContent));
  if (before !== asSeen.id) dialog.querySelector("form").reset(); // what was meant for one is not said to another
  dialog.querySelector(".wrong").textContent = "";
  dialog.dataset.about = asSeen.id;
  if (key === "a") askAble(dialog, asSeen.id);
  if (key === "l") startLane(dialog, before !== asSeen.id);
  dialog.showModal();
}

function startLane(dialog, fresh) {
  const choice = dialog.querySelector("select");
  if (fresh) choice.value = asSeen.lane;
  if (choice.selectedIndex < 0) choice.value = ""; // it stands in none that can be chosen
  askWhy(dialog, asSeen.lane);
}

document.querySelector("#move select")?.addEventListener("change", ({ target }) => askWhy(target.closest("dialog"), asSeen.lane));

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

// What was done, in words, from the form as it was sent.
const DONE = {
  assignee: ({ agent }) => (agent.value ? ["given", agent.selectedOptions[0].dataset.name] : ["freed"]),
  lane: ({ lane }) => (lane.value ? ["moved", lane.value] : ["unmoved"]),
  snooze: ({ minutes }) => (minutes.value ? ["off", minutes.selectedOptions[0].textContent] : ["on"]),
  notes: () => ["noted"],
  corrections: () => ["corrected"],
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
  const [what, ...about] = DONE[path](form.elements);
  const bound = path === "notes" ? body : { ...body, revision: Number(revision) };
  const answer = await send("POST", `/api/tickets/${id}/${path}`, bound);
  if (answer.trouble) {
    asSeen = { ...chosen.dataset }; // they are told, and may send it again
    return form.querySelector(".wrong").replaceChildren(answer.status === 409 ? said("action", "changed") : answer.trouble);
  }
  form.closest("dialog").close();
  form.reset();
  asSeen = undefined; // the next dialog begins anew
  const undo = UNDO[path]?.(id, answer, snoozed) ?? ["POST", `/api/tickets/${id}/undo`, {}];
  remember({ id, words: said("action", what, id, ...about), undo, before: Number(revision), after: answer.revision });
}

const UNDO = {
  notes: (_id, { note }) => ["DELETE", `/api/notes/${note}`],
  snooze: (id, _answer, snoozed) => ["POST", `/api/tickets/${id}/snooze`, { until: snoozed || null }],
};

// Whoever ticks a flag means it.
document.querySelectorAll("dialog [name=flag]").forEach((flag) => flag.addEventListener("change", () => {
  flag.form.elements.flagged.checked = true;
}));
