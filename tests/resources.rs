//! Holds the resource tables to what they promise: fields that exist, words of the model, documentation, one row a type.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use tenure::model::{FieldKind, Noun};
use tenure::rule::resource::{From, Make, Resources, Row, Source, Table};
use tenure::rule::tables;

/// Fields whose constants are words of a closed list: the one in the field's meaning.
const CLOSED: &[&str] = &[
    "activation",
    "breadth",
    "issuer_kind",
    "kind",
    "level",
    "owner_kind",
    "policy",
    "principal",
    "scope",
    "stored",
];

fn all() -> &'static Resources {
    static ALL: OnceLock<Resources> = OnceLock::new();
    ALL.get_or_init(|| tables().all())
}

fn rows() -> impl Iterator<Item = (&'static Table, &'static Row)> {
    all()
        .sheets
        .iter()
        .flat_map(|sheet| sheet.rows.iter().map(move |row| (&sheet.table, row)))
}

fn makes() -> impl Iterator<Item = (&'static Table, &'static Make)> {
    rows().flat_map(|(table, row)| row.makes.iter().map(move |make| (table, make)))
}

/// Everything a source may yield that stands in the table itself.
fn words(source: &Source) -> impl Iterator<Item = &str> {
    source
        .alternatives
        .iter()
        .flat_map(|alternative| {
            let constants: &[String] = match &alternative.from {
                From::Const(texts) => texts,
                _ => &[],
            };
            constants
                .iter()
                .map(String::as_str)
                .chain(alternative.values.iter().map(|(_, word)| word.as_str()))
        })
        .filter(|word| !word.is_empty())
}

#[test]
fn there_are_tables() {
    assert!(all().sheets.len() >= 20, "{} tables", all().sheets.len());
    assert!(rows().count() >= 300, "{} rows", rows().count());
    assert!(all().roles.len() >= 3);
    assert!(
        all()
            .actions
            .iter()
            .any(|table| table.combinations.len() >= 20)
    );
}

#[test]
fn every_field_is_one_of_its_noun() {
    for (table, make) in makes() {
        let noun = Noun::of(&make.noun).expect("a noun's word");
        for (field, _) in &make.fields {
            assert!(
                noun.shape().iter().any(|(name, _, _)| name == field),
                "{}:{}: {} has no field {field}",
                table.file,
                make.line,
                make.noun
            );
        }
    }
}

#[test]
fn constants_are_the_models_words() {
    let mut wrong = Vec::new();
    for (table, make) in makes() {
        let noun = Noun::of(&make.noun).expect("a noun's word");
        for (field, source) in &make.fields {
            let closed =
                CLOSED.contains(&field.as_str()) || (noun == Noun::Setting && field == "name");
            let (_, _, meaning) = noun
                .shape()
                .iter()
                .find(|(name, _, _)| name == field)
                .expect("a field");
            let known: Vec<&str> = meaning
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .collect();
            for word in words(source).filter(|word| closed && !known.contains(word)) {
                wrong.push(format!(
                    "{}:{}: {}.{field} knows no `{word}`",
                    table.file, make.line, make.noun
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn constants_of_flags_are_flags() {
    for (table, make) in makes() {
        let noun = Noun::of(&make.noun).expect("a noun's word");
        for (field, source) in &make.fields {
            let is_flag = noun
                .shape()
                .iter()
                .any(|(name, kind, _)| name == field && *kind == FieldKind::Flag);
            for word in words(source).filter(|_| is_flag) {
                assert!(
                    matches!(word, "true" | "false"),
                    "{}:{}: {field} is no `{word}`",
                    table.file,
                    make.line
                );
            }
        }
    }
}

#[test]
fn every_row_names_its_documentation() {
    for (table, row) in rows() {
        assert!(
            row.docs.starts_with("https://") && !row.docs.contains('{'),
            "{}:{}: {:?}",
            table.file,
            row.line,
            row.docs
        );
        assert!(!table.provider.is_empty(), "{}", table.file);
    }
    for table in &all().roles {
        assert!(table.docs.starts_with("https://"), "{}", table.provider);
    }
    for combination in all().actions.iter().flat_map(|table| &table.combinations) {
        assert!(
            combination.docs.starts_with("https://"),
            "{}",
            combination.name
        );
    }
}

/// What a row makes: the noun, and for a setting which switch.
fn made(make: &Make) -> String {
    let name = make.fields.iter().find(|(field, _)| field == "name");
    match name {
        Some((_, source)) if make.noun == "setting" => {
            format!("setting {}", words(source).collect::<String>())
        }
        _ => make.noun.clone(),
    }
}

#[test]
fn a_type_gets_a_noun_from_one_row_unless_conditions_tell_rows_apart() {
    let mut seen: BTreeMap<(&str, &str, String), Vec<u32>> = BTreeMap::new();
    for (table, row) in rows().filter(|(_, row)| row.when.is_empty()) {
        let nouns: std::collections::BTreeSet<String> = row.makes.iter().map(made).collect();
        for kind in &row.resource {
            for noun in &nouns {
                seen.entry((&table.language, kind, noun.clone()))
                    .or_default()
                    .push(row.line);
            }
        }
    }
    seen.retain(|_, lines| lines.len() > 1);
    assert!(seen.is_empty(), "{seen:?}");
}

#[test]
fn roles_and_effects_use_the_models_words() {
    let levels = ["read", "write", "admin", "escalate"];
    for effect in all().roles.iter().flat_map(|table| &table.roles) {
        assert!(levels.contains(&effect.level.as_str()), "{:?}", effect.role);
        assert!(!effect.role.is_empty());
    }
    for effect in all().actions.iter().flat_map(|table| &table.effects) {
        assert!(levels.contains(&effect.level.as_str()), "{}", effect.effect);
    }
}
