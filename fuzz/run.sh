#!/usr/bin/env bash
# Runs every fuzz target, and Miri over the code that a damaged file or a hash reaches.
#
#   fuzz/run.sh [SECONDS] [TARGET...]
#
# SECONDS for each target (60 if none are given; 900 before a release). Ends with the first target
# that breaks. What a target finds goes to fuzz/found/TARGET, what breaks it to
# fuzz/artifacts/TARGET. `miri` is one of the targets. It needs a nightly toolchain with Miri.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-60}
shift || true
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is missing: cargo install cargo-fuzz" >&2; exit 2; }
# Lets the stable toolchain pass the sanitizer's flags.
export RUSTC_BOOTSTRAP=1
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list; echo miri)

run_miri() {
    # Without isolation tests may make temporary files. Few cases: Miri is a thousand times slower.
    export MIRIFLAGS="-Zmiri-disable-isolation" PROPTEST_CASES=2
    env -u RUSTC_BOOTSTRAP cargo +nightly miri test --lib -- \
        index::file index::sort::radix tag::
}

for target in "${targets[@]}"; do
    printf '\n== %s\n' "$target"
    if [ "$target" = miri ]; then run_miri; continue; fi
    mkdir -p "fuzz/found/$target"
    seeds=()
    [ -d "fuzz/corpus/$target" ] && seeds=("fuzz/corpus/$target")
    cargo fuzz run "$target" "fuzz/found/$target" "${seeds[@]}" -- \
        -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=60
done
