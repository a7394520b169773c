//! The union of two ascending streams of tags, for adding a load to a source.

use std::{cmp::Ordering, iter};

use crate::tag::Tag;

/// Both ascending streams as one, ascending and each tag once. Ends after the first error of either.
pub fn merge_union<A, B, E>(
    a: impl IntoIterator<Item = Result<Tag, A>>,
    b: impl IntoIterator<Item = Result<Tag, B>>,
) -> impl Iterator<Item = Result<Tag, E>>
where
    A: Into<E>,
    B: Into<E>,
{
    let mut a = a.into_iter().map(|tag| tag.map_err(Into::into)).peekable();
    let mut b = b.into_iter().map(|tag| tag.map_err(Into::into)).peekable();
    let mut failed = false;
    iter::from_fn(move || {
        if failed {
            return None;
        }
        let next = match (a.peek(), b.peek()) {
            (Some(Ok(one)), Some(Ok(other))) => match one.cmp(other) {
                Ordering::Less => a.next(),
                Ordering::Greater => b.next(),
                Ordering::Equal => {
                    b.next();
                    a.next()
                }
            },
            (Some(Err(_)), _) | (Some(_), None) => a.next(),
            (_, _) => b.next(),
        };
        failed = matches!(next, Some(Err(_)));
        next
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn stream(tags: &BTreeSet<u64>) -> Vec<Result<Tag, &'static str>> {
        tags.iter().map(|tag| Ok(Tag(*tag))).collect()
    }

    proptest! {
        #[test]
        fn is_the_union_in_order(a: BTreeSet<u64>, b in prop::collection::btree_set(0..40u64, 0..30), c in prop::collection::btree_set(0..40u64, 0..30)) {
            for (one, other) in [(&a, &b), (&b, &a), (&b, &c)] {
                let merged: Vec<u64> =
                    merge_union::<_, _, &str>(stream(one), stream(other)).map(|tag| tag.unwrap().0).collect();
                prop_assert_eq!(merged, one.union(other).copied().collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn an_error_of_either_ends_it() {
        for (a, b) in [
            (vec![Ok(Tag(1)), Err("a")], vec![Ok(Tag(2))]),
            (vec![Ok(Tag(1))], vec![Err("b"), Ok(Tag(2))]),
        ] {
            let merged: Vec<_> = merge_union::<_, _, &str>(a, b).collect();
            let failed = merged.iter().position(Result::is_err);
            assert_eq!(failed, Some(merged.len() - 1));
        }
    }
}
