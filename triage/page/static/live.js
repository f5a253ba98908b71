// Says whether a page that keeps asking is true, where a screen reader hears it once.

const live = document.querySelector("#live");

export function say(well) {
  const words = well ? live.dataset.live : live.dataset.lost;
  if (live.textContent !== words) live.textContent = words; // read out once
  live.className = well ? "live on" : "live off";
}
