//! What there is to see of a card.
#![allow(clippy::unwrap_used, clippy::panic)]

use dmsc_core::card::{Config, FileView, Profile, Structure, Uicc};
use dmsc_core::codec::hex;

fn card(name: &str) -> Uicc {
    Uicc::new(Config {
        profile: Profile::built_in(name).unwrap(),
        ..Config::default()
    })
}

fn send(card: &mut Uicc, command: &str) {
    card.handle_command(&hex::decode(command).unwrap());
    while card.poll().is_some() {}
}

fn find<'a>(files: &'a [FileView], path: &str, name: &str) -> &'a FileView {
    let is = |file: &&FileView| file.path == path && (name.is_empty() || file.name == name);
    files.iter().find(is).unwrap()
}

fn decoded(files: &[FileView], path: &str) -> Vec<String> {
    let file = find(files, path, "");
    file.fields()
        .iter()
        .flatten()
        .map(|field| field.value.clone())
        .collect()
}

#[test]
fn files_are_told_with_rule_template_and_meaning() {
    let files = card("usim").files();
    assert_eq!(files[0].path, "3F00");
    assert_eq!(decoded(&files, "3F00/2FE2"), ["89440000000000351611"]);
    assert_eq!(decoded(&files, "3F00/7FFF/6F07"), ["001010123456789"]);
    assert_eq!(decoded(&files, "3F00/7FFF/6F46"), ["01", "DM_SC"]);
    assert_eq!(
        decoded(&files, "3F00/7F10/5F3A/4F3A"),
        ["Card DM", "+491711234567"]
    );
    let imsi = find(&files, "3F00/7FFF/6F07", "EF_IMSI");
    assert_eq!(
        (imsi.structure, imsi.sfi, imsi.active),
        (Structure::Transparent, Some(7), true)
    );
    assert_eq!(hex::encode(&imsi.fcp[..5]), "6217820241");
    let rule = imsi.rule_words();
    let rule: Vec<_> = rule.iter().map(|(o, c)| format!("{o}: {c}")).collect();
    assert_eq!(
        rule,
        ["read: PIN1", "update: ADM1", "deactivate, activate: ADM1"]
    );
    let directory = &find(&files, "3F00/2F00", "EF_DIR").fields()[1][0];
    assert_eq!(directory.children[1].value, "PKCS#15");
    let objects = find(&files, "3F00/7F50/6430", "EF_DODF");
    assert_eq!(objects.fields()[0].len(), 4);
    let bootstrap = find(&files, "3F00/7F50/6435", "EF_DM_Bootstrap");
    assert!(bootstrap.fields()[0].len() > 3);
    for file in &files {
        for (contents, fields) in file.contents.iter().zip(&file.fields()) {
            assert!(
                fields.iter().all(|field| field.range.end <= contents.len()),
                "{}",
                file.path
            );
        }
    }
    assert_eq!(
        decoded(&card("csim").files(), "3F00/7FFF/6F22"),
        ["001010123456789"]
    );
    assert_eq!(decoded(&card("sim").files(), "3F00/7F20/6FAE"), ["3"]);
    assert_eq!(
        decoded(&card("ruim").files(), "3F00/7F25/6F32"),
        ["1, 2, 3, 4, 10, 12, 13, 17, 26, 27, 29"]
    );
}

#[test]
fn what_changed_is_told() {
    let mut card = card("usim");
    assert_eq!(
        (card.changes(), card.files_changed_since(Some(0)).len()),
        (0, 0)
    );
    send(&mut card, "00A4040C07A0000000871002");
    send(&mut card, "00D68D000300F110");
    let seen = card.changes();
    let changed = card.files_changed_since(Some(0));
    assert_eq!(changed.len(), 1);
    assert_eq!(
        (changed[0].path.as_str(), changed[0].changed),
        ("3F00/7FFF/6F7B", seen)
    );
    // What is refused changes nothing.
    send(&mut card, "00A4000C026F07");
    send(&mut card, "00D6000001AA");
    assert_eq!(card.files_changed_since(Some(seen)), []);
    send(&mut card, "00D68D000300F110");
    assert_eq!(card.files_changed_since(Some(seen)).len(), 1);
}

#[test]
fn pins_and_channels_are_told() {
    let mut card = card("usim");
    send(&mut card, "0070000001");
    send(&mut card, "01A4040C07A0000000871002");
    send(&mut card, "01A4000C026F3C");
    send(&mut card, "01B20002B0");
    send(&mut card, "0020000A0841444D3030303031");
    send(&mut card, "00200081083030303030303030");
    let pins = card.pins();
    let told: Vec<_> = pins
        .iter()
        .map(|p| {
            (
                p.name.as_str(),
                p.enabled,
                p.verified,
                p.tries,
                p.limit,
                p.unblock_tries,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("PIN1", false, false, 3, 3, Some(10)),
            ("second PIN1", true, false, 2, 3, Some(10)),
            ("ADM1", true, true, 10, 10, None),
        ]
    );
    let channels = card.logical_channels();
    assert_eq!(channels.len(), 2);
    assert_eq!(
        (channels[0].number, channels[0].selected.as_str()),
        (0, "3F00")
    );
    assert_eq!(channels[1].selected, "3F00/7FFF/6F3C");
    assert_eq!(channels[1].record, Some(1));
    assert!(
        channels[1]
            .application
            .as_ref()
            .unwrap()
            .starts_with(&[0xA0, 0, 0, 0, 0x87])
    );
}
