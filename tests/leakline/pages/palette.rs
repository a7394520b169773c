//! The palette of the pages: contrast of text, and shades that people with a colour blindness can
//! tell apart. All colours are read from the style sheet that the page carries.

use std::collections::BTreeMap;

use super::Page;
use crate::world::World;

/// What WCAG asks of text (1.4.3, level AA).
const TEXT: f64 = 4.5;
/// What WCAG asks of graphics beside each other (1.4.11).
const GRAPHICS: f64 = 3.0;
/// Least distance of neighbouring shades in CIE Lab (1976): 2.3 is just noticeable.
const APART: f64 = 8.0;

/// Linear light: red, green, blue from 0 to 1.
type Light = [f64; 3];

/// How a kind of colour blindness changes light: Machado, Oliveira, Fernandes 2009, severity 1.
const BLINDNESSES: [(&str, [Light; 3]); 4] = [
    ("none", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "protanopia",
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
    ),
    (
        "deuteranopia",
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ),
    (
        "tritanopia",
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ),
];

/// The colours of one scheme, by name.
struct Palette(BTreeMap<String, Light>);

impl Palette {
    /// From the declarations `--name: #rrggbb` of a block of the style sheet.
    fn read(block: &str) -> Palette {
        let declarations = block.split(';').filter_map(|declaration| {
            let (name, value) = declaration.rsplit_once("--")?.1.split_once(": #")?;
            let digits = value.trim().get(..6)?;
            let channel = |at: usize| {
                let value = u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
                linear(f64::from(value) / 255.0)
            };
            Some((name.to_owned(), [0, 2, 4].map(channel)))
        });
        Palette(declarations.collect())
    }

    #[track_caller]
    fn light(&self, name: &str) -> Light {
        self.0[name]
    }

    #[track_caller]
    fn contrast(&self, one: &str, other: &str) -> f64 {
        contrast(self.light(one), self.light(other))
    }
}

fn linear(channel: f64) -> f64 {
    if channel <= 0.04045 {
        channel / 12.92
    } else {
        ((channel + 0.055) / 1.055).powf(2.4)
    }
}

fn luminance([red, green, blue]: Light) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Light, other: Light) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

fn seen(light: Light, matrix: &[Light; 3]) -> Light {
    matrix.map(|row| {
        let sum: f64 = row
            .iter()
            .zip(light)
            .map(|(factor, channel)| factor * channel)
            .sum();
        sum.clamp(0.0, 1.0)
    })
}

/// CIE Lab under D65.
fn lab([red, green, blue]: Light) -> [f64; 3] {
    let curve = |part: f64| {
        if part > 0.008_856 {
            part.cbrt()
        } else {
            7.787 * part + 16.0 / 116.0
        }
    };
    let x = curve((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.950_47);
    let y = curve(luminance([red, green, blue]));
    let z = curve((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(one: Light, other: Light) -> f64 {
    let squares = lab(one)
        .into_iter()
        .zip(lab(other))
        .map(|(one, other)| (one - other).powi(2));
    squares.sum::<f64>().sqrt()
}

/// The light and the dark palette of a page.
fn palettes() -> [(&'static str, Palette); 2] {
    let world = World::with_source("dump.txt", "12125550100\n");
    let page = world.run(["stats", "--format", "html"]).expect(0).text();
    let style = Page::read("small", &page).texts("style").join(" ");
    let blocks: Vec<&str> = style
        .split(":root {")
        .map(|block| block.split('}').next().unwrap())
        .collect();
    [
        ("light", Palette::read(blocks[1])),
        ("dark", Palette::read(blocks[2])),
    ]
}

#[test]
fn text_has_a_contrast_of_4_5_on_every_ground_it_is_on() {
    for (scheme, palette) in palettes() {
        let on_paper = ["ink", "quiet", "warn"].map(|text| (text, "paper"));
        let on_wash = [("ink", "wash"), ("warn", "wash")];
        let on_cells = ["m1", "m2", "m3", "m4"].map(|ground| ("ink", ground));
        for (text, ground) in on_paper.into_iter().chain(on_wash).chain(on_cells) {
            let contrast = palette.contrast(text, ground);
            assert!(
                contrast >= TEXT,
                "{scheme}: {text} on {ground}: {contrast:.2}"
            );
        }
        for ground in ["paper", "land"] {
            let contrast = palette.contrast("bar", ground);
            assert!(
                contrast >= GRAPHICS,
                "{scheme}: bar on {ground}: {contrast:.2}"
            );
        }
    }
}

#[test]
fn neighbouring_shades_are_told_apart_with_every_colour_blindness() {
    for (scheme, palette) in palettes() {
        for shades in [
            &["land", "s1", "s2", "s3", "s4", "s5"][..],
            &["paper", "m1", "m2", "m3", "m4"],
        ] {
            for (blindness, matrix) in &BLINDNESSES {
                let see = |name: &&str| seen(palette.light(name), matrix);
                let lights: Vec<Light> = shades.iter().map(see).collect();
                let apart: Vec<f64> = lights
                    .windows(2)
                    .map(|pair| distance(pair[0], pair[1]))
                    .collect();
                let least = apart.iter().copied().fold(f64::INFINITY, f64::min);
                // The faintest share of a matrix is in figures beside its shade.
                let needed = if shades[0] == "paper" { 2.3 } else { APART };
                assert!(
                    least >= needed,
                    "{scheme}, {blindness}: {shades:?}: {apart:.1?}"
                );
                // A darker shade is more, in the dark a lighter one: also in grey print.
                let grey: Vec<f64> = lights[1..].iter().copied().map(luminance).collect();
                let least_first = if scheme == "light" { 1.0 } else { -1.0 };
                let ordered = grey
                    .windows(2)
                    .all(|pair| (pair[0] - pair[1]) * least_first > 0.0);
                assert!(ordered, "{scheme}, {blindness}: {grey:.3?}");
            }
        }
    }
}
