//! The meaning of each reject reason, for people: the fault of the row, and how to mend it.

use std::sync::LazyLock;

use crate::phone::PLANS_IN_WORDS;

static NOT_VALID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "in no range that is in use by {}; check the digits and the country",
        *PLANS_IN_WORDS
    )
});

/// What the reject reason with this code means, and what to do; empty for an unknown code.
pub fn explanation(code: &str) -> &'static str {
    match code {
        "no_digits" => "there are no digits; perhaps another column holds the numbers",
        "redacted" => "digits are masked; nobody can tell the number",
        "letters" => {
            "there are letters among the digits; correct the cell, or choose another column"
        }
        "stray_marks" => "there are signs that no phone number has; correct the cell",
        "other_id" => {
            "it is the address of a group or an account, not a number; choose another column"
        }
        "scientific" => "a spreadsheet cut digits off; export the column as text",
        "too_short" => "digits are missing; add the area code",
        "too_long" => "there are too many digits; perhaps a space between two numbers is missing",
        "no_country" => "the number has no country code; give --country",
        "unknown_calling_code" => "no country has this calling code; check the first digits",
        "not_valid" => &NOT_VALID,
        "old_plan" => "the numbering plan is no longer in use; look the new number up",
        "bad_row" => "not a row of this format; look for an open quote or a missing delimiter",
        "line_too_long" => "a line of more than 1 MiB; check --input-format",
        "truncated" => "the file ends within this row; fetch it again",
        "forgotten" => "`leakline forget` keeps this number out; nothing to do",
        "unread_column" => {
            "a number where nothing is read; name its column with --phone-column or --json-path"
        }
        "unread_statement" => "a SQL statement that cannot be read; export the table as CSV",
        "formula" => "a formula without a stored value; open the sheet, save it, and try again",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::explanation;
    use crate::intake::RejectReason;

    #[test]
    fn every_reason_is_explained_in_reports_and_in_the_documentation() {
        let documentation = include_str!("../../docs/reasons.md");
        for reason in RejectReason::all() {
            let code = reason.code();
            assert!(!explanation(code).is_empty(), "{code}");
            assert!(documentation.contains(&format!("\n| `{code}` |")), "{code}");
        }
    }
}
