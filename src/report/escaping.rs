//! Writes JSON in which every character that a terminal would act on is escaped: a machine reads the same, and a person who
//! looks at it is not misled.

use super::clean;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use std::io::{Result, Write};

/// Writes a value over many lines.
pub(super) fn pretty<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<()> {
    write(out, PrettyFormatter::new(), value)
}

/// Writes a value on one line.
pub(super) fn compact<T: Serialize>(out: &mut dyn Write, value: &T) -> Result<()> {
    write(out, CompactFormatter, value)
}

fn write<T: Serialize, F: Formatter>(out: &mut dyn Write, layout: F, value: &T) -> Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Escaping(layout));
    value.serialize(&mut serializer)?;
    writeln!(out)
}

/// A layout whose strings are escaped.
struct Escaping<F>(F);

/// Passes a call on to the layout.
macro_rules! pass {
    ($($name:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $type),*) -> Result<()> {
            self.0.$name(out, $($argument),*)
        }
    )*};
}

impl<F: Formatter> Formatter for Escaping<F> {
    pass! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> Result<()> {
        let mut rest = text;
        if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return out.write_all(text.as_bytes());
        }
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| clean::hidden(*c)) {
            out.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_escaped_and_read_the_same() {
        let text = "a\u{202e}\u{9b}é\u{e0041}\n";
        let mut out = Vec::new();
        compact(&mut out, &text).unwrap();
        let json = String::from_utf8(out).unwrap();
        assert_eq!(json, "\"a\\u202e\\u009bé\\udb40\\udc41\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
