//! What libwbxml 0.11 says otherwise and means the same, or cannot say at all; all of it is here.
//!
//! | libwbxml | here |
//! |---|---|
//! | writes the Data of an Item as OPAQUE or CDATA always | octets that are text count as text |
//! | writes an inline `MgmtTree` of a message as OPAQUE, a document of its own | such a document counts as inline |
//! | changes a Type that ends in `+wbxml` to `+xml` when it opens the document | the two types are one |
//! | opens it only where Type tells of one; inline it has no names for page 2 | trees are put into OPAQUE before |
//! | reads and writes carriage returns so that more or fewer of them result | ends of lines are one line feed |
//! | puts names without a token on the code page that happens to be in force | such names are on page 0 |
//! | writes `]]>` inside CDATA as it is | the text is changed before |
//! | writes octets into XML as they are | hex digits take their place before |
//! | spells TETRA-SDS and TETRA-PACKET with TRETRA | one spelling |

use dmsc_core::codec::markup::{Content, Element};
use dmsc_core::codec::syncml::{Command, Data, Item, Message};
use dmsc_core::codec::vocabulary::wbxml::Vocabulary;
use dmsc_core::codec::{hex, prov, tnds};

/// The meaning of a message, as text to compare.
pub(crate) fn message(message: &Message) -> String {
    let mut message = message.clone();
    for command in &mut message.commands {
        command_of(command, &mut item_means, &mut element_means);
    }
    message.hdr.other.iter_mut().for_each(element_means);
    let text = message.encode_xml();
    ends_of_lines(&text.replace(tnds::MEDIA_TYPE_WBXML, tnds::MEDIA_TYPE_XML))
}

/// The same message without what libwbxml cannot write as XML.
pub(crate) fn expressible(message: &Message) -> Message {
    let mut message = message.clone();
    for command in &mut message.commands {
        command_of(command, &mut item_expressible, &mut |_| {});
    }
    message
}

fn item_expressible(item: &mut Item) {
    match &mut item.data {
        None => {}
        Some(Data::Text(text)) => *text = text.replace("]]>", "]] >"),
        Some(Data::Opaque(bytes)) => *bytes = hex::encode(bytes).into_bytes(),
        Some(Data::Markup(element)) => {
            // It opens a document in OPAQUE where Meta tells of one; inline it knows page 2 not.
            if let Ok(document) = tnds::Document::from_element(element) {
                let document = expressible_tree(&document);
                item.meta.media_type = Some(tnds::MEDIA_TYPE_WBXML.to_owned());
                item.data = Some(Data::Opaque(document.encode_wbxml()));
            } else {
                element_expressible(element);
            }
        }
    }
}

/// The same for a tree description.
pub(crate) fn expressible_tree(document: &tnds::Document) -> tnds::Document {
    let mut document = document.clone();
    document.nodes.iter_mut().for_each(node_expressible);
    document
}

fn node_expressible(node: &mut tnds::Node) {
    if node.is_binary() {
        node.format = Some("chr".to_owned());
        node.value = node.value.as_ref().map(|v| hex::encode(v).into_bytes());
    }
    node.children.iter_mut().for_each(node_expressible);
}

/// The meaning of a tree description.
pub(crate) fn tree(document: &tnds::Document) -> String {
    ends_of_lines(&document.encode_xml())
}

/// The meaning of a provisioning document.
pub(crate) fn provisioning(document: &prov::Document) -> String {
    ends_of_lines(&document.encode_xml().replace("TRETRA-", "TETRA-"))
}

/// A run of carriage returns and line feeds, written or referred to, is one line feed.
fn ends_of_lines(text: &str) -> String {
    let text = text.replace("&#13;", "\n").replace("&#10;", "\n");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let ends = c == '\n' || c == '\r';
        if !ends {
            out.push(c);
        } else if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// Changes the items of a command and of those inside it, and the elements that DM has no use for.
fn command_of(
    command: &mut Command,
    change: &mut impl FnMut(&mut Item),
    others: &mut impl FnMut(&mut Element),
) {
    let (items, other) = match command {
        Command::Add(c)
        | Command::Replace(c)
        | Command::Delete(c)
        | Command::Copy(c)
        | Command::Get(c)
        | Command::Exec(c) => (&mut c.items, &mut c.other),
        Command::Alert(a) => (&mut a.items, &mut a.other),
        Command::Status(s) => (&mut s.items, &mut s.other),
        Command::Results(r) => (&mut r.items, &mut r.other),
        Command::Sequence(group) | Command::Atomic(group) => {
            for one in &mut group.commands {
                command_of(one, change, others);
            }
            return;
        }
        Command::Unknown(element) => return others(element),
    };
    for item in items {
        change(item);
        item.other.iter_mut().for_each(&mut *others);
    }
    other.iter_mut().for_each(others);
}

fn item_means(item: &mut Item) {
    let Some(data) = &mut item.data else {
        return;
    };
    if let Data::Opaque(bytes) = data {
        let text = String::from_utf8(bytes.clone());
        if let Ok(document) = tnds::Document::decode_wbxml(bytes) {
            *data = Data::Markup(document.to_element());
        } else if let Some(text) = text.ok().filter(|text| text.chars().all(is_xml)) {
            *data = Data::Text(text);
        }
    }
    if let Data::Markup(element) = data {
        match tnds::Document::from_element(element) {
            Ok(document) => *element = document.to_element(),
            Err(_) => element_means(element),
        }
    }
}

/// What XML can carry; octets that are no such text are binary.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn element_means(element: &mut Element) {
    if Vocabulary::SyncMl12
        .tag(element.page, &element.name)
        .is_none()
    {
        element.page = 0;
    }
    for content in &mut element.content {
        if let Content::Element(child) = content {
            element_means(child);
        }
    }
}

fn element_expressible(element: &mut Element) {
    for content in &mut element.content {
        match content {
            Content::Element(child) => element_expressible(child),
            Content::Opaque(bytes) => *bytes = hex::encode(bytes).into_bytes(),
            Content::Text(text) => *text = text.replace("]]>", "]] >"),
        }
    }
}
