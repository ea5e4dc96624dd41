//! Tables of the page: how each column is shown, and which rows can be filtered.

use super::super::markup::escape;
use crate::report::assessment::table::Table;
use std::io::{Result, Write};

/// How a column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    Text,
    Wide,
    Code,
    Hash,
    Person,
    Number,
    Badge,
    Short,
    Lines,
    Hide,
}
use Cell::{Badge, Code, Hash, Hide, Lines, Number, Person, Short, Text, Wide};

pub(super) fn badge(text: &str) -> String {
    format!(
        "<span class=\"b {}\">{}</span>",
        escape(&text.replace(' ', "-")),
        escape(text)
    )
}

/// A path or a name that may go on in the next line behind a slash or an underscore, before a dot or an `@`.
fn breakable(text: &str) -> String {
    let mut text = escape(text);
    for (mark, broken) in [
        ("/", "/<wbr>"),
        ("_", "_<wbr>"),
        (".", "<wbr>."),
        ("@", "<wbr>@"),
    ] {
        text = text.replace(mark, broken);
    }
    format!("<span>{text}</span>")
}

/// Rows from which on a table can be filtered.
const FILTERED: usize = 8;

/// A section with a table.
pub(super) fn long(table: &Table, id: &str, cells: &[Cell], out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"{id}\">{} ({})</h2>",
        table.title,
        table.rows.len()
    )?;
    if table.rows.is_empty() {
        return writeln!(out, "<p>None.</p>");
    }
    if table.rows.len() < FILTERED {
        return rows(table, cells, "", out);
    }
    write!(
        out,
        "<p class=\"filter\"><label>Filter: <input type=\"search\" data-for=\"{id}-table\" placeholder=\"words that a row has\"></label></p>"
    )?;
    rows(table, cells, &format!("{id}-table"), out)
}

pub(super) fn rows(table: &Table, cells: &[Cell], id: &str, out: &mut dyn Write) -> Result<()> {
    let id = if id.is_empty() {
        String::new()
    } else {
        format!(" id=\"{id}\"")
    };
    // A column in which no row says anything takes no room.
    let shown: Vec<(usize, Cell)> = cells
        .iter()
        .enumerate()
        .filter(|(at, cell)| **cell != Hide && table.rows.iter().any(|row| !row[*at].is_empty()))
        .map(|(at, cell)| (at, *cell))
        .collect();
    write!(out, "<table{id}><thead><tr>")?;
    for (at, cell) in &shown {
        let class = if *cell == Number { " class=\"n\"" } else { "" };
        write!(out, "<th scope=\"col\"{class}>{}</th>", table.heads[*at])?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for row in &table.rows {
        write!(out, "<tr>")?;
        for (at, cell) in &shown {
            let (class, text) = match cell {
                Badge => ("k", badge(&row[*at])),
                Code => ("m", breakable(&row[*at])),
                Hash => ("m h", escape(&row[*at])),
                Person => ("o", breakable(&row[*at])),
                Number => ("n", escape(&row[*at])),
                Short => ("k", escape(&row[*at])),
                Lines => ("k", escape(&row[*at]).replace(' ', "<br>")),
                Wide => ("w", escape(&row[*at])),
                Text | Hide => ("t", breakable(&row[*at])),
            };
            let text = if row[*at].is_empty() {
                String::new()
            } else {
                text
            };
            write!(
                out,
                "<td class=\"{class}\" data-h=\"{}\">{text}</td>",
                table.heads[*at]
            )?;
        }
        write!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}
