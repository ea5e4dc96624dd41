//! Controllers that deploy from repositories: what tables cannot say of Argo CD, Flux and SOPS.

mod argocd;
mod flux;
mod policy;
mod recipient;
mod sops;
mod stores;

use crate::format::Declaration;
use crate::model::Estate;

/// Adds what the objects and files of controllers mean.
pub(super) fn facts(declarations: &[Declaration], estate: &mut Estate) {
    for object in declarations {
        match object.language {
            "kubernetes" => {
                argocd::facts(object, estate);
                stores::facts(object, estate);
            }
            "sops" => sops::facts(object, estate),
            _ => {}
        }
    }
    flux::facts(declarations, estate);
    recipient::facts(declarations, estate);
}
