//! Text encodings, for `str.encode`, `bytes.decode` and text files: UTF-8, ASCII, Latin-1, UTF-16 and
//! UTF-32, with CPython's error handlers and texts. Text is valid Unicode here, so there are no
//! surrogates to smuggle octets through.

use std::rc::Rc;

use crate::value::{Bytes, ErrorKind, Heap, Outcome, Raised, Str, Value};

/// An encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Utf8,
    /// With a byte-order mark at the beginning.
    Utf8Signed,
    Ascii,
    Latin1,
    Utf16(Order),
    Utf32(Order),
}

/// Which octet comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Little, and told by a byte-order mark.
    Marked,
    Little,
    Big,
}

impl Codec {
    /// The encoding of this name. Raises LookupError: `unknown encoding: x`.
    pub fn named(heap: &Heap, name: &str) -> Outcome<Codec> {
        let plain: String =
            name.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        Ok(match plain.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "cp65001" => Codec::Utf8,
            "utf-8-sig" | "utf8-sig" => Codec::Utf8Signed,
            "ascii" | "us-ascii" | "646" => Codec::Ascii,
            "latin-1" | "latin1" | "latin" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" | "cp819" => {
                Codec::Latin1
            }
            "utf-16" | "utf16" | "u16" => Codec::Utf16(Order::Marked),
            "utf-16-le" | "utf-16le" => Codec::Utf16(Order::Little),
            "utf-16-be" | "utf-16be" => Codec::Utf16(Order::Big),
            "utf-32" | "utf32" | "u32" => Codec::Utf32(Order::Marked),
            "utf-32-le" | "utf-32le" => Codec::Utf32(Order::Little),
            "utf-32-be" | "utf-32be" => Codec::Utf32(Order::Big),
            _ => return Err(heap.error(ErrorKind::LookupError, format!("unknown encoding: {name}"))),
        })
    }

    /// The name in error texts.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Utf8 | Codec::Utf8Signed => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Utf16(Order::Marked) => "utf-16",
            Codec::Utf16(Order::Little) => "utf-16-le",
            Codec::Utf16(Order::Big) => "utf-16-be",
            Codec::Utf32(Order::Marked) => "utf-32",
            Codec::Utf32(Order::Little) => "utf-32-le",
            Codec::Utf32(Order::Big) => "utf-32-be",
        }
    }

    /// Whether text can be cut at any line end and decoded piece by piece.
    pub fn is_byte_wise(self) -> bool {
        matches!(self, Codec::Utf8 | Codec::Ascii | Codec::Latin1)
    }
}

/// Text to octets.
pub fn encode(heap: &Heap, text: &Rc<Str>, codec: Codec, errors: &str) -> Outcome<Vec<u8>> {
    let plain = text.as_str();
    match codec {
        Codec::Utf8 => Ok(plain.as_bytes().to_vec()),
        Codec::Utf8Signed => Ok([b"\xef\xbb\xbf", plain.as_bytes()].concat()),
        Codec::Ascii | Codec::Latin1 if plain.is_ascii() => Ok(plain.as_bytes().to_vec()),
        Codec::Ascii => encode_narrow(heap, text, codec, 128, errors),
        Codec::Latin1 => encode_narrow(heap, text, codec, 256, errors),
        Codec::Utf16(order) => {
            let mark: &[u16] = if order == Order::Marked { &[0xfeff] } else { &[] };
            let units = mark.iter().copied().chain(plain.encode_utf16());
            Ok(units
                .flat_map(|unit| if order == Order::Big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect())
        }
        Codec::Utf32(order) => {
            let mark: &[u32] = if order == Order::Marked { &[0xfeff] } else { &[] };
            let units = mark.iter().copied().chain(plain.chars().map(u32::from));
            Ok(units
                .flat_map(|unit| if order == Order::Big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect())
        }
    }
}

/// An encoding with one octet for each of the first characters.
fn encode_narrow(heap: &Heap, text: &Rc<Str>, codec: Codec, limit: u32, errors: &str) -> Outcome<Vec<u8>> {
    let chars: Vec<char> = text.as_str().chars().collect();
    let mut out = Vec::with_capacity(chars.len());
    for (at, &c) in chars.iter().enumerate() {
        let code = u32::from(c);
        if code < limit {
            out.push(code as u8);
            continue;
        }
        match errors {
            "ignore" => {}
            "replace" => out.push(b'?'),
            "xmlcharrefreplace" => out.extend(format!("&#{code};").bytes()),
            "backslashreplace" | "namereplace" => out.extend(escaped(code).bytes()),
            "strict" | "surrogateescape" | "surrogatepass" => {
                let run = chars[at..].iter().take_while(|&&c| u32::from(c) >= limit).count();
                let reason = format!("ordinal not in range({limit})");
                let parts = [
                    Value::str(codec.name()),
                    Value::Str(text.clone()),
                    Value::Int(at as i64),
                    Value::Int((at + run) as i64),
                    reason.into(),
                ];
                return Err(raise(heap, ErrorKind::UnicodeEncodeError, parts));
            }
            _ => return Err(unknown_handler(heap, errors)),
        }
    }
    Ok(out)
}

fn escaped(code: u32) -> String {
    match code {
        0..0x100 => format!("\\x{code:02x}"),
        0x100..0x1_0000 => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

#[cold]
fn unknown_handler(heap: &Heap, errors: &str) -> Raised {
    heap.error(ErrorKind::LookupError, format!("unknown error handler name '{errors}'"))
}

/// Raises a UnicodeEncodeError or UnicodeDecodeError; its five arguments are attributes, too.
#[cold]
fn raise(heap: &Heap, kind: ErrorKind, parts: [Value; 5]) -> Raised {
    let error = heap.new_error(kind, parts.to_vec());
    let dict = error.dict_or_new(heap);
    for (name, part) in ["encoding", "object", "start", "end", "reason"].into_iter().zip(parts) {
        dict.set_str(name, part);
    }
    heap.raise(error)
}

/// Octets to text.
pub fn decode(heap: &Heap, octets: &[u8], codec: Codec, errors: &str) -> Outcome<String> {
    match codec {
        Codec::Utf8 => decode_utf8(heap, octets, errors),
        Codec::Utf8Signed => {
            decode_utf8(heap, octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets), errors)
        }
        Codec::Latin1 => Ok(octets.iter().map(|&b| b as char).collect()),
        Codec::Ascii => decode_ascii(heap, octets, errors),
        Codec::Utf16(order) => decode_utf16(heap, octets, codec, order, errors),
        Codec::Utf32(order) => decode_utf32(heap, octets, codec, order, errors),
    }
}

/// What stands in the text for octets that cannot be decoded.
fn substitute(
    heap: &Heap,
    octets: &[u8],
    codec: Codec,
    errors: &str,
    bad: (usize, usize),
    reason: &str,
    out: &mut String,
) -> Outcome<()> {
    match errors {
        "ignore" => {}
        "replace" => out.push('\u{fffd}'),
        "backslashreplace" => {
            octets[bad.0..bad.1].iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")))
        }
        "strict" | "surrogateescape" | "surrogatepass" => {
            let object = Value::Bytes(Rc::new(Bytes::new(octets)));
            let parts = [
                Value::str(codec.name()),
                object,
                Value::Int(bad.0 as i64),
                Value::Int(bad.1 as i64),
                Value::str(reason),
            ];
            return Err(raise(heap, ErrorKind::UnicodeDecodeError, parts));
        }
        _ => return Err(unknown_handler(heap, errors)),
    }
    Ok(())
}

fn decode_utf8(heap: &Heap, octets: &[u8], errors: &str) -> Outcome<String> {
    let mut out = String::with_capacity(octets.len());
    let mut start = 0;
    loop {
        let rest = &octets[start..];
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return Ok(out);
            }
            Err(error) => error,
        };
        let (valid, tail) = rest.split_at(error.valid_up_to());
        out.push_str(std::str::from_utf8(valid).unwrap_or_default());
        let at = start + valid.len();
        let (length, reason) = match error.error_len() {
            None => (tail.len(), "unexpected end of data"),
            Some(length) => match tail.first() {
                Some(0xc2..=0xf4) => (length, "invalid continuation byte"),
                _ => (1, "invalid start byte"),
            },
        };
        substitute(heap, octets, Codec::Utf8, errors, (at, at + length), reason, &mut out)?;
        start = at + length;
    }
}

fn decode_ascii(heap: &Heap, octets: &[u8], errors: &str) -> Outcome<String> {
    let mut out = String::with_capacity(octets.len());
    for (at, &byte) in octets.iter().enumerate() {
        if byte < 128 {
            out.push(byte as char);
        } else {
            substitute(
                heap,
                octets,
                Codec::Ascii,
                errors,
                (at, at + 1),
                "ordinal not in range(128)",
                &mut out,
            )?;
        }
    }
    Ok(out)
}

fn decode_utf16(heap: &Heap, octets: &[u8], codec: Codec, order: Order, errors: &str) -> Outcome<String> {
    let (octets, order) = match (order, octets) {
        (Order::Marked, [0xff, 0xfe, rest @ ..]) => (rest, Order::Little),
        (Order::Marked, [0xfe, 0xff, rest @ ..]) => (rest, Order::Big),
        _ => (octets, order),
    };
    let unit = |pair: &[u8]| match pair {
        [a, b] if order == Order::Big => u16::from_be_bytes([*a, *b]),
        [a, b] => u16::from_le_bytes([*a, *b]),
        _ => 0,
    };
    let mut out = String::new();
    let mut at = 0;
    for decoded in char::decode_utf16(octets.chunks_exact(2).map(unit)) {
        match decoded {
            Ok(c) => {
                out.push(c);
                at += 2 * c.len_utf16();
            }
            Err(_) => {
                substitute(heap, octets, codec, errors, (at, at + 2), "illegal encoding", &mut out)?;
                at += 2;
            }
        }
    }
    if octets.len() % 2 == 1 {
        substitute(
            heap,
            octets,
            codec,
            errors,
            (octets.len() - 1, octets.len()),
            "truncated data",
            &mut out,
        )?;
    }
    Ok(out)
}

fn decode_utf32(heap: &Heap, octets: &[u8], codec: Codec, order: Order, errors: &str) -> Outcome<String> {
    let (octets, order) = match (order, octets) {
        (Order::Marked, [0xff, 0xfe, 0, 0, rest @ ..]) => (rest, Order::Little),
        (Order::Marked, [0, 0, 0xfe, 0xff, rest @ ..]) => (rest, Order::Big),
        _ => (octets, order),
    };
    let mut out = String::new();
    for (index, four) in octets.chunks(4).enumerate() {
        let at = index * 4;
        let Ok(unit) = <[u8; 4]>::try_from(four) else {
            substitute(heap, octets, codec, errors, (at, octets.len()), "truncated data", &mut out)?;
            break;
        };
        let code = if order == Order::Big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
        match char::from_u32(code) {
            Some(c) => out.push(c),
            None => substitute(
                heap,
                octets,
                codec,
                errors,
                (at, at + 4),
                "code point not in range(0x110000)",
                &mut out,
            )?,
        }
    }
    Ok(out)
}
