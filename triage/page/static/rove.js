// A list is one stop of the Tab key: the row in use, else the first in sight; j, k and the arrows
// lead to the others.

export function stopAt(list, element) {
  list.stop = element ?? list.stop;
  const rows = list.rows.map((row) => row.element);
  const now = rows.includes(list.stop) ? list.stop : rows.find((row) => row.getBoundingClientRect().bottom > 0);
  for (const row of rows) {
    for (const part of row.querySelectorAll(".who a, .more")) part.tabIndex = row === now ? 0 : -1;
  }
}
