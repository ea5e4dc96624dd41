# Shortcuts; everything here is a plain command that works without `just`.

# What CI runs.
check:
    bash .ci/run

# Rule examples alone.
rules:
    cargo test --locked --test rules

# Accept new golden trees and report snapshots.
bless:
    TENURE_BLESS=1 cargo test --locked --test formats --test report

# Micro-benchmarks.
bench:
    cargo bench --locked

# Compare with the peers found on PATH over a tree.
bench-peers tree:
    scripts/bench-peers {{tree}}

# Licences and advisories.
deny:
    cargo deny check
