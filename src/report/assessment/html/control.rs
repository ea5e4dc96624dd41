//! What the page says of controls: the NHI Top 10, CSF 2.0, and where other catalogues have the same.

use super::super::markup::escape;
use super::grid::badge;
use crate::report::assessment::{Assessment, Control, chart};
use crate::rule::standards;
use std::io::{Result, Write};

fn controls<'a>(controls: impl Iterator<Item = &'a Control>, out: &mut dyn Write) -> Result<()> {
    let heads = [
        "control",
        "title",
        "state",
        "population",
        "failed",
        "waived",
        "accepted",
        "undecided",
        "rules",
        "share",
    ];
    write!(out, "<table><thead><tr>")?;
    for head in heads {
        let class = if (3..9).any(|at| heads[at] == head) {
            " class=\"n\""
        } else {
            ""
        };
        write!(out, "<th scope=\"col\"{class}>{head}</th>")?;
    }
    write!(out, "</tr></thead><tbody>")?;
    for control in controls {
        write!(
            out,
            "<tr><td class=\"k\" data-h=\"control\"><b>{}</b></td><td data-h=\"title\">{}</td><td data-h=\"state\">{}</td>",
            escape(&control.id),
            escape(&control.title),
            badge(&control.state)
        )?;
        let numbers = [
            control.population,
            control.failed,
            control.waived,
            control.accepted,
            control.undecided,
            control.rules,
        ];
        for (number, head) in numbers.into_iter().zip(&heads[3..9]) {
            write!(out, "<td class=\"n\" data-h=\"{head}\">{number}</td>")?;
        }
        write!(
            out,
            "<td data-h=\"share\">{}</td></tr>",
            chart::bar(control)
        )?;
    }
    writeln!(out, "</tbody></table>")
}

pub(super) fn nhi(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"nhi\">OWASP NHI Top 10:2025</h2><p>The population is everything the rules of an item could speak of: subjects of the model, files for secrets in text. \
         An empty population is <em>not applicable</em>, never a pass. <em>Waived</em> findings have a waiver in force; <em>accepted</em> ones are in the baseline or ignored with a reason.</p>"
    )?;
    controls(report.of("nhi"), out)
}

pub(super) fn csf(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"csf\">NIST CSF 2.0</h2><p>Subcategories that files can show something about; each state supports an assessment of the subcategory and is not one by itself.</p>"
    )?;
    controls(
        report
            .of("csf")
            .filter(|control| control.state != "not assessed"),
        out,
    )?;
    let others: Vec<&str> = report
        .of("csf")
        .filter(|control| control.state == "not assessed")
        .map(|control| control.id.as_str())
        .collect();
    writeln!(
        out,
        "<h3>Not assessed ({})</h3><p>Nothing in files tells about these, or nothing could be decided: {}.</p>",
        others.len(),
        others.join(", ")
    )
}

pub(super) fn mapping(report: &Assessment, out: &mut dyn Write) -> Result<()> {
    write!(
        out,
        "<h2 id=\"mapping\">Other frameworks</h2><p>A mapping of ours, to find the place in other catalogues; it certifies nothing.</p>\
         <table><thead><tr><th scope=\"col\">item</th><th scope=\"col\">state</th><th scope=\"col\">CSF 2.0</th><th scope=\"col\">SP 800-53 r5</th><th scope=\"col\">CIS v8</th>\
         <th scope=\"col\">ISO 27001:2022</th><th scope=\"col\">SOC 2</th><th scope=\"col\">PCI DSS 4.0</th></tr></thead><tbody>"
    )?;
    for control in report.of("nhi") {
        let Some(row) = standards().mapping(&control.id) else {
            continue;
        };
        write!(
            out,
            "<tr><td class=\"k\" data-h=\"item\"><b>{}</b></td><td data-h=\"state\">{}</td>",
            escape(&control.id),
            badge(&control.state)
        )?;
        let lists = [
            &row.csf,
            &row.sp_800_53,
            &row.cis_v8,
            &row.iso_27001,
            &row.soc_2,
            &row.pci_dss,
        ];
        let heads = [
            "CSF 2.0",
            "SP 800-53 r5",
            "CIS v8",
            "ISO 27001:2022",
            "SOC 2",
            "PCI DSS 4.0",
        ];
        for (list, head) in lists.into_iter().zip(heads) {
            write!(
                out,
                "<td data-h=\"{head}\">{}</td>",
                escape(&list.join(", "))
            )?;
        }
        write!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table>")
}
