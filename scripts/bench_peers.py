"""Paired timing of tenure and the peers on PATH: every round runs each command once, so drift of the machine hits all alike."""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

PEERS = {
    "kingfisher": ["scan", "-n", "--turbo", "--no-binary", "--no-extract-archives", "--git-history", "none",
                   "--no-update-check", "-f", "json", "-o", os.devnull, "TREE"],
    "betterleaks": ["dir", "--no-banner", "-f", "json", "-r", os.devnull, "--exit-code", "0", "TREE"],
    "gitleaks": ["dir", "--no-banner", "-f", "json", "-r", os.devnull, "--exit-code", "0", "TREE"],
    "zizmor": ["--offline", "--no-exit-codes", "TREE"],
    "rg": ["-c", "-uu", "-j2", "AKIAIOSFODNN7", "TREE"],
}


def measure(command):
    """cpu seconds, wall seconds and peak MiB of one run, from the operating system's own accounting."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        null = os.open(os.devnull, os.O_RDWR)
        before = os.times()
        child = subprocess.run(command, stdin=null, stdout=null, stderr=null, check=False)
        after = os.times()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = usage.ru_utime + usage.ru_stime
        os.write(write, f"{cpu} {after.elapsed - before.elapsed} {usage.ru_maxrss / 1024} {child.returncode}".encode())
        os._exit(0)
    os.close(write)
    text = os.read(read, 200).decode()
    os.close(read)
    os.waitpid(pid, 0)
    cpu, wall, peak, code = text.split()
    return float(cpu), float(wall), float(peak), int(code)


def main(tree, runs):
    ours = os.path.abspath("target/release/tenure")
    if not os.path.exists(ours):
        sys.exit("build first: cargo build --release")
    commands = {"tenure": [ours, "scan", "--no-config", "--fail-on", "never", "--quiet", "--format", "json", tree]}
    for name, arguments in PEERS.items():
        path = shutil.which(name)
        if path:
            commands[name] = [path] + [tree if word == "TREE" else word for word in arguments]
    rows = {name: [] for name in commands}
    with tempfile.TemporaryDirectory():
        for turn in range(runs + 1):
            for name, command in commands.items():
                result = measure(command)
                if turn:
                    rows[name].append(result)
    print(f"{'':12} {'cpu s':>8} {'wall s':>8} {'peak MiB':>9} {'cpu ratio':>10}   tree {tree}, median of {runs}")
    for name, results in rows.items():
        cpu, wall, peak = (statistics.median(column) for column in list(zip(*results))[:3])
        ratio = statistics.median(a[0] / max(b[0], 1e-9) for a, b in zip(rows["tenure"], results))
        print(f"{name:12} {cpu:8.3f} {wall:8.3f} {peak:9.1f} {ratio:10.3f}   exit {results[-1][3]}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
