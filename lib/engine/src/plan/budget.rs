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
