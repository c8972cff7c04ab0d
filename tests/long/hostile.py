#!/usr/bin/env python3
"""Damaged and hostile inputs: no panic, no hang, nothing lost without a word.

    hostile.py PROGRAM [SAMPLES] [--files 500] [--seed 1] [--seconds 10] [--only damaged|made]

Takes so many files of the folder SAMPLES (one folder a format) and of the cases in data/source, as many of each format as
there are, changes one byte of a hundred in each, and has each read by `extract`. Then reads what is made to do harm:
external entities, entities of entities, elements and lists that lie 10,000 deep in each other, lines of 4 GB. Each input
must end within the time (of its own processor), by itself, with a record or with a word about why there is none; what is made to do harm within
500 MB. Exits with 1 when one does not.
"""

import argparse
import collections
import io
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECRET = "the secret of this machine"
MEMORY = 500 << 20

# Seconds on the clock for one of the processor, where others use it too.
PATIENCE = 30


class Reader:
    """Runs `extract`, and keeps what went wrong."""

    def __init__(self, program, seconds):
        self.program, self.seconds = program, seconds
        self.faults, self.slowest, self.largest = [], (0, ""), (0, "")

    def read(self, name, path, feed=None):
        """What is printed, and what is said."""
        begun = time.monotonic()
        source = subprocess.PIPE if feed else subprocess.DEVNULL
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = subprocess.Popen([self.program, "extract", "--json", str(path)], stdin=source, stdout=out, stderr=err)
            if feed:
                pipe(child, feed, begun + self.seconds * PATIENCE)
            code, memory, took = self.wait(child, begun)
            out.seek(0), err.seek(0)
            printed, said = out.read(), err.read().decode("utf-8", "replace")
        self.slowest = max(self.slowest, (took, name))
        self.largest = max(self.largest, (memory, name))
        if code is None:
            self.fault(name, f"not done after {self.seconds} s")
        elif code not in (0, 3) or "panicked" in said:
            self.fault(name, f"ended with {code}: {said[-300:]}")
        elif not printed and "skipped" not in said:
            self.fault(name, f"neither a record nor a word: {said[-300:]}")
        return printed.decode("utf-8", "replace"), said, memory

    def wait(self, child, begun):
        """The exit code, if there is one, the memory and the time of the processor that were used."""
        while time.monotonic() - begun < self.seconds * PATIENCE and used(child.pid) < self.seconds:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                child.returncode = os.waitstatus_to_exitcode(status)
                return child.returncode, usage.ru_maxrss << 10, usage.ru_utime + usage.ru_stime
            time.sleep(0.005)
        child.kill()
        _, _, usage = os.wait4(child.pid, 0)
        child.returncode = -9
        return None, usage.ru_maxrss << 10, usage.ru_utime + usage.ru_stime

    def fault(self, name, what):
        self.faults.append(f"{name}: {what}")
        print(f"FAULT {name}: {what}", flush=True)


def used(pid):
    """Seconds of the processor that a process has used."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pipe(child, feed, until):
    """Feeds a program as long as it takes anything."""
    try:
        for part in feed:
            child.stdin.write(part)
            if time.monotonic() > until:
                break
        child.stdin.close()
    except BrokenPipeError:
        pass


def damaged(data, dice):
    """The bytes with one of a hundred changed."""
    data = bytearray(data)
    for at in dice.sample(range(len(data)), max(1, len(data) // 100)) if data else ():
        data[at] ^= dice.randrange(1, 256)
    return bytes(data)


def chosen(samples, count):
    """So many files, the formats in turn."""
    kinds = collections.defaultdict(list)
    folders = [ROOT / "data/source"] + ([samples] if samples else [])
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in ("expected.json", "README.md"):
                kinds[path.relative_to(folder).parts[0]].append(path)
    files, turn = [], 0
    while len(files) < count and any(turn < len(kind) for kind in kinds.values()):
        files += [kind[turn] for kind in kinds.values() if turn < len(kind)]
        turn += 1
    return files[:count]


def read_damaged(reader, samples, count, seed):
    dice = random.Random(seed)
    files = chosen(samples, count)
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(files):
            place = pathlib.Path(folder) / f"{number}" / path.name
            place.parent.mkdir()
            place.write_bytes(damaged(path.read_bytes(), dice))
            reader.read(f"damaged {path}", place)
            place.unlink()
    print(f"{len(files)} damaged files", flush=True)


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def deep(begin, end, inside, times=10_000):
    return begin * times + inside + end * times


def made(folder):
    """What is made to do harm: a name and its bytes."""
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    story = "<p>Mara Voss told the crowd in Leeds that the tour was finished and the bus was sold.</p>"
    shapes = {
        "nitf.xml": "<nitf><body><body.content>{}</body.content></body></nitf>",
        "newsml.xml": "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><contentSet><inlineXML><html><body>{}</body>"
                      "</html></inlineXML></contentSet></newsItem>",
        "feed.xml": "<rss version='2.0'><channel><item><title>x</title><description>{}</description></item></channel></rss>",
        "tei.xml": "<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body>{}</body></text></TEI>",
        "alto.xml": "<alto><Layout><Page><PrintSpace><TextBlock><TextLine><String CONTENT='{}'/></TextLine></TextBlock>"
                    "</PrintSpace></Page></Layout></alto>",
        "factiva.xml": "<ppsArticleResponse><article><headline>{}</headline></article></ppsArticleResponse>",
    }
    for name, shape in shapes.items():
        root = shape[1:].split(">")[0].split(" ")[0]
        outside = f"<?xml version='1.0'?><!DOCTYPE {root} [<!ENTITY x SYSTEM 'file://{secret}'>]>"
        yield f"external-{name}", (outside + shape.format("&x;")).encode()
        laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
        laughs = f"<?xml version='1.0'?><!DOCTYPE {root} [<!ENTITY l0 'lol'>{laughs}]>"
        yield f"laughs-{name}", (laughs + shape.format("&l11;")).encode()
        yield f"deep-{name}", ("<?xml version='1.0'?>" + shape.format(deep("<p>", "</p>", "x"))).encode()
    yield "deep.html", ("<html><body>" + deep("<div>", "</div>", story)).encode()
    yield "deep-tables.html", ("<html><body>" + deep("<table><tr><td>", "</td></tr></table>", story)).encode()
    yield "deep.json", deep('{"a":', "}", "1").encode()
    yield "deep-lists.json", deep("[", "]", "").encode()
    yield "deep.jsonl", (deep('{"a":', "}", "1") + "\n" + '{"text":"Voss left."}\n').encode()
    yield "deep.md", (">" * 10_000 + " Voss left.\n" + "* " * 10_000 + "x\n" + "[" * 10_000 + "\n").encode()
    yield "deep.rtf", ("{\\rtf1 " + deep("{\\b ", "}", "Voss left.") + "}").encode()
    word = "<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>"
    yield "deep.docx", zipped(word__document_dot_xml=word.format(deep("<w:p>", "</w:p>", "x")), _Content_Types_=b"x")
    yield "laughs.docx", zipped(word__document_dot_xml="<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + word.format("&a;" * 1000))
    mail = "From: a@b.example\nTo: c@d.example\nSubject: x\nMIME-Version: 1.0\n"
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(10_000))
    yield "deep.eml", (mail + parts + "Content-Type: text/plain\n\nVoss left.\n").encode()
    zips = zipped(voss_dot_txt="Mara Voss left the tour on Friday.")
    for _ in range(12):
        zips = zipped(in_dot_zip=zips)
    yield "deep.zip", zips
    yield "bomb.zip", zipped(voss_dot_txt=b"Voss left. " * (200 << 20 >> 3))


def endless():
    """Words without an end of line, 4 GB of them."""
    part = b"Voss left the tour and " * 40_000
    for _ in range((4 << 30) // len(part)):
        yield part


def read_made(reader):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, data in made(folder):
            place = folder / name
            place.write_bytes(data)
            printed, said, memory = reader.read(name, place)
            if name.startswith(("external-", "laughs-")) and "[entities]" not in said:
                reader.fault(name, f"not refused: {said[-300:]}")
            if name.startswith("deep-") and name.endswith(".xml") and "alto" not in name and printed:
                reader.fault(name, "not refused")
            if SECRET in printed:
                reader.fault(name, "a file of this machine was read")
            if len(printed) > 64 << 20:
                reader.fault(name, f"it grew to {len(printed)} bytes")
            within(reader, name, memory)
            place.unlink()
        for name in ["line.txt", "line.html", "line.json", "line.jsonl", "line.csv", "line.md", "line.mbox", "line.xml",
                     "line.eml", "line.vtt", "line.rtf", "line.nitf"]:
            place = folder / name
            with open(place, "wb") as out:
                out.write(b"Voss left the tour. " * 5000)
                out.truncate(4 << 30)
            _, _, memory = reader.read(f"sparse {name}", place)
            within(reader, f"sparse {name}", memory)
            place.unlink()
        printed, said, memory = reader.read("piped line", "-", endless())
        if printed or "skipped" not in said:
            reader.fault("piped line", f"not refused: {said[-300:]}")
        within(reader, "piped line", memory)


def within(reader, name, memory):
    if memory > MEMORY:
        reader.fault(name, f"{memory >> 20} MB of memory")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program")
    options.add_argument("samples", nargs="?", type=pathlib.Path)
    options.add_argument("--files", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--only", choices=["damaged", "made"])
    options = options.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    reader = Reader(os.path.abspath(options.program), options.seconds)
    if options.only != "made":
        read_damaged(reader, options.samples, options.files, options.seed)
    if options.only != "damaged":
        read_made(reader)
    print(f"slowest {reader.slowest[0]:.1f} s ({reader.slowest[1]}); most memory {reader.largest[0] >> 20} MB "
          f"({reader.largest[1]}); {len(reader.faults)} faults")
    sys.exit(bool(reader.faults))


main()
