// One way to ask the server for a change: what it answers, or in words why nothing was changed.

import { said } from "./words.js";

export async function send(method, path, body) {
  try {
    const answer = await fetch(path, { method, headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
    const found = await answer.json();
    if (answer.ok) return found;
    return { status: answer.status, trouble: typeof found.detail === "string" ? found.detail : found.detail[0].msg };
  } catch {
    return { trouble: said("action", "offline") };
  }
}
