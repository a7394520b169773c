//! The world map: countries shaded by a count, or by a rate.
//!
//! Both shadings are in the page; two radio buttons and the style sheet choose one, without a
//! script.

use maud::{Markup, html};

use crate::phone::Region;
use crate::report::country::shapes::{MAP_SIZE, MapShape, map_shapes};
use crate::report::table::grouped;

/// Shades, from 1 for the least.
const STEPS: usize = 5;
const DOT_RADIUS: u32 = 38;

/// What the shades of a map mean.
pub(in crate::report) struct MapLegend {
    /// The word for the things counted: `numbers`.
    pub(in crate::report) counted: &'static str,
    /// What the rate is: `numbers per 100 people`.
    pub(in crate::report) rate: &'static str,
    /// Least rates of the second and later shades.
    pub(in crate::report) rate_steps: [f64; STEPS - 1],
}

/// A country that is not left blank.
pub(in crate::report) struct MapCountry {
    pub(in crate::report) region: Region,
    pub(in crate::report) count: u64,
    pub(in crate::report) rate: Option<f64>,
}

/// The section with the map. A row of the table of countries has the identifier [`row_id`].
pub(in crate::report) fn section(countries: &[MapCountry], legend: &MapLegend) -> Markup {
    let steps = CountSteps::new(countries);
    let of = |shape: &MapShape| countries.iter().find(|row| row.region == shape.region);
    let drawn =
        |shape: &MapShape, outline: &Markup| drawn(shape, of(shape), (legend, &steps), outline);
    html! {
        section .map aria-labelledby="map" {
            h2 #map { "The world" }
            // Two buttons without a form send nothing; the style sheet reads which one is chosen.
            fieldset {
                legend { "Shade by" }
                span { input #by-count type="radio" name="shade" checked; label for="by-count" { (legend.counted) } }
                span { input #by-rate type="radio" name="shade"; label for="by-rate" { (legend.rate) } }
            }
            (shades("counts", legend.counted, |step| steps.in_words(step)))
            (shades("rates", legend.rate, |step| Some(match step {
                1 => "fewer".to_owned(),
                _ => format!("{} and more", legend.rate_steps[step - 2]),
            })))
            figure {
                svg role="group" aria-labelledby="map-title map-text" viewBox={ "0 0 " (MAP_SIZE.0) " " (MAP_SIZE.1) } {
                    title #map-title { "World map" }
                    desc #map-text {
                        "Each country is shaded by its " (legend.counted) ", or by its " (legend.rate)
                        ". The table of countries below has the same figures."
                    }
                    (patterns())
                    g { @for shape in map_shapes().filter(|shape| !shape.outline.is_empty()) {
                        (drawn(&shape, &html! { path d=(shape.outline) {} }))
                    } }
                    // Dots are drawn last, so that no neighbour hides them.
                    g { @for shape in map_shapes() {
                        @if let (Some((x, y)), Some(_)) = (shape.dot, of(&shape)) {
                            (drawn(&shape, &html! { circle cx=(x) cy=(y) r=(DOT_RADIUS) {} }))
                        }
                    } }
                }
                figcaption { "A dot is a country too small to see. Unshaded: none." }
            }
        }
    }
}

/// The identifier of a country's row.
pub(in crate::report) fn row_id(region: Region) -> String {
    format!("row-{}", region.code())
}

fn drawn(
    shape: &MapShape,
    country: Option<&MapCountry>,
    (legend, steps): (&MapLegend, &CountSteps),
    outline: &Markup,
) -> Markup {
    let Some(country) = country.filter(|country| country.count > 0) else {
        return html! { g { title { (shape.region.name()) ": none" } (outline) } };
    };
    let class = match country.rate {
        Some(rate) => format!("n{} p{}", steps.of(country.count), rate_step(legend, rate)),
        None => format!("n{}", steps.of(country.count)),
    };
    html! {
        // By keyboard, the rows are reached in the table: two hundred stops on the way would be in
        // the way.
        a href={ "#" (row_id(country.region)) } class=(class) tabindex="-1" {
            title {
                (country.region.name()) ": " (grouped(country.count)) " " (legend.counted)
                @if let Some(rate) = country.rate { (format!(", {rate:.2} {}", legend.rate)) }
            }
            (outline)
        }
    }
}

/// The shades with their least values in words; a shade without words is not in use.
fn shades(class: &str, heading: &str, in_words: impl Fn(usize) -> Option<String>) -> Markup {
    let used = (1..=STEPS)
        .rev()
        .filter_map(|step| Some((step, in_words(step)?)));
    html! {
        ul class={ "legend " (class) } {
            li { (heading) ":" }
            @for (step, words) in used {
                li {
                    svg viewBox="0 0 400 240" width="40" height="24" aria-hidden="true" focusable="false" {
                        rect .swatch width="400" height="240" fill={ "url(#shade-" (step) ")" } {}
                    }
                    (words)
                }
            }
        }
    }
}

/// A pattern for each shade, since colours alone do not tell them apart for everybody.
fn patterns() -> Markup {
    html! {
        defs {
            @for step in 1..=STEPS {
                @let gap = [0, 0, 120, 80, 46, 0][step];
                @let size = if gap == 0 { 40 } else { gap };
                pattern id={ "shade-" (step) } patternUnits="userSpaceOnUse"
                    width=(size) height=(size) patternTransform="rotate(45)" {
                    rect class={ "s" (step) } width=(size) height=(size) {}
                    @if gap > 0 { rect .line width=(size) height="10" {} }
                }
            }
        }
    }
}

/// Shades by powers of ten below the largest count.
struct CountSteps {
    /// Least count of the darkest shade.
    top: u64,
}

impl CountSteps {
    fn new(countries: &[MapCountry]) -> CountSteps {
        let most = countries.iter().map(|country| country.count).max();
        CountSteps {
            top: 10_u64.pow(most.unwrap_or(0).max(1).ilog10()),
        }
    }

    /// Least count of a shade, at least 1.
    fn least(&self, step: usize) -> u64 {
        let below = u32::try_from(STEPS - step).expect("a few steps");
        if step == 1 {
            1
        } else {
            (self.top / 10_u64.pow(below)).max(1)
        }
    }

    fn of(&self, count: u64) -> usize {
        let fits = |step: &usize| count >= self.least(*step);
        (1..=STEPS).rev().find(fits).unwrap_or(1)
    }

    /// `None` for a shade that no count has, because the next one begins as low.
    fn in_words(&self, step: usize) -> Option<String> {
        let least = self.least(step);
        if step < STEPS && least == self.least(step + 1) {
            return None;
        }
        Some(match step {
            1 => "fewer".to_owned(),
            _ => format!("{} and more", grouped(least)),
        })
    }
}

fn rate_step(legend: &MapLegend, rate: f64) -> usize {
    let reached = legend.rate_steps.iter().filter(|&&least| rate >= least);
    1 + reached.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_powers_of_ten_below_the_largest_count() {
        let steps = CountSteps { top: 10_000_000 };
        for (count, step) in [(44_000_000, 5), (9_999_999, 4), (10_000, 2), (1_000, 1)] {
            assert_eq!(steps.of(count), step, "{count}");
        }
        let few = CountSteps { top: 10 };
        let words: Vec<String> = (1..=STEPS).filter_map(|step| few.in_words(step)).collect();
        assert_eq!(words, ["1 and more", "10 and more"]);
        assert_eq!((few.of(1), few.of(12)), (4, 5));
    }

    #[test]
    fn shades_of_rates_begin_at_their_least_rate() {
        let legend = MapLegend {
            counted: "numbers",
            rate: "numbers per 100 people",
            rate_steps: [0.1, 1.0, 5.0, 20.0],
        };
        for (rate, step) in [(0.05, 1), (0.1, 2), (4.99, 3), (20.0, 5)] {
            assert_eq!(rate_step(&legend, rate), step, "{rate}");
        }
    }
}
