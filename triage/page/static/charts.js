// Draws each figure's picture from the table below it, so that both say the same.
// Vega runs without eval (`ast`), and its colours are those of the page, in light and dark.

import { numberLocale } from "./numbers.js";
import { zone } from "./zone.js";

const main = document.querySelector("main");
const INK = "var(--ink)", SOFT = "var(--soft)", LINE = "var(--line)";
const COLOURS = {
  volume: ["var(--standard)", "var(--charged)"],
  levels: ["var(--empty)", "var(--level-0)", "var(--level-1)", "var(--level-2)", "var(--level-3)", "var(--level-4)"],
  lanes: ["var(--safeguard)", "var(--charged)", "var(--gentle)", "var(--standard)", "var(--empty)"],
};
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const LOOK = {
  aria: false, // the table is what is read out
  background: "transparent",
  font: "system-ui, 'Liberation Sans', sans-serif",
  view: { stroke: null },
  axis: { labelColor: SOFT, titleColor: SOFT, titleFontWeight: "normal", gridColor: LINE, domainColor: LINE, tickColor: LINE, labelFontSize: 12, titleFontSize: 12 },
  legend: { labelColor: INK, title: null, orient: "top", labelFontSize: 12, symbolType: "square", columns: main.clientWidth < 560 ? 3 : 6 },
};
const N = main.dataset.count; // what is counted, in the page's own words
const EMBED = { ast: true, actions: false, formatLocale: numberLocale(), renderer: "svg", mode: "vega-lite", defaultStyle: false, tooltip: { disableDefaultStyle: true, theme: "plain" } };
const SHARE = { field: "share", low: "low", high: "high", scale: { zero: true }, format: "~%", said: ".1%" };
const DRAWN = {
  course,
  overlay: (table) => bars(table, false),
  stacked: (table) => bars(table, true),
  heat,
  shares: (table) => ranges(table, SHARE),
  times: (table) => ranges(table, { field: "times", low: "low", high: "high", scale: { type: "log" }, format: "~g", line: 1 }),
  change: (table) => ranges(table, { field: "change", low: "change low", high: "change high", scale: {}, format: "+.2f", line: 0 }),
};

// A table as columns (name and heading) and rows (what programs and what people read).
function read(section) {
  const heads = [...section.querySelectorAll("thead th")];
  const columns = heads.map((it) => ({ name: it.dataset.column, title: it.textContent }));
  const rows = [...section.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("data")].map((it) => ({ value: it.value, text: it.textContent.trim() })));
  return { columns, rows, name: section.dataset.figure };
}

function bars({ columns, rows, name }, stacked) {
  const kinds = columns.slice(1).map((it) => it.title);
  const values = rows.flatMap(([at, ...counts]) =>
    counts.map((it, n) => ({ at: at.value, when: at.text, kind: kinds[n], order: n, tickets: Number(it.value) })));
  const order = stacked ? { order: { field: "order" } } : {};
  return {
    data: { values },
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: moments(rows),
      y: { field: "tickets", type: "quantitative", stack: stacked ? "zero" : null, title: null, axis: { tickMinStep: 1 } },
      color: { field: "kind", sort: null, scale: { domain: kinds, range: COLOURS[name] }, title: null },
      tooltip: [{ field: "when", title: columns[0].title }, { field: "kind", title: " " }, { field: "tickets", title: N, format: ",d" }],
      ...order,
    },
  };
}

// The axis along which time goes.
function moments(rows) {
  const labels = Object.fromEntries(rows.map(([at]) => [at.value, moment(at.value)]));
  return {
    field: "at", type: "ordinal", sort: null, title: null,
    axis: { labelAngle: 0, labelOverlap: "greedy", labelSeparation: 8, labelPadding: 8, ticks: false, labelExpr: `${JSON.stringify(labels)}[datum.value]` },
    scale: { paddingInner: 0.15 },
  };
}

// The hour, or where a day begins its date; the table says both.
function moment(at) {
  const hour = at.slice(11, 16);
  return hour && hour !== "00:00" ? hour : DAY.format(new Date(at.slice(0, 10)));
}

function heat({ columns, rows }) {
  const values = rows.flatMap(([day, ...counts]) =>
    counts.map((it, n) => ({ day: day.text, hour: columns[n + 1].title, tickets: Number(it.value) })));
  const x = { field: "hour", type: "ordinal", sort: null, title: null, axis: { labelAngle: 0, labelOverlap: "greedy", ticks: false, domain: false } };
  const y = { field: "day", type: "ordinal", sort: null, title: null, axis: { ticks: false, domain: false } };
  const square = {
    mark: { type: "rect", fill: "var(--charged)", stroke: "var(--sheet)", tooltip: true },
    encoding: {
      fillOpacity: { field: "tickets", type: "quantitative", scale: { range: [0.04, 0.75], zero: true }, legend: null },
      tooltip: [{ field: "day", title: columns[0].title }, { field: "hour", title: " " }, { field: "tickets", title: N, format: ",d" }],
    },
  };
  const number = { mark: { type: "text", fill: INK, fontSize: 11 }, encoding: { text: { condition: { test: "datum.tickets > 0", field: "tickets" }, value: "" } } };
  const wide = main.clientWidth > 900;
  return { data: { values }, encoding: { x, y }, layer: wide ? [square, number] : [square] };
}

// A share at each hour, day or week, with its interval.
function course({ columns, rows }) {
  const place = (name) => columns.findIndex((it) => it.name === name);
  const part = (row, name) => (row[place(name)].value === "" ? null : Number(row[place(name)].value));
  const values = rows.map((row) => ({ at: row[0].value, when: row[0].text, share: part(row, "share"), low: part(row, "low"), high: part(row, "high") }));
  const { title } = columns[place("share")];
  const y = (field) => ({ field, type: "quantitative", scale: { domain: [0, 1] }, title: null, axis: { format: "~%", tickCount: 5 } });
  const tooltip = [{ field: "when", title: columns[0].title }, { field: "share", title, format: ".1%" }];
  return {
    data: { values },
    encoding: { x: moments(rows) },
    layer: [
      { mark: { type: "rule", stroke: "var(--accent)", strokeWidth: 3, opacity: 0.45 }, encoding: { y: y("low"), y2: { field: "high" } } },
      { mark: { type: "line", stroke: "var(--accent)", opacity: 0.6 }, encoding: { y: y("share") } },
      { mark: { type: "circle", size: 50, fill: "var(--accent)", opacity: 1, tooltip: true }, encoding: { y: y("share"), tooltip } },
    ],
  };
}

// A dot with its interval for each row; its name is all that stands before the first number.
function ranges({ columns, rows }, { field, low, high, scale, format, said = format, line }) {
  const place = (name) => columns.findIndex((it) => it.name === name);
  const numbers = (row, name) => (place(name) < 0 || row[place(name)].value === "" ? null : Number(row[place(name)].value));
  const named = Math.max(1, columns.findIndex((it, n) => n && ["tickets", "charged", "exchanges", "charged with it", "in time", "closed tickets", "named"].includes(it.name)));
  const values = rows.map((row) => ({
    name: row.slice(0, named).map((it) => it.text).join(columns[1].name === "to" ? " – " : ": "),
    value: numbers(row, field), low: numbers(row, low), high: numbers(row, high), claimed: numbers(row, "claimed"),
  })).filter((it) => it.value !== null);
  const title = columns[place(field)].title;
  const x = (of) => ({ field: of, type: "quantitative", scale, title, axis: { format, tickCount: 5 } });
  const y = { field: "name", type: "ordinal", sort: null, title: null, axis: { labelLimit: Math.min(240, main.clientWidth * 0.42), ticks: false, domain: false, labelPadding: 10 } };
  const tooltip = [{ field: "name", title: " " }, { field: "value", title, format: said }];
  const between = values.filter((it) => it.low !== null);
  const reach = { data: { values: between }, mark: { type: "rule", stroke: "var(--accent)", strokeWidth: 3, opacity: 0.45 }, encoding: { x: x("low"), x2: { field: "high" } } };
  const layer = [
    ...(between.length ? [reach] : []),
    { mark: { type: "circle", size: 70, fill: "var(--accent)", opacity: 1, tooltip: true }, encoding: { x: x("value"), tooltip } },
  ];
  if (line !== undefined) layer.unshift({ mark: { type: "rule", stroke: SOFT, strokeDash: [3, 3] }, encoding: { x: { datum: line }, y: null } });
  if (place("claimed") >= 0) layer.push({ mark: { type: "tick", stroke: INK, thickness: 2 }, encoding: { x: x("claimed") } });
  return { data: { values }, encoding: { y }, layer };
}

// Each picture fills the room that the page kept for it, so that nothing below it moves.
async function draw(section) {
  const picture = section.querySelector(".picture");
  if (!picture) return;
  const spec = DRAWN[picture.dataset.picture](read(section));
  const sheet = picture.appendChild(document.createElement("div")); // Vega gives it a name of its own
  sheet.className = "sheet";
  sheet.ariaHidden = "true"; // its parts say nothing that the table does not say better
  const size = { width: "container", height: Number(picture.dataset.height), autosize: { type: "fit", contains: "padding" } };
  await window.drawChart(sheet, { ...spec, ...size }, { ...EMBED, config: LOOK });
  picture.querySelector(".room").remove();
}

async function drawAll() {
  try {
    await import(main.dataset.library);
    for (const section of document.querySelectorAll("[data-figure]")) await draw(section);
    main.dataset.drawn = "true";
  } catch (error) {
    document.querySelector("#unpictured").hidden = false;
    for (const one of document.querySelectorAll("details")) one.open = true;
    for (const one of document.querySelectorAll(".picture")) one.hidden = true;
    console.error(error);
  }
}

if (!main.dataset.asked && zone && zone !== main.dataset.zone) {
  const address = new URL(location.href); // who travels has another zone than the cookie says
  address.searchParams.set("zone", zone);
  location.replace(address);
} else {
  await drawAll();
}
