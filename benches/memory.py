#!/usr/bin/env python3
"""Runs commands on inputs that ask for much memory: none may take more than `--memory` allows.

    cargo build --release
    benches/memory.py --work /path/with/room

A command either ends as it should or is an error (2). Its peak is that of the kernel (`ru_maxrss`).
Ends with 1 if any took more. It needs the `zstd` program, and takes some minutes.
"""

import argparse
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
AREAS = [201, 202, 203, 205, 206, 207, 208, 209]


def fiction(count, start=0):
    """So many numbers reserved for fiction, again and again."""
    numbers = range(start, start + count)
    return "".join(f"+1{AREAS[n % 8]}5550{100 + n // 8 % 100}\n" for n in numbers)


# The kernel counts the memory of whoever starts a program as the program's own, so somebody small
# starts it.
LAUNCHER = """
import os, sys
process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(process, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


class World:
    def __init__(self, work, binary):
        self.work = work
        self.binary = binary
        self.failed = False
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self.run(["keygen", work / "key"])

    def run(self, command, index=None):
        """Runs a command; its exit code, its peak in bytes, and what it wrote to stderr."""
        whole = [self.binary, *command]
        if command[0] != "keygen":
            whole += ["--index", index or self.work / "index", "--key-file", self.work / "key"]
        launched = [sys.executable, "-S", "-c", LAUNCHER, *(str(part) for part in [*whole[:1], "-q", *whole[1:]])]
        run = subprocess.run(launched, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        code, peak = run.stdout.split()[-2:]
        return int(code), int(peak) << 10, run.stderr

    def holds(self, what, megabytes, command, codes=(0,), index=None):
        """That the command ends with one of these codes and takes no more than that."""
        code, peak, errors = self.run(command, index)
        is_held = code in codes and peak <= megabytes << 20
        self.failed |= not is_held
        print(f"{'ok    ' if is_held else 'FAILED'} {what}: exit {code}, {peak / (1 << 20):.0f} of {megabytes} MB", flush=True)
        if not is_held:
            print(errors)


def many_files(world, files):
    """A source of very many files, and every command that reads of it."""
    dump = world.work / "files"
    for file in range(files):
        folder = dump / f"{file // 1000:03}"
        if file % 1000 == 0:
            folder.mkdir(parents=True)
        (folder / f"part {file:06}.txt").write_text(fiction(3, file).replace("\n", f",p{file}\n"))
    index = world.work / "many"
    load = ["load", "--source", "big", dump, "--memory"]
    what = f"a source of {files:,} files"
    world.holds(f"{what}, loaded", 31, [*load, "31M"], (0, 2), index)
    world.holds(f"{what}, loaded", 256, [*load, "256M"], (0,), index)
    one = world.work / "one.txt"
    one.write_text("+12015550100\n")
    for megabytes in [31, 64]:
        memory = ["--memory", f"{megabytes}M"]
        world.holds(f"{what}, one checked", megabytes, ["check", "+12015550100", *memory], (1,), index)
        world.holds(f"{what}, one appended", megabytes, ["load", "--source", "big", "--append", one, *memory], (0, 2), index)
    for command in (["sources"], ["sources", "--json"], ["verify"], ["overlap", "big", "big"]):
        world.holds(f"{what}, {' '.join(command)}", 64, command, (0, 2), index)
    world.holds(f"{what}, stats", 256, ["stats", "--format", "json"], (0,), index)
    world.holds(f"{what}, one forgotten", 256, ["forget", "-i", one], (0,), index)
    world.holds(f"{what}, extracted", 256, ["extract", "--country", "US", world.work / "part"], (0,), index)
    world.holds(f"{what}, merged", 256, ["merge", world.work / "part"], (0,), index)


def many_sources(world, sources):
    """An index of many sources of 1 MB."""
    one = world.work / "source.txt"
    dump = world.work / "synthetic"
    synthesize = world.binary.parent / "examples" / "synthesize"
    subprocess.run([synthesize, "--rows", "200000", "--seed", "7", "--out", dump], check=True)
    one.write_text(fiction(500))
    index = world.work / "sources"
    for source in range(sources):
        code, _, errors = world.run(["load", "--source", f"s{source:03}", dump], index)
        if code != 0:
            sys.exit(f"the sources cannot be made: {errors}")
    size = sum(path.stat().st_size for path in index.iterdir()) / sources / 1e6
    for megabytes in [31, 64]:
        memory = ["--memory", f"{megabytes}M"]
        world.holds(f"{sources} sources of {size:.1f} MB, one looked up", megabytes, ["check", "+12015550100", *memory], (0, 1), index)
        world.holds(f"{sources} sources of {size:.1f} MB, 500 looked up", megabytes, ["check", "-i", one, *memory], (0, 1), index)


def zstd(source, target, *options):
    subprocess.run(["zstd", "-q", "-f", *options, source, "-o", target], check=True)


def zip_of(member, name, target, length, checksum):
    """A ZIP whose only member is packed by zstd (method 93)."""
    packed = member.read_bytes()
    fields = struct.pack("<HHHHHIII", 63, 0, 93, 0, 33, checksum, len(packed), length)
    local = b"PK\3\4" + fields + struct.pack("<HH", len(name), 0) + name
    central = b"PK\1\2" + struct.pack("<H", 63) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    target.write_bytes(local + packed + central + end)


def packed(world):
    """Dumps that take a large window to unpack. Random bytes between numbers fill it."""
    text = world.work / "text.txt"
    with open(text, "w", encoding="ascii") as out:
        for part in range(90):
            out.write(fiction(800, part * 31))
            # A name that occurs once, so that the window is full of what cannot be packed.
            out.write("".join(f"{os.urandom(3000).hex()}\n" for _ in range(520)))
    length, checksum = text.stat().st_size, zlib.crc32(text.read_bytes())
    load = ["load", "--dry-run", "--source", "z", "--international", "--max-rejects", "100"]
    archive = world.work / "packed.zip"
    for window in [23, 26, 27, 28]:
        once = world.work / f"long{window}.txt.zst"
        zstd(text, once, f"--long={window}")
        for megabytes in [31, 64, 256]:
            memory = ["--memory", f"{megabytes}M"]
            world.holds(f"zstd --long={window}", megabytes, [*load, once, *memory], (0, 2))
            zip_of(once, b"member.txt", archive, length, checksum)
            world.holds(f"ZIP member packed by zstd --long={window}", megabytes, [*load, archive, *memory], (0, 2))
    layers = world.work / "long26.txt.zst"
    for number in range(2):
        outer = world.work / f"layer{number}.zst"
        zstd(layers, outer, "--long=26")
        layers = outer
    for megabytes in [64, 256]:
        world.holds("three layers of zstd --long=26", megabytes, [*load, layers, "--memory", f"{megabytes}M"], (0, 2))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder with room: 2 GB")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target" / "release" / "leakline")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--only", choices=["files", "sources", "packed"], help="one part alone")
    args = parser.parse_args()
    world = World(args.work / "memory", args.binary.resolve())
    if args.only in (None, "packed"):
        packed(world)
    if args.only in (None, "files"):
        many_files(world, args.files)
    if args.only in (None, "sources"):
        many_sources(world, args.sources)
    sys.exit(1 if world.failed else 0)


if __name__ == "__main__":
    main()
