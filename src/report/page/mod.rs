//! What the pages for a browser share: the frame, headline figures, bars and the world map.
//!
//! A page is one file. It runs no script and fetches nothing, and its policy forbids both to
//! whatever a title may smuggle in. It reads without its colours, on a telephone and on paper.

pub(super) mod map;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::report::percent;

const STYLE: &str = include_str!("style.css");
/// Remarks that are shown before the rest is folded: more would push the map off the screen.
const REMARKS_UNFOLDED: usize = 6;
/// What the page may load: nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A whole page with this title and what follows it.
pub(super) fn document(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (title) }
                    (body)
                }
            }
        }
    };
    page.into_string() + "\n"
}

/// Headline figures in a row, each with the words for it.
pub(super) fn figures(figures: &[(&str, String)]) -> Markup {
    html! {
        dl .figures {
            @for (words, figure) in figures {
                div { dt { (words) } dd { (figure) } }
            }
        }
    }
}

/// Sentences that a reader should not miss; nothing if there are none.
pub(super) fn remarks(sentences: &[String]) -> Markup {
    let (first, rest) = sentences.split_at(sentences.len().min(REMARKS_UNFOLDED));
    html! {
        @if !sentences.is_empty() {
            section .remarks aria-labelledby="remarks" {
                h2 #remarks { "What stands out" }
                ul { @for sentence in first { li { (sentence) } } }
                @if !rest.is_empty() {
                    details {
                        summary { (rest.len()) " more remarks" }
                        ul { @for sentence in rest { li { (sentence) } } }
                    }
                }
            }
        }
    }
}

/// A table that scrolls by itself where the screen is narrower.
pub(super) fn scrolling(label: &str, table: &Markup) -> Markup {
    html! { section .wide aria-label={ "Table: " (label) } tabindex="0" { (table) } }
}

/// The heads of columns of figures.
pub(super) fn heads(columns: &[&str]) -> Markup {
    html! { @for column in columns { th scope="col" { (column) } } }
}

/// The heads of columns of words.
pub(super) fn name_heads(columns: &[&str]) -> Markup {
    html! { @for column in columns { th scope="col" .name { (column) } } }
}

/// A cell with a count and its bar, where `most` has the widest bar.
pub(super) fn bar_cell(count: u64, most: u64) -> Markup {
    html! {
        td .bar {
            (crate::report::table::grouped(count))
            svg .track viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                // With an end of its own: elements of SVG are not void.
                rect width=(percent(count, most)) height="1" {}
            }
        }
    }
}

pub(super) fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}
