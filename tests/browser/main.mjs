// Runs everything: node main.mjs PROGRAM [--screenshots DIR]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { access } from "./access.mjs";
import { launch } from "./browser.mjs";
import { history } from "./history.mjs";
import { hostile } from "./hostile.mjs";
import { pages } from "./pages.mjs";
import { screenshots } from "./screenshots.mjs";
import { Server, run } from "./server.mjs";
import { tasks } from "./tasks.mjs";

const [program, flag, folder] = process.argv.slice(2);
const scratch = mkdtempSync(path.join(tmpdir(), "pullquote-browser-"));
const sample = path.join(scratch, "sample");
run(program, "demo", "--keep", sample);
const index = path.join(sample, ".pullquote");
run(program, "--index", index, "saved", "add", "valcourt", "Valcourt fire");
run(program, "--index", index, "alerts");

const browser = await launch();
const server = await Server.start(program, index);
const writable = await Server.start(program, index, ["--allow-writes"]);
const addresses = await pages(server);

after(async () => {
  await browser.close();
  await Promise.all([server, writable].map((one) => one.stop()));
  rmSync(scratch, { recursive: true, force: true });
});

if (flag === "--screenshots") await screenshots(browser, server, addresses, folder);
const all = { program, scratch, browser, server, writable, addresses };
tasks(test, all);
access(test, all);
history(test, all);
hostile(test, all);
