// The program: indexes an archive, and serves it for as long as a test needs it.
import { spawn, spawnSync } from "node:child_process";

export class Server {
  constructor(process, address) {
    this.process = process;
    this.address = address;
  }

  // Serves an index at a free port of this machine.
  static async start(program, index, options = []) {
    const asked = ["--index", index, "serve", "--listen", "127.0.0.1:0", ...options];
    const running = spawn(program, asked, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    const address = await new Promise((found, failed) => {
      running.stderr.on("data", (text) => {
        said += text;
        const at = /http:\/\/[^/\s]+/.exec(said);
        if (at) found(at[0]);
      });
      running.on("exit", () => failed(new Error(`pullquote serve ended: ${said}`)));
      setTimeout(() => failed(new Error(`pullquote serve says no address: ${said}`)), 20_000).unref();
    });
    return new Server(running, address);
  }

  async json(path) {
    const answer = await fetch(this.address + path);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  stop() {
    return new Promise((ended) => {
      this.process.on("exit", ended);
      this.process.kill("SIGTERM");
    });
  }
}

// Runs the program to its end.
export function run(program, ...options) {
  const ended = spawnSync(program, options, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (ended.status !== 0) throw new Error(`pullquote ${options.join(" ")}: ${ended.status}\n${ended.stderr}`);
  return ended.stdout;
}
