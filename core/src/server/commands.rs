//! Steps of a plan as the commands they are sent as (OMA-TS-DM_RepPro-V1_2_1 §6;
//! OMA-TS-DM_Protocol-V1_2_1 §10).

use super::plan::{Interaction, Object, Operation, Options, Payload};
use super::queue::Queue;
use crate::codec::auth::base64;
use crate::codec::syncml::{
    Alert, Command, Data, Encoding, Group, Item, ItemCommand, Location, Meta,
};
use crate::dm::LONG_ID;

/// The command of a step with all that is in it, for measuring; numbered when it is sent.
pub(super) fn command(queue: &Queue, at: usize, encoding: Encoding) -> Command {
    let mut command = match queue.get(at) {
        None => Command::Sequence(Group::default()),
        Some(flat) => match &flat.step.operation {
            Operation::Sequence(_) => Command::Sequence(group(queue, at, encoding)),
            Operation::Atomic(_) => Command::Atomic(group(queue, at, encoding)),
            operation => single(operation, queue.is_flipped(at), encoding),
        },
    };
    command.set_cmd_id(LONG_ID);
    command
}

fn group(queue: &Queue, at: usize, encoding: Encoding) -> Group {
    Group {
        // A plan that has been checked is of bounded depth.
        commands: queue
            .parts(at)
            .into_iter()
            .map(|part| command(queue, part, encoding))
            .collect(),
        ..Group::default()
    }
}

fn single(operation: &Operation, flipped: bool, encoding: Encoding) -> Command {
    let of = |item: Item| ItemCommand {
        items: vec![item],
        ..ItemCommand::default()
    };
    let at = |target: &str| Item {
        target: Some(Location::new(target)),
        ..Item::default()
    };
    match operation {
        Operation::Add { target, object } | Operation::Replace { target, object } => {
            let (meta, data) = content(object, encoding);
            let command = of(Item {
                meta,
                data,
                ..at(target)
            });
            let is_add = matches!(operation, Operation::Add { .. });
            if is_add == flipped {
                Command::Replace(command)
            } else {
                Command::Add(command)
            }
        }
        Operation::Delete { target } => Command::Delete(of(at(target))),
        Operation::Get { target } => Command::Get(of(at(target))),
        Operation::Copy { source, target } => Command::Copy(of(Item {
            source: Some(Location::new(source.clone())),
            ..at(target)
        })),
        Operation::Exec {
            target,
            correlator,
            object,
        } => {
            let (meta, data) = content(object, encoding);
            Command::Exec(ItemCommand {
                correlator: correlator.clone(),
                ..of(Item {
                    meta,
                    data,
                    ..at(target)
                })
            })
        }
        Operation::Alert(interaction) => Command::Alert(alert(interaction)),
        Operation::Sequence(_) | Operation::Atomic(_) => Command::Sequence(Group::default()),
    }
}

/// Meta and Data of an Item.
fn content(object: &Object, encoding: Encoding) -> (Meta, Option<Data>) {
    let meta = |format: Option<String>, media_type: Option<String>| Meta {
        format,
        media_type,
        ..Meta::default()
    };
    let format = object.format.as_deref();
    match &object.data {
        Payload::None => (meta(object.format.clone(), object.media_type.clone()), None),
        Payload::Text(text) => (
            meta(object.format.clone(), object.media_type.clone()),
            Some(Data::Text(text.clone())),
        ),
        // XML has no bytes; cut into chunks, base64 must be of the whole.
        Payload::Octets(octets) if encoding == Encoding::Xml || format == Some("b64") => (
            meta(Some("b64".to_owned()), object.media_type.clone()),
            Some(Data::Text(base64(octets))),
        ),
        Payload::Octets(octets) => (
            meta(
                Some(format.unwrap_or("bin").to_owned()),
                object.media_type.clone(),
            ),
            Some(Data::Opaque(octets.clone())),
        ),
        Payload::Nodes(document) => {
            let (format, media_type, data) = Data::of_document(document, encoding);
            (
                meta(Some(format.to_owned()), Some(media_type.to_owned())),
                Some(data),
            )
        }
    }
}

/// Options first, or an empty Item; then the text; then what is offered.
fn alert(interaction: &Interaction) -> Alert {
    let item = |text: String| Item {
        data: (!text.is_empty()).then_some(Data::Text(text)),
        ..Item::default()
    };
    let mut items = vec![
        item(option_string(&interaction.options)),
        item(interaction.text.clone()),
    ];
    items.extend(interaction.choices.iter().cloned().map(item));
    Alert {
        code: interaction.code,
        items,
        ..Alert::default()
    }
}

fn option_string(options: &Options) -> String {
    let number = |name: &str, value: Option<u32>| value.map(|n| format!("{name}={n}"));
    let letter = |name: &str, value: Option<char>| value.map(|c| format!("{name}={c}"));
    let parts = [
        number("MINDT", options.min_display_s),
        number("MAXDT", options.max_display_s),
        options
            .default_response
            .as_deref()
            .map(|text| format!("DR={}", url_encoded(text))),
        number("MAXLEN", options.max_length),
        letter("IT", options.input_type),
        letter("ET", options.echo_type),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("&")
}

/// All but letters, digits and a few marks as `%` and hex digits; a space as `+`.
fn url_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b if b.is_ascii_alphanumeric() || b"-._*".contains(&b) => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// The largest object in a command and in what is in it: bytes as they are sent.
pub(super) fn octets(command: &Command) -> u64 {
    match command {
        Command::Add(c) | Command::Replace(c) | Command::Exec(c) => c
            .items
            .iter()
            .filter_map(|i| i.data.as_ref())
            .map(|d| d.bytes().len() as u64)
            .max()
            .unwrap_or_default(),
        Command::Sequence(g) | Command::Atomic(g) => {
            g.commands.iter().map(octets).max().unwrap_or_default()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_joined_and_encoded() {
        let options = Options {
            min_display_s: Some(5),
            max_display_s: Some(60),
            default_response: Some("a b&c=ä-1".into()),
            max_length: Some(8),
            input_type: Some('P'),
            echo_type: Some('T'),
        };
        assert_eq!(
            option_string(&options),
            "MINDT=5&MAXDT=60&DR=a+b%26c%3D%C3%A4-1&MAXLEN=8&IT=P&ET=T"
        );
        assert_eq!(option_string(&Options::default()), "");
        let alert = alert(&Interaction::default());
        assert_eq!(alert.items[0], Item::default(), "an empty Item");
    }

    #[test]
    fn octets_go_as_the_encoding_can() {
        let object = |format: Option<&str>| Object {
            format: format.map(str::to_owned),
            data: Payload::Octets(vec![0, 255]),
            ..Object::default()
        };
        let sent = |format: Option<&str>, encoding: Encoding| {
            let (meta, data) = content(&object(format), encoding);
            (meta.format.unwrap_or_default(), data.unwrap())
        };
        let text = Data::Text("AP8=".into());
        let opaque = Data::Opaque(vec![0, 255]);
        assert_eq!(sent(None, Encoding::Wbxml), ("bin".into(), opaque.clone()));
        assert_eq!(sent(Some("xml"), Encoding::Wbxml), ("xml".into(), opaque));
        assert_eq!(sent(None, Encoding::Xml), ("b64".into(), text.clone()));
        assert_eq!(sent(Some("b64"), Encoding::Wbxml), ("b64".into(), text));
    }
}
