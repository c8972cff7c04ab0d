#!/usr/bin/env python3
"""One very large JSONL, killed and stopped on the way, ends like a fresh build.

    large_file.py PROGRAM FOLDER [--mb 3000] [--kills 20] [--stops 10]

Writes FOLDER/archive/all.jsonl, lines of some 150 bytes, and indexes it: killed at random moments, then stopped by
`--max-runtime 5s`, then to its end; and once more without interruption into another folder. What both indexes export must
be equal. Prints what each stop left, how long it took to obey, and the most anonymous memory that any run used; exits
with 1 when something is not as promised.
"""

import argparse
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time

FIRST = "Ada Bo Cleo Dov Esme Finn Gus Hana Ivo June Kit Lior Mara Nils Opal Pia".split()
LAST = "Marlowe Quint Rask Selby Thorne Ullman Vance Wilde Yarrow Zeller Ashby Brandt".split()
THINGS = "the tour|the first cut|the last scene|that dress|the second album|the whole cast|the premiere".split("|")
PLACES = "Leeds|Bristol|Toronto|Lisbon|Glasgow|Melbourne|Santa Monica".split("|")


def write(path, size):
    dice = random.Random(7)
    with open(path, "w", encoding="utf-8") as out:
        written = number = 0
        while written < size:
            name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
            words = (f"“{dice.choice(THINGS).capitalize()} number {number} was mine,” {name} said "
                     f"in {dice.choice(PLACES)} before the long-awaited premiere began.")
            line = json.dumps({"text": words, "published": f"20{dice.randrange(10, 25)}-0{dice.randrange(1, 10)}-11"},
                              ensure_ascii=False) + "\n"
            out.write(line)
            written += len(line.encode())
            number += 1
    return number


def anonymous_kb(pid):
    try:
        for line in open(f"/proc/{pid}/status", encoding="ascii"):
            if line.startswith("RssAnon"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class Runs:
    def __init__(self, program, root):
        self.program, self.root, self.most = program, root, 0

    def start(self, index, *args):
        command = [self.program, "index", self.root, "--index", index, "--json", "--quiet", *args]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def wait(self, child, seconds=None):
        """Watches a run, and kills it after so many seconds; its last line of output, if it ended by itself."""
        begun = time.monotonic()
        while child.poll() is None:
            self.most = max(self.most, anonymous_kb(child.pid))
            if seconds is not None and time.monotonic() - begun > seconds:
                child.kill()
                child.wait()
                return None
            time.sleep(0.05)
        lines = child.stdout.read().splitlines()
        return json.loads(lines[-1]) if lines else {}

    def exported(self, index):
        digest, count = hashlib.blake2b(), 0
        command = f"'{self.program}' export articles --index '{index}' --format jsonl | LC_ALL=C sort"
        with subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE) as child:
            for line in child.stdout:
                digest.update(line)
                count += 1
        return digest.hexdigest(), count


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program")
    asked.add_argument("folder", type=pathlib.Path)
    asked.add_argument("--mb", type=int, default=3000)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--stops", type=int, default=10)
    asked.add_argument("--window", default="5s")
    asked = asked.parse_args()
    root = asked.folder / "archive"
    root.mkdir(parents=True, exist_ok=True)
    records = write(root / "all.jsonl", asked.mb << 20)
    runs, dice, faults = Runs(asked.program, str(root)), random.Random(11), []
    broken, fresh = str(asked.folder / "broken"), str(asked.folder / "fresh")
    for index in (broken, fresh):
        shutil.rmtree(index, ignore_errors=True)
    held = 0
    for kill in range(asked.kills):
        after = dice.uniform(0.2, 20)
        runs.wait(runs.start(broken), after)
        status = subprocess.run([asked.program, "status", "--index", broken, "--json"], capture_output=True, text=True)
        articles = json.loads(status.stdout)["articles"] if status.returncode == 0 else 0
        print(f"kill {kill + 1} after {after:.1f} s: {articles} articles")
        if articles < held:
            faults.append(f"kill {kill + 1} lost articles")
        held = articles
    window = float(asked.window.rstrip("s"))
    for stop in range(asked.stops):
        begun = time.monotonic()
        summary = runs.wait(runs.start(broken, "--max-runtime", asked.window))
        late = time.monotonic() - begun - window
        print(f"stop {stop + 1}: {summary.get('articles')} articles, {late:+.1f} s")
        if summary.get("articles", 0) < held:
            faults.append(f"stop {stop + 1} lost articles")
        held = summary.get("articles", 0)
    begun = time.monotonic()
    summary = runs.wait(runs.start(broken))
    print(f"to the end in {time.monotonic() - begun:.0f} s: {summary.get('articles')} of {records} records")
    begun = time.monotonic()
    runs.wait(runs.start(fresh))
    print(f"afresh in {time.monotonic() - begun:.0f} s; anonymous memory at most {runs.most / 1000:.0f} MB")
    if runs.exported(broken) != runs.exported(fresh):
        faults.append("the index is not that of a fresh build")
    if runs.most > 250_000:
        faults.append("more than 250 MB of anonymous memory")
    print("\n".join(faults) or "as promised")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
