//! Notations of programs: JSON in a script is found, and what only looks like JSON is named.

/// Longer beginnings are no assignment.
const MOST_BYTES: usize = 200;

/// The length of the script before JSON: `var users = `, `callback(`, `)]}',`.
pub(super) fn script_before_json(text: &[u8]) -> usize {
    let start = text.len() - text.trim_ascii_start().len();
    let head = &text[start..text.len().min(start + MOST_BYTES)];
    let guards: [&[u8]; 4] = [b")]}',", b")]}'", b"while(1);", b"for(;;);"];
    let length = guards
        .iter()
        .find(|guard| head.starts_with(guard))
        .map(|guard| guard.len())
        .or_else(|| assignment(head));
    length
        .filter(|length| begins_json(&head[*length..]))
        .map_or(0, |length| start + length)
}

/// The length of `var x =`, `window.x =`, `export default` or `callback(`.
fn assignment(head: &[u8]) -> Option<usize> {
    let open = head.iter().position(|byte| matches!(byte, b'{' | b'['))?;
    let before = head[..open].trim_ascii();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$/* \t".contains(byte);
    let (&last, name) = before.split_last()?;
    let is_script =
        matches!(last, b'=' | b'(') || before == b"export default" || before == b"return";
    let starts_name = name.first().is_some_and(|byte| !byte.is_ascii_digit());
    (is_script && starts_name && name.iter().all(is_name)).then_some(open)
}

fn begins_json(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    matches!(text, [b'{' | b'[', rest @ ..] if {
        let next = rest.trim_ascii_start().first();
        next.is_none_or(|byte| matches!(byte, b'"' | b'{' | b'[' | b']' | b'}' | b'-' | b'0'..=b'9'))
    })
}

/// The notation that text is in, if it is one that is not read.
pub(super) fn notation(text: &[u8]) -> Option<&'static str> {
    let text = text.trim_ascii_start();
    if text.starts_with(b"<?php") || text.starts_with(b"$") && assignment_of_php(text) {
        return Some("PHP");
    }
    if is_serialized(text) || text.starts_with(b"Array\n(") || text.starts_with(b"array (") {
        return Some("PHP's notation");
    }
    let inner = text
        .iter()
        .position(|byte| !matches!(byte, b'{' | b'[' | b'(' | b' ' | b'\n' | b'\r' | b'\t'));
    let first = inner
        .map(|at| &text[at..])
        .filter(|_| matches!(text.first(), Some(b'{' | b'[')))?;
    let word = first.iter().take_while(|byte| is_word(**byte)).count();
    match first {
        [b'\'', ..] | [b'u', b'\'', ..] => Some("Python's notation"),
        [b':', ..] => Some("Ruby's notation"),
        [b'"', ..]
            if first[..first.len().min(MOST_BYTES)]
                .windows(3)
                .any(|part| part == b"\"=>") =>
        {
            Some("Ruby's notation")
        }
        _ if word > 0
            && !first[0].is_ascii_digit()
            && first[word..].trim_ascii_start().starts_with(b":") =>
        {
            Some("JavaScript")
        }
        _ => None,
    }
}

fn assignment_of_php(text: &[u8]) -> bool {
    let name = text[1..].iter().take_while(|byte| is_word(**byte)).count();
    let rest = text[1 + name..].trim_ascii_start();
    let value = rest.strip_prefix(b"=").map(<[u8]>::trim_ascii_start);
    name > 0 && value.is_some_and(|value| value.starts_with(b"[") || value.starts_with(b"array("))
}

/// `a:2:{i:0;…`, `O:4:"User":…`, `s:12:"…";`.
fn is_serialized(text: &[u8]) -> bool {
    let [b'a' | b'O' | b's', b':', rest @ ..] = text else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let behind = &rest[digits..];
    digits > 0 && (behind.starts_with(b":{") || behind.starts_with(b":\""))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_a_script_is_found() {
        for (text, before) in [
            ("var users = [{\"a\":1}];", 12),
            ("const u=[1]", 8),
            ("window.x.y = {\"a\":1}", 13),
            ("cb([{\"a\":1}]);", 3),
            ("/**/cb({})", 7),
            (")]}',\n[{}]", 5),
            ("export default [{}]", 15),
            ("[{\"a\":1}]", 0),
            ("name,phone\n(a),[b]", 0),
            ("12125550100 = {", 0),
        ] {
            assert_eq!(script_before_json(text.as_bytes()), before, "{text}");
        }
    }

    #[test]
    fn other_notations_are_named() {
        for (text, name) in [
            ("[{'phone': '1'}]", Some("Python's notation")),
            ("{u'phone': u'1'}", Some("Python's notation")),
            ("[{phone: '1'}]", Some("JavaScript")),
            ("{:phone=>1}", Some("Ruby's notation")),
            ("{\"phone\"=>1}", Some("Ruby's notation")),
            ("a:2:{i:0;a:1:{}}", Some("PHP's notation")),
            ("O:4:\"User\":1:{}", Some("PHP's notation")),
            ("<?php return [];", Some("PHP")),
            ("$users = [", Some("PHP")),
            ("array (\n", Some("PHP's notation")),
            ("[1,2]", None),
            ("{\"a\":1}", None),
            ("a:12125550100:Ann", None),
            ("s:1:2", None),
        ] {
            assert_eq!(notation(text.as_bytes()), name, "{text}");
        }
    }
}
