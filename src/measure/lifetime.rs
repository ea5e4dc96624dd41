//! How long things live, with those that still do: the median after Kaplan and Meier, since the mean of what has ended is
//! far too short where much has not.

/// How long one thing was seen, and whether its end was seen, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Life {
    /// Days from the first sample that has it to the first that does not, or to the last sample.
    pub days: i64,
    /// Whether it ended.
    pub ended: bool,
}

/// The number of days after which half of the things have ended; none where fewer than half ever do.
#[must_use]
pub fn median(lives: &[Life]) -> Option<i64> {
    let mut lives = lives.to_vec();
    // Of one day, ends come before what was only seen so long.
    lives.sort_by_key(|life| (life.days, !life.ended));
    let mut alive = 1.0;
    let mut at = 0;
    while at < lives.len() {
        let day = lives[at].days;
        let same = lives[at..]
            .iter()
            .take_while(|life| life.days == day)
            .count();
        let ended = lives[at..at + same]
            .iter()
            .filter(|life| life.ended)
            .count();
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let share = ended as f64 / (lives.len() - at) as f64;
        alive *= 1.0 - share;
        if alive <= 0.5 {
            return Some(day);
        }
        at += same;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lives(ended: &[i64], open: &[i64]) -> Vec<Life> {
        let life = |ended| move |days: &i64| Life { days: *days, ended };
        ended
            .iter()
            .map(life(true))
            .chain(open.iter().map(life(false)))
            .collect()
    }

    #[test]
    fn what_still_lives_counts() {
        assert_eq!(median(&lives(&[10, 20, 30], &[])), Some(20));
        assert_eq!(median(&lives(&[10, 20, 30], &[100, 100, 100, 100])), None);
        // The textbook's: 6, 6, 6, 6+, 7, 9+, 10, 10+, 11+, 13, 16, 17+, 19+, 20+, 22, 23, 25+, 32+, 32+, 34+, 35+.
        let textbook = lives(
            &[6, 6, 6, 7, 10, 13, 16, 22, 23],
            &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
        );
        assert_eq!(median(&textbook), Some(23));
        assert_eq!(median(&[]), None);
    }
}
