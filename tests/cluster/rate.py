"""How fast a push is beside the cluster's own bulk of the same documents from files, and how much memory it takes.

    tests/cluster/rate PULLQUOTE [STORIES] [ROUNDS]

Needs what `tests/cluster/run` has fetched. Prints each round, the medians and their ratio, and exits with 1 when a push is
below 0.8 of the bulk's rate or takes 300 MB of anonymous memory.
"""

import http.client, json, os, pathlib, queue, statistics, subprocess, sys, tempfile, threading, time

import stories
from nodes import Nodes, Wire

PULLQUOTE, JARS, STORIES, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
# As many connections as a push has.
SENDERS = 2


class Recorder(Wire):
    """Passes on what comes, and keeps the bodies of bulk requests as files."""

    def __init__(self, port, folder):
        self.folder, self.files, self.lock = folder, [], threading.Lock()
        super().__init__(port)

    def pass_on(self, source, target, is_request):
        if not is_request:
            return super().pass_on(source, target, False)
        try:
            with source.makefile("rb") as reader:
                while line := reader.readline():
                    head, length = [line], 0
                    while (more := reader.readline()) not in (b"\r\n", b""):
                        head.append(more)
                        if more.lower().startswith(b"content-length:"):
                            length = int(more.split(b":")[1])
                    body = reader.read(length)
                    if b"/_bulk" in line:
                        with self.lock:
                            file = self.folder / f"{len(self.files)}.ndjson"
                            self.files.append(file)
                        file.write_bytes(body)
                    target.sendall(b"".join(head) + b"\r\n" + body)
        except OSError:
            pass
        target.close()


def push(index, url):
    """Seconds of a push into new indices, and the most anonymous memory it took."""
    begun, most = time.time(), 0
    client = subprocess.Popen([PULLQUOTE, "--index", index, "push", "--rebuild", "--to", url], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    while client.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{client.pid}/status").read_text()
            most = max(most, next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")), 0))
        except OSError:
            pass
        time.sleep(0.02)
    said = client.stderr.read()
    if client.returncode:
        raise SystemExit(f"push: {said}")
    return time.time() - begun, most / 1000


def indices(nodes):
    """The indices that the last push has filled, by kind."""
    return {kind: next(iter(nodes.ask("GET", f"/pullquote-{kind}-many*").items())) for kind in ("articles", "quotes", "words")}


def new_indices(nodes, number, recorded):
    """Indices like those that a push has filled, of other names: which stands for which of the recorded requests."""
    names = {}
    for kind, (_, index) in indices(nodes).items():
        settings = {key: value for key, value in index["settings"]["index"].items()
                    if key not in ("uuid", "provided_name", "creation_date", "version")}
        new = f"replay{number}-{kind}"
        nodes.ask("PUT", f"/{new}", {"settings": {"index": settings}, "mappings": index["mappings"]})
        names[recorded[kind][0]] = new
    return names


def replay(nodes, files, names):
    """Seconds of sending bodies of bulk requests into other indices, from files that are ready."""
    for file in files:
        body = file.read_bytes()
        for name, new in names.items():
            body = body.replace(f'"_index":"{name}"'.encode(), f'"_index":"{new}"'.encode())
        file.with_suffix(".replay").write_bytes(body)
    left, faults = queue.SimpleQueue(), []
    for file in files:
        left.put(file.with_suffix(".replay"))

    def send(node):
        connection = http.client.HTTPConnection("127.0.0.1", nodes.http[node], timeout=600)
        while True:
            try:
                file = left.get_nowait()
            except queue.Empty:
                return
            connection.request("POST", "/_bulk?filter_path=errors", file.read_bytes(), {"content-type": "application/x-ndjson"})
            answer = json.loads(connection.getresponse().read())
            if answer["errors"]:
                faults.append(file)

    begun = time.time()
    threads = [threading.Thread(target=send, args=(n % len(nodes.http),)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    nodes.ask("POST", "/replay*/_refresh")
    seconds = time.time() - begun
    if faults:
        raise SystemExit(f"not all was taken of {faults}")
    return seconds


def drop(nodes, pattern):
    for index in nodes.ask("GET", f"/_cat/indices/{pattern}?format=json&h=index"):
        nodes.ask("DELETE", "/" + index["index"])


def main(folder):
    nodes, index = Nodes(JARS, folder, 3), folder / "many"
    try:
        stories.write_many(str(folder / "many.jsonl"), STORIES)
        subprocess.run([PULLQUOTE, "--index", index, "index", folder / "many.jsonl", "--quiet"], check=True)
        bodies = folder / "bodies"
        bodies.mkdir()
        recorder = Recorder(nodes.http[0], bodies)
        push(index, recorder.url())
        recorded = indices(nodes)
        print(f"{len(recorder.files)} bulk requests of {sum(file.stat().st_size for file in recorder.files) / 1e6:.0f} MB", flush=True)
        pushes, bulks, most = [], [], 0
        for number in range(ROUNDS):
            seconds, memory = push(index, nodes.urls())
            pushes.append(seconds)
            most = max(most, memory)
            bulks.append(replay(nodes, recorder.files, new_indices(nodes, number, recorded)))
            drop(nodes, "replay*")
            print(f"push {pushes[-1]:.1f} s, bulk {bulks[-1]:.1f} s, {memory:.0f} MB", flush=True)
    finally:
        nodes.stop()
    ratio = statistics.median(bulks) / statistics.median(pushes)
    print(f"{STORIES} stories: push {STORIES / statistics.median(pushes):.0f}/s, bulk {STORIES / statistics.median(bulks):.0f}/s; "
          f"rate {ratio:.2f} of the bulk's; at most {most:.0f} MB")
    return ratio >= 0.8 and most < 300


with tempfile.TemporaryDirectory(prefix="pullquote-rate-") as temporary:
    sys.exit(not main(pathlib.Path(temporary)))
