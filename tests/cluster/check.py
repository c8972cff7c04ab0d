"""Pushes to a real cluster, asks it what an index is asked, breaks what can break.   check.py PULLQUOTE JARS STORIES"""

import collections, json, os, pathlib, random, re, shutil, signal, subprocess, sys, tempfile, threading, time
from concurrent.futures import ThreadPoolExecutor

import stories
from nodes import Nodes, Wire, certificate

PULLQUOTE, JARS, STORIES = sys.argv[1], sys.argv[2], int(sys.argv[3])
ROOT = pathlib.Path(__file__).resolve().parents[2]
passed = failed = 0


def check(name, good, detail=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"{'ok    ' if good else 'FAILED'} {time.time() - begun:6.0f} s  {name}{'' if good else ': ' + str(detail)[:2000]}", flush=True)


def run(index, *line, env=None, timeout=900):
    whole = {**os.environ, "PULLQUOTE_INDEX": str(index), "NO_COLOR": "1", **(env or {})}
    whole.pop("PULLQUOTE_BACKEND", None)
    return subprocess.run([PULLQUOTE, *map(str, line)], capture_output=True, text=True, env=whole, timeout=timeout)


def push(index, url, *more, **options):
    return run(index, "--json", "push", "--to", url, *more, **options)


def pushed(output):
    return json.loads(output.stdout) if output.returncode == 0 else output.stderr


def counts(nodes):
    nodes.ask("POST", "/pullquote-*/_refresh")
    return tuple(nodes.ask("GET", f"/pullquote-{kind}/_count")["count"] for kind in ("articles", "quotes"))


def held(index):
    status = json.loads(run(index, "--json", "status").stdout)
    return status["articles"], status["quotes"]


def same(index, url, *line):
    """Whether a question has the same answer, code and messages on both sides."""
    here, there = run(index, "--json", *line), run(index, "--json", "--backend", url, *line)
    if (here.returncode, here.stdout, here.stderr) == (there.returncode, there.stdout, there.stderr):
        return None
    pair = [(a, b) for a, b in zip(here.stdout.splitlines() + [""], there.stdout.splitlines() + [""]) if a != b]
    return f"{line}: {here.returncode} {there.returncode} {[x[:300] for x in pair[0]] if pair else ''} {here.stderr[:200]} {there.stderr[:200]}"


def all_same(name, index, url, lines):
    with ThreadPoolExecutor(3) as asking:
        faults = [fault for fault in asking.map(lambda line: same(index, url, *line), lines) if fault]
    check(f"{name}: {len(lines)} asked", not faults, f"{len(faults)} differ; {faults[:3]}")


def batch(index, url, command, queries, *more):
    """Of each query its total counts and the ids of its hits, here and there."""
    found = []
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.write("".join(f"q{n}\t{query}\n" for n, query in enumerate(queries)))
        file.flush()
        for where in ([], ["--backend", url]):
            output = run(index, "--json", *where, command, "--batch", file.name, *more)
            ids, totals = collections.defaultdict(list), {}
            for line in output.stdout.splitlines():
                line = json.loads(line)
                if line["type"] == "query":
                    totals[line["query_id"]] = (line.get("hits"), line.get("hits_ranked"))
                else:
                    ids[line["query_id"]].append(line["id"])
            found.append({f"q{n}": (totals.get(f"q{n}"), ids[f"q{n}"]) for n in range(len(queries))})
            if output.returncode > 1:
                check(f"{command} --batch", False, output.stderr)
    return found


def parity(name, index, url, command, queries):
    """Strict and ranked counts are equal, the sets of the newest hits too, and the ten best nearly."""
    here, there = batch(index, url, command, queries)
    wrong = [(queries[int(q[1:])], here[q][0], there[q][0]) for q in here if here[q][0] != there[q][0]]
    check(f"{name}: counts of {len(queries)} queries", not wrong, f"{len(wrong)} differ: {wrong[:5]}")
    shares = []
    for q in here:
        a, b = set(here[q][1]), set(there[q][1])
        shares.append(len(a & b) / max(len(a), len(b)) if a or b else 1.0)
    mean = sum(shares) / max(1, len(shares))
    equal = sum(here[q][1] == there[q][1] for q in here)
    check(f"{name}: ten best, overlap {mean:.4f}, {equal} of {len(queries)} in the very same order", mean >= 0.95)
    here, there = batch(index, url, command, queries, "--sort", "newest", "--limit", "300", *(["--fields", "id"] if command == "search" else []))
    wrong = [queries[int(q[1:])] for q in here if here[q][1] != there[q][1]]
    check(f"{name}: the newest 300 of {len(queries)} queries", not wrong, wrong[:5])


def language(index, url, most):
    """Queries of every kind, made of what the archive holds."""
    r = random.Random(3)
    lines = [json.loads(line) for line in run(index, "--json", "search", "the", "--limit", "200", "--plain").stdout.splitlines()]
    people = [json.loads(line)["name"] for line in run(index, "--json", "names", "--kind", "person", "--limit", "300").stdout.splitlines()]
    topics = [json.loads(line)["name"] for line in run(index, "--json", "topics", "--limit", "60").stdout.splitlines()]
    texts = [re.findall(r"\w+", line["snippet"]["text"]) for line in lines if line["snippet"]["text"]]
    words = [word for text in texts for word in text if word.isascii() and len(word) > 3 and word.lower() not in ("not", "near")]
    sources = sorted({line["source"] for line in lines if line["source"]})
    w = lambda: r.choice(words)

    def run_of(count):
        text = r.choice([text for text in texts if len(text) > count + 2])
        at = r.randrange(len(text) - count)
        return " ".join(text[at:at + count])

    kinds = [
        lambda: f'"{run_of(r.choice((2, 3, 4)))}"', lambda: f'"{w()} {w()}"~{r.choice((3, 8, 20))}',
        lambda: f"{w()} NEAR/{r.choice((2, 6, 15))} {w()}", lambda: f'"{run_of(2)}" NEAR/12 {w()}',
        lambda: f"{w()} AND {w()}", lambda: f"{w()} OR {w()} OR {w()}", lambda: f"{w()} -{w()}", lambda: f"({w()} OR {w()}) AND NOT {w()}",
        lambda: f"+{w()} {w()} {w()}", lambda: f"{w()} {w()} {w()} {w()}", lambda: f"{w()[:4]}*", lambda: f"{w()}~1", lambda: f"{w()}~2 {w()}",
        lambda: f"title:{w()}", lambda: f"body:{w()}", lambda: f'person:"{r.choice(people)}"', lambda: f"person:{r.choice(people).split()[-1]}",
        lambda: f'org:"{w()}"', lambda: f"work:{w()}", lambda: f"place:{w()}", lambda: f"event:{w()}", lambda: f'topic:"{r.choice(topics)}"',
        lambda: f'source:"{r.choice(sources)}" {w()}' if sources else w(), lambda: f"byline:{w()}", lambda: f"section:{w()}",
        lambda: "lang:en " + w(), lambda: f"path:{w()}", lambda: f"kind:{r.choice(('direct', 'mixed', 'indirect'))} {w()}",
        lambda: f"stance:{r.choice(('said', 'denied'))} {w()}", lambda: f'speaker:"{r.choice(people)}"',
        lambda: f'speaker:"{r.choice(people)}" quote:{w()}', lambda: f"quote:{w()} -speaker:{r.choice(people).split()[-1]}",
        lambda: f'about:"{r.choice(people)}"', lambda: f'about:"{r.choice(people)}" quote:{w()} {w()}',
        lambda: f"date:{r.randrange(2010, 2026)} {w()}", lambda: f"date:>{r.randrange(2010, 2024)}-{r.randrange(1, 13):02}",
        lambda: f"date:{r.randrange(2010, 2018)}..{r.randrange(2018, 2026)} {w()}", lambda: f"date:none {w()}",
        lambda: f"co-{w()}", lambda: f"zyzzyva {w()} {w()}",
    ]
    queries = [kinds[n % len(kinds)]() for n in range(most)]
    parity("the query language", index, url, "search", queries)
    parity("the query language, quotes", index, url, "quotes", [query for query in queries if "kind:" not in query][::2])
    few = max(10, most // 2)
    names = [people[n * len(people) // few] for n in range(few)] if len(people) > few else people
    all_same("person", index, url, [("person", name) for name in names])
    all_same("quotes --by", index, url, [("quotes", "--by", name) for name in names])
    said = [json.loads(line)["text"] for line in run(index, "--json", "quotes", "the", "--plain", "--limit", str(few)).stdout.splitlines()]
    said = [text for text in said if len(text.split()) >= 3]
    all_same("origin", index, url, [("origin", text) for text in said])
    altered = [" ".join(word for n, word in enumerate(text.split()) if n != 2) for text in said]
    all_same("verify", index, url, [("verify", "--quote", text) for text in altered])
    fields = ["person", "org", "work", "place", "event", "topic", "iptc", "keyphrase", "tag", "source", "section", "lang", "speaker", "stance", "year", "month"]
    all_same("facets", index, url, [("search", w(), "--limit", "0", "--facet", fields[n % len(fields)]) for n in range(few)])
    all_same("timeline", index, url, [("timeline", f"{w()} {'' if n % 3 else w()}".strip(), "--by", ("day", "month", "year")[n % 3]) for n in range(few)])
    shown = [line["id"] for line in lines[:few]]
    all_same("show", index, url, [("show", it) for it in shown])
    all_same("names and topics", index, url, [("names", "--limit", "5000"), ("names", "vo"), ("topics", "--limit", "5000"), ("topics", "--under", "society")])


def wait_for(what, client):
    """Waits until something holds, or a client that should bring it about has ended."""
    while client.poll() is None:
        try:
            if what():
                return True
        except OSError:
            pass
        time.sleep(0.05)
    return False


def main(folder):
    nodes = Nodes(JARS, folder, 3)
    try:
        everything(folder, nodes)
    finally:
        nodes.stop()


def everything(folder, nodes):
    check("three nodes are up", len(nodes.ask("GET", "/_cat/nodes?format=json")) == 3)
    url = nodes.urls()
    sample, many = folder / "sample", folder / "many"
    run(sample, "index", ROOT / "data/archive")
    first = push(sample, url)
    check("the sample archive is pushed", first.returncode == 0 and counts(nodes) == held(sample), first.stderr)
    asked = [line for line in (ROOT / "tests/cluster/questions.txt").read_text().splitlines() if line]
    import shlex
    all_same("questions to the sample archive", sample, url, [shlex.split(line) for line in asked])

    # A mapping of another version, a name that is taken.
    name = next(index["index"] for index in nodes.ask("GET", "/_cat/indices/pullquote-articles-*?format=json"))
    meta = nodes.ask("GET", f"/{name}/_mapping")[name]["mappings"]["_meta"]
    other = {"pullquote": {**meta["pullquote"], "schema": 1}}
    nodes.ask("PUT", f"/{name}/_mapping", {"_meta": other})
    for output in (push(sample, url), run(sample, "search", "grief", "--backend", url)):
        check("a mapping of another version is refused", output.returncode == 11 and "--rebuild" in output.stderr, output.stderr)
    rebuilt = push(sample, url, "--rebuild")
    check("a rebuild fills new indices and swaps them in", rebuilt.returncode == 0 and counts(nodes) == held(sample), rebuilt.stderr)
    copy = folder / "copy"
    shutil.copytree(sample, copy)
    (copy / "state/identity").unlink()
    taken = push(copy, url)
    check("a root of another index is left alone", taken.returncode == 2 and "--root-name" in taken.stderr, taken.stderr)

    # A disk that is full: the cluster itself blocks writing then.
    name = next(index["index"] for index in nodes.ask("GET", "/_cat/indices/pullquote-articles-*?format=json"))
    run(sample, "remove", "200f31bb1183d7ef", "--reason", "a test")
    nodes.ask("PUT", f"/{name}/_settings", {"index.blocks.read_only": True})
    full = push(sample, url)
    check("a block on writing is told", full.returncode == 2 and "disk is probably full" in full.stderr, full.stderr)
    nodes.ask("PUT", f"/{name}/_settings", {"index.blocks.read_only": None})
    after = push(sample, url)
    check("the story that was taken down left", after.returncode == 0 and counts(nodes) == held(sample), after.stderr)

    # Credentials, TLS.
    both, alone = certificate(folder)
    wire = Wire(nodes.http[0], b"Basic YW5uOnNlY3JldA==", both)
    secret = folder / "who"
    secret.write_text("ann:secret\n")
    secret.chmod(0o600)
    trust = ["--certificates", alone] if alone else []
    check("nobody in particular is refused", "--credentials" in push(sample, wire.url(), *trust).stderr)
    wrong = push(sample, wire.url(), *trust, env={"PULLQUOTE_CREDENTIALS": "ann:guess"})
    check("wrong credentials are refused", "does not accept" in wrong.stderr and "guess" not in wrong.stderr, wrong.stderr)
    right = push(sample, wire.url(), *trust, "--credentials", secret)
    check("right credentials, over TLS" if alone else "right credentials", right.returncode == 0, right.stderr)
    if alone:
        check("a certificate that nobody vouches for is refused", push(sample, wire.url(), "--credentials", secret).returncode == 2)

    # Many stories: the client killed, a node killed, the network cut.
    stories.write_many(str(folder / "many.jsonl"), STORIES)
    output = run(many, "index", folder / "many.jsonl", timeout=3600)
    print(f"       {time.time() - begun:6.0f} s  {STORIES} stories are indexed", flush=True)
    before = counts(nodes)
    total = lambda: tuple(a + b for a, b in zip(held(many), held(sample)))
    there = lambda: counts(nodes)[0] - before[0]

    def started(*line):
        return subprocess.Popen([PULLQUOTE, "--index", many, "push", "--to", *line], stderr=subprocess.PIPE, text=True)

    client = started(url)
    reached = wait_for(lambda: there() > STORIES // 10, client)
    client.send_signal(signal.SIGKILL)
    client.wait()
    check(f"the client is killed after {there()} stories", reached and there() < STORIES)
    wire = Wire(nodes.http[1])
    client = started(wire.url(), "--patience", "15")
    at = there()
    wait_for(lambda: there() > at + STORIES // 10, client)
    wire.cut()
    said = client.communicate()[1]
    check("the network is cut, connections refused", client.returncode == 2 and "cannot be reached" in said, said)
    wire = Wire(nodes.http[1])
    client = started(wire.url(), "--patience", "15")
    at = there()
    wait_for(lambda: there() > at + STORIES // 20, client)
    wire.hangs = True
    said = client.communicate()[1]
    check("the network is cut, nothing comes back", client.returncode == 2 and "has not answered" in said, said)
    wire.hangs = False
    client = started(url)
    at = there()
    wait_for(lambda: there() > at + STORIES // 10, client)
    nodes.kill(0)
    said = client.communicate()[1]
    check("a node is killed, and the push goes on with the others", client.returncode == 0, said)
    check("nothing is lost and nothing twice", counts(nodes) == total(), (counts(nodes), total()))
    nodes.start(0)
    nodes.wait("green")
    again = pushed(push(many, url))
    check("the next push has nothing to do", isinstance(again, dict) and again["unchanged"] == STORIES and again["added"] + again["updated"] == 0, again)

    # Shards without a copy, and their node gone.
    name = next(i["index"] for i in nodes.ask("GET", "/_cat/indices/pullquote-articles-many*?format=json"))
    nodes.ask("PUT", f"/{name}/_settings", {"index.auto_expand_replicas": "false", "index.number_of_replicas": 0})
    shard = nodes.ask("GET", f"/_cat/shards/{name}?format=json")[0]
    node = int(shard["node"][1:])
    nodes.kill(node)
    alive = ",".join(nodes.url(n) for n in range(3) if n != node)
    for output in (push(many, alive, "--patience", "15"), run(many, "search", "the", "--backend", alive, "--patience", "15")):
        check("missing shards are told", output.returncode == 2 and "red" in output.stderr, output.stderr)
    nodes.start(node)
    nodes.wait("green")
    nodes.ask("PUT", f"/{name}/_settings", {"index.auto_expand_replicas": "0-1"})
    nodes.wait("green")

    # The same answers as from one index of both roots.
    whole = folder / "whole"
    run(whole, "index", ROOT / "data/archive", folder / "many.jsonl", timeout=3600)
    run(whole, "remove", "200f31bb1183d7ef", "--reason", "a test")
    two = [subprocess.Popen([PULLQUOTE, "--index", index, "push", "--rebuild", "--to", url], stderr=subprocess.PIPE, text=True) for index in (sample, many)]
    said = [one.communicate()[1] for one in two]
    check("two roots are pushed at once by two processes", all(one.returncode == 0 for one in two) and counts(nodes) == held(whole), (said, counts(nodes), held(whole)))
    bench = pathlib.Path("../shared/bench/queries350.tsv")
    if bench.exists():
        queries = [line.split("\t") for line in bench.read_text().splitlines() if line]
        between = {"and2": " AND ", "and3": " AND ", "or2": " OR ", "or3": " OR "}
        joined = [f'"{text}"' if kind == "phrase" else between.get(kind, " ").join(text.split()) for kind, text in queries]
        parity("the queries of ../shared/bench", whole, url, "search", joined if STORIES >= 10000 else joined[::10])
    language(whole, url, 200 if STORIES >= 10000 else 20)


begun = time.time()
with tempfile.TemporaryDirectory(prefix="pullquote-cluster-") as temporary:
    main(pathlib.Path(temporary))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
