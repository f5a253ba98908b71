// The page of alerts says when it has become old, and rings as every page does.

import { watchAlerts, wireSound } from "./alerts.js";

const changed = document.getElementById("changed");
let first;

wireSound(document.getElementById("sound"));
watchAlerts(document.createElement("div"), (unseen, newest) => {
  const now = `${unseen} ${newest}`;
  first ??= now;
  changed.hidden = now === first;
});
