//! Packs `rules/resources/**` for start-up. Field names are checked against `src/model/nouns.rs`, read as text so that the
//! build script need not compile the model.

use crate::resource::{Packed, Resources, Sheet, read};
use std::path::Path;

/// Reads all tables below `root`; the first mistake fails the build with its file and line.
pub(crate) fn pack(root: &Path) -> Vec<u8> {
    let fields = fields(include_str!("../src/model/nouns.rs"));
    let has_field = |noun: &str, field: &str| {
        fields
            .iter()
            .any(|(of, name)| of.as_str() == noun && name.as_str() == field)
    };
    let mut resources = Resources::default();
    for path in crate::files(root, "yml") {
        let text = std::fs::read_to_string(&path).expect("a table is readable text");
        let below = path.strip_prefix(root).expect("below rules/resources");
        let file = format!("rules/resources/{}", below.display()).replace('\\', "/");
        let language = below
            .parent()
            .map(|folder| folder.display().to_string())
            .unwrap_or_default();
        let failed = |error: String| -> ! { panic!("{file}: {error}") };
        if language == "roles" {
            if text.lines().any(|line| line.starts_with("roles:")) {
                match serde_saphyr::from_str(&text) {
                    Ok(table) => resources.roles.push(table),
                    Err(error) => failed(error.to_string()),
                }
            } else {
                match serde_saphyr::from_str(&text) {
                    Ok(table) => resources.actions.push(table),
                    Err(error) => failed(error.to_string()),
                }
            }
        } else {
            match read(&file, &language, &text, &has_field) {
                Ok(sheet) => resources.sheets.push(sheet),
                Err(error) => failed(format!("line {}: {}", error.line, error.message)),
            }
        }
    }
    let rows = |sheet: &Sheet| -> Vec<Vec<u8>> { sheet.rows.iter().map(crate::pack).collect() };
    let bytes: Vec<Vec<Vec<u8>>> = resources.sheets.iter().map(rows).collect();
    let sheets = resources.sheets.iter().zip(&bytes);
    let sheets: Vec<Packed<'_>> = sheets
        .map(|(sheet, rows)| Packed::new(sheet, rows.iter().map(Vec::as_slice).collect()))
        .collect();
    crate::pack(&(sheets, &resources.roles, &resources.actions))
}

/// Noun and field names: `noun! { ... Name {` opens a noun, `field: Kind = "meaning"` names a field.
fn fields(text: &str) -> Vec<(String, String)> {
    let (mut found, mut noun) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(" {")
            && name != "noun!"
        {
            noun = name.to_lowercase();
        } else if let Some((field, rest)) = line.split_once(": ")
            && rest.contains(" = \"")
        {
            found.push((noun.clone(), field.to_owned()));
        }
    }
    found
}
