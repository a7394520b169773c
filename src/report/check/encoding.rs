//! UTF-8 → the encoding of a list, so that a passed-through list keeps its encoding.

use encoding_rs::Encoding;

/// Encodes `out[start..]` in place. `encoding` is a name from [`crate::dump::Shape::encoding`].
pub(super) fn encode_from(start: usize, encoding: &str, out: &mut Vec<u8>) {
    let encoded = match encoding {
        "utf-8" | "8-bit" => return,
        "utf-16le" => utf16(&out[start..], u16::to_le_bytes),
        "utf-16be" => utf16(&out[start..], u16::to_be_bytes),
        name => match Encoding::for_label(name.as_bytes()) {
            Some(encoding) => {
                let text = String::from_utf8_lossy(&out[start..]);
                encoding.encode(&text).0.into_owned()
            }
            None => return,
        },
    };
    out.truncate(start);
    out.extend_from_slice(&encoded);
}

fn utf16(text: &[u8], bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    text.encode_utf16().flat_map(bytes).collect()
}
