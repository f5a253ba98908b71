// Numbers and moments in tables as their reader writes them; without this they stand in English.

const formats = new Map();

function format(kind, options) {
  const name = kind.name + JSON.stringify(options);
  if (!formats.has(name)) formats.set(name, new kind(undefined, options));
  return formats.get(name);
}

function number(value, digits, more = {}) {
  const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return format(Intl.NumberFormat, { ...exactly, ...more }).format(value);
}

const DATE = { weekday: "short", day: "numeric", month: "short" };
const CLOCK = { hour: "2-digit", minute: "2-digit" };
const WRITTEN = {
  count: (value) => number(value, 0),
  number: (value, digits) => number(value, digits),
  share: (value, digits) => number(value, digits, { style: "percent" }),
  times: (value, digits) => `${number(value, digits)} ×`,
  change: (value, digits) => number(value, digits, { signDisplay: "always" }),
  day: (value) => format(Intl.DateTimeFormat, { ...DATE, timeZone: "UTC" }).format(new Date(value)), // the date as it stands there
  hour: (value, _digits, timeZone) => format(Intl.DateTimeFormat, { ...DATE, ...CLOCK, timeZone }).format(new Date(value)),
};

// Moments are shown by the clock that the page counts by, where it names one.
export function showNumbers(root) {
  const zone = document.querySelector("main[data-zone]")?.dataset.zone;
  for (const it of root.querySelectorAll("[data-as]")) {
    const { as, digits = 0 } = it.dataset;
    it.textContent = WRITTEN[as](it.dateTime ?? (as === "hour" || as === "day" ? it.value : Number(it.value)), Number(digits), zone);
  }
}

// How the pictures' axes and tips write numbers: the same, as their library asks for it.
export function numberLocale() {
  const parts = new Intl.NumberFormat(undefined, { useGrouping: true }).formatToParts(-1234567.8);
  const part = (type, otherwise) => parts.find((it) => it.type === type)?.value ?? otherwise;
  const percent = new Intl.NumberFormat(undefined, { style: "percent" }).formatToParts(0.5).filter((it) => it.type !== "integer");
  return {
    decimal: part("decimal", "."),
    thousands: part("group", ","),
    grouping: [3],
    currency: ["", ""],
    minus: part("minusSign", "-"),
    percent: percent.map((it) => it.value).join(""),
  };
}

showNumbers(document);
