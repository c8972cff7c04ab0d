// An archive that means harm: stories whose every field tries to be more than text. Nothing of it is kept.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export const STORIES = 1000;

// Each calls `ran` where a script runs.
export const SCRIPTS = [
  "<script>ran(1)</script>",
  "</title></textarea></style></script><script>ran(2)</script>",
  "<img src=x onerror=ran(3)>",
  "\"><svg onload=ran(4)>",
  "' autofocus onfocus=ran(5) x='",
  "\" onmouseover=\"ran(6)\" style=\"position:fixed;inset:0",
  "javascript:ran(7)",
  "JaVaScRiPt&colon;ran(8)",
  "java\tscript:ran(9)",
  "data:text/html,<script>ran(10)</script>",
  "<iframe srcdoc='<script>parent.ran(11)</script>'></iframe>",
  "<base href='https://elsewhere.example/'><meta http-equiv=refresh content='0;url=https://elsewhere.example/'>",
  "<link rel=stylesheet href=https://elsewhere.example/a.css><style>body{display:none}</style>",
  "<form action=https://elsewhere.example/><button>Search</button></form>",
  "<details open ontoggle=ran(14)><summary>x</summary></details>",
  "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=ran(15)&gt;\">",
  "&lt;script&gt;ran(16)&lt;/script&gt;",
  "--><script>ran(17)</script><!--",
  "]]><script>ran(18)</script>",
  "{{constructor.constructor('ran(19)')()}} ${ran(20)} <%= ran(21) %>",
  "\u003cscript\u003eran(22)\u003c/script\u003e",
  "<a href=\"javascript:ran(23)\">click</a>",
  "</p></div></article></main></body></html><script>ran(24)</script>",
  "<plaintext>",
  "<noscript><p title=\"</noscript><img src=x onerror=ran(25)>\">",
  "<video><source onerror=ran(26)></video>",
  "<object data=javascript:ran(27)></object><embed src=javascript:ran(28)>",
];

// What steers a terminal, turns the direction, hides, or fills.
export const STEERING = [
  "\u202eevil\u202c txt.exe",
  "\u2066\u2067\u2068left open",
  "\u200f\u200e\u061cmarks",
  "\u0007\u0008\u001b[31m\u001b]0;title\u0007red",
  "\u0000nul\u0000",
  "\u0085\u2028\u2029lines",
  "zero\u200b\u200cwidth\ufeff\u2060",
  "Z\u0351\u036b\u0343a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307lgo".repeat(3),
  "שלום \u202bעולם\u202c (عربي) 123",
  "\ufdfd".repeat(40),
  "\u{e0041}\u{e0042}tags\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
];

export const PARTS = [...SCRIPTS, ...STEERING];
const long = (part) => `${part} ${"x".repeat(100_000)}`;

// Writes the stories below a folder, the same ones each time.
export function write(folder) {
  const at = (number, step = 1) => PARTS[(number * step) % PARTS.length];
  const lines = [];
  for (let number = 0; number < STORIES; number += 1) {
    const [one, two, three] = [at(number), at(number, 7), at(number, 11)];
    const day = new Date(Date.UTC(2001, 0, 1 + number * 7)).toISOString().slice(0, 10);
    const title = number % 50 === 49 ? long(one) : `Story ${number}: ${one}`;
    const text = [
      `Zelda ${two} Quux and Anselm Tarn met in Harm${number} on Monday. Zelda Quux laughed.`,
      `“We shall never ${one} be ${three} heard of number ${number} again,” said Zelda Quux of Anselm Tarn.`,
      `"${two}," Anselm Tarn said. "It was ${two} all along, ${number} times over."`,
      one.repeat(number % 25 === 24 ? 400 : 1),
    ].join("\n\n");
    if (number % 10 === 7) {
      const name = `${number}-${two.replaceAll(/[/\u0000]/g, "_").slice(0, 60)}.txt`;
      file(folder, name, `${title}\n${day}\nBy ${three}\n\n${text}\n`);
    } else if (number % 10 === 8) {
      const head = `<title>${title}</title><meta name=author content="${three}"><link rel=canonical href="${two}">`;
      const body = text.split("\n\n").map((paragraph) => `<p>${paragraph}</p>`).join("");
      file(folder, `${number}.html`, `<!DOCTYPE html><html><head>${head}</head><body><article><h1>${title}</h1><time datetime=${day}></time>${body}</article></body></html>`);
    } else if (number % 10 === 9) {
      file(folder, `${number}.md`, `---\ntitle: ${JSON.stringify(title)}\ndate: ${day}\nauthor: ${JSON.stringify(three)}\nurl: ${JSON.stringify(two)}\ntags: [${JSON.stringify(one)}]\n---\n\n${text}\n`);
    } else {
      const published = number % 9 === 0 ? three : day;
      const url = number % 3 ? two : `https://harm.example/${encodeURIComponent(two)}`;
      lines.push({ id: `${number}${one}`.slice(0, 200), title, published, text, url, author: three, source: `Source ${two}`, section: one, tags: [one, two], lang: three });
    }
  }
  file(folder, "harm.jsonl", lines.map((line) => JSON.stringify(line)).join("\n"));
}

function file(folder, name, text) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), text);
}
