#!/usr/bin/env python3
"""Loads N synthetic rows and checks 10 M contacts, beside what people use instead, in the same run.

    cargo build --release --bins --examples
    benches/whole_leak.py --rows 24000000 --work /path/with/room

Beside `leakline load`: `sort -u` over the same files; DuckDB with the first 64 bits of a prefixed SHA-256 tag a
number, as one table without duplicates; SQLite with the same tags as primary key, of at most --sqlite-rows rows.
Beside `leakline check`: `comm` over sorted files, a join in DuckDB, and ripgrep with as many of the contacts as it takes as
patterns. Then the union and the overlap of the dump and of half of
it, beside `sort -mu` and `comm` of sorted files and DuckDB's UNION and INTERSECT over tags; and a quarter of the rows as CSV and as
NDJSON, beside DuckDB, which reads and hashes the same column, and `xan`, which only reads it; the same for wide rows. DuckDB is installed by pip into a
virtual environment in the work folder; peers that are not there are left out. Prints Markdown tables: wall time, CPU time, the most
memory held, bytes a number, and how many times as fast leakline is.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "target" / "release"
CONTACTS = 10_000_000
WIDE_ROWS = 2_000_000
# Wide rows: a row, its header, and how the peers are told to read its numbers.
WIDE = {
    "CSV, 30 columns": {
        "header": "id,phone," + ",".join(f"column {column}" for column in range(3, 31)) + "\n",
        "row": "1,NUMBER," + ",".join(["Ann", '"Lee, Ray"', "17", "Riga"] * 7) + "\n",
        "duckdb": "read_csv('{}', header=true)",
        "xan": ["phone"],
    },
    "colon-separated text, 12 fields": {
        "row": "NUMBER:100000000000001:Ann:Lee:female:Riga, Latvia:Lagos, Nigeria:single:Ann and Lee Ltd:5/8/2018 12 00 00:"
        "ann.lee@mail.example.org:04/03/1980\n",
        "duckdb": "(select column00 as phone from read_csv('{}', header=false, delim=':'))",
        "xan": ["--no-headers", "--delimiter", ":", "0"],
    },
    "NDJSON, 400 bytes": {
        "row": '{"id":1'
        + "".join(f',"about {part}":"Ann \\"A\\" Lee, of Riga: tall, kind; likes trees, rain and walks"' for part in range(5))
        + ',"phone":"NUMBER"}\n',
        "duckdb": "(select phone from read_ndjson('{}', columns={{phone: 'varchar'}}))",
    },
}


def measured(name, command, **more):
    """Runs a command; wall seconds, CPU seconds and peak memory in MB, as the kernel counts them."""
    begin = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], **more)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{name}: exit code {code}")
    return {
        "name": name,
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
    }


def contacts(path, dump):
    """10 M contacts: every second one in the dump, the rest of the same countries with another last digit."""
    names = sorted(dump.iterdir())
    total = sum(name.stat().st_size for name in names)
    chance = random.Random(1)
    lines = []
    for name in names:
        wanted = max(1, CONTACTS // 2 * name.stat().st_size // total)
        with open(name, "rb") as rows:
            size = name.stat().st_size
            # Whole stretches of rows, so that reading does not take longer than checking.
            while wanted > 0:
                rows.seek(chance.randrange(max(1, size - 65536)))
                block = rows.read(65536).split(b"\n")[1:-1][: wanted]
                if not block:
                    break
                wanted -= len(block)
                for row in block:
                    row = row.strip().lstrip(b"+")
                    lines.append(b"+" + row)
                    lines.append(b"+" + row[:-1] + (b"0" if row[-1:] != b"0" else b"5"))
    chance.shuffle(lines)
    path.write_bytes(b"\n".join(lines[:CONTACTS]) + b"\n")


DUCKDB_LOAD = """
import duckdb, sys
files, database, memory = sys.argv[1:4]
db = duckdb.connect(database, config={"memory_limit": memory, "threads": 2})
db.execute("set enable_progress_bar = false")
db.execute(f\"\"\"create table tags as select distinct
    ('0x' || substr(sha256('a key of 32 bytes, as a pepper..' || trim(number)), 1, 16))::ubigint as tag
    from read_csv('{files}', columns={{'number': 'varchar'}}, header=false, delim='\\t', quote='', escape='')
    order by tag\"\"\")
db.execute("checkpoint")
"""

DUCKDB_CHECK = """
import duckdb, sys
contacts, database, memory = sys.argv[1:4]
db = duckdb.connect(database, config={"memory_limit": memory, "threads": 2})
db.execute("set enable_progress_bar = false")
print(db.execute(f\"\"\"select count(*) from read_csv('{contacts}', columns={{'number': 'varchar'}}, header=false)
    semi join tags on tag = ('0x' || substr(sha256('a key of 32 bytes, as a pepper..'
    || ltrim(trim(number), '+')), 1, 16))::ubigint\"\"\").fetchall())
"""

DUCKDB_SETS = """
import duckdb, sys
database, half, kind = sys.argv[1:4]
db = duckdb.connect(database, config={"memory_limit": "8GB", "threads": 2})
db.execute("set enable_progress_bar = false")
db.execute(f"attach '{half}' as half (read_only)")
print(db.execute(f"select count(*) from (select tag from tags {kind} select tag from half.tags)").fetchall())
"""

DUCKDB_COLUMN = """
import duckdb, sys
read, = sys.argv[1:]
db = duckdb.connect(config={"memory_limit": "8GB", "threads": 2})
db.execute("set enable_progress_bar = false")
print(db.execute(f\"\"\"select count(distinct ('0x' || substr(sha256('a key of 32 bytes, as a pepper..'
    || trim(phone::varchar)), 1, 16))::ubigint) from {read}\"\"\").fetchall())
"""

SQLITE_LOAD = """
import hashlib, itertools, pathlib, sqlite3, sys
folder, database, most = sys.argv[1:4]
db = sqlite3.connect(database)
db.executescript("pragma journal_mode=off; pragma synchronous=off; create table tags(tag integer primary key) without rowid")
def rows():
    for path in sorted(pathlib.Path(folder).iterdir()):
        with open(path, 'rb') as lines:
            yield from lines
def tag(row):
    digest = hashlib.sha256(b'a key of 32 bytes, as a pepper..' + row.strip()).digest()
    return int.from_bytes(digest[:8], 'big', signed=True),
db.executemany("insert or ignore into tags values (?)", map(tag, itertools.islice(rows(), int(most))))
db.commit()
"""


def duckdb(work):
    """A Python that has DuckDB, or nothing."""
    folder = work / "venv"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb"], check=False)
    found = subprocess.run([python, "-c", "import duckdb"], capture_output=True, check=False)
    return python if found.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=24_000_000)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder with room: 60 bytes a row")
    parser.add_argument("--sqlite-rows", type=int, default=5_000_000)
    parser.add_argument("--only-leakline", action="store_true")
    args = parser.parse_args()
    work = args.work / f"whole-leak-{args.rows}"
    work.mkdir(parents=True, exist_ok=True)
    dump = work / "dump"
    shutil.rmtree(dump, ignore_errors=True)
    synthesize = BIN / "examples" / "synthesize"
    subprocess.run(
        [synthesize, "--rows", str(args.rows), "--duplicates", "0.02", "--out", dump, "--truth", work / "truth.json"],
        check=True,
    )
    # In a process of its own: what this one holds would be counted as its children's memory.
    listed = work / "contacts.txt"
    maker = multiprocessing.Process(target=contacts, args=(listed, dump))
    maker.start()
    maker.join()
    if maker.exitcode != 0:
        sys.exit("the contacts could not be made")
    env = dict(os.environ, LC_ALL="C")
    key, index = work / "key", work / "index"
    shutil.rmtree(index, ignore_errors=True)
    key.unlink(missing_ok=True)
    leakline = BIN / "leakline"
    subprocess.run([leakline, "keygen", key], check=True, stdout=subprocess.DEVNULL)
    common = ["--key-file", key, "--index", index]
    with open(work / "load.json", "wb") as out:
        loads = [
            measured("leakline load", [leakline, "load", *common, "--source", "whole", "--json", dump], stdout=out, stderr=subprocess.DEVNULL)
        ]
    report = json.loads((work / "load.json").read_bytes())
    [segment] = index.glob("*.segment")
    loads[0]["bytes"] = segment.stat().st_size / report["distinct"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    checks = [measured("leakline check", [leakline, "check", *common, "--summary", "-i", listed], **quiet)]
    with open(listed, encoding="ascii") as lines:
        one = next(lines).strip()
    runs = [measured("leakline check, one number", [leakline, "check", *common, one], **quiet) for _ in range(101)]
    single = sorted(runs, key=lambda run: run["wall"])[len(runs) // 2]

    if not args.only_leakline:
        rows = work / "sorted.txt"
        sort = ["sort", "-u", "--parallel=2", "-S", "1G", "-T", work]
        files = sorted(dump.iterdir())
        found = measured("sort -u -S 1G", [*sort, "-o", rows, *files], env=env)
        found["bytes"] = rows.stat().st_size / report["distinct"]
        loads.append(found)
        plain = f"tr -d + < {listed} | {' '.join(map(str, sort))} | comm -12 - {rows} | wc -l"
        checks.append(measured("sort -u and comm", ["sh", "-c", plain], env=env, **quiet))
        python = duckdb(work)
        if python:
            database = work / "tags.duckdb"
            database.unlink(missing_ok=True)
            found = measured("DuckDB, SHA-256 tags", [python, "-c", DUCKDB_LOAD, dump / "*", database, "8GB"])
            found["bytes"] = database.stat().st_size / report["distinct"]
            loads.append(found)
            checks.append(measured("DuckDB, semi join", [python, "-c", DUCKDB_CHECK, listed, database, "8GB"], **quiet))
        if shutil.which("rg"):
            checks.extend(ripgrep(work, listed, dump))
        few = min(args.rows, args.sqlite_rows)
        database = work / "tags.sqlite"
        database.unlink(missing_ok=True)
        found = measured(f"SQLite, {few:,} rows", [sys.executable, "-c", SQLITE_LOAD, dump, database, str(few)])
        found["bytes"] = database.stat().st_size / few
        found["rows"] = few
        loads.append(found)

    print(f"\n{args.rows:,} rows, {report['distinct']:,} numbers, {os.cpu_count()} cores\n")
    table(loads, args.rows)
    print(f"\n{CONTACTS:,} contacts\n")
    table(checks, CONTACTS)
    if not args.only_leakline:
        print("\nThe union of the dump and half of it, counted\n")
        print_sets(work, common, files, python, env, report["distinct"])
        for form in ["csv", "ndjson"]:
            print(f"\n{args.rows // 4:,} rows of {form}, read and stored\n")
            table(other_format(work, key, form, args.rows // 4, python), args.rows // 4)
        few = min(args.rows // 4, WIDE_ROWS)
        for name in WIDE:
            path = wide_file(work, name, dump, few)
            print(f"\n{few:,} rows of {name}, {path.stat().st_size / 1e6:.0f} MB, read and stored\n")
            table(wide_rows(work, key, name, path, python), few)
    print(f"\none number, the whole process: {1000 * single['wall']:.1f} ms, {single['memory']:.0f} MB")


def ripgrep(work, listed, dump):
    """ripgrep over the dump, with contacts as patterns. It takes 1.6 KB a pattern, so 10 M are out of reach, and some of
    its versions refuse a million."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    patterns = work / "patterns.txt"
    search = ["rg", "--no-config", "--no-ignore", "--fixed-strings", "--line-regexp", "--count", "--file", patterns]
    for count in [1_000_000, 100_000]:
        with open(listed, "rb") as lines, open(patterns, "wb") as out:
            out.writelines(line.lstrip(b"+") for line in itertools.islice(lines, count))
        is_refused = subprocess.run([*search, os.devnull], check=False, **quiet).returncode == 2
        if not is_refused:
            return [measured(f"ripgrep, {count:,} patterns", [*search, dump], **quiet) | {"rows": count}]
    return []


def print_sets(work, common, files, python, env, distinct):
    """The union and the overlap of a dump and of every second file of it."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    half = files[::2]
    leakline = BIN / "leakline"
    subprocess.run([leakline, "load", *common, "--source", "half", *half], check=True, **quiet)
    rows, half_rows = work / "sorted.txt", work / "half.txt"
    subprocess.run(["sort", "-u", "--parallel=2", "-S", "1G", "-T", work, "-o", half_rows, *half], check=True, env=env)
    unions = [
        measured("leakline stats", [leakline, "stats", *common], **quiet),
        measured("sort -mu of sorted files", ["sh", "-c", f"sort -mu {rows} {half_rows} | wc -l"], env=env, **quiet),
    ]
    overlaps = [
        measured("leakline overlap", [leakline, "overlap", *common, "whole", "half"], **quiet),
        measured("comm of sorted files", ["sh", "-c", f"comm -12 {rows} {half_rows} | wc -l"], env=env, **quiet),
    ]
    if python:
        database, tags = work / "tags.duckdb", work / "half.duckdb"
        tags.unlink(missing_ok=True)
        listed = work / "half"
        shutil.rmtree(listed, ignore_errors=True)
        listed.mkdir()
        for path in half:
            (listed / path.name).symlink_to(path)
        subprocess.run([python, "-c", DUCKDB_LOAD, listed / "*", tags, "8GB"], check=True)
        for kind, runs in [("union", unions), ("intersect", overlaps)]:
            runs.append(measured(f"DuckDB, {kind} of tags", [python, "-c", DUCKDB_SETS, database, tags, kind], **quiet))
    table(unions, distinct)
    print("\nTheir overlap, counted\n")
    table(overlaps, distinct)


def other_format(work, key, form, rows, python):
    """A load of rows in another format, beside peers that read the same column."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dump, index = work / form, work / f"{form}.index"
    for folder in [dump, index]:
        shutil.rmtree(folder, ignore_errors=True)
    options = ["--rows", str(rows), "--format", form, "--split", "one", "--out", dump]
    subprocess.run([BIN / "examples" / "synthesize", *options], check=True)
    [path] = dump.iterdir()
    load = [BIN / "leakline", "load", "--key-file", key, "--index", index, "--source", "a", path]
    found = [measured("leakline load", load, **quiet)]
    if python:
        read = f"read_csv('{path}', header=true)" if form == "csv" else f"read_ndjson('{path}')"
        found.append(measured("DuckDB, distinct SHA-256 tags", [python, "-c", DUCKDB_COLUMN, read], **quiet))
    if shutil.which("xan") and form == "csv":
        found.append(measured("xan, reading alone", ["xan", "select", "phone", path], **quiet))
    return found


def wide_file(work, name, dump, rows):
    """A file of wide rows with the first numbers of the dump."""
    path = work / "wide.dump"
    row = WIDE[name]["row"]
    with open(path, "w", encoding="utf-8") as out:
        out.write(WIDE[name].get("header", ""))
        files = (open(file, encoding="ascii") for file in sorted(dump.iterdir()))
        for line in itertools.islice(itertools.chain.from_iterable(files), rows):
            out.write(row.replace("NUMBER", line.strip()))
    return path


def wide_rows(work, key, name, path, python):
    """A load of wide rows, beside peers that read the same column."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    index = work / "wide.index"
    shutil.rmtree(index, ignore_errors=True)
    load = [BIN / "leakline", "load", "--key-file", key, "--index", index, "--source", "a", "--international", path]
    found = [measured("leakline load", load, **quiet)]
    if python:
        read = WIDE[name]["duckdb"].format(path)
        found.append(measured("DuckDB, distinct SHA-256 tags", [python, "-c", DUCKDB_COLUMN, read], **quiet))
    if shutil.which("xan") and "xan" in WIDE[name]:
        found.append(measured("xan, reading alone", ["xan", "select", *WIDE[name]["xan"], path], **quiet))
    return found


def table(rows, count):
    print("| | wall s | M/s | CPU s | memory MB | bytes a number | leakline is faster |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    first = count / rows[0]["wall"]
    for row in rows:
        rate = row.get("rows", count) / row["wall"]
        length = f"{row['bytes']:.2f}" if "bytes" in row else ""
        print(
            f"| {row['name']} | {row['wall']:.1f} | {rate / 1e6:.2f} | {row['cpu']:.1f} | {row['memory']:.0f} "
            f"| {length} | {first / rate:.1f}× |"
        )


if __name__ == "__main__":
    main()
