// Views that somebody gave a name: each is an address, kept in this browser.

import { said } from "./words.js";

const KEPT = "triage.views";

export function keepViews(element, button, view) {
  const query = String(view);
  const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "{}");

  function show() {
    element.querySelectorAll(".kept").forEach((one) => one.remove());
    for (const [name, address] of Object.entries(kept())) element.prepend(shown(name, address));
    button.hidden = query === "" || Object.values(kept()).includes(query);
  }

  function shown(name, address) {
    const one = document.createElement("span"), link = document.createElement("a"), drop = document.createElement("button");
    one.className = "kept";
    link.href = `/?${address}`;
    link.textContent = name;
    if (address === query) link.setAttribute("aria-current", "true");
    Object.assign(drop, { type: "button", textContent: "×", className: "quiet", ariaLabel: said("desk", "drop", name) });
    drop.addEventListener("click", () => keep(name, undefined));
    one.append(link, drop);
    return one;
  }

  function keep(name, address) {
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [name]: address }));
    show();
  }

  const dialog = document.getElementById("name-view"), field = dialog.querySelector("input");
  button.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("form").addEventListener("submit", () => { if (field.value.trim()) keep(field.value.trim(), query); });
  show();
}
