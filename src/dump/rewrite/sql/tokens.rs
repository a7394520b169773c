//! The words of a statement without its values: names, signs, and the columns of a table.

/// A word, a name without its quotes, or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Sign(u8),
}

pub(super) fn tokens(head: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = head.get(at) {
        let rest = &head[at + 1..];
        let length = match byte {
            b'"' | b'`' | b'\'' | b'[' => {
                let close = if byte == b'[' { b']' } else { byte };
                let end = rest.iter().position(|other| *other == close);
                let name = &rest[..end.unwrap_or(rest.len())];
                tokens.push(Token::Name(String::from_utf8_lossy(name).into_owned()));
                name.len() + 2
            }
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                let is_name = |byte: &u8| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || *byte >= 0x80
                };
                let length = 1 + rest.iter().take_while(|byte| is_name(byte)).count();
                let name = &head[at..at + length];
                tokens.push(Token::Name(String::from_utf8_lossy(name).into_owned()));
                length
            }
            _ if byte.is_ascii_whitespace() => 1,
            sign => {
                tokens.push(Token::Sign(sign));
                1
            }
        };
        at += length;
    }
    tokens
}

/// The table and the columns of a `CREATE TABLE`.
pub(super) fn created(tokens: &[Token]) -> Option<(String, Vec<String>)> {
    const NO_COLUMNS: [&str; 12] = [
        "PRIMARY",
        "KEY",
        "UNIQUE",
        "CONSTRAINT",
        "INDEX",
        "FOREIGN",
        "CHECK",
        "FULLTEXT",
        "SPATIAL",
        "LIKE",
        "EXCLUDE",
        "PERIOD",
    ];
    let open = tokens
        .iter()
        .position(|token| *token == Token::Sign(b'('))?;
    let is_table =
        |token: &Token| matches!(token, Token::Name(name) if name.eq_ignore_ascii_case("TABLE"));
    if !tokens[..open].iter().any(is_table) {
        return None;
    }
    let Some(Token::Name(table)) = tokens.get(open.checked_sub(1)?) else {
        return None;
    };
    let (mut depth, mut begins) = (1_u32, true);
    let mut columns = Vec::new();
    for token in &tokens[open + 1..] {
        match token {
            Token::Sign(b'(') => depth += 1,
            Token::Sign(b')') => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            Token::Sign(b',') if depth == 1 => {
                begins = true;
                continue;
            }
            Token::Name(name)
                if begins
                    && !NO_COLUMNS
                        .iter()
                        .any(|word| word.eq_ignore_ascii_case(name)) =>
            {
                columns.push(name.clone());
            }
            _ => {}
        }
        begins = false;
    }
    Some((table.clone(), columns))
}
