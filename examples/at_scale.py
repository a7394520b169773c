#!/usr/bin/env python3
"""Loads a dump and checks a contact list on Apache Spark: each partition runs leakline, and `merge` joins what they made.

    pip install pyspark
    spark-submit examples/at_scale.py load --source forum-2021 --key-file KEY --shared /shared/forum --index INDEX 'dump/*'
    spark-submit examples/at_scale.py check --key-file KEY --index INDEX --out answers 'contacts/*'

What Spark reads (files, folders, object storage; gzip too) is handed to leakline line by line, as RDD.pipe() does, so no row is
shuffled, cached or collected. --shared is a folder that all machines see. Each machine needs leakline, the key file, and for
`check` the index. docs/at-scale.md says what to mind.
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
    """The answers of each partition, masked, as a folder of NDJSON. Lines are counted within a partition."""

    def check_partition(lines):
        command = [args.leakline, "check", "-i", "-", "--format", "ndjson", "--index", args.index, "--key-file", args.key_file]
        return piped([*command, "--threads", "1", *args.option], lines)

    contacts = spark.sparkContext.textFile(args.input, args.partitions)
    contacts.mapPartitions(check_partition).saveAsTextFile(args.out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for name, run in [("load", load), ("check", check)]:
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("input", help="what Spark reads: a path or a pattern")
        command.add_argument("--leakline", default="leakline", help="the program, where every machine has it")
        command.add_argument("--key-file", required=True)
        command.add_argument("--index", required=True)
        command.add_argument("--partitions", type=int, help="at least so many")
        command.add_argument("--option", action="append", default=[], help="for leakline, as in --option=--international")
    commands.choices["load"].add_argument("--source", required=True)
    commands.choices["load"].add_argument("--shared", required=True, help="a folder for the parts")
    commands.choices["check"].add_argument("--out", required=True, help="where the answers go")
    args = parser.parse_args()
    spark = SparkSession.builder.appName("leakline").getOrCreate()
    args.run(spark, args)
    spark.stop()


if __name__ == "__main__":
    main()
