//! What is wrong with rows and their bytes.

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    let unclosed = |rows: usize| {
        format!(
            "phone,name\n12125550100,\"Ann\n{}",
            "61491570006,Bo\n".repeat(rows)
        )
    };
    vec![
        case(
            10,
            "a.txt",
            b"12125550100:1:Jos\xe9:x\n12125550101:2:\xc7\xe1:x\n".to_vec(),
            "US 2",
        ),
        case(
            11,
            "a.txt",
            b"12125550100:1:Jos\xc3\xa9:x\n12125550101:2:Jos\xe9:x\n".to_vec(),
            "US 2",
        ),
        case(
            12,
            "a.txt",
            "12125550100\0\0:1:Ann\n12125550101:2:Bo\n\0\0\0\0\n",
            "US 2; no_digits 1; nul 1",
        ),
        case(12, "a.txt", "12125550100\0\0:1:Ann\n", "US 1; nul 1"),
        case(12, "a.txt", "12125550100\n\0\0\0\n", "US 1; no_digits 1"),
        case(13, "a.txt", "12125550100\r\n12125550101", "US 2"),
        case(13, "a.txt", "12125550100\r12125550101", "US 2"),
        case(
            14,
            "a.txt",
            "12125550100:1:Ann \"Sunny:Lee\n12125550101:2:Bo:Ray\n12125550102:3:\"Cy:Low\n12125550103:4:Di:Fox\n",
            "US 4",
        ),
        case(
            15,
            "a.csv",
            "\"12125550100\",\"Ann\nLee\"\n\"12125550101\",\"Bo \"\"B\"\" Ray\"\n",
            "US 2",
        ),
        case(16, "a.csv", unclosed(3), "AU 3; bad_row 1; duplicates 2"),
        case(
            16,
            "a.csv",
            unclosed(100_000),
            "AU 100000; bad_row 1; duplicates 99999",
        ),
        case(
            17,
            "a.txt",
            format!("12125550100\n{}\n12125550101\n", "1".repeat(3 << 20)),
            "US 2; line_too_long 1",
        ),
        case(
            17,
            "a.sql",
            format!(
                "INSERT INTO t VALUES {}('12125550101');\n",
                "('12125550100'),".repeat(200_000)
            ),
            "US 200001; duplicates 199999",
        ),
        case(
            58,
            "a.txt",
            "==== @seller ====\n# t.me/example\n---\n12125550100\n",
            "US 1; no_digits 3",
        ),
        case(
            58,
            "a.csv",
            "==== @seller ====\n\n# more at example.org\nid,phone\n1,12125550100\n",
            "US 1; bad_row 2; blank 1",
        ),
        case(
            58,
            "a.csv",
            "==== @seller ====\nphone,name\n12125550100,Ann\n",
            "US 1; no_digits 1",
        ),
        case(
            58,
            "a.txt",
            "==== @seller ====\n12125550100:1:Ann\n",
            "US 1; no_digits 1",
        ),
    ]
}
