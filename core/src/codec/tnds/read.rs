//! Arena to nodes (OMA-TS-DM_TNDS-V1_2_1 §5): refuses what no tree could come of.
//!
//! One reader serves WBXML and XML. A document may omit RTProperties, as the specification's
//! own example does.

use super::Node;
use crate::codec::DecodeError;
use crate::codec::mgmt_tree::Reader;
use crate::codec::vocabulary::wbxml::ddf as tags;

pub(super) const CLAUSE: &str = "DM TNDS §5";

/// Recursion is bounded by the depth of the arena.
pub(super) fn node(reader: &Reader<'_, '_>, at: usize, top: bool) -> Result<Node, DecodeError> {
    let (mut name, mut path) = (None, None);
    let mut properties = None;
    let mut value = None;
    let mut children = Vec::with_capacity(reader.document.count(at, tags::NODE));
    let mut first_child = None;
    for (child, tag) in reader.document.elements(at) {
        match tag {
            Some(tags::NODE_NAME) => reader.once(&mut name, child)?,
            Some(tags::PATH) => reader.once(&mut path, child)?,
            Some(tags::RT_PROPERTIES) if properties.is_none() => {
                properties = Some(reader.properties(child)?);
            }
            Some(tags::VALUE) if value.is_none() => value = Some(child),
            Some(tags::NODE) => {
                first_child.get_or_insert(child);
                children.push(node(reader, child, false)?);
            }
            Some(tags::DF_PROPERTIES) => {
                return Err(reader.error(
                    child,
                    "a description of nodes with values",
                    "DFProperties, which belongs to a DDF",
                ));
            }
            _ => {
                return Err(
                    reader.unexpected(child, "one NodeName, Path, RTProperties, Value, or Nodes")
                );
            }
        }
    }
    let name = name.unwrap_or_default();
    check_name(reader, at, &name, path.as_deref(), top)?;
    let properties = properties.unwrap_or_default();
    if let (Some(first), Some(_)) = (first_child, value) {
        return Err(reader.error(first, "either Value or Nodes", "both"));
    }
    let format = properties.format.as_deref();
    match (format, first_child, value) {
        (Some("node"), _, Some(value)) => {
            return Err(reader.error(value, "an interior node without Value", "Value"));
        }
        (Some(leaf), Some(first), _) if leaf != "node" => {
            return Err(reader.error(
                first,
                "a leaf without Nodes",
                format!("a Node under Format {leaf}"),
            ));
        }
        _ => {}
    }
    reader.distinct(at, children.iter().map(|child| child.name.as_str()))?;
    let value = match value {
        Some(value) => Some(reader.value(value, format)?),
        None => None,
    };
    Ok(Node {
        name,
        path: path.filter(|path| !path.is_empty()),
        acl: properties.acl,
        format: properties.format,
        media_type: properties.media_type,
        size: properties.size,
        title: properties.title,
        tstamp: properties.tstamp,
        ver_no: properties.ver_no,
        value,
        children,
    })
}

fn check_name(
    reader: &Reader<'_, '_>,
    at: usize,
    name: &str,
    path: Option<&str>,
    top: bool,
) -> Result<(), DecodeError> {
    if name.contains('/') {
        return Err(reader.error(at, "a NodeName without /", format!("{name:?}")));
    }
    if !top && name.is_empty() {
        return Err(reader.error(at, "a NodeName in a nested Node", "none"));
    }
    if !top && path.is_some_and(|path| !path.is_empty()) {
        return Err(reader.error(at, "Path only directly under MgmtTree", "Path"));
    }
    Ok(())
}
