#!/usr/bin/env python3
"""How long a quotation takes to be held against an archive, in a warm process and as a process.

    verify.py PROGRAM INDEX DRAFTS.jsonl

DRAFTS.jsonl has a draft a line, `{"id", "text"}`, one quotation each. Each is sent to `pullquote serve` (one client, over
HTTP, the second of two rounds counts); then 200 of them, drawn by a fixed seed, are one draft of a whole process.
"""

import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

PORT = 8123


def main(program, index, drafts):
    texts = [json.loads(line)["text"] for line in open(drafts, encoding="utf-8")]
    command = [program, "--index", index, "serve", "--listen", f"127.0.0.1:{PORT}", "--quiet"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for number in (1, 2):
            times = sorted(one(text) for text in texts)
            share = lambda part: times[min(len(times) - 1, int(part * len(times)))]
            print(f"round {number}, {len(times)} drafts: p50 {share(.5):.1f} ms, p90 {share(.9):.1f}, p99 {share(.99):.1f}, most {times[-1]:.1f}")
    finally:
        server.terminate()
        server.wait()
    some = random.Random(1).sample(texts, min(200, len(texts)))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as draft:
        draft.write("\n\n".join(some))
        draft.flush()
        for _ in range(3):
            begun = time.perf_counter()
            told = subprocess.run([program, "--index", index, "verify", "--json", draft.name], capture_output=True, text=True)
            verdicts = sum('"type":"verdict"' in line for line in told.stdout.splitlines())
            print(f"{len(some)} drafts as one, whole process: {time.perf_counter() - begun:.2f} s, {verdicts} verdicts")


def one(text):
    """Milliseconds of one draft."""
    body = urllib.parse.urlencode({"draft": text})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    for _ in range(100):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", PORT)
            begun = time.perf_counter()
            connection.request("POST", "/verify.json", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            return 1000 * (time.perf_counter() - begun)
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main(*sys.argv[1:])
