//! One sort for everything that the page sorts: each sort of the standard library's is a copy of several kilobytes.

use std::cmp::Ordering;

/// The indices of so many things in the order that `compare` gives them; equal ones stay as they are.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut indices: Vec<_> = (0..count).collect();
    indices.sort_by(|one, other| compare(*one, *other));
    indices
}

/// Sorts by a key, equal ones staying in order.
pub(crate) fn sorted_by_key<T, K: Ord>(things: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let keys: Vec<K> = things.iter().map(key).collect();
    let order = order(things.len(), &|one, other| keys[one].cmp(&keys[other]));
    drop(keys);
    let mut things: Vec<_> = things.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| things[index].take())
        .collect()
}
