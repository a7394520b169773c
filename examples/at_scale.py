#!/usr/bin/env python3
"""Loads a dump and checks a contact list on Apache Spark: each partition runs leakline, and `merge` joins what they made.

    pip install pyspark
    spark-submit examples/at_scale.py load --source forum-2021 --key-file KEY --shared /shared/forum --index INDEX 'dump/*'
    spark-submit examples/at_scale.py check --index INDEX --id-column customer --out answers contacts.parquet

`load` hands what Spark reads (files, folders, object storage; gzip too) to leakline line by line, as RDD.pipe() does. `check` hands
it one column of Parquet, Arrow batch by Arrow batch, and takes the key from an environment variable; it also runs on Spark Connect
(--remote sc://host). No row is shuffled, cached or collected. --shared is a folder that all machines see. Each machine needs
leakline and the key, and for `check` the index. docs/at-scale.md says what to mind.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import threading

from pyspark.sql import SparkSession


def piped(command, lines):
    """A command that reads these lines: exit code, lines it wrote, what it said."""
    first = next(lines, None)
    if first is None:
        return
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def feed():
        try:
            for line in itertools.chain([first], lines):
                process.stdin.write(line.encode() + b"\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # It has ended, and says why.

    said = []
    threads = [threading.Thread(target=feed), threading.Thread(target=lambda: said.append(process.stderr.read()))]
    for thread in threads:
        thread.start()
    for line in process.stdout:
        yield line.decode().rstrip("\n")
    for thread in threads:
        thread.join()
    if process.wait() not in (0, 1):
        # Messages name lines, never numbers.
        raise RuntimeError(f"exit code {process.returncode}: {said[0].decode()}")


def load(spark, args):
    """An index of each partition in the shared folder, then all of them as one source of the index."""

    def load_partition(number, lines):
        part = pathlib.Path(args.shared) / f"part-{number:05}"
        command = [args.leakline, "load", "-", "--source", args.source, "--index", part, "--key-file", args.key_file]
        # A partition that Spark tries again replaces what the first try stored.
        command += ["--replace", "--json", "--threads", "1", *args.option]
        report = "".join(piped(command, lines))
        if report:
            yield str(part), json.loads(report)["accepted"]

    rows = spark.sparkContext.textFile(args.input, args.partitions)
    parts = sorted(rows.mapPartitionsWithIndex(load_partition).collect())
    print(f"{len(parts)} partitions, {sum(accepted for _, accepted in parts):,} numbers")
    merge = [args.leakline, "merge", "--index", args.index, "--key-file", args.key_file, *(part for part, _ in parts)]
    subprocess.run(merge, check=True)


def check(spark, args):
    """The answers to a column of Parquet as Parquet: each with the id of its row, and without the number."""
    contacts = spark.read.parquet(args.input).select(args.id_column, args.phone_column)
    command = [args.leakline, "check", "-i", "-", "--null", "--input-format", "text", "--format", "ndjson"]
    command += ["--allow-undecided", "--threads", "1", "--index", args.index, "--key-env", args.key_env, *args.option]

    def check_batches(batches):
        # Here, since `load` does without.
        import pyarrow

        for batch in batches:
            ids, numbers = batch.columns
            contacts = "".join(f"{'' if number is None else number}\0" for number in numbers.to_pylist())
            run = subprocess.run(command, input=contacts.encode(), capture_output=True)
            if run.returncode not in (0, 1):
                # Messages name lines, never numbers.
                raise RuntimeError(f"exit code {run.returncode}: {run.stderr.decode()}")
            results = [json.loads(line) for line in run.stdout.splitlines()]
            # Blank contacts have no result, and a contact of two numbers has two.
            ids = ids.take([result["line"] - 1 for result in results])
            answers = [[result[field] for result in results] for field in ("status", "country", "sources", "reason")]
            texts = pyarrow.string()
            types = [texts, texts, pyarrow.list_(texts), texts]
            columns = [ids, *(pyarrow.array(values, kind) for values, kind in zip(answers, types))]
            yield pyarrow.RecordBatch.from_arrays(columns, names)

    names = [args.id_column, "exposure", "country", "sources", "reason"]
    kind = contacts.schema[args.id_column].dataType.simpleString()
    schema = f"`{args.id_column}` {kind}, exposure string, country string, sources array<string>, reason string"
    contacts.mapInArrow(check_batches, schema).write.parquet(args.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in [("load", load), ("check", check)]:
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("input", help="what Spark reads: a path or a pattern")
        command.add_argument("--leakline", default="leakline", help="the program, where every machine has it")
        command.add_argument("--index", required=True)
        command.add_argument("--option", action="append", default=[], help="for leakline, as in --option=--international")
    load_options, check_options = commands.choices["load"], commands.choices["check"]
    load_options.add_argument("--key-file", required=True)
    load_options.add_argument("--source", required=True)
    load_options.add_argument("--partitions", type=int, help="at least so many")
    load_options.add_argument("--shared", required=True, help="a folder for the parts")
    check_options.add_argument("--key-env", default="LEAKLINE_KEY", help="the variable of each executor that holds the key")
    check_options.add_argument("--id-column", required=True, help="the column that names a row")
    check_options.add_argument("--phone-column", default="phone")
    check_options.add_argument("--out", required=True, help="where the answers go")
    check_options.add_argument("--remote", help="a Spark Connect server, as in sc://host")
    args = parser.parse_args()
    builder = SparkSession.builder.appName("leakline")
    if getattr(args, "remote", None):
        builder = builder.remote(args.remote)
    spark = builder.getOrCreate()
    args.run(spark, args)
    spark.stop()


if __name__ == "__main__":
    main()
