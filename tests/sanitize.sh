#!/bin/sh
# Runs the tests of the coroutine module under AddressSanitizer. Not part of `cargo test`: it
# rebuilds everything with a compiler flag of its own (in target/sanitize), on x86_64 Linux only.
#
# AddressSanitizer has to be told of every switch of stacks: corosensei's feature `sanitizer` does
# that, and without it there are false alarms. Leaks are not reported, because two tests forget a
# coroutine on purpose. The memory test is left out: it measures what the sanitizer changes.
# ThreadSanitizer is of no use here without an instrumented standard library: it does not see
# what a contended `Mutex` orders.
set -eu
cd "$(dirname "$0")/.."

export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR=target/sanitize
export RUSTFLAGS="-Zsanitizer=address"
export ASAN_OPTIONS="detect_leaks=0:detect_stack_use_after_return=1"

cargo test --release --target x86_64-unknown-linux-gnu --features corosensei/sanitizer \
    --test it coroutine -- --skip memory_of
