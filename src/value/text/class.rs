//! The questions a string answers about all its characters: `isalpha` and kin.
//!
//! An empty string says no, except that it is ASCII and printable.

use super::repertoire;

fn all(text: &str, holds: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(holds)
}

/// `str.isspace`.
pub fn is_space(text: &str) -> bool {
    all(text, repertoire::is_space)
}

/// `str.isalpha`.
pub fn is_alpha(text: &str) -> bool {
    all(text, repertoire::is_alpha)
}

/// `str.isalnum`.
pub fn is_alnum(text: &str) -> bool {
    all(text, repertoire::is_alnum)
}

/// `str.isdecimal`.
pub fn is_decimal(text: &str) -> bool {
    all(text, repertoire::is_decimal)
}

/// `str.isdigit`.
pub fn is_digit(text: &str) -> bool {
    all(text, repertoire::is_digit)
}

/// `str.isnumeric`.
pub fn is_numeric(text: &str) -> bool {
    all(text, repertoire::is_numeric)
}

/// `str.isascii`.
pub fn is_ascii(text: &str) -> bool {
    text.is_ascii()
}

/// `str.isprintable`.
pub fn is_printable(text: &str) -> bool {
    text.chars().all(repertoire::is_printable)
}

/// `str.isidentifier`: keywords are identifiers too.
pub fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(repertoire::is_identifier_start) && chars.all(repertoire::is_identifier_part)
}

/// `str.islower`: some letter is lower case, and none is of another case.
pub fn is_lower(text: &str) -> bool {
    let mut seen = false;
    for c in text.chars() {
        if repertoire::is_upper(c) || repertoire::is_title(c) {
            return false;
        }
        seen = seen || repertoire::is_lower(c);
    }
    seen
}

/// `str.isupper`: some letter is upper case, and none is of another case.
pub fn is_upper(text: &str) -> bool {
    let mut seen = false;
    for c in text.chars() {
        if repertoire::is_lower(c) || repertoire::is_title(c) {
            return false;
        }
        seen = seen || repertoire::is_upper(c);
    }
    seen
}

/// `str.istitle`: capitals begin words and only they do.
pub fn is_title(text: &str) -> bool {
    let mut seen = false;
    let mut inside = false;
    for c in text.chars() {
        if repertoire::is_upper(c) || repertoire::is_title(c) {
            if inside {
                return false;
            }
            inside = true;
            seen = true;
        } else if repertoire::is_lower(c) {
            if !inside {
                return false;
            }
            seen = true;
        } else {
            inside = false;
        }
    }
    seen
}
