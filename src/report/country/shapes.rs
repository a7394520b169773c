//! The world map: outlines of countries, and dots for those that are too small to see.

use super::rows;
use crate::phone::Region;

const WORLD: &str = include_str!("world.tsv");

/// Width and height of the map, in its own units.
pub(in crate::report) const MAP_SIZE: (u32, u32) = (9600, 4300);

/// How a country is drawn on the map.
pub(in crate::report) struct MapShape {
    pub(in crate::report) region: Region,
    /// Centre of the dot of a country that is too small to see.
    pub(in crate::report) dot: Option<(u32, u32)>,
    /// Outline as an SVG path; empty if the dot is all that is drawn.
    pub(in crate::report) outline: &'static str,
}

/// The shapes of all countries that have one, in order of their codes.
pub(in crate::report) fn map_shapes() -> impl Iterator<Item = MapShape> {
    rows(WORLD).filter_map(|row| {
        let [code, dot, outline] = row[..] else {
            return None;
        };
        let dot = dot.split_once(' ').and_then(|(x, y)| {
            let tenths = |text: &str| text.replace('.', "").parse().ok();
            Some((tenths(x)?, tenths(y)?))
        });
        Some(MapShape {
            region: Region::from_code(code)?,
            dot,
            outline,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_is_on_the_map() {
        let drawn: Vec<Region> = map_shapes().map(|shape| shape.region).collect();
        for region in Region::all().filter(|&region| region != Region::NON_GEOGRAPHIC) {
            assert!(drawn.contains(&region), "{region}");
        }
    }

    #[test]
    fn shapes_are_within_the_map_and_small_countries_have_dots() {
        for shape in map_shapes() {
            assert!(shape.dot.is_some() || !shape.outline.is_empty());
            if let Some((x, y)) = shape.dot {
                assert!(x <= MAP_SIZE.0 && y <= MAP_SIZE.1, "{}", shape.region);
            }
        }
        for code in ["SG", "MT", "BH", "MU", "HK"] {
            let shape = map_shapes().find(|shape| shape.region.code() == code);
            assert!(shape.is_some_and(|shape| shape.dot.is_some()), "{code}");
        }
    }
}
