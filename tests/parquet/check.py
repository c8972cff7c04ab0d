"""Parquet files of `pullquote export`, read by DuckDB and by pandas, against the JSON Lines of the same export."""

import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import duckdb
import pandas
import pyarrow.parquet

program, archive = sys.argv[1:]


def run(index, *words):
    return subprocess.run([program, "--index", index, *words], check=True, capture_output=True).stdout


with tempfile.TemporaryDirectory() as folder:
    index = f"{folder}/index"
    odd = pathlib.Path(folder, "odd")
    odd.mkdir()
    # What has no date, a year alone, a title that would be a formula, and marks of several bytes.
    (odd / "a.jsonl").write_text(
        '{"title": "=1+1", "text": "“Nothing,” Mara Voß said in Zürich."}\n'
        '{"title": "A year", "text": "Mara Voß sang again in Zürich.", "date": "2019"}\n'
    )
    run(index, "--quiet", "index", archive, str(odd))
    for what in ["articles", "quotes", "names", "mentions"]:
        records = [json.loads(line) for line in run(index, "export", what).splitlines()]
        path = f"{folder}/{what}.parquet"
        pathlib.Path(path).write_bytes(run(index, "export", what, "--format", "parquet"))

        frame = pandas.read_parquet(path)
        table = pyarrow.parquet.read_table(path)
        rows = table.to_pylist()
        assert len(frame) == len(rows) == len(records) > 20, (what, len(frame), len(records))
        types = {field.name: str(field.type) for field in table.schema}
        for column, kind in types.items():
            for row, record in zip(rows, records):
                said = record.get(column)
                if column in ("published_from", "published_to"):
                    assert kind == "date32[day]", kind
                    day = record["published"]
                    if day is None:
                        assert row[column] is None, row
                    elif len(day) >= 10:
                        assert row[column] == datetime.date.fromisoformat(day[:10]), row
                    else:
                        assert row[column].isoformat().startswith(day), row
                elif kind.startswith("list<"):
                    entries = [entry if isinstance(entry, str) else entry["label"] for entry in said]
                    assert row[column] == entries, (column, row[column], said)
                elif isinstance(said, list):
                    assert row[column] == len(said), (column, row[column], said)
                elif kind == "double":
                    assert abs(row[column] - said) < 1e-6, (column, row[column], said)
                else:
                    assert row[column] == said, (column, row[column], said)

        count, none = duckdb.sql(f"select count(*), count(*) filter (where false) from '{path}'").fetchone()
        assert (count, none) == (len(records), 0)

    kinds = dict(duckdb.sql(f"describe select * from '{folder}/articles.parquet'").project("column_name, column_type").fetchall())
    assert kinds["published_from"] == "DATE" and kinds["people"] == "VARCHAR[]" and kinds["quotes"] == "BIGINT", kinds
    who = duckdb.sql(
        f"""select q.speaker, count(*) from '{folder}/quotes.parquet' q join '{folder}/articles.parquet' a
            on a.id = q.article_id where q.published_from >= date '2019-01-01' and list_contains(a.people, q.speaker)
            group by 1 order by 2 desc, 1 limit 1"""
    ).fetchone()
    assert who and who[1] > 1, who
    year = duckdb.sql(f"select published_from, published_to from '{folder}/articles.parquet' where title = 'A year'").fetchone()
    assert year == (datetime.date(2019, 1, 1), datetime.date(2019, 12, 31)), year
    bold = [row[0] for row in duckdb.sql(f"select title from '{folder}/articles.parquet' where title like '=%'").fetchall()]
    assert bold == ["=1+1"], bold

    # The same title in CSV is no formula, and comes back by the rule that the help states.
    csv = pandas.read_csv(pathlib.Path(folder, "out.csv").write_bytes(run(index, "export", "articles", "--format", "csv")) and f"{folder}/out.csv")
    cells = {cell for column in csv for cell in csv[column] if isinstance(cell, str)}
    assert not [cell for cell in cells if cell[0] in "=+-@\t\r"], cells
    assert "'=1+1" in cells

print("4 passed, 0 failed")
