//! The days of a line of commits, where some clocks were wrong or forged.

use crate::model::Date;

/// Gives every commit of a line, the last one first, a day no later than that of the commit after it. The longest run of
/// days that are in order, none after `now`, is believed; every other commit takes the day of the commit after it, or before
/// it where none is. Says how many did.
pub(super) fn settle<T>(line: &mut [(T, Date)], now: Date) -> usize {
    let believed = in_order(line, now);
    let mut wrong = 0;
    let mut after = believed
        .iter()
        .position(|believed| *believed)
        .map(|at| line[at].1);
    for ((_, day), believed) in line.iter_mut().zip(&believed) {
        if *believed {
            after = Some(*day);
        } else {
            wrong += 1;
            *day = after.unwrap_or(now);
        }
    }
    wrong
}

/// Which days make up the longest run that never rises from the last commit to the first.
fn in_order<T>(line: &[(T, Date)], now: Date) -> Vec<bool> {
    // Of the runs of each length the one that ends latest, by the place of its last member.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; line.len()];
    for (at, (_, day)) in line.iter().enumerate() {
        if *day > now {
            continue;
        }
        let length = ends.partition_point(|end| line[*end].1 >= *day);
        before[at] = length.checked_sub(1).map(|last| ends[last]);
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut believed = vec![false; line.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        believed[at] = true;
        next = before[at];
    }
    believed
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn settled(days: &[i16]) -> (Vec<i16>, usize) {
        let mut line: Vec<((), Date)> = days.iter().map(|year| ((), date(*year, 1, 1))).collect();
        let wrong = settle(&mut line, date(2026, 1, 1));
        (line.iter().map(|(_, day)| day.year()).collect(), wrong)
    }

    #[test]
    fn one_wrong_clock_moves_no_other_commit() {
        assert_eq!(settled(&[2025, 2024, 2023]), (vec![2025, 2024, 2023], 0));
        assert_eq!(settled(&[2025, 2035, 2023]), (vec![2025, 2025, 2023], 1));
        assert_eq!(
            settled(&[2025, 1970, 2024, 2023]),
            (vec![2025, 2025, 2024, 2023], 1)
        );
        // The last commit: after today, or before all others.
        assert_eq!(settled(&[2035, 2024, 2023]), (vec![2024, 2024, 2023], 1));
        assert_eq!(settled(&[1970, 2024, 2023]), (vec![2024, 2024, 2023], 1));
        assert_eq!(settled(&[2035]), (vec![2026], 1));
        assert_eq!(settled(&[]), (vec![], 0));
    }
}
