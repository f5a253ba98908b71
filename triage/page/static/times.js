// Times in the reader's own zone, and what is left of them.

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const MINUTE = 60_000;

export function showTimes(root) {
  for (const time of root.querySelectorAll("time.at")) {
    time.textContent = clock.format(new Date(time.dateTime));
  }
  showLeft(root);
}

export function showLeft(root) {
  for (const time of root.querySelectorAll("time.left")) {
    const minutes = Math.round((new Date(time.dateTime) - Date.now()) / MINUTE);
    time.textContent = minutes < 0 ? `${span(-minutes)} late` : `${span(minutes)} left`;
    time.classList.toggle("late", minutes < 0);
    time.title = clock.format(new Date(time.dateTime));
  }
  for (const time of root.querySelectorAll("time.age")) {
    time.textContent = span(Math.max(0, Math.round((Date.now() - new Date(time.dateTime)) / MINUTE)));
    time.title = clock.format(new Date(time.dateTime));
  }
}

function span(minutes) {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

showTimes(document);
