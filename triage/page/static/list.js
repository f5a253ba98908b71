// A list of any length, of which the page holds a window: rows of one height, each at its place.
//
// Whatever arrives, what somebody points at or reads stays where it is.

import { stopAt } from "./rove.js";
import { holdStill } from "./still.js";
import { showTimes } from "./times.js";

const WINDOW = 160; // rows held
const MARGIN = 40; // so near to an end of the window the next one is loaded
const SYNC = 2_000; // ms; what arrived out of sight is counted again together

export class List {
  constructor(element, total, seen, load) {
    Object.assign(this, { element, total, seen, load, first: 0, pitch: 0, loading: false });
    this.rows = [...element.children].map((row) => this.adopt(row));
    element.addEventListener("pointerleave", () => this.sweep());
    element.addEventListener("focusout", () => setTimeout(() => this.sweep()));
    element.addEventListener("focusin", ({ target }) => stopAt(this, target.closest("li")));
    addEventListener("scroll", () => this.look(), { passive: true });
    addEventListener("resize", () => this.settle(() => { this.pitch = 0; }));
    this.draw();
    holdStill(this);
  }

  // Puts a changed row to its place, or takes it away.
  put(change) {
    const at = this.rows.findIndex((row) => row.id === change.id);
    const old = this.rows[at];
    if (!change.html) return old ? this.take(at) : this.sync();
    this.settle(() => {
      if (old) this.rows.splice(at, 1);
      const row = this.made(change, old);
      const index = this.rows.findIndex((other) => isAfter(other, row));
      const place = index < 0 ? this.rows.length : index;
      const outside = (place === 0 && this.first > 0)
        || (place === this.rows.length && this.first + this.rows.length < this.total - (old ? 1 : 0));
      if (outside) row.element.remove();
      else this.rows.splice(place, 0, row);
      if (!old) this.total += 1;
      row.element.classList.add(old ? "changed" : "new");
    });
    if (!old) this.sync();
  }

  take(at) {
    const { element } = this.rows[at];
    if (isUsed(element)) return element.classList.add("gone"); // until the pointer leaves it
    this.settle(() => {
      this.rows.splice(at, 1);
      this.total -= 1;
    });
    if (this.rows.length < Math.min(MARGIN, this.total)) this.sync();
  }

  sweep() {
    const gone = this.rows.findIndex(({ element }) => element.classList.contains("gone") && !isUsed(element));
    if (gone >= 0) { this.take(gone); this.sweep(); }
  }

  // Asks again what stands around here, a little later: many changes are counted once.
  sync() {
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      const row = this.rows.find(({ element }) => element.getBoundingClientRect().bottom > 0);
      this.ask(row && this.first > 0 ? { place: row.place, id: row.id } : { at: this.first });
    }, SYNC * (0.5 + Math.random()));
  }

  // Loads the next window where the reader comes near the end of this one.
  look() {
    const top = -this.element.getBoundingClientRect().top;
    const from = Math.max(0, Math.floor(top / this.pitch)), to = Math.ceil((top + innerHeight) / this.pitch);
    const end = this.first + this.rows.length;
    const short = (from < this.first + MARGIN && this.first > 0) || (to > end - MARGIN && end < this.total);
    if (short && !this.loading) this.ask({ at: Math.max(0, Math.round((from + to - WINDOW) / 2)) });
  }

  async ask(where) {
    this.loading = true;
    try {
      this.replace(await this.load({ ...where, limit: WINDOW }));
    } finally {
      this.loading = false;
    }
    const { top, bottom } = this.element.getBoundingClientRect();
    if (bottom > 0 && top < innerHeight) this.look(); // they scrolled on meanwhile
  }

  replace({ total, first, rows }) {
    const known = new Map(this.rows.map((row) => [row.id, row]));
    this.settle(() => {
      Object.assign(this, { total, first });
      this.rows = rows.map((row) => (known.get(row.id)?.seq === row.seq ? known.get(row.id) : this.made(row, known.get(row.id))));
    });
  }

  made(change, old) {
    const holder = document.createElement("template");
    holder.innerHTML = change.html; // our own template's markup, in which every word was escaped
    const fresh = holder.content.querySelector("li");
    if (!old) return this.adopt(fresh);
    const focused = old.element.contains(document.activeElement);
    for (const { name, value } of fresh.attributes) old.element.setAttribute(name, value);
    old.element.replaceChildren(...fresh.childNodes);
    if (focused) old.element.querySelector(".who a").focus({ preventScroll: true });
    return this.adopt(old.element);
  }

  adopt(element) {
    const { id, place, seq } = element.dataset;
    element.classList.toggle("fresh", Number(seq) > this.seen);
    showTimes(element);
    return { id: Number(id), place: Number(place), seq: Number(seq), element };
  }

  see(seq) {
    this.seen = seq;
    for (const { element, seq: changed } of this.rows) element.classList.toggle("fresh", changed > seq);
  }

  // Changes the list and scrolls by as much as what is read was moved.
  settle(change) {
    const anchor = this.anchor(), before = anchor?.getBoundingClientRect().top;
    change();
    this.draw();
    const moved = anchor?.isConnected ? anchor.getBoundingClientRect().top - before : 0;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
  }

  anchor() {
    const used = this.rows.find(({ element }) => isUsed(element));
    if (used) return used.element;
    if (this.element.getBoundingClientRect().top >= 0) return undefined; // at the top: show what comes first
    return this.rows.find(({ element }) => element.getBoundingClientRect().bottom > 0)?.element;
  }

  draw() {
    const focused = this.element.contains(document.activeElement) ? document.activeElement : undefined;
    const wanted = new Set(this.rows.map(({ element }) => element));
    for (const child of [...this.element.children]) if (!wanted.has(child)) child.remove();
    this.rows.forEach(({ element }, index) => {
      if (this.element.children[index] !== element) this.element.insertBefore(element, this.element.children[index] ?? null);
    });
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true }); // it was moved
    this.pitch ||= this.measured();
    this.element.style.height = `${this.total * this.pitch}px`;
    this.rows.forEach(({ element }, index) => {
      element.style.top = `${(this.first + index) * this.pitch}px`;
      element.ariaSetSize = this.total;
      element.ariaPosInSet = this.first + index + 1;
    });
    stopAt(this);
  }

  measured() {
    const row = this.element.firstElementChild;
    return row ? row.offsetHeight + parseFloat(getComputedStyle(row).marginBottom) : 0;
  }
}

function isUsed(element) {
  return element.matches(":hover") || element.contains(document.activeElement);
}

function isAfter(other, row) {
  return other.place > row.place || (other.place === row.place && other.id > row.id);
}
