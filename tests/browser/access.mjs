// Every page for everybody: what axe finds in it, light and dark, narrow and wide; and what it weighs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { evaluate, open } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [320, 768, 1280];

// What is asked of a page.
const HEAVIEST = 15_000;
const MOST_REQUESTS = 3;

// What axe finds, a line for each rule that is broken; the page's own policy stays as it is.
async function violations(page) {
  const expression = 'axe.run(document, { resultTypes: ["violations"] }).then((found) => found.violations.map((one) =>' +
    ' `${one.id}: ${one.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join("; ")}`))';
  return evaluate(page, expression);
}

// Whether the page is wider than the window.
const overflows = (page) => evaluate(page, "document.documentElement.scrollWidth > innerWidth");

export function access(test, { browser, writable, addresses }) {
  for (const [name, address] of Object.entries(addresses)) {
    test(`axe and widths: ${name}`, async () => {
      const { page, faults, done } = await open(browser);
      try {
        const answer = await page.goto(writable.address + address);
        await evaluate(page, AXE);
        // Everything that can be opened is looked at too.
        await evaluate(page, 'for (const one of document.querySelectorAll("details")) one.open = true');
        // Each fault, with the looks of the page that have it.
        const found = new Map();
        const say = (fault, look) => found.set(fault, [...(found.get(fault) ?? []), look]);
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: 900 });
            const look = `${colorScheme} ${width} px`;
            for (const fault of await violations(page)) say(fault, look);
            if (await overflows(page)) say("wider than the window", look);
          }
        }
        assert.equal(found.size, 0, [...found].map(([fault, looks]) => `${fault} (${looks.join(", ")})`).join("\n"));
        // The browser tells of an answer that is no success: that is no fault of the page.
        assert.deepEqual(answer.ok() ? faults : faults.filter((fault) => !/the server responded with/.test(fault)), []);
      } finally {
        await done();
      }
    });
  }

  test("no page weighs more than it may, asks for more than it may, or anybody else", async () => {
    let heaviest = ["", 0];
    for (const [name, address] of Object.entries(addresses)) {
      const { page, done } = await open(browser);
      const answers = [];
      page.on("response", (answer) => answers.push(answer));
      await page.goto(writable.address + address, { waitUntil: "networkidle" });
      const weights = await Promise.all(answers.map(async (answer) => {
        const body = await answer.body();
        const { responseBodySize } = await answer.request().sizes();
        // What came is what was sent: packed, or too small to be.
        return body.length > 1024 ? responseBodySize || gzipSync(body).length : body.length;
      }));
      const weight = weights.reduce((sum, one) => sum + one, 0);
      if (weight > heaviest[1]) heaviest = [name, weight];
      const asked = answers.map((answer) => answer.url()).filter((url) => !url.startsWith("data:"));
      assert.deepEqual(asked.filter((url) => !url.startsWith(writable.address)), [], name);
      assert.ok(asked.length <= MOST_REQUESTS, `${name}: ${asked.join(" ")}`);
      assert.ok(weight <= HEAVIEST, `${name} weighs ${weight} bytes: ${weights}`);
      await done();
    }
    console.log(`heaviest page: ${heaviest[0]}, ${heaviest[1]} bytes`);
  });
}
