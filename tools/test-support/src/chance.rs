//! Chance that can be repeated: the same seed gives the same choices on every machine.

/// A stream of choices (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The stream of the case `index` of the run `seed`.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Chance {
        let mut chance = Chance {
            state: seed ^ index.wrapping_mul(0xd134_2543_de82_ef95),
        };
        // The first numbers of neighbouring cases are alike.
        chance.next();
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True in `percent` of a hundred cases.
    pub fn likely(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, of which there is at least one.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }

    /// One of `words`, of which there is at least one.
    pub fn word<'i>(&mut self, words: &[&'i str]) -> &'i str {
        words[self.below(words.len())]
    }

    /// One of `items`, if there is any.
    pub fn pick_any<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        (!items.is_empty()).then(|| self.pick(items))
    }

    /// `count` of `items` at most, in their order.
    pub fn some<'i, T>(&mut self, items: &'i [T], count: usize) -> Vec<&'i T> {
        let mut left = count;
        let mut chosen = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if left > 0 && self.below(items.len() - at) < left {
                chosen.push(item);
                left -= 1;
            }
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_same_seed_gives_the_same_choices_and_another_one_others() {
        let choices = |seed, index| {
            let mut chance = Chance::new(seed, index);
            (0..20).map(|_| chance.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(choices(7, 3), choices(7, 3));
        assert_ne!(choices(7, 3), choices(7, 4));
        assert_ne!(choices(7, 3), choices(8, 3));
    }
}
