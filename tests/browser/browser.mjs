// Chromium, and what it tells of a page.
import { chromium } from "playwright-core";

// Without a sandbox, as root needs it, and without a word to its maker.
const OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: OPTIONS });
}

// A page of its own, with a record of everything that it should not do; `done` closes it.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`a script failed: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  // A violation of the Content-Security-Policy, and whatever else the browser holds to be wrong.
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`the console: ${message.text()}`);
  });
  return { context, page, faults, done: () => context.close() };
}

const sessions = new WeakMap();

// What the page says of itself, told by the browser and not by a script that its policy would have to allow.
export async function evaluate(page, expression) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  const asked = { expression, awaitPromise: true, returnByValue: true };
  const { result, exceptionDetails: fault } = await sessions.get(page).send("Runtime.evaluate", asked);
  if (fault) throw new Error(fault.exception?.description ?? fault.text);
  return result.value;
}
