// The menu of a row, for who has no keyboard at hand: what the keys do, by touch.

const EDGE = 8; // px between the menu and the window's edge
const menu = document.getElementById("menu");
let act; // what a choice does

export function showMenu(button, choose) {
  act = choose;
  menu.showPopover();
  const at = button.getBoundingClientRect(), { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + height + EDGE < innerHeight;
  menu.style.left = `${Math.max(EDGE, Math.min(at.right, innerWidth - EDGE) - width)}px`;
  menu.style.top = `${below ? at.bottom : Math.max(EDGE, at.top - height)}px`;
  menu.querySelector("button").focus();
}

if (menu) {
  menu.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-act]")?.dataset.act;
    menu.hidePopover();
    if (chosen) act(chosen);
  });
  menu.addEventListener("keydown", (event) => {
    const all = [...menu.querySelectorAll("button")], at = all.indexOf(document.activeElement);
    const named = all.find(({ dataset }) => dataset.act === event.key);
    if (named) return named.click();
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return event.key === "Tab" && menu.hidePopover();
    event.preventDefault();
    all.at(to % all.length).focus();
  });
  addEventListener("scroll", () => menu.matches(":popover-open") && menu.hidePopover(), { passive: true }); // its row went away
}
