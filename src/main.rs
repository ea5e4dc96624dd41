//! The binary: hands arguments and streams to [`tenure::cli`] and its answer to the operating system.

use std::process::ExitCode;

/// Many small trees are made and dropped by several threads at once, which most systems' own allocators serve slowly. Without
/// huge pages, which would double the memory of a small run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    tenure::cli::main(
        std::env::args_os(),
        &mut std::io::stdout().lock(),
        &mut std::io::stderr(),
    )
}
