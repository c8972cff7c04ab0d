// What reporters come for, each from the first page, in no more steps than it may take.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { open } from "./browser.mjs";
import { Keys, Mouse } from "./ways.mjs";

const GRIEF = "You cannot schedule grief, you can only make room for it.";

// Whether the page shows something; waits for a page that is on its way.
const shows = (page, text, within = "main") =>
  page.locator(within).filter({ hasText: text }).first().waitFor({ timeout: 15_000 });

const TASKS = [
  {
    name: "a person’s quotes",
    most: 2,
    async go(hand, page) {
      await hand.enter("A person", "Ines Valcourt");
      await shows(page, "22 quotes by");
      await hand.click(/^All 22$/);
      await shows(page, GRIEF, "#results");
      await shows(page, "22 quotes", "#count");
    },
  },
  {
    name: "the source of an exact quote",
    most: 2,
    async go(hand, page) {
      await hand.enter("Verify a quotation", GRIEF);
      await shows(page, "exact", ".verdict .code");
      await hand.click("a conversation with Ines Valcourt", ".proof");
      await shows(page, "The Harbour Courier", ".story .facts");
      await shows(page, "You cannot schedule grief", ":target");
    },
  },
  {
    name: "the source of an altered quote",
    most: 3,
    async go(hand, page) {
      await hand.enter("Verify a quotation", "You cannot plan grief, you can only make some room for it");
      await shows(page, "altered", ".verdict .code");
      await shows(page, "schedule", ".theirs");
      await hand.click("a conversation with Ines Valcourt", ".proof");
      await shows(page, "You cannot schedule grief", ":target");
    },
  },
  {
    name: "the first use of words",
    most: 2,
    async go(hand, page) {
      await hand.enter("Who said it first?", "you cannot schedule grief");
      await shows(page, "2019-05-04", ".use.first");
      await shows(page, "Ines Valcourt", ".use.first");
    },
  },
  {
    name: "to cite a quote",
    most: 3,
    async go(hand, page, way) {
      await hand.enter("A person", "Ines Valcourt");
      await hand.click("Cite", ".quote");
      const cited = page.getByLabel("Citation").first();
      const text = await cited.inputValue();
      for (const part of ["Ines Valcourt", "2024-11-17", "Limelight Weekly", "/quote/", "index"]) {
        assert.ok(text.includes(part), `${part} is missing from: ${text}`);
      }
      if (way === "without JavaScript") {
        // What is to be copied is there to be marked.
        assert.ok(await cited.isVisible());
        return;
      }
      await hand.click("Copy", ".quote");
      await shows(page, "Copied", ".quote");
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    },
  },
  {
    name: "who said what about whom",
    most: 3,
    async go(hand, page) {
      await hand.click("Quotes", "nav");
      await hand.put("Said by", "Ines Valcourt");
      await hand.enter("About", "Callum Reyes-Holt");
      await shows(page, "by Ines Valcourt about Callum Reyes-Holt", "h1");
      await page.locator("#results .quote").first().waitFor();
    },
  },
  {
    name: "a month’s coverage",
    most: 3,
    async go(hand, page) {
      await hand.enter("A person", "Ines Valcourt");
      await hand.click("The numbers");
      await hand.click("2019-05");
      await page.locator("#results .hit").first().waitFor();
      for (const date of await page.locator("#results .facts time").allTextContents()) {
        assert.match(date, /^2019-05/);
      }
    },
  },
  {
    name: "to watch a search",
    most: 3,
    async go(hand, page, way) {
      const name = `fire-${way.replaceAll(/\W+/g, "-")}`;
      await hand.enter("Search the archive", "fire Valcourt");
      await hand.click("Save this search");
      await hand.enter("Name", name);
      await shows(page, `Saved: ${name}`, "h1");
      // It can be taken back, and watched from anywhere.
      await page.getByRole("button", { name: "Undo" }).waitFor();
      const feed = await page.request.get(new URL(`/saved/${name}.atom`, page.url()).href);
      assert.equal(feed.status(), 200);
    },
  },
  {
    name: "CSV for a colleague",
    most: 2,
    async go(hand, page) {
      await hand.enter("Search the archive", 'person:"Ines Valcourt"');
      await shows(page, "15 stories", "#count");
      const comes = page.waitForEvent("download", { timeout: 15_000 });
      await hand.click("CSV", ".keep");
      const rows = await readFile(await (await comes).path(), "utf8");
      assert.ok(rows.startsWith("rank,"), rows.slice(0, 80));
      assert.equal(rows.trim().split(/\n(?=\d+,)/).length - 1, 15);
    },
  },
  {
    name: "to correct a wrong name",
    most: 4,
    async go(hand, page, way) {
      const to = `Marguerite Thane (${way})`;
      await hand.enter("A person", "Marguerite Thane");
      await hand.click("Wrong name?");
      await hand.enter("It is written", to);
      await shows(page, "Corrected", "h1");
      await shows(page, to);
      // It is taken back for who comes next: that is no part of the task.
      await page.getByRole("button", { name: "Undo" }).click();
      await shows(page, "Taken back", "h1");
    },
  },
];

const WAYS = [
  ["with the mouse", Mouse, {}],
  ["with the keyboard alone", Keys, {}],
  ["without JavaScript", Mouse, { javaScriptEnabled: false }],
];

export function tasks(test, { browser, writable }) {
  for (const [way, Way, options] of WAYS) {
    for (const { name, most, go } of TASKS) {
      test(`${name}, ${way}`, async () => {
        const permissions = ["clipboard-read", "clipboard-write"];
        const { page, faults, done } = await open(browser, { ...options, permissions });
        page.setDefaultTimeout(15_000);
        try {
          await page.goto(`${writable.address}/`);
          const hand = new Way(page);
          await go(hand, page, way);
          assert.ok(hand.steps <= most, `${hand.steps} steps, and ${most} are allowed`);
          assert.deepEqual(faults, []);
        } finally {
          await done();
        }
      });
    }
  }
}
