//! Faults at random, but the same for the same seed.
//!
//! What a request meets depends on the seed, the request and how often it came before, not on the order of
//! requests of different objects: that order is never the same twice.

use crate::fault::{Answer, Fault};
use crate::request::{Request, Verb};
use std::collections::BTreeMap;

/// How many requests of one kind for one object fail in a row at most: whoever tries again gets through.
const IN_A_ROW: u32 = 3;

/// Faults at random.
#[derive(Clone, Debug)]
pub struct Random {
    seed: u64,
    /// Of 1,000 requests, how many meet a fault.
    per_mille: u64,
    before: BTreeMap<String, Before>,
}

/// What the same request met before.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    times: u64,
    failed_in_a_row: u32,
}

impl Random {
    /// Faults by `seed`, in `per_mille` of 1,000 requests.
    ///
    /// There is every fault but two: what hangs or goes silent is only noticed after a time that each client
    /// chooses, so those need a [`Rule`](crate::Rule) and a test that knows it.
    #[must_use]
    pub fn new(seed: u64, per_mille: u64) -> Random {
        Random {
            seed,
            per_mille,
            before: BTreeMap::new(),
        }
    }

    /// What `request` meets now.
    pub(crate) fn draw(&mut self, request: &Request) -> Option<Fault> {
        let key = format!("{:?} {} {}", request.verb, request.path, request.dry_run);
        let before = self.before.entry(key.clone()).or_default();
        let mut chance = Chance(self.seed ^ digest(&key) ^ before.times.wrapping_mul(0x9e37_79b9));
        before.times += 1;
        if before.failed_in_a_row == IN_A_ROW || chance.below(1000) >= self.per_mille {
            before.failed_in_a_row = 0;
            return None;
        }
        before.failed_in_a_row += 1;
        Some(fault(request, &mut chance))
    }
}

fn fault(request: &Request, chance: &mut Chance) -> Fault {
    if request.verb == Verb::Watch {
        let after = chance.below(500);
        return match chance.below(5) {
            0 => Fault::CutBefore,
            1 => Fault::Answer(Answer::Expired),
            2 => Fault::WatchExpires(after),
            3 => Fault::CutMidway,
            _ => Fault::WatchCloses(after),
        };
    }
    match chance.below(11) {
        0 => Fault::Delay(chance.below(200)),
        1 => Fault::Late(chance.below(200)),
        2 => Fault::CutBefore,
        3 => Fault::CutAfter,
        4 => Fault::CutMidway,
        5 => Fault::Answer(Answer::TooManyRequests(1)),
        6 => Fault::Answer(Answer::InternalError),
        7 => Fault::Answer(Answer::Unexplained),
        8 => Fault::Answer(Answer::Unavailable),
        9 if request.is_write() => Fault::Answer(Answer::Conflict),
        10 if request.is_write() => Fault::AnswerAfter(Answer::Timeout),
        _ => Fault::Answer(Answer::Timeout),
    }
}

/// Pseudo-random numbers: SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % bound
    }
}

/// A number that differs between texts: FNV-1a.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{IN_A_ROW, Random};
    use crate::fault::Fault;
    use crate::request::Request;
    use hyper::http::{HeaderMap, Method};

    fn get(name: usize) -> Request {
        let uri = format!("/api/v1/namespaces/a/configmaps/{name}")
            .parse()
            .unwrap();
        Request::read(&Method::GET, &uri, &HeaderMap::new())
    }

    fn draws(seed: u64, names: impl Iterator<Item = usize>) -> Vec<(usize, Option<Fault>)> {
        let mut random = Random::new(seed, 300);
        let mut drawn: Vec<_> = names.map(|name| (name, random.draw(&get(name)))).collect();
        drawn.sort_by_key(|(name, _)| *name);
        drawn
    }

    #[test]
    fn a_seed_gives_the_same_faults_in_whatever_order_requests_come() {
        assert_eq!(draws(7, 0..200), draws(7, (0..200).rev()));
        assert_ne!(draws(7, 0..200), draws(8, 0..200));
    }

    #[test]
    fn about_as_many_fail_as_was_asked_for() {
        let failed = draws(7, 0..1000)
            .iter()
            .filter(|(_, fault)| fault.is_some())
            .count();
        assert!((250..350).contains(&failed), "{failed}");
    }

    #[test]
    fn whoever_tries_again_gets_through() {
        let mut random = Random::new(1, 1000);
        let failed = (0..100).filter(|_| random.draw(&get(0)).is_some()).count();
        assert_eq!(failed, 100 * IN_A_ROW as usize / (IN_A_ROW as usize + 1));
    }
}
