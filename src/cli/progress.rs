//! A line on standard error when a terminal has waited for more than half a second.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Runs `work` while a progress line shows how many of `total` files are `done`.
pub(super) fn watch<T>(
    quiet: bool,
    total: usize,
    done: &AtomicUsize,
    work: impl FnOnce() -> T,
) -> T {
    if quiet || !std::io::stderr().is_terminal() {
        return work();
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            std::thread::park_timeout(Duration::from_millis(500));
            if over.load(Ordering::Acquire) {
                return;
            }
            let bar = ProgressBar::new(total as u64);
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {pos} of {len} files, {elapsed}")
            {
                bar.set_style(style);
            }
            while !over.load(Ordering::Acquire) {
                bar.set_position(done.load(Ordering::Relaxed) as u64);
                bar.tick();
                std::thread::park_timeout(Duration::from_millis(100));
            }
            bar.finish_and_clear();
        });
        let result = work();
        over.store(true, Ordering::Release);
        watcher.thread().unpark();
        result
    })
}
