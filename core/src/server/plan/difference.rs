//! A plan made from two descriptions of provisioning data (OMA-AD-DM_SC-V1_0 §5.3;
//! OMA-TS-DM_TNDS-V1_2_1).

use super::{Object, Operation, Payload, Plan, Step};
use crate::codec::syncml::StatusCode;
use crate::codec::tnds::{Document, Node};

/// Nodes below nodes that are compared; a document that was read is never deeper.
const MAX_DEPTH: usize = 64;

pub(super) fn plan(before: &Document, after: &Document) -> Plan {
    let (before, after) = (placed(before), placed(after));
    let mut difference = Difference::default();
    difference.level(&opened(&before, &after), &opened(&after, &before), 0);
    let Difference {
        replaces,
        adds,
        deletes,
    } = difference;
    let get = adds.first().map(|add| {
        Step::from(Operation::Get {
            target: parent(add.operation.target()),
        })
    });
    let changes: Vec<Step> = replaces.into_iter().chain(adds).chain(deletes).collect();
    let group = (!changes.is_empty()).then(|| Step::from(Operation::Sequence(changes)));
    Plan {
        steps: group.into_iter().chain(get).collect(),
    }
}

#[derive(Default)]
struct Difference {
    replaces: Vec<Step>,
    adds: Vec<Step>,
    deletes: Vec<Step>,
}

impl Difference {
    fn level(&mut self, before: &[(String, &Node)], after: &[(String, &Node)], depth: usize) {
        let find = |list: &[(String, &Node)], uri: &str| -> Option<usize> {
            list.iter().position(|(u, _)| u == uri)
        };
        for (uri, new) in after {
            match find(before, uri) {
                Some(at) => self.node(uri, before[at].1, new, depth),
                None => self.adds.push(Step {
                    either: true,
                    ..Step::from(Operation::Add {
                        target: uri.clone(),
                        object: object(new),
                    })
                }),
            }
        }
        for (uri, _) in before {
            if find(after, uri).is_none() {
                // A node that is to go and is not there is as it should be.
                self.deletes.push(Step {
                    accept: vec![StatusCode::NOT_FOUND],
                    ..Step::from(Operation::Delete {
                        target: uri.clone(),
                    })
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
            self.replaces.push(Step {
                either: true,
                ..Step::from(Operation::Replace {
                    target: uri.to_owned(),
                    object: object_in_place(before, after),
                })
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
    let value = node.value.clone().unwrap_or_default();
    Object {
        format: Some(node.format.clone().unwrap_or_else(|| "chr".to_owned())),
        media_type: Some(
            node.media_type
                .clone()
                .unwrap_or_else(|| "text/plain".to_owned()),
        ),
        data: if node.is_binary() {
            Payload::Octets(value)
        } else {
            match String::from_utf8(value) {
                Ok(text) => Payload::Text(text),
                Err(error) => Payload::Octets(error.into_bytes()),
            }
        },
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
    Object {
        data: Payload::Nodes(Document {
            ver_dtd: "1.2".to_owned(),
            nodes: vec![Node {
                path: None,
                ..node.clone()
            }],
            ..Document::default()
        }),
        ..Object::default()
    }
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

    /// What is in the Sequence and behind it.
    fn commands(plan: &Plan) -> Vec<&Operation> {
        plan.steps
            .iter()
            .flat_map(|step| match &step.operation {
                Operation::Sequence(steps) => steps.iter().map(|s| &s.operation).collect(),
                other => vec![other],
            })
            .collect()
    }

    fn object_of(operation: &Operation) -> &Payload {
        match operation {
            Operation::Add { object, .. } | Operation::Replace { object, .. } => &object.data,
            other => panic!("{other:?}"),
        }
    }

    fn shown(plan: &Plan) -> Vec<String> {
        commands(plan)
            .iter()
            .map(|o| format!("{} {}", o.name(), o.target()))
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
        assert!(matches!(object_of(commands(&plan)[1]), Payload::Nodes(_)));
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
        assert!(matches!(object_of(commands(&plan)[0]), Payload::Nodes(_)));
        assert!(matches!(object_of(commands(&plan)[1]), Payload::Nodes(_)));
        assert!(matches!(object_of(commands(&plan)[2]), Payload::Text(_)));
    }
}
