// Pictures of the pages, for people to look at.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { open } from "./browser.mjs";

const SHOWN = ["search", "person", "story", "origin", "verify"];

export async function screenshots(browser, server, addresses, folder, shown = SHOWN) {
  mkdirSync(folder, { recursive: true });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const viewport = { width, height: width > 1000 ? 900 : 844 };
      const { page, done } = await open(browser, { colorScheme, viewport });
      for (const name of shown) {
        await page.goto(server.address + addresses[name]);
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        const file = path.join(folder, `${name.replaceAll(/[ ,]+/g, "-")}-${width}-${colorScheme}.png`);
        await page.screenshot({ path: file });
      }
      await done();
    }
  }
}
