// The way between the desk and a ticket: which view somebody came from, and which row they left.
// Both stay in the tab; what is kept is a query, so that no other place can be led to.

const AROUND = 62; // rows of a window that holds the next and the one before: 60 stand before its place
const VIEW = "triage.view", ROW = "triage.row";

// On the desk: remembers its view, and the row that somebody leaves it by.
export function keepWay(row) {
  sessionStorage.setItem(VIEW, location.search);
  addEventListener("pagehide", () => {
    const { id, place } = row()?.dataset ?? {};
    if (id) sessionStorage.setItem(ROW, JSON.stringify({ id: Number(id), place: Number(place), view: location.search }));
  });
}

// On the desk: the row that they left, where they come back from its ticket.
export function left() {
  const row = JSON.parse(sessionStorage.getItem(ROW) ?? "null");
  sessionStorage.removeItem(ROW);
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  return row?.view === location.search && (back || cameFrom(`/tickets/${row.id}`) !== undefined) ? row : undefined;
}

// On the desk: brings a row that somebody left back into sight and under the keyboard.
export async function reach(list, { id, place }) {
  if (!list.rows.some((row) => row.id === id)) await list.ask({ place, id });
  const link = list.rows.find((row) => row.id === id)?.element.querySelector(".who a");
  link?.scrollIntoView({ block: "center", behavior: "instant" });
  link?.focus({ preventScroll: true });
}

// On a ticket: where the desk is, as they left it; in a new tab the page that led here says so.
export function deskPath() {
  const view = cameFrom("/") ?? sessionStorage.getItem(VIEW) ?? "";
  sessionStorage.setItem(VIEW, view);
  return /^(\?|$)/.test(view) ? `/${view}` : "/";
}

// On a ticket: the number of the one after (1) or before (-1) it in the view that they came from.
export async function beside({ id, place }, by) {
  const query = new URLSearchParams(deskPath().slice(1));
  for (const [name, value] of Object.entries({ id, place, limit: AROUND })) query.set(name, value);
  const answer = await fetch(`/desk/rows?${query}`);
  const { rows } = answer.ok ? await answer.json() : { rows: [] };
  const sign = (row) => Math.sign(row.place - Number(place) || row.id - Number(id));
  return (by > 0 ? rows.find((row) => sign(row) > 0) : rows.findLast((row) => sign(row) < 0))?.id;
}

function cameFrom(path) {
  const from = document.referrer && new URL(document.referrer);
  return from && from.origin === location.origin && from.pathname === path ? from.search : undefined;
}
