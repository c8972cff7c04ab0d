"""Stories for a cluster: those of ../shared/bench where it is there, else a few words shaken up."""

import json, pathlib, random, subprocess, sys

FIRST = "Ada Bruno Clara Dmitri Elena Farah Hugo Iris Jamal Keiko Lars Mei Nadia Omar Petra Rosa Sven Uma Vera Zoe".split()
LAST = "Voss Karr Brandt Holt Reyes Amory Thane Wisdom Quill Marlowe Ostrava Pell Rooke Sable Tarn Ulm Vance Wick Yarrow Zell".split()
WORDS = ("stage tour album film court harbour light grief room fire letter crown signal mirror season station story song "
         "prize cast script scene crowd ticket theatre studio record singer actor writer director critic festival award").split()
VERBS = "opened closed praised denied announced cancelled recorded sold lost found wrote played".split()


def story(number):
    r = random.Random(number * 7919 + 5)
    person = lambda: f"{r.choice(FIRST)} {LAST[min(int(r.expovariate(0.25)), len(LAST) - 1)]}"
    sentence = lambda: f"The {r.choice(WORDS)} {r.choice(VERBS)} a {r.choice(WORDS)} and the {r.choice(WORDS)} of {r.choice(WORDS)}{r.randrange(400)}."
    parts = []
    for _ in range(r.randrange(2, 7)):
        who = person()
        words = " ".join(r.choice(WORDS) for _ in range(r.randrange(4, 14)))
        parts.append(f"{sentence()} {who} {r.choice(VERBS)} the {r.choice(WORDS)}. {sentence()}")
        parts.append(f"“We {r.choice(VERBS)} the {words},” {who} said.")
    published = f"{r.randrange(2015, 2025)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}"
    record = {"id": f"s{number}", "title": f"{person()} and the {r.choice(WORDS)} of {r.choice(WORDS)}", "text": "\n\n".join(parts),
              "source": r.choice(["The Evening Post", "Screen Weekly", "The Daily Courier"]), "lang": "en"}
    if number % 17:
        record["published"] = published
    return record


def write(path, first, count):
    with open(path, "w", encoding="utf-8") as out:
        for number in range(first, first + count):
            out.write(json.dumps(story(number), ensure_ascii=False) + "\n")


def write_many(path, count):
    """So many stories, the news of ../shared/bench if it can make them."""
    bench = pathlib.Path("../shared/bench")
    if not (bench / "gen_corpus.py").exists():
        return write(path, 0, count)
    folder = pathlib.Path(path).with_suffix(".parts")
    subprocess.run([sys.executable, bench / "gen_corpus.py", "--base", bench / "wikinews_base.jsonl", "--n", str(count),
                    "--out", folder, "--jsonl", path], check=True, stdout=subprocess.DEVNULL)
