//! What goes into which bundle.
//!
//! Cuts are stable against an earlier one: objects stay in the bundle they were in while they fit and keep
//! their place, so that one change touches the bundle it is in, a move two of them. Whatever does not
//! fit any more is split off behind, under a name between its neighbours'.

use super::name;
use std::collections::HashMap;

/// One object to be put into a bundle: how it is called, and its size with all that goes around it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Names the object for good: group, kind, namespace, name.
    pub id: String,
    /// Bytes.
    pub size: usize,
}

/// A bundle: its name, and the indices of its objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Digits that fix its place among the others; see [`name`].
    pub place: String,
    /// Indices of its objects, ascending.
    pub pieces: Vec<usize>,
}

/// Bundles in order.
pub type Cut = Vec<Bundle>;

/// An earlier cut: places and the ids of their objects, in order.
pub type Previous = Vec<(String, Vec<String>)>;

/// An object that alone is over the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooBig {
    /// Its index.
    pub piece: usize,
}

/// Cuts `pieces`, whose order stays, into bundles of at most `limit` bytes.
///
/// # Errors
/// The objects that alone are too big, all of them.
pub fn cut(pieces: &[Piece], limit: usize, previous: &Previous) -> Result<Cut, Vec<TooBig>> {
    let too_big: Vec<TooBig> = (0..pieces.len())
        .filter(|piece| pieces[*piece].size > limit)
        .map(|piece| TooBig { piece })
        .collect();
    if !too_big.is_empty() {
        return Err(too_big);
    }
    let groups = grouped(pieces, limit, previous);
    let split = groups
        .into_iter()
        .map(|(place, group)| (place, split(pieces, limit, group)));
    Ok(named(split.collect()))
}

/// The pieces by the bundle of the earlier cut that they belong to; in the first place without one if there is none.
fn grouped(
    pieces: &[Piece],
    limit: usize,
    previous: &Previous,
) -> Vec<(Option<String>, Vec<usize>)> {
    let mut bundle_of: HashMap<&str, usize> = HashMap::new();
    for (at, (_, ids)) in previous.iter().enumerate() {
        bundle_of.extend(ids.iter().map(|id| (id.as_str(), at)));
    }
    let known: Vec<Option<usize>> = pieces
        .iter()
        .map(|piece| bundle_of.get(piece.id.as_str()).copied())
        .collect();
    let kept = in_place(&known);
    let mut load = vec![0; previous.len()];
    for (piece, bundle) in pieces.iter().zip(&kept) {
        if let Some(bundle) = bundle {
            load[*bundle] += piece.size;
        }
    }
    let mut groups: Vec<(Option<String>, Vec<usize>)> = previous
        .iter()
        .map(|(place, _)| (Some(place.clone()), Vec::new()))
        .collect();
    if groups.is_empty() {
        groups.push((None, Vec::new()));
        load.push(0);
    }
    let mut current = 0;
    for at in 0..pieces.len() {
        match kept[at] {
            Some(bundle) => current = bundle,
            None => {
                current = home(current, next_kept(&kept, at), pieces[at].size, limit, &load);
                load[current] += pieces[at].size;
            }
        }
        groups[current].1.push(at);
    }
    groups.retain(|(_, group)| !group.is_empty());
    groups
}

/// Where a new object goes: to the bundle before it, or to the one right behind if only that has room.
fn home(before: usize, behind: Option<usize>, size: usize, limit: usize, load: &[usize]) -> usize {
    let has_room = |bundle: usize| load[bundle] + size <= limit;
    match behind {
        Some(behind) if !has_room(before) && has_room(behind) => behind,
        _ => before,
    }
}

fn next_kept(kept: &[Option<usize>], at: usize) -> Option<usize> {
    kept[at + 1..].iter().find_map(|bundle| *bundle)
}

/// Of the pieces that were in a bundle those that keep it: a longest run whose bundles never go down.
fn in_place(known: &[Option<usize>]) -> Vec<Option<usize>> {
    // By length of the run: the piece that ends the best one, which is the one with the lowest bundle.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; known.len()];
    for (at, bundle) in known.iter().enumerate() {
        let Some(bundle) = bundle else { continue };
        let longer = ends.partition_point(|end| known[*end].is_some_and(|other| other <= *bundle));
        before[at] = longer.checked_sub(1).map(|shorter| ends[shorter]);
        if longer == ends.len() {
            ends.push(at);
        } else {
            ends[longer] = at;
        }
    }
    let mut kept = vec![None; known.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        kept[at] = known[at];
        next = before[at];
    }
    kept
}

/// Fills bundles one after the other.
fn split(pieces: &[Piece], limit: usize, group: Vec<usize>) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut load = 0;
    for at in group {
        let size = pieces[at].size;
        match parts.last_mut() {
            Some(part) if load + size <= limit => {
                part.push(at);
                load += size;
            }
            _ => {
                parts.push(vec![at]);
                load = size;
            }
        }
    }
    parts
}

/// Names the parts: the first of a bundle keeps its place, the others get places up to the next bundle's.
fn named(split: Vec<(Option<String>, Vec<Vec<usize>>)>) -> Cut {
    let mut cut = Cut::new();
    for at in 0..split.len() {
        let (place, parts) = &split[at];
        let next = split.get(at + 1).and_then(|(place, _)| place.as_deref());
        for (number, pieces) in parts.iter().enumerate() {
            let place = match (number, place) {
                (0, Some(place)) => place.clone(),
                _ => name::between(cut.last().map(|bundle| bundle.place.as_str()), next),
            };
            let pieces = pieces.clone();
            cut.push(Bundle { place, pieces });
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::{Cut, Piece, Previous, TooBig, cut};
    use std::collections::BTreeMap;

    fn pieces(sizes: &[(&str, usize)]) -> Vec<Piece> {
        let piece = |(id, size): &(&str, usize)| Piece {
            id: (*id).to_owned(),
            size: *size,
        };
        sizes.iter().map(piece).collect()
    }

    fn previous(pieces: &[Piece], cut: &Cut) -> Previous {
        let ids = |indices: &Vec<usize>| indices.iter().map(|at| pieces[*at].id.clone()).collect();
        let bundles = cut.iter();
        bundles
            .map(|bundle| (bundle.place.clone(), ids(&bundle.pieces)))
            .collect()
    }

    fn show(pieces: &[Piece], cut: &Cut) -> Vec<String> {
        previous(pieces, cut)
            .into_iter()
            .map(|(place, ids)| format!("{place}: {}", ids.join(" ")))
            .collect()
    }

    #[test]
    fn bundles_are_filled_in_order() {
        let all = pieces(&[("a", 4), ("b", 4), ("c", 4), ("d", 2)]);
        let cut = cut(&all, 10, &Previous::new()).unwrap();
        assert_eq!(show(&all, &cut), ["100: a b", "200: c d"]);
    }

    #[test]
    fn what_alone_is_too_big_is_an_error() {
        let all = pieces(&[("a", 4), ("b", 11), ("c", 12)]);
        assert_eq!(
            cut(&all, 10, &Previous::new()),
            Err(vec![TooBig { piece: 1 }, TooBig { piece: 2 }])
        );
    }

    #[test]
    fn a_bundle_that_overflows_is_split_under_a_name_in_between() {
        let before = pieces(&[("a", 5), ("b", 5), ("c", 5), ("d", 5)]);
        let first = cut(&before, 10, &Previous::new()).unwrap();
        let after = pieces(&[("a", 5), ("new", 2), ("b", 5), ("c", 5), ("d", 5)]);
        let second = cut(&after, 10, &previous(&before, &first)).unwrap();
        assert_eq!(show(&after, &second), ["100: a new", "150: b", "200: c d"]);
    }

    #[test]
    fn what_is_gone_leaves_the_others_alone() {
        let before = pieces(&[("a", 5), ("b", 5), ("c", 5), ("d", 5)]);
        let first = cut(&before, 10, &Previous::new()).unwrap();
        let after = pieces(&[("a", 5), ("c", 5), ("d", 5)]);
        let second = cut(&after, 10, &previous(&before, &first)).unwrap();
        assert_eq!(show(&after, &second), ["100: a", "200: c d"]);
    }

    fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
        move |below| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % below as u64).unwrap()
        }
    }

    /// One change: an object changes size, appears, goes, or moves.
    fn changed(pieces: &[Piece], number: &mut impl FnMut(usize) -> usize) -> Vec<Piece> {
        let mut after = pieces.to_vec();
        let at = number(after.len());
        match number(4) {
            0 => after[at].size = 1 + number(100),
            1 => after.insert(
                at,
                Piece {
                    id: "new".to_owned(),
                    size: 1 + number(100),
                },
            ),
            2 => {
                after.remove(at);
            }
            _ => {
                let moved = after.remove(at);
                let to = number(after.len() + 1);
                after.insert(to, moved);
            }
        }
        after
    }

    #[test]
    fn one_change_touches_at_most_two_of_the_bundles_that_were_there() {
        for seed in 1..2_000 {
            let mut number = numbers(seed);
            let count = 2 + number(40);
            let before: Vec<Piece> = (0..count)
                .map(|at| Piece {
                    id: format!("o{at}"),
                    size: 1 + number(100),
                })
                .collect();
            let first = cut(&before, 120, &Previous::new()).unwrap();
            let known = previous(&before, &first);
            let after = changed(&before, &mut number);
            let second = cut(&after, 120, &known).unwrap();
            let content = |pieces: &[Piece], cut: &Cut| -> BTreeMap<String, Vec<Piece>> {
                cut.iter()
                    .map(|bundle| {
                        let content = bundle.pieces.iter().map(|at| pieces[*at].clone());
                        (bundle.place.clone(), content.collect())
                    })
                    .collect()
            };
            let (old, new) = (content(&before, &first), content(&after, &second));
            let touched = old
                .iter()
                .filter(|(place, pieces)| new.get(*place) != Some(*pieces));
            assert!(touched.count() <= 2, "seed {seed}");
            let rejoined: Vec<usize> = second
                .iter()
                .flat_map(|bundle| bundle.pieces.clone())
                .collect();
            assert_eq!(
                rejoined,
                (0..after.len()).collect::<Vec<_>>(),
                "seed {seed}"
            );
            assert!(second.is_sorted_by(|a, b| a.place < b.place), "seed {seed}");
            for bundle in &second {
                let load: usize = bundle.pieces.iter().map(|at| after[*at].size).sum();
                assert!(load <= 120, "seed {seed}");
            }
        }
    }
}
