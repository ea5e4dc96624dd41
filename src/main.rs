//! The binary: hands arguments and streams to [`tenure::cli`] and its answer to the operating system.

use std::process::ExitCode;

fn main() -> ExitCode {
    tenure::cli::main(
        std::env::args_os(),
        &mut std::io::stdout().lock(),
        &mut std::io::stderr(),
    )
}
