// What two of the dialogs ask the server or their reader before anything is sent.

import { said } from "./words.js";

// Puts the agents into the choice with what hinders each, the able first.
export async function askAble(dialog, id) {
  const choice = dialog.querySelector("select"), trouble = dialog.querySelector(".wrong");
  try {
    const answer = await fetch(`/tickets/${id}/able`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const html = await answer.text();
    if (dialog.dataset.about !== id) return; // it is about another ticket by now
    const chosen = choice.value;
    choice.innerHTML = html; // our own template's markup, in which every name was escaped
    choice.value = chosen;
    if (choice.selectedIndex < 0) choice.value = ""; // they are gone meanwhile
  } catch {
    trouble.textContent = said("action", "unsaid");
  }
}

// Asks why, where somebody in danger would leave their lane.
export function askWhy(dialog, lane) {
  const leaves = lane === "safeguard" && dialog.querySelector("select").value !== "safeguard";
  dialog.querySelector("#leaves").hidden = !leaves;
  dialog.querySelector("[name=why]").required = leaves;
  for (const words of dialog.querySelectorAll("[data-otherwise]")) {
    if (leaves === words.classList.contains("other")) continue;
    [words.textContent, words.dataset.otherwise] = [words.dataset.otherwise, words.textContent];
    words.classList.toggle("other", leaves);
  }
}
