//! One map's merge key, as kyaml's `removeMergeTags` and `mergeAll` apply it.
//!
//! The map's own entries keep their places; what comes from the merged maps follows, the last listed map
//! first, and of equal keys the first listed map's value counts.

use super::Refused;
use super::cells::{Cells, Content};
use crate::node::Tag;
use std::collections::BTreeMap;

const NEEDS_MAPS: &str = "a merge key `<<` needs a map, or a list of maps";

/// Merges into the map `cell`.
pub(super) fn merge(cells: &mut Cells<'_>, cell: usize) -> Result<(), Refused> {
    let value = merge_value(cells, cell)?;
    let sources = match value {
        Some(value) => sources(cells, value)?,
        None => Vec::new(),
    };
    remove_merge_key(cells, cell);
    detach(cells, cell)?;
    let own = cells.child_count(cell);
    for source in sources {
        let copy = cells.copy(source)?;
        take_over(cells, cell, copy, own);
    }
    Ok(())
}

/// The value under the one key that is tagged `!!merge`.
fn merge_value(cells: &Cells<'_>, cell: usize) -> Result<Option<usize>, Refused> {
    let mut found = None;
    for pair in cells.children(cell).chunks_exact(2) {
        if cells.tag(pair[0]) == Tag::Merge && found.replace(pair[1]).is_some() {
            return Err(cells.refuse_cell(pair[0], "the merge key `<<` is here twice"));
        }
    }
    Ok(found)
}

/// The maps to merge, in the order in which they are applied.
fn sources(cells: &Cells<'_>, value: usize) -> Result<Vec<usize>, Refused> {
    if cells.content(value) != Content::Sequence {
        return Ok(vec![source(cells, value)?]);
    }
    let items = cells.children(value).iter().rev();
    items.map(|item| source(cells, *item)).collect()
}

/// One map to merge.
fn source(cells: &Cells<'_>, value: usize) -> Result<usize, Refused> {
    let map = cells.target_of(value).unwrap_or(value);
    match cells.content(map) {
        Content::Mapping => Ok(map),
        _ => Err(cells.refuse_cell(value, NEEDS_MAPS)),
    }
}

/// Takes out the first entry whose key reads `<<`, quoted or not: kyaml asks for the text only.
fn remove_merge_key(cells: &mut Cells<'_>, cell: usize) {
    let children = cells.children(cell);
    let key = (0..children.len())
        .step_by(2)
        .find(|at| cells.text(children[*at]) == "<<");
    if let Some(at) = key {
        let mut children = children.to_vec();
        children.drain(at..at + 2);
        cells.set_children(cell, children);
    }
}

/// Replaces children that aliases may stand for by copies: these, not the written ones, are expanded with the map.
fn detach(cells: &mut Cells<'_>, cell: usize) -> Result<(), Refused> {
    let mut children = cells.children(cell).to_vec();
    for child in &mut children {
        if cells.is_written(*child) {
            *child = cells.copy(*child)?;
        }
    }
    cells.set_children(cell, children);
    Ok(())
}

/// The first place of each key's text in a list of keys and values.
fn places(cells: &Cells<'_>, children: &[usize]) -> BTreeMap<String, usize> {
    let keys = (0..children.len()).step_by(2).rev();
    keys.map(|at| (cells.text(children[at]).to_owned(), at))
        .collect()
}

/// Takes the entries of `source` in: over those of earlier sources, which begin at `own`, not over the map's.
fn take_over(cells: &mut Cells<'_>, cell: usize, source: usize, own: usize) {
    let mut children = cells.children(cell).to_vec();
    let mut taken = places(cells, &children);
    let new = cells.children(source);
    for (text, at) in places_in_order(cells, new) {
        match taken.get(&text) {
            Some(place) if *place < own => {}
            Some(place) => children[*place..*place + 2].copy_from_slice(&new[at..at + 2]),
            None => {
                taken.insert(text, children.len());
                children.extend_from_slice(&new[at..at + 2]);
            }
        }
    }
    cells.set_children(cell, children);
}

/// The first entry of each key, in order.
fn places_in_order(cells: &Cells<'_>, children: &[usize]) -> Vec<(String, usize)> {
    let mut places: Vec<(String, usize)> = places(cells, children).into_iter().collect();
    places.sort_by_key(|(_, at)| *at);
    places
}
