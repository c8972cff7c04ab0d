// What a browser does with pages beside reading them: back and forward, keys, printing.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { evaluate, open } from "./browser.mjs";

export function history(test, { browser, server, addresses }) {
  test("back and forward keep the query, its filters, the page and the place in it", async () => {
    const { page, faults, done } = await open(browser);
    try {
      await page.goto(`${server.address}/`);
      await page.getByLabel("Search the archive").fill("film");
      await page.getByLabel("Search the archive").press("Enter");
      await page.waitForURL(/\/search\?q=film$/);
      const found = await page.locator("#count").textContent();
      await page.locator(".facets a", { hasText: "Ines Valcourt" }).click();
      await page.waitForURL(/person/);
      const narrowed = [page.url(), await page.locator("#count").textContent()];
      assert.notEqual(narrowed[1], found);
      await page.getByRole("link", { name: "Newest" }).click();
      await page.waitForURL(/sort=newest/);
      const sorted = [page.url(), await page.locator("#results").textContent()];
      await page.locator(".hit h3 a").nth(1).scrollIntoViewIfNeeded();
      const scrolled = await page.evaluate(() => scrollY);
      await page.locator(".hit h3 a").nth(1).click();
      await page.waitForURL(/\/story\//);
      const story = page.url();

      await page.goBack();
      assert.deepEqual([page.url(), await page.locator("#results").textContent()], sorted);
      assert.equal(await page.getByLabel("Search the archive").inputValue(), 'film person:"Ines Valcourt"');
      assert.ok(Math.abs((await page.evaluate(() => scrollY)) - scrolled) < 200, "the place is lost");
      await page.goBack();
      assert.deepEqual([page.url(), await page.locator("#count").textContent()], narrowed);
      await page.goBack();
      assert.equal(await page.locator("#count").textContent(), found);
      assert.equal(await page.getByLabel("Search the archive").inputValue(), "film");
      await page.goForward();
      assert.deepEqual([page.url(), await page.locator("#count").textContent()], narrowed);
      await page.goForward();
      await page.goForward();
      assert.equal(page.url(), story);
      assert.deepEqual(faults, []);
    } finally {
      await done();
    }
  });

  test("a draft that was posted is there again on the way back", async () => {
    const { page, done } = await open(browser);
    try {
      await page.goto(`${server.address}/verify`);
      const draft = "“You cannot plan grief, you can only make room for it,” Valcourt said.";
      await page.locator("textarea[name=draft]").fill(draft);
      await page.getByRole("button", { name: "Verify the draft" }).click();
      await page.locator(".verdict").first().waitFor();
      await page.goBack();
      assert.equal(await page.locator("textarea[name=draft]").inputValue(), draft);
    } finally {
      await done();
    }
  });

  test("a story opens where its first match can be seen", async () => {
    const { page, done } = await open(browser, { viewport: { width: 390, height: 500 } });
    try {
      await page.goto(`${server.address}/search?q=chair`);
      await page.locator(".hit h3 a").first().click();
      await page.waitForURL(/#m1$/);
      await page.waitForTimeout(800);
      const [match, places] = await Promise.all(["#m1", ".places"].map((one) => page.locator(one).boundingBox()));
      assert.ok(match.y >= places.y + places.height && match.y + match.height <= 500, JSON.stringify([match, places]));
    } finally {
      await done();
    }
  });

  test("keys move the focus, act in no field, and can be switched off", async () => {
    const { page, done } = await open(browser);
    try {
      const focused = () => page.evaluate(() => document.activeElement.id);
      await page.goto(server.address + addresses.search);
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      assert.equal(await focused(), "r2");
      await page.keyboard.press("k");
      assert.equal(await focused(), "r1");
      await page.keyboard.press("/");
      assert.equal(await focused(), "q");
      await page.keyboard.press("End");
      await page.keyboard.type(" j/k");
      assert.equal(await page.locator("#q").inputValue(), 'person:"Ines Valcourt" j/k');
      await page.goto(server.address + addresses.help);
      await page.getByLabel("Keys work").uncheck();
      await page.goto(server.address + addresses.search);
      await page.keyboard.press("j");
      assert.equal(await focused(), "");
    } finally {
      await done();
    }
  });

  test("names are suggested, none is chosen beforehand, and Enter searches as typed", async () => {
    const { page, done } = await open(browser);
    try {
      await page.goto(`${server.address}/`);
      const field = page.getByLabel("A person", { exact: true });
      await field.click();
      await page.keyboard.type("v");
      await page.waitForTimeout(300);
      assert.equal(await field.getAttribute("aria-expanded"), "false");
      await page.keyboard.type("alc");
      await page.getByRole("option").first().waitFor();
      assert.ok((await page.getByRole("option").count()) <= 8);
      assert.equal(await field.getAttribute("aria-activedescendant"), null);
      await page.keyboard.press("Escape");
      assert.equal(await field.getAttribute("aria-expanded"), "false");
      await page.keyboard.type("o");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("ArrowDown");
      const first = page.getByRole("option", { selected: true });
      assert.equal(await field.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/person\?name=/);
      await page.goto(`${server.address}/`);
      await page.getByLabel("A person", { exact: true }).click();
      await page.keyboard.type("Valco");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/name=Valco$/);
    } finally {
      await done();
    }
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`printed from ${colorScheme}, a person’s page is black on white and holds its table`, async () => {
      const { page, done } = await open(browser, { colorScheme });
      try {
        await page.goto(server.address + addresses.person);
        const pdf = await page.pdf({ format: "A4" });
        assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
        const text = printed(pdf);
        assert.match(text, /Ines Valcourt/);
        // The numbers behind the chart, which are folded away on the screen.
        for (const month of ["2018-03", "2019-05", "2024-11"]) assert.ok(text.includes(month), `${month} is not printed`);
        assert.match(text, /per 1,000/);
        // Nothing that only a screen can use.
        for (const one of ["Skip to the content", "JSON Lines", "Permalink"]) assert.ok(!text.includes(one), `${one} is printed`);
        await page.emulateMedia({ media: "print", colorScheme });
        const colours = await evaluate(page, "(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))");
        assert.deepEqual(colours, ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
        const pale = await evaluate(page, PALE);
        assert.equal(pale.length, 0, pale.slice(0, 9).join("; "));
      } finally {
        await done();
      }
    });
  }
}

// Text that is printed too pale on white paper.
const PALE = `[...document.querySelectorAll("main *")].filter((one) => {
  const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const [red, green, blue] = getComputedStyle(one).color.match(/\\d+/g).map(Number);
  return own && one.checkVisibility() && 0.3 * red + 0.6 * green + 0.1 * blue > 130;
}).map((one) => one.tagName + "." + one.className + " " + getComputedStyle(one).color)`;

// The text of a PDF, as poppler reads it.
function printed(pdf) {
  return execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
}
