//! How much may be pruned unasked.

/// How much may be pruned unasked: of each whole, the larger of a share and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Percent of a unit, or of the set.
    pub percent: usize,
    /// Objects of a unit that may always go.
    pub of_unit: usize,
    /// Objects of the set that may always go.
    pub of_set: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            percent: 10,
            of_unit: 5,
            of_set: 20,
        }
    }
}

impl Budget {
    /// Whether a unit that had `members` may lose `prunes` of them unasked.
    #[must_use]
    pub fn allows_unit(&self, prunes: usize, members: usize) -> bool {
        prunes <= self.of_unit.max(self.share(members))
    }

    /// Whether a set that had `members` may lose `prunes` of them unasked.
    #[must_use]
    pub fn allows_set(&self, prunes: usize, members: usize) -> bool {
        prunes <= self.of_set.max(self.share(members))
    }

    fn share(&self, members: usize) -> usize {
        members.saturating_mul(self.percent) / 100
    }
}

#[cfg(test)]
mod tests {
    use super::Budget;

    #[test]
    fn of_small_wholes_a_number_may_go_and_of_large_ones_a_share() {
        let budget = Budget::default();
        for (prunes, members, of_unit, of_set) in [
            (0, 0, true, true),
            (5, 5, true, true),
            (6, 59, false, true),
            (6, 60, true, true),
            (20, 20, false, true),
            (21, 209, false, false),
            (21, 210, true, true),
            (22, 210, false, false),
        ] {
            assert_eq!(
                budget.allows_unit(prunes, members),
                of_unit,
                "{prunes} of {members}"
            );
            assert_eq!(
                budget.allows_set(prunes, members),
                of_set,
                "{prunes} of {members}"
            );
        }
    }
}
