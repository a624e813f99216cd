//! Sharing few rows among groups that would each like to have more.

/// How many of `rows` each group gets that wants so many: the rows go around, so that no group takes them all.
pub fn share<const N: usize>(wanted: [usize; N], rows: usize) -> [usize; N] {
    let mut given = [0; N];
    let mut left = rows;
    while left > 0 && given != wanted {
        for (given, wanted) in given.iter_mut().zip(wanted) {
            if *given < wanted && left > 0 {
                *given += 1;
                left -= 1;
            }
        }
    }
    given
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn rows_go_around() {
        assert_eq!(share([1, 2, 0], 10), [1, 2, 0]);
        assert_eq!(share([100, 1, 3], 6), [3, 1, 2]);
        assert_eq!(share([5, 5], 1), [1, 0]);
        assert_eq!(share([5, 5], 0), [0, 0]);
    }
}
