#!/usr/bin/env python3
"""Kills commands that write at random moments and lets them run out of disk: the index must be as it was.

    cargo build --release --bins --examples
    benches/kills.py --work /path/with/room

A load, one that appends, one that replaces, a merge of three sources, a forget and a removal are killed (SIGKILL) at random moments, and some
interrupted (SIGINT), while memory is so small that they spill. After each: the manifest and all files that it lists are byte for byte
those before or, if the kill came late, those after; `verify` passes; the next writer leaves no other file. Then the same commands run on a disk of 8 MB
(a tmpfs, which takes root; left out otherwise), index or temporary file on it: exit code 2, an error that names
the folder, and the index as before. Ends with 1 at the first thing that is not so.
"""

import argparse
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "target" / "release"
MEMORY = "64M"


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def state(folder):
    """Every file of a folder, by its name."""
    return {path.name: digest(path) for path in sorted(folder.iterdir())}


def require(true, what, run=""):
    if not true:
        sys.exit(f"FAILED: {what}\n{run}")


class World:
    """A folder with dumps, a key, an index to begin with, and what each command makes of it."""

    def __init__(self, work, rows):
        self.work = work
        self.index = work / "index"
        self.begin = work / "begin"
        self.tmp = work / "tmp"
        self.env = dict(os.environ, SOURCE_DATE_EPOCH="1668556800")
        self.env.pop("TMPDIR", None)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        for seed, share in [(1, rows), (2, rows // 2), (3, rows // 60)]:
            make = [BIN / "examples" / "synthesize", "--rows", str(share), "--seed", str(seed)]
            subprocess.run([*make, "--duplicates", "0.02", "--out", work / f"dump-{seed}"], check=True)
        self.run(["keygen", work / "key"], index=self.begin)
        for source, seed in [("whole", 2), ("old", 3)]:
            self.run(["load", "--source", source, work / f"dump-{seed}"], index=self.begin)
        self.run(["load", "--source", "old", work / "dump-3"], index=work / "small")
        # A merge changes a source that is there, and brings in another.
        for source, seed in [("whole", 1), ("old", 2), ("third", 3)]:
            self.run(["load", "--source", source, work / f"dump-{seed}"], index=work / "other")
        (work / "list.txt").write_text("+12125550100\n+491713920010\n")
        load = ["load", "--memory", MEMORY, "--source"]
        self.commands = {
            "load": [*load, "new", work / "dump-1"],
            "append": [*load, "whole", "--append", work / "dump-1"],
            "replace": [*load, "whole", "--replace", work / "dump-1"],
            "merge": ["merge", work / "other"],
            "forget": ["forget", "-i", work / "list.txt"],
            "remove": ["sources", "remove", "whole"],
        }
        self.before = state(self.begin)
        self.after, self.seconds = {}, {}
        for name, command in self.commands.items():
            self.seconds[name] = float("inf")
            for _ in range(2):
                self.restore()
                begin = time.monotonic()
                self.run(command)
                self.seconds[name] = min(self.seconds[name], time.monotonic() - begin)
            self.after[name] = state(self.index)
            require(self.after[name] != self.before, f"{name} does something")

    def restore(self):
        shutil.rmtree(self.index, ignore_errors=True)
        shutil.copytree(self.begin, self.index)

    def command(self, command, index=None):
        return [BIN / "leakline", *command, "--index", index or self.index, "--key-file", self.work / "key"]

    def run(self, command, index=None, code=0, **more):
        more.setdefault("env", self.env)
        run = subprocess.run(self.command(command, index), capture_output=True, text=True, check=False, **more)
        require(run.returncode == code, f"{command[0]}: exit code {run.returncode}, not {code}", run.stderr)
        return run

    def check(self, name, what):
        """That the index is whole, and that the command then works."""
        now = state(self.index)
        strays = {file for file in now if not file.endswith((".segment", ".tombstones")) and not file.startswith("manifest")}
        require(not strays, f"{what}: {strays}")
        done = now["manifest"] == self.after[name]["manifest"]
        listed = self.after[name] if done else self.before
        require(listed.items() <= now.items(), f"{what}: other files than before or after")
        self.run(["verify"])
        leftover = len(now) > len(listed)
        if not done:
            self.run(self.commands[name])
        elif leftover:
            # The next writer, whatever it does.
            self.run(["sources", "remove", "none"], code=2)
        require(state(self.index) == self.after[name], f"{what}: the next writer makes something else of it")
        return done, leftover


def spilled(process):
    """Bytes of the temporary file, which has no name."""
    try:
        files = list(pathlib.Path(f"/proc/{process.pid}/fd").iterdir())
        return sum(file.stat().st_size for file in files if "(deleted)" in os.readlink(file))
    except OSError:
        return 0


def kill(world, moments, number, chance):
    seen = {"nothing": 0, "spilling": 0, "writing": 0, "done": 0}
    names = list(world.commands)
    for moment in range(moments):
        name = names[moment % len(names)]
        world.restore()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(world.command(world.commands[name]), env=world.env, **quiet)
        time.sleep(chance.uniform(0, 1.05 * world.seconds[name]))
        length = spilled(process)
        process.send_signal(number)
        code = process.wait()
        what = f"{name} after {number.name}"
        if number == signal.SIGINT:
            require(code in (130, 0, -signal.SIGINT), f"{what}: exit code {code}")
            require(state(world.index) in (world.before, world.after[name]), f"{what}: something is left")
        done, partial = world.check(name, what)
        seen["done" if done else "writing" if partial else "spilling" if length else "nothing"] += 1
    told = ", ".join(f"{count} {stage}" for stage, count in seen.items())
    print(f"{number.name} at {moments} random moments: {told}; the index is whole each time")


def full_disk(world, disk):
    """Commands that run out of the disk that this folder is on."""
    index, room = disk / "index", disk / "tmp"
    dump = world.work / "dump-1"
    load = ["load", "--source", "new", dump]
    everything = f"cat {dump}/* | "
    for what, command, elsewhere, piped in [
        ("index and temporary file", [*load, "--memory", MEMORY], None, False),
        ("index and temporary file, from a pipe", ["load", "--source", "new", "--international", "-", "--memory", MEMORY], None, True),
        ("temporary file", [*load, "--memory", MEMORY], room, False),
        ("index", [*load, "--memory", "2G"], None, False),
        ("index, appending", ["load", "--source", "old", "--append", dump, "--memory", "2G"], None, False),
        ("index, merging", world.commands["merge"], None, False),
    ]:
        shutil.rmtree(index, ignore_errors=True)
        room.mkdir(exist_ok=True)
        shutil.copytree(world.work / "small", index)
        target = world.index if elsewhere else index
        if elsewhere:
            world.restore()
        before = state(target)
        full = world.command(command, target)
        env = dict(world.env, TMPDIR=str(elsewhere)) if elsewhere else world.env
        if piped:
            full = ["sh", "-c", everything + '"$0" "$@"', *full]
        run = subprocess.run(full, capture_output=True, text=True, check=False, env=env)
        require(run.returncode == 2, f"{what}: exit code {run.returncode}", run.stderr)
        lines = [line for line in run.stderr.splitlines() if line]
        require(str(disk) in lines[-2] and "room" in lines[-1], f"{what}: the error", run.stderr)
        require(state(target) == before and not list(room.iterdir()), f"{what}: something is left", run.stderr)
        world.run(["verify"], index=target)
        print(f"full disk, {what}: exit code 2, index as before\n    {lines[-2]}\n    {lines[-1]}")


def main():
    # A job in the background ignores Ctrl-C, and what it starts would, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--work", type=pathlib.Path, required=True, help="a folder with room: 60 bytes a row")
    parser.add_argument("--rows", type=int, default=6_000_000)
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["kills", "disk"], help="one part alone; a full disk takes 2,000,000 rows")
    args = parser.parse_args()
    world = World(args.work / "kills", args.rows)
    timed = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in world.seconds.items())
    print(f"{args.rows:,} rows: {timed}")
    chance = random.Random(args.seed)
    if args.only != "disk":
        kill(world, args.moments, signal.SIGKILL, chance)
        kill(world, args.moments // 4, signal.SIGINT, chance)
    if args.only == "kills":
        return
    disk = world.work / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        print("full disk: left out, since nothing may be mounted here")
        return
    try:
        full_disk(world, disk)
    finally:
        subprocess.run(["umount", disk], check=True)


if __name__ == "__main__":
    main()
