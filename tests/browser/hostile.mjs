// Pages of an archive that means harm: no script of it runs, and no page of it is broken.
import assert from "node:assert/strict";
import path from "node:path";
import { evaluate, open } from "./browser.mjs";
import { PARTS, STORIES, write } from "./harm.mjs";
import { Server, run } from "./server.mjs";

const WINDOWS = 4;

// What a page is, whatever it tells of; one line for each thing that is not so.
const BROKEN = `(() => {
  const found = [];
  const say = (holds, what) => { if (!holds) found.push(what); };
  const frame = [...document.body.children].map((one) => one.tagName + (one.className && "." + one.className));
  say(frame.join(" ") === "A.skip HEADER.top MAIN FOOTER.foot", "frame: " + frame.join(" "));
  say(document.title.endsWith(" – pullquote"), "title: " + document.title.slice(0, 100));
  say(document.title.length < 2000, "a title of " + document.title.length + " characters");
  say(document.querySelectorAll("h1").length === 1, document.querySelectorAll("h1").length + " h1");
  say(document.scripts.length === 1 && document.querySelectorAll("link").length === 2 && document.querySelectorAll("meta").length === 3,
    "scripts, links or metas of others");
  for (const one of document.querySelectorAll("img, iframe, object, embed, base, style, math, video, noscript, plaintext, [style], [srcdoc]")) {
    found.push("element: " + one.outerHTML.slice(0, 100));
  }
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (name.startsWith("on")) found.push("handler: " + name + "=" + value.slice(0, 60));
      if (["href", "src", "action", "formaction", "xlink:href"].includes(name)) {
        const { protocol, origin } = new URL(value, location.href);
        const own = origin === location.origin;
        // The program's own picture of a tab.
        const icon = one.matches("head > link[rel=icon]") && value.startsWith("data:image/svg+xml;base64,");
        if (!own && !icon && !(one.tagName === "A" && /^https?:$/.test(protocol))) found.push("address: " + value.slice(0, 100));
      }
    }
  }
  const steering = /[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]/u;
  const texts = [document.title, document.body.textContent, ...[...document.querySelectorAll("textarea, input:not([type=hidden])")].map((one) => one.value)];
  for (const text of texts) {
    const at = text.search(steering);
    say(at < 0, "steering character in: " + JSON.stringify(text.slice(Math.max(0, at - 30), at + 30)));
  }
  say(document.documentElement.scrollWidth <= innerWidth, "wider than the window: " + document.documentElement.scrollWidth);
  return found;
})()`;

// Rows of a list are asked for in pages; each that follows is asked for too.
async function lists(server) {
  const found = [];
  for (const first of ["/search?limit=200", "/search?copies=all&sort=newest&limit=200", "/quotes?kind=all&limit=200", "/names?limit=200"]) {
    for (let next = first; next; ) {
      found.push(next);
      const [pathname, query] = next.split("?");
      const cursor = (await server.json(`${pathname}.json?${query}`)).next;
      next = cursor && `${first}&after=${encodeURIComponent(cursor)}`;
    }
  }
  return found;
}

export function hostile(test, { program, scratch, browser }) {
  test(`${STORIES} stories that mean harm run no script and break no page`, async () => {
    const folder = path.join(scratch, "harm");
    write(folder);
    run(program, "index", folder);
    const index = path.join(folder, ".pullquote");
    run(program, "--index", index, "saved", "add", "harm", `"${PARTS[2].replaceAll('"', "")}"`);
    const server = await Server.start(program, index, ["--allow-writes", "--deadline", "20000"]);
    try {
      const stories = await all(server, "/search.jsonl?copies=all&all=1");
      assert.equal(stories.length, STORIES);
      const names = (await server.json("/names.json?limit=60")).results.map((name) => name.name);
      const asked = (pathname, field) => (text) => `${pathname}?${field}=${encodeURIComponent(text)}`;
      const addresses = [
        ...stories.map((story, number) => `/story/${story.id}?q=${number % 2 ? "ran" : "Zelda"}`),
        ...(await lists(server)),
        ...names.map(asked("/person", "name")),
        ...PARTS.flatMap((part) => [
          asked("/search", "q")(part), asked("/search", "q")(`"${part}`), asked("/quotes", "by")(part), asked("/quotes", "q")(part),
          asked("/person", "name")(part), asked("/origin", "words")(`We shall never ${part} be`), asked("/timeline", "q")(part),
          asked("/verify", "quote")(`We shall never ${part} be heard of again`), asked("/names", "prefix")(part), asked("/topics", "prefix")(part),
          `/saved/${encodeURIComponent(part)}`,
        ]),
        "/", "/topics", "/topics?kind=keyphrase&limit=200", "/topics?kind=publisher&limit=200", "/saved", "/saved/harm", "/alerts", "/status",
        "/skipped?limit=200", "/timeline", "/timeline?by=year",
      ];
      const found = await visit(server, addresses);
      assert.equal(found.length, 0, found.slice(0, 25).join("\n"));
      console.log(`${addresses.length} pages of ${STORIES} hostile stories: no script ran, none is broken`);
    } finally {
      await server.stop();
    }
  });

  test("the watch tells of a script that runs, and of a page that is broken", async () => {
    const { watched, done } = await watch(browser);
    const { page, faults } = watched;
    await page.setContent("<!DOCTYPE html><title>x</title><main><img src='data:,' onerror=ran(1) style='width:9px'></main>");
    await page.waitForTimeout(200);
    assert.ok(faults.some((fault) => fault.includes("ran")), faults.join());
    assert.ok((await evaluate(page, BROKEN)).length > 3);
    await done();
  });

  // Pages on which a script that gets into them would run, since their policy is set aside, with who is told of it.
  async function watch(chromium) {
    const watched = await open(chromium, { bypassCSP: true, viewport: { width: 320, height: 700 } });
    await watched.page.exposeFunction("ran", (number) => watched.faults.push(`ran: script ${number}`));
    return { watched, done: watched.done };
  }

  // Looks at every address, in several windows at a time; what is wrong with each.
  async function visit(server, addresses) {
    const waiting = [...addresses];
    return (await Promise.all(Array.from({ length: WINDOWS }, () => look(server, waiting)))).flat();
  }

  async function look(server, waiting) {
    const found = [];
    const { watched, done } = await watch(browser);
    const { page, faults } = watched;
    page.on("request", (request) => {
      if (!request.url().startsWith(server.address)) faults.push(`asked for ${request.url().slice(0, 100)}`);
    });
    for (let address = waiting.pop(); address; address = waiting.pop()) {
      const answer = await page.goto(server.address + address);
      const told = faults.splice(0).filter((fault) => !/the server responded with a status of 4/.test(fault));
      if (answer.status() >= 500) told.push(`status ${answer.status()}`);
      told.push(...(await evaluate(page, BROKEN)));
      if (page.url().split("#")[0] !== new URL(server.address + address).href) told.push(`went to ${page.url().slice(0, 100)}`);
      found.push(...told.map((fault) => `${address.slice(0, 120)}: ${fault}`));
    }
    await done();
    return found;
  }
}

async function all(server, address) {
  const text = await (await fetch(server.address + address)).text();
  return text.trim().split("\n").map((line) => JSON.parse(line));
}
