//! The head of a statement: everything before its values.

use std::collections::HashMap;

use super::{
    Copy,
    tokens::{Token, created, tokens},
};

/// The longest head that is looked at.
const MAX_HEAD_BYTES: usize = 256 << 10;
/// Number of tables whose columns are known.
const MAX_TABLES: usize = 10_000;

/// The head so far, and the tables that heads before it created.
#[derive(Default)]
pub(super) struct Head {
    text: Vec<u8>,
    /// How deep in brackets its end is.
    pub(super) depth: u32,
    tables: HashMap<String, Vec<String>>,
    /// The last head before VALUES, with what it shows of backslashes.
    last: Option<(Vec<u8>, Option<bool>)>,
}

/// What ends a head.
pub(super) enum HeadEnd {
    /// The semicolon of a statement without values.
    Statement,
    /// The line is a command of a client.
    ClientLine,
    /// The first tuple of VALUES begins; whether the dialect has backslash escapes, if it shows.
    Values { backslashes: Option<bool> },
    /// `a = 1, b = 2` begins.
    Assignments,
    /// A list of values begins behind SELECT.
    Select { backslashes: Option<bool> },
}

impl Head {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.depth = 0;
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    pub(super) fn begin(&mut self, verb: Vec<u8>) {
        self.text = verb;
        self.depth = 0;
    }

    /// Whether it is this word and no more.
    pub(super) fn is(&self, word: &[u8]) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// Appends a byte; false if the head is too long.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        if !self.text.is_empty() || !byte.is_ascii_whitespace() {
            self.text.push(byte);
        }
        self.text.len() <= MAX_HEAD_BYTES
    }

    /// Keeps the head for [`Self::repeated`], up to the bracket behind VALUES, if it is simple
    /// enough to be known again by its bytes.
    pub(super) fn keep(&mut self, backslashes: Option<bool>) {
        let begins_with = |verb: &[u8]| {
            let start = self.text.get(..verb.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(verb))
        };
        let is_special = |byte: &u8| b"'\"\\-/#\n\r".contains(byte);
        let is_simple = (begins_with(b"INSERT ") || begins_with(b"REPLACE "))
            && !self.text.iter().any(is_special);
        self.last = is_simple.then(|| ([&self.text, &b"("[..]].concat(), backslashes));
    }

    /// Forgets the head that was kept: the columns are others now.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }

    /// The length of the head that `bytes` begin with, if it is the one that was kept, and what it
    /// shows of backslashes.
    pub(super) fn repeated(&self, bytes: &[u8]) -> Option<(usize, Option<bool>)> {
        let (last, backslashes) = self.last.as_ref()?;
        let is_repeated = self.text.is_empty() && self.depth == 0 && bytes.starts_with(last);
        is_repeated.then_some((last.len(), *backslashes))
    }

    pub(super) fn drop_last(&mut self, bytes: usize) {
        self.text.truncate(self.text.len().saturating_sub(bytes));
    }

    /// Whether the head ends before `byte`, which is outside quotes.
    pub(super) fn end_before(&mut self, byte: u8) -> Option<HeadEnd> {
        match byte {
            b';' => return Some(HeadEnd::Statement),
            // psql's commands, and the variables of sqlplus and sqlcmd.
            b'\\' | b'@' | b':' | b'.' if self.text.is_empty() => {
                return Some(HeadEnd::ClientLine);
            }
            b'(' if self.ends_with_values() || self.ends_with_nested("VALUES") => {
                let backslashes = self.backslashes();
                return Some(HeadEnd::Values { backslashes });
            }
            b'(' => self.depth += 1,
            b')' => self.depth = self.depth.saturating_sub(1),
            _ if is_word_byte(byte) => {}
            _ if self.ends_with_nested("SELECT") => {
                let backslashes = self.backslashes();
                return Some(HeadEnd::Select { backslashes });
            }
            _ if self.depth > 0 => {}
            _ if self.last_word_is("SET") && self.takes_assignments() => {
                return Some(HeadEnd::Assignments);
            }
            _ if self.last_word_is("SELECT") && self.adds_rows() => {
                let backslashes = self.backslashes();
                return Some(HeadEnd::Select { backslashes });
            }
            _ => {}
        }
        None
    }

    /// VALUES, VALUE or VALUES ROW, with a table before it in a statement that adds rows.
    fn ends_with_values(&self) -> bool {
        // The bracket behind the columns may be missing.
        if self.depth > 1 {
            return false;
        }
        let (before, last) = split_last_word(&self.text);
        let (before, last) = if last.eq_ignore_ascii_case(b"ROW") {
            split_last_word(before)
        } else {
            (before, last)
        };
        let is_values = last.eq_ignore_ascii_case(b"VALUES") || last.eq_ignore_ascii_case(b"VALUE");
        let table = split_last_word(before).1;
        let no_table = ["INTO", "INSERT", "REPLACE"];
        is_values
            && !no_table
                .iter()
                .any(|word| table.eq_ignore_ascii_case(word.as_bytes()))
            && self.adds_rows()
    }

    /// `(VALUES` or `(SELECT`: the rows of `USING (VALUES …)` or `INSERT INTO t (SELECT …)`.
    fn ends_with_nested(&self, word: &str) -> bool {
        if self.depth == 0 {
            return false;
        }
        let (before, last) = split_last_word(&self.text);
        let Some(before) = before.trim_ascii_end().strip_suffix(b"(") else {
            return false;
        };
        let is_query = split_last_word(before).1.eq_ignore_ascii_case(b"AS");
        let is_wanted = match word {
            // Rows selected `WITH t AS (…)` are another table's; rows listed there are not.
            "VALUES" => self.adds_rows() || starts_with_word(&self.text, "WITH"),
            _ => self.adds_rows() && !is_query,
        };
        last.eq_ignore_ascii_case(word.as_bytes()) && is_wanted
    }

    fn last_word_is(&self, word: &str) -> bool {
        // Most bytes follow on another letter than these words end with.
        let last = self.text.last().map(u8::to_ascii_uppercase);
        last == word.bytes().last()
            && split_last_word(&self.text)
                .1
                .eq_ignore_ascii_case(word.as_bytes())
    }

    fn takes_assignments(&self) -> bool {
        let is_merge = starts_with_word(&self.text, "MERGE");
        // `WHEN MATCHED THEN UPDATE SET …` may be broken before the verb.
        let is_update = starts_with_word(&self.text, "UPDATE")
            && !starts_with_word(self.text[6..].trim_ascii_start(), "SET");
        (self.adds_rows() && !is_merge) || is_update
    }

    /// Whether the statement adds rows to a table, or changes them.
    pub(super) fn adds_rows(&self) -> bool {
        let text = self.text.trim_ascii_start();
        let verbs = ["REPLACE", "MERGE", "UPSERT"];
        if starts_with_word(text, "INSERT") {
            // `AFTER INSERT ON t`, `GRANT INSERT, UPDATE ON t` and `WHEN NOT MATCHED THEN INSERT
            // (…)` may be broken before the verb.
            let next = text[6..].trim_ascii_start();
            return !(starts_with_word(next, "ON")
                || next.starts_with(b"(")
                || next.starts_with(b",")
                || contains(&next[..next.len().min(12)], "OR UPDATE")
                || contains(&next[..next.len().min(12)], "OR DELETE"));
        }
        if verbs.iter().any(|verb| starts_with_word(text, verb)) {
            return true;
        }
        let wraps = [
            "WITH", "IF", "BEGIN", "EXPLAIN", "ELSE", "DECLARE", "SET", "USE",
        ];
        wraps.iter().any(|word| starts_with_word(text, word))
            && (contains(text, " INSERT INTO ") || contains(text, " INSERT ["))
    }

    /// Whether it has a number in quotes, which is in none of the rows: `CALL add(7, '…')`.
    pub(super) fn holds_number(&self) -> bool {
        const FEWEST_DIGITS: usize = 10;
        const FEWEST_BEHIND_PLUS: usize = 7;
        let no_rows = ["CREATE", "ALTER", "SET"];
        let is_setting = no_rows
            .iter()
            .any(|word| starts_with_word(self.text.trim_ascii_start(), word));
        let is_number = |text: &[u8]| {
            let text = text.trim_ascii();
            let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
            let is_plain = |byte: &u8| byte.is_ascii_digit() || b"+ ()-.".contains(byte);
            let fewest = if text.starts_with(b"+") {
                FEWEST_BEHIND_PLUS
            } else {
                FEWEST_DIGITS
            };
            digits >= fewest && text.iter().all(is_plain)
        };
        !is_setting
            && self
                .text
                .split(|byte| *byte == b'\'')
                .skip(1)
                .any(is_number)
    }

    /// T-SQL shows by its brackets and Oracle by nothing: only `MySQL` has backslash escapes.
    fn backslashes(&self) -> Option<bool> {
        let is_tsql = self.text.contains(&b'[');
        let is_mysql = self.text.contains(&b'`');
        match (is_tsql, is_mysql) {
            (true, false) => Some(false),
            (false, true) => Some(true),
            _ => None,
        }
    }

    pub(super) fn turns_backslashes_off(&self) -> bool {
        contains(&self.text, "STANDARD_CONFORMING_STRINGS")
            || starts_with_word(&self.text, "PRAGMA")
    }

    /// Whether the dump ends in the middle of it, with rows or columns to come.
    pub(super) fn is_open(&self, in_quotes: bool) -> bool {
        let is_create = starts_with_word(&self.text, "CREATE");
        self.adds_rows() || (is_create && (in_quotes || self.depth > 0))
    }

    /// Where the bracket around nested rows opens, if it does.
    fn nested_rows(&self) -> Option<usize> {
        (self.depth > 0).then(|| self.text.iter().rposition(|byte| *byte == b'('))?
    }

    /// Keeps the columns of a `CREATE TABLE`.
    pub(super) fn learn_table(&mut self) {
        if starts_with_word(&self.text, "CREATE")
            && let Some((table, columns)) = created(&tokens(&self.text))
            && self.tables.len() < MAX_TABLES
        {
            self.tables.insert(table, columns);
            self.forget();
        }
    }

    /// The reader of the lines that follow on `COPY … FROM stdin`.
    pub(super) fn copy(&self) -> Option<Copy> {
        (starts_with_word(&self.text, "COPY") && is_from_stdin(&self.text))
            .then(|| Copy::new(&self.text, self.columns()))
    }

    /// The columns that an INSERT or COPY lists, else those of its table.
    pub(super) fn columns(&self) -> Vec<String> {
        // What brackets are open is no list of columns but holds the rows.
        let text = &self.text[..self.nested_rows().unwrap_or(self.text.len())];
        if starts_with_word(text, "MERGE") && self.depth > 0 {
            return Vec::new();
        }
        let tokens = tokens(text);
        let name = |token: &Token| match token {
            Token::Name(name) => Some(name.clone()),
            Token::Sign(_) => None,
        };
        // The condition of a MERGE has brackets, too: `ON (id = 7) … INSERT (id, phone)`.
        let is_insert =
            |token: &Token| name(token).is_some_and(|name| name.eq_ignore_ascii_case("INSERT"));
        let insert = starts_with_word(text, "MERGE").then(|| tokens.iter().rposition(is_insert));
        let behind_verb = &tokens[insert.flatten().unwrap_or(0)..];
        let open = behind_verb
            .iter()
            .position(|token| *token == Token::Sign(b'('));
        if let Some(open) = open {
            let list = &behind_verb[open + 1..];
            let end = list.iter().position(|token| *token == Token::Sign(b')'));
            let list = &list[..end.unwrap_or(list.len())];
            return list.iter().filter_map(name).collect();
        }
        let keywords = [
            "VALUES",
            "VALUE",
            "ROW",
            "FROM",
            "STDIN",
            "SELECT",
            "OVERRIDING",
            "SYSTEM",
            "USER",
        ];
        let is_keyword =
            |name: &String| keywords.iter().any(|word| word.eq_ignore_ascii_case(name));
        let mut names = tokens.iter().filter_map(name);
        let table = names.rfind(|name| !is_keyword(name));
        table
            .and_then(|table| self.tables.get(&table).cloned())
            .unwrap_or_default()
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The text before the last word, trimmed, and the word; the word is empty behind a sign.
fn split_last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let text = text.trim_ascii_end();
    let start = text.iter().rposition(|byte| !is_word_byte(*byte));
    text.split_at(start.map_or(0, |at| at + 1))
}

fn starts_with_word(text: &[u8], word: &str) -> bool {
    let is_start = text
        .get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    is_start && !text.get(word.len()).is_some_and(|byte| is_word_byte(*byte))
}

fn contains(text: &[u8], upper: &str) -> bool {
    memchr::memmem::find(&text.to_ascii_uppercase(), upper.as_bytes()).is_some()
}

/// `COPY … FROM stdin`, with options or none.
fn is_from_stdin(statement: &[u8]) -> bool {
    let words = statement.split(u8::is_ascii_whitespace);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    words
        .windows(2)
        .any(|pair| pair[0].eq_ignore_ascii_case(b"FROM") && pair[1].eq_ignore_ascii_case(b"STDIN"))
}
