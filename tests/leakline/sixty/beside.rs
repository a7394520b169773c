//! What is beside the numbers of a cell: other numbers, empty parts, labels, signs of carriers,
//! words for nothing.

use super::{Case, case};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            77,
            "a.csv",
            "phone,name\n\"+61491570006;0491570156\",Ann\n\"+12125550100,2125550101\",Bo\n\"+12125550102;12\",Cy\n",
            "US 2; AU 1; no_country 2; extension 1",
        ),
        case(
            78,
            "a.csv",
            "phone,name\n\"+61491570006, , +12125550100\",Ann\n+12125550101;;+12125550102,Bo\n\"+12125550103, n/a\",Cy\n+12125550104 or +12125550105,Di\n+12125550106 & +12125550107,Ed\n",
            "US 8; AU 1; empty_part 5",
        ),
        case(
            79,
            "a.csv",
            "phone,name\np:+12125550100,Ann\nTel. +12125550101,Bo\nМобильный: +12125550102,Cy\n+12125550103 (WhatsApp),Di\nSKU12125550104,Ed\n",
            "US 4; letters 1; label 4",
        ),
        case(
            80,
            "Brazil.txt",
            "(0xx11) 96123-4567\n(0xx11) 96123-xxxx\n",
            "BR 1; redacted 1",
        ),
        case(
            80,
            "a.csv",
            "phone,name\n%2B12125550100,Ann\n&#43;12125550101,Bo\n+12125550102<br>,Cy\n",
            "US 3; wrapper 3",
        ),
        case(
            83,
            "a.csv",
            "name,phone\nAnn,+12125550100\nBo,nan\nCy,NA\nDi,\\N\nEd,#N/A\nFy,undefined\nGo,[]\nHa,(null)\n",
            "US 1; blank 7",
        ),
    ]
}
