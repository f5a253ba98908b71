// What is read in a list stays where it is when something above the list comes or goes.

export function holdStill(list) {
  let above; // px of the page before the list
  new ResizeObserver(() => {
    const now = list.element.getBoundingClientRect().top + scrollY;
    const moved = now - (above ?? now);
    above = now;
    if (moved && list.anchor()) scrollBy({ top: moved, behavior: "instant" });
  }).observe(document.body);
}
