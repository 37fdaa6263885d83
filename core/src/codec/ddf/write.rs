//! Description to bytes, in the order of the DTD (OMA-TS-DM_TND-V1_2_1 §9).

use super::{AccessTypes, CaseSense, DfProperties, Kind, Node, Occurrence, RunTime, Scope};
use crate::codec::markup::document::MAX_DEPTH;
use crate::codec::markup::sink::Sink;
use crate::codec::mgmt_tree::{format, value};
use crate::codec::vocabulary::wbxml::{Tag, ddf as tags};

pub(super) fn node<S: Sink>(node: &Node, depth: usize, out: &mut S) {
    out.open(tags::NODE);
    out.leaf(tags::NODE_NAME, &node.name);
    out.optional(tags::PATH, node.path.as_deref());
    let formats = &node.properties.formats;
    if let Some(run_time) = &node.run_time {
        properties(run_time, formats, out);
    }
    described(&node.properties, out);
    if let Some(octets) = &node.value {
        let leaf = formats.iter().find(|format| *format != "node");
        value(octets, leaf.is_some_and(|format| format == "bin"), out);
    }
    // Nothing that was decoded is deeper; a built one is cut, not trusted.
    if depth < MAX_DEPTH {
        for child in &node.children {
            self::node(child, depth + 1, out);
        }
    }
    out.close();
}

fn properties<S: Sink>(run_time: &RunTime, formats: &[String], out: &mut S) {
    if *run_time == RunTime::default() {
        return out.empty(tags::RT_PROPERTIES);
    }
    out.open(tags::RT_PROPERTIES);
    out.optional(tags::ACL, run_time.acl.as_deref());
    if let Some(name) = run_time.format.as_deref() {
        format(tags::FORMAT, &[name], out);
    }
    out.optional(tags::TITLE, run_time.title.as_deref());
    out.optional(tags::T_STAMP, run_time.tstamp.as_deref());
    if let Some(media_type) = run_time.media_type.as_deref() {
        let interior = match run_time.format.as_deref() {
            Some(format) => format == "node",
            None => formats.iter().any(|format| format == "node"),
        };
        out.open(tags::TYPE);
        out.leaf(
            if interior { tags::DDF_NAME } else { tags::MIME },
            media_type,
        );
        out.close();
    }
    out.optional(tags::VER_NO, run_time.ver_no.as_deref());
    out.close();
}

fn described<S: Sink>(properties: &DfProperties, out: &mut S) {
    out.open(tags::DF_PROPERTIES);
    if properties.access == AccessTypes::NONE {
        out.empty(tags::ACCESS_TYPE);
    } else {
        out.open(tags::ACCESS_TYPE);
        for (one, tag) in [
            (AccessTypes::ADD, tags::ADD),
            (AccessTypes::COPY, tags::COPY),
            (AccessTypes::DELETE, tags::DELETE),
            (AccessTypes::EXEC, tags::EXEC),
            (AccessTypes::GET, tags::GET),
            (AccessTypes::REPLACE, tags::REPLACE),
        ] {
            if properties.access.has(one) {
                out.empty(tag);
            }
        }
        out.close();
    }
    out.optional(tags::DEFAULT_VALUE, properties.default_value.as_deref());
    out.optional(tags::DESCRIPTION, properties.description.as_deref());
    format(tags::DF_FORMAT, &properties.formats, out);
    out.open(tags::OCCURRENCE);
    match properties.occurrence {
        Occurrence::One => out.empty(tags::ONE),
        Occurrence::ZeroOrOne => out.empty(tags::ZERO_OR_ONE),
        Occurrence::ZeroOrMore => out.empty(tags::ZERO_OR_MORE),
        Occurrence::OneOrMore => out.empty(tags::ONE_OR_MORE),
        Occurrence::ZeroOrN(n) => out.leaf(tags::ZERO_OR_N, &n.to_string()),
        Occurrence::OneOrN(n) => out.leaf(tags::ONE_OR_N, &n.to_string()),
    }
    out.close();
    choice(
        tags::SCOPE,
        match properties.scope {
            Scope::Dynamic => tags::DYNAMIC,
            Scope::Permanent => tags::PERMANENT,
        },
        out,
    );
    out.optional(tags::DF_TITLE, properties.title.as_deref());
    out.open(tags::DF_TYPE);
    match &properties.kind {
        Kind::DdfName(name) => out.leaf(tags::DDF_NAME, name),
        Kind::Mime(types) => {
            for one in types {
                out.leaf(tags::MIME, one);
            }
        }
    }
    out.close();
    match properties.case_sense {
        None => {}
        Some(CaseSense::Sensitive) => choice(tags::CASE_SENSE, tags::CS, out),
        Some(CaseSense::Insensitive) => choice(tags::CASE_SENSE, tags::CIS, out),
    }
    out.close();
}

fn choice<S: Sink>(element: Tag, one: Tag, out: &mut S) {
    out.open(element);
    out.empty(one);
    out.close();
}
