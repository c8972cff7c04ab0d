#!/usr/bin/env python3
"""A web archive and a zip of many stories, killed on the way, end like a fresh build, and cost nothing the next time.

    archives.py PROGRAM FOLDER [--pages FOLDER_OF_HTML] [--mb 100] [--stories 10000] [--kills 10]

Writes FOLDER/warc/pages.warc.gz, of so many MB before compression, FOLDER/files with the same pages as files, and
FOLDER/zip/stories.zip. Each archive is indexed and killed at random moments, then to its end, and once without
interruption. What both indexes export must be equal, the next run must take less than 5 % of the whole one, anonymous
memory must stay below 300 MB, and pages inside the web archive must come at 0.8 times the rate of files or better.
Exits with 1 when something is not as promised.
"""

import argparse
import gzip
import pathlib
import random
import shutil
import sys
import time
import zipfile

from large_file import FIRST, LAST, THINGS, Runs


def story(dice, number):
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    said = f"“{dice.choice(THINGS).capitalize()} number {number} was mine,” {name} said on Friday."
    return f"Take {number}\n\n{said} " + f"{name.split()[1]} had come to Leeds for the premiere. " * dice.randrange(3, 12)


def pages(folder):
    """Bytes of pages without end: those of a folder, or made ones."""
    files = sorted(folder.glob("*.html")) if folder else []
    dice, number = random.Random(5), 0
    while True:
        if files:
            yield files[number % len(files)].read_bytes()
        else:
            title, text = story(dice, number).split("\n\n")
            body = "".join(f"<p>{text}</p>" for _ in range(6))
            yield (f"<html><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav><article><h1>{title}"
                   f"</h1>{body}</article></body></html>").encode()
        number += 1


def write_warc(warc, files, folder, size):
    """A web archive, one member of gzip a record; the same pages as files. How many there are."""
    written = number = 0
    with open(warc, "wb") as out:
        for page in pages(folder):
            if written >= size:
                return number
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
            head = (f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://news.example/{number}.html\r\n"
                    f"WARC-Date: 2019-05-04T10:10:10Z\r\nContent-Type: application/http; msgtype=response\r\n"
                    f"Content-Length: {len(http)}\r\n\r\n").encode()
            record = head + http + b"\r\n\r\n"
            out.write(gzip.compress(record, 6, mtime=0))
            (files / f"{number}.html").write_bytes(page)
            written += len(record)
            number += 1


def write_zip(path, count):
    dice = random.Random(3)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for number in range(count):
            out.writestr(f"{number % 100}/{number}.txt", story(dice, number))


def timed(runs, index, *args):
    begun = time.monotonic()
    summary = runs.wait(runs.start(index, *args))
    return time.monotonic() - begun, summary


def check(program, root, folder, kills, faults):
    """Kills, compares, and times; seconds of a whole run."""
    name, dice = root.name, random.Random(11)
    runs = Runs(program, str(root))
    broken, fresh = (str(folder / f"{name}-{kind}") for kind in ("broken", "fresh"))
    for index in (broken, fresh):
        shutil.rmtree(index, ignore_errors=True)
    whole, summary = timed(runs, fresh)
    print(f"{name}: {summary['articles']} articles, {summary['skipped']} left out, in {whole:.1f} s")
    for _ in range(kills):
        # The last of them would come near the end if each went on where the one before stood.
        runs.wait(runs.start(broken), dice.uniform(0.05, 2.2 * whole / max(kills, 1)))
    rest, summary = timed(runs, broken)
    if runs.exported(broken) != runs.exported(fresh):
        faults.append(f"{name}: the index is not that of a fresh build")
    again, summary = timed(runs, fresh)
    print(f"{name}: the rest after {kills} kills in {rest:.1f} s; again in {again:.2f} s; "
          f"anonymous memory at most {runs.most / 1000:.0f} MB")
    if again > max(0.05 * whole, 0.5):
        faults.append(f"{name}: the next run took {again / whole:.1%} of the first")
    if summary["added"] or summary["files_read"]:
        faults.append(f"{name}: the next run read {summary['files_read']} files again")
    if runs.most > 300_000:
        faults.append(f"{name}: {runs.most / 1000:.0f} MB of anonymous memory")
    return whole


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("program")
    asked.add_argument("folder", type=pathlib.Path)
    asked.add_argument("--pages", type=pathlib.Path)
    asked.add_argument("--mb", type=int, default=100)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=10)
    asked = asked.parse_args()
    roots = {name: asked.folder / name for name in ("warc", "files", "zip")}
    for root in roots.values():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
    count = write_warc(roots["warc"] / "pages.warc.gz", roots["files"], asked.pages, asked.mb << 20)
    write_zip(roots["zip"] / "stories.zip", asked.stories)
    faults = []
    in_warc = check(asked.program, roots["warc"], asked.folder, asked.kills, faults)
    check(asked.program, roots["zip"], asked.folder, asked.kills, faults)
    index = str(asked.folder / "files-index")
    shutil.rmtree(index, ignore_errors=True)
    as_files, _ = timed(Runs(asked.program, str(roots["files"])), index)
    print(f"{count} pages: {count / in_warc:.0f} a second in a web archive, {count / as_files:.0f} as files")
    if as_files / in_warc < 0.8:
        faults.append(f"pages in a web archive come at {as_files / in_warc:.2f} times the rate of files")
    print("\n".join(faults) or "as promised")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
