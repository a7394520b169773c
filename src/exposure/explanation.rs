//! How the text of a contact was read: what people ask for after an answer that surprises them.

use crate::intake::Home;
use crate::phone::Reading;

/// How one contact was read. Holds its number, and nothing else of its text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explanation {
    /// The home country that national numbers were given.
    pub home: Home,
    /// Who named it.
    pub home_from: HomeFrom,
    /// What the text was read as; nothing if it is no number.
    pub reading: Option<Reading>,
}

/// Who names the home country of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HomeFrom {
    /// The user, for all contacts.
    Option,
    /// The row's own country cell.
    Row,
    /// Nobody.
    Nobody,
}

impl HomeFrom {
    /// The stable word for it; `None` if no home is known.
    pub fn code(self) -> Option<&'static str> {
        match self {
            HomeFrom::Option => Some("option"),
            HomeFrom::Row => Some("row"),
            HomeFrom::Nobody => None,
        }
    }
}
