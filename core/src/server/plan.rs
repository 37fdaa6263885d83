//! What is to be changed in a device: a plan made from two descriptions of provisioning data
//! (OMA-AD-DM_SC-V1_0 §5.3; OMA-TS-DM_TNDS-V1_2_1).
//!
//! The plan is data. Knows no session: what became of an operation is kept elsewhere.

use crate::codec::tnds::{Document, Node};

/// Operations in the order they are to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Replace, then Add, then Delete, then Get.
    pub operations: Vec<Operation>,
}

/// One command to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Which command.
    pub kind: OperationKind,
    /// Target.
    pub uri: String,
    /// What is sent along.
    pub object: Object,
}

/// The commands a plan is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// A node becomes another.
    Replace,
    /// A node that is not there yet.
    Add,
    /// A node that is no longer wanted.
    Delete,
    /// A node that is read back.
    Get,
}

/// Data of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// Delete and Get have none.
    None,
    /// One value.
    Leaf {
        /// Format, such as `chr` or `bin`.
        format: String,
        /// MIME type.
        media_type: String,
        /// The octets.
        value: Vec<u8>,
    },
    /// A node with all below it.
    Subtree(Document),
}

impl OperationKind {
    /// The element name.
    pub fn name(self) -> &'static str {
        match self {
            OperationKind::Replace => "Replace",
            OperationKind::Add => "Add",
            OperationKind::Delete => "Delete",
            OperationKind::Get => "Get",
        }
    }
}

/// Nodes below nodes that are compared; a document that was read is never deeper.
const MAX_DEPTH: usize = 64;

impl Plan {
    /// What leads from what the card provisioned last (`before`) to what it is to provision now
    /// (`after`): one Add for each new node with all below it, one Replace for each leaf with
    /// another value, one Delete for each node that vanished; and a Get that reads back the
    /// names beside the first added node.
    pub fn from_documents(before: &Document, after: &Document) -> Plan {
        let (before, after) = (placed(before), placed(after));
        let mut difference = Difference::default();
        difference.level(&opened(&before, &after), &opened(&after, &before), 0);
        let Difference {
            replaces,
            adds,
            deletes,
        } = difference;
        let get = adds.first().map(|add| Operation {
            kind: OperationKind::Get,
            uri: parent(&add.uri),
            object: Object::None,
        });
        Plan {
            operations: replaces
                .into_iter()
                .chain(adds)
                .chain(deletes)
                .chain(get)
                .collect(),
        }
    }
}

#[derive(Default)]
struct Difference {
    replaces: Vec<Operation>,
    adds: Vec<Operation>,
    deletes: Vec<Operation>,
}

impl Difference {
    fn level(&mut self, before: &[(String, &Node)], after: &[(String, &Node)], depth: usize) {
        let find = |list: &[(String, &Node)], uri: &str| -> Option<usize> {
            list.iter().position(|(u, _)| u == uri)
        };
        for (uri, new) in after {
            match find(before, uri) {
                Some(at) => self.node(uri, before[at].1, new, depth),
                None => self.adds.push(Operation {
                    kind: OperationKind::Add,
                    uri: uri.clone(),
                    object: object(new),
                }),
            }
        }
        for (uri, _) in before {
            if find(after, uri).is_none() {
                self.deletes.push(Operation {
                    kind: OperationKind::Delete,
                    uri: uri.clone(),
                    object: Object::None,
                });
            }
        }
    }

    fn node(&mut self, uri: &str, before: &Node, after: &Node, depth: usize) {
        let other_kind = before.is_interior() != after.is_interior();
        let other_type = before.media_type != after.media_type;
        if after.is_interior() && !other_kind && !other_type {
            if depth < MAX_DEPTH {
                self.level(&below(uri, before), &below(uri, after), depth + 1);
            }
        } else if other_kind
            || other_type
            || before.value != after.value
            || before.format != after.format
        {
            self.replaces.push(Operation {
                kind: OperationKind::Replace,
                uri: uri.to_owned(),
                object: object_in_place(before, after),
            });
        }
    }
}

/// The nodes directly under MgmtTree with their URIs.
fn placed(document: &Document) -> Vec<(String, &Node)> {
    document
        .nodes
        .iter()
        .map(|node| {
            let path = node.path.as_deref().unwrap_or(".");
            let path = path.trim_end_matches('/');
            let path = if path.is_empty() { "." } else { path };
            let dot = if path.starts_with('.') { "" } else { "./" };
            (format!("{dot}{path}/{}", node.name), node)
        })
        .collect()
}

/// The same list with what lies below in place of each interior node that the other document
/// speaks of the inside of: only nodes at one place can be compared, and a node that is
/// to go must not take with it what another document puts there.
fn opened<'n>(list: &[(String, &'n Node)], other: &[(String, &Node)]) -> Vec<(String, &'n Node)> {
    let mut opened = Vec::new();
    // Each turn is one level further down, and documents are of bounded depth.
    let mut waiting: Vec<(String, &Node)> = list.iter().rev().cloned().collect();
    while let Some((uri, node)) = waiting.pop() {
        let around = |inner: &str| {
            inner
                .strip_prefix(&uri)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        if node.is_interior() && other.iter().any(|(inner, _)| around(inner)) {
            waiting.extend(below(&uri, node).into_iter().rev());
        } else {
            opened.push((uri, node));
        }
    }
    opened
}

fn below<'n>(uri: &str, node: &'n Node) -> Vec<(String, &'n Node)> {
    node.children
        .iter()
        .map(|child| (format!("{uri}/{}", child.name), child))
        .collect()
}

fn parent(uri: &str) -> String {
    uri.rsplit_once('/')
        .map_or(".", |(parent, _)| parent)
        .to_owned()
}

fn object(node: &Node) -> Object {
    if node.is_interior() {
        return subtree(node);
    }
    Object::Leaf {
        format: node.format.clone().unwrap_or_else(|| "chr".to_owned()),
        media_type: node
            .media_type
            .clone()
            .unwrap_or_else(|| "text/plain".to_owned()),
        value: node.value.clone().unwrap_or_default(),
    }
}

/// A leaf that was a leaf takes a value; all else takes the place of what was there as a whole.
fn object_in_place(before: &Node, after: &Node) -> Object {
    if before.is_interior() {
        subtree(after)
    } else {
        object(after)
    }
}

fn subtree(node: &Node) -> Object {
    Object::Subtree(Document {
        ver_dtd: "1.2".to_owned(),
        nodes: vec![Node {
            path: None,
            ..node.clone()
        }],
        ..Document::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::samples;

    fn leaf(name: &str, value: &str) -> Node {
        Node {
            name: name.into(),
            format: Some("chr".into()),
            media_type: Some("text/plain".into()),
            value: Some(value.into()),
            ..Node::default()
        }
    }

    fn leaf_at(name: &str, value: &str, path: &str) -> Node {
        Node {
            path: Some(path.into()),
            ..leaf(name, value)
        }
    }

    fn branch(name: &str, path: Option<&str>, children: Vec<Node>) -> Node {
        Node {
            name: name.into(),
            path: path.map(str::to_owned),
            format: Some("node".into()),
            children,
            ..Node::default()
        }
    }

    fn document(nodes: Vec<Node>) -> Document {
        Document {
            ver_dtd: "1.2".into(),
            nodes,
            ..Document::default()
        }
    }

    fn shown(plan: &Plan) -> Vec<String> {
        plan.operations
            .iter()
            .map(|o| format!("{} {}", o.kind.name(), o.uri))
            .collect()
    }

    #[test]
    fn the_sample_has_every_kind() {
        let plan = samples::plan().unwrap();
        assert_eq!(
            shown(&plan),
            [
                "Replace ./Connectivity/NAP/Work/Addr",
                "Add ./Connectivity/NAP/Home",
                "Delete ./Connectivity/NAP/Legacy",
                "Get ./Connectivity/NAP",
            ]
        );
        assert!(matches!(plan.operations[1].object, Object::Subtree(_)));
    }

    #[test]
    fn equal_documents_need_nothing() {
        let document = document(vec![branch("A", Some("./P"), vec![leaf("L", "1")])]);
        assert_eq!(Plan::from_documents(&document, &document), Plan::default());
    }

    #[test]
    fn documents_cut_at_other_places() {
        let whole = document(vec![branch(
            "A",
            Some("./P"),
            vec![
                leaf("x", "1"),
                branch("B", None, vec![leaf("y", "1"), leaf("z", "1")]),
            ],
        )]);
        let inner = document(vec![leaf_at("y", "2", "./P/A/B")]);
        assert_eq!(
            shown(&Plan::from_documents(&whole, &inner)),
            ["Replace ./P/A/B/y", "Delete ./P/A/x", "Delete ./P/A/B/z"]
        );
        assert_eq!(
            shown(&Plan::from_documents(&inner, &whole)),
            [
                "Replace ./P/A/B/y",
                "Add ./P/A/x",
                "Add ./P/A/B/z",
                "Get ./P/A"
            ]
        );
        // A name that only begins like another is not above it.
        let beside = document(vec![leaf_at("y", "2", "./P/AB")]);
        assert_eq!(
            shown(&Plan::from_documents(&whole, &beside)),
            ["Add ./P/AB/y", "Delete ./P/A", "Get ./P/AB"]
        );
    }

    #[test]
    fn levels_and_kinds() {
        let before = document(vec![
            branch(
                "A",
                Some("P"),
                vec![
                    leaf("same", "1"),
                    leaf("gone", "1"),
                    leaf("leaf", "1"),
                    branch("branch", None, vec![leaf("x", "1")]),
                ],
            ),
            leaf("top", "1"),
        ]);
        let after = document(vec![
            branch(
                "A",
                Some("./P/"),
                vec![
                    leaf("same", "1"),
                    branch("leaf", None, vec![leaf("x", "1")]),
                    leaf("branch", "1"),
                    leaf("new", "1"),
                ],
            ),
            leaf("top", "2"),
        ]);
        let plan = Plan::from_documents(&before, &after);
        assert_eq!(
            shown(&plan),
            [
                "Replace ./P/A/leaf",
                "Replace ./P/A/branch",
                "Replace ./top",
                "Add ./P/A/new",
                "Delete ./P/A/gone",
                "Get ./P/A",
            ]
        );
        assert!(matches!(plan.operations[0].object, Object::Subtree(_)));
        assert!(matches!(plan.operations[1].object, Object::Subtree(_)));
        assert!(matches!(plan.operations[2].object, Object::Leaf { .. }));
    }
}
