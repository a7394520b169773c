//! How numbers are written.

use super::{Case, case};

#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            24,
            "a.json",
            r#"{"phones":["12125550100","12125550101"]}"#,
            "US 2",
        ),
        case(
            24,
            "a.csv",
            "phone,name\n\"12125550100;12125550101\",Ann\n12125550102 / 12125550103,Bo\n12125550104 ::: 12125550105,Cy\n\"12125550106,12125550107\",Di\n\"12125550108;see\",Ed\n",
            "US 8; letters 1",
        ),
        case(
            25,
            "a.json",
            r#"[{"phone":"12125550100"},{"phone":null},{"phone":""},{"phone":"null"},{"phone":"N/A"},{"phone":0},{"phone":"12125550101","phone":null}]"#,
            "US 2; blank 6",
        ),
        case(
            26,
            "a.txt",
            "61491570006\n2.01E+11\n6.14916E+10\n",
            "AU 1; scientific 2",
        ),
        case(
            27,
            "a.txt",
            "61491570006\n1.2125550100E10\n",
            "AU 1; scientific 1",
        ),
        case(
            28,
            "a.txt",
            "12125550100.0\n61491570006.0\n",
            "AU 1; US 1; float_tail 2",
        ),
        case(
            29,
            "a.txt",
            "'12125550100\n=\"12125550101\"\n",
            "US 2; text_guard 2",
        ),
        case(30, "a.txt", "491570006\n", "AU 1").with(&["--country", "AU"]),
        case(
            30,
            "a.txt",
            "61491570006\n491570006\n",
            "AU 1; no_country 1",
        ),
        case(31, "a.txt", "61491570006\n", "AU 1"),
        case(32, "a.txt", "2125550100\n", "US 1").with(&["--country", "US"]),
        case(
            32,
            "a.txt",
            "61491570006\n2125550100\n",
            "AU 1; no_country 1",
        ),
        case(33, "a.txt", "0061491570006\n", "AU 1"),
        case(33, "a.txt", "01161491570006\n", "AU 1; country_mismatch 1")
            .with(&["--country", "US"]),
        case(33, "a.txt", "001161491570006\n", "AU 1").with(&["--country", "AU"]),
        case(
            34,
            "a.txt",
            "+61 (0)491 570 006\n+610491570006\n+6100491570006\n+44 (0)7700 900123\n",
            "AU 2; not_valid 1; too_long 1; duplicates 1",
        ),
        case(
            35,
            "a.txt",
            "+390612345678\n+393123456789\n+39612345678\n",
            "IT 2; not_valid 1",
        ),
        case(
            36,
            "a.txt",
            "61491570006\n+1212555xxxx\n+61491570xxx\n",
            "AU 1; redacted 2",
        ),
        case(
            37,
            "a.txt",
            "2125550100\n12125550100XX\n",
            "US 1; redacted 1",
        )
        .with(&["--country", "US"]),
        case(
            38,
            "a.txt",
            "61491570006\n+1212555****\n+1212555####\n+1212555••••\n+1212555…\n",
            "AU 1; redacted 4",
        ),
        case(
            39,
            "a.txt",
            "61491570006\n+1-800-FLOWERS\n",
            "AU 1; letters 1",
        ),
        case(
            40,
            "a.txt",
            "+12125550100x12\n+12125550101;ext=12\n+12125550102 доб 12\n+12125550103ｘｔｎ12\n+12125550104#12\n+12125550105 ext\n",
            "US 5; redacted 1; extension 5",
        ),
        case(
            41,
            "a.txt",
            "12125550100@s.whatsapp.net\n12125550101@c.us\ntel:+1-212-555-0102\nhttps://wa.me/12125550103\n12125550104-1617436800@g.us\n12125550105@lid\n",
            "US 4; other_id 2; wrapper 4",
        ),
        case(
            42,
            "a.txt",
            "٠٤٩١٥٧٠٠٠٦\n＋６１４９１５７０００６\n۰۴۹۱۵۷۰۰۰۶\n0491570006\n",
            "AU 4; other_digits 3; duplicates 3",
        )
        .with(&["--country", "AU"]),
        case(
            43,
            "a.txt",
            "\u{202a}+61491570006\u{202c}\n\u{200e}61491570156\n+61\u{a0}491\u{2009}570\u{2011}157\n+61491\u{ad}570158\n",
            "AU 4; invisible 4",
        ),
        case(
            44,
            "a.csv",
            "phone,n\n12125550100,1\n100000000000001,2\n490154203237518,3\n2021-04-03,4\n",
            "US 1; no_country 1; not_valid 1; too_long 1",
        ),
        case(44, "a.txt", "2125550100\n1617436800\n", "US 1; not_valid 1")
            .with(&["--country", "US"]),
        case(
            45,
            "a.txt",
            "+5215512345678\n+22507123456\n+551187654321\n+54111512345678\n",
            "AR 1; BR 1; CI 1; MX 1; migrated 3",
        ),
        case(
            46,
            "a.txt",
            "+447911123456\n+16045550100\n+77012345678\n+393123456789\n+3906698123\n",
            "CA 1; GG 1; IT 1; KZ 1; VA 1",
        ),
        case(
            53,
            "a.txt",
            "+12125550100\n12125550100\n12125550100\n",
            "US 3; duplicates 2",
        ),
        case(
            54,
            "a.txt",
            "61491570006\n+999123456789\n+210123456789\n+88216123456\n+878101234567890\n",
            "001 2; AU 1; unknown_calling_code 2",
        ),
        case(
            55,
            "a.txt",
            "61491570006\n112\n+18005550100\n",
            "AU 1; US 1; too_short 1",
        ),
        case(
            56,
            "a.txt",
            "61491570006\n1212555010012125550101\n",
            "AU 1; too_long 1",
        ),
    ]
}
