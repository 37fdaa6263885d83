//! Contents of elementary files, by the standard of the directory they lie in. A file of no
//! known form and one that is not used give no fields.

use super::part::unreadable;
use super::tree::tree;
use super::{access, cose, pkcs15, wbxml};
use crate::codec::ef::{
    Address, Administrative, Contents, DiallingNumber, Form, Home, Location, Mode, Network,
    ServiceCentre,
};
use crate::codec::{Field, hex};

/// The fields of a transparent file or of one record.
pub fn fields(home: Home, fid: u16, bytes: &[u8]) -> Vec<Field> {
    let form = Form::of(home, fid);
    // Trees are shown as far as they can be read.
    match form {
        Some(Form::Rule) => return access::fields(bytes, false),
        Some(Form::Application) => return application(bytes),
        Some(Form::Object) => return object(bytes),
        _ => {}
    }
    match Contents::decode(form, bytes) {
        Ok(contents) => parts(&contents, home, bytes.len()),
        Err(error) => vec![unreadable(bytes, 0, &error)],
    }
}

fn parts(contents: &Contents, home: Home, n: usize) -> Vec<Field> {
    let one = |name: &'static str, value: String, clause: &'static str| {
        vec![Field::new(name, 0..n, value).clause(clause)]
    };
    match contents {
        Contents::Unused | Contents::Unknown(_) | Contents::Application(_) | Contents::Rule(_) => {
            Vec::new()
        }
        Contents::Iccid(number) => one("ICCID", number.0.to_string(), "TS 102 221 §13.2"),
        Contents::Languages(languages) => {
            one("Languages", languages.to_string(), "TS 102 221 §13.3")
        }
        Contents::Imsi(number) => one("IMSI", number.0.to_string(), "TS 31.102 §4.2.2"),
        Contents::ServiceProviderName(name) => {
            const CLAUSE: &str = "TS 31.102 §4.2.12";
            let display = format!("{:02X}", name.display);
            vec![
                Field::new("Display condition", 0..1, display).clause(CLAUSE),
                Field::new("Name", 1..n, name.name.to_string()).clause(CLAUSE),
            ]
        }
        Contents::LanguageName(name) => {
            vec![Field::new("Name", 3..n, name.name.to_string()).clause("C.S0023 §3.4.31")]
        }
        Contents::Services(table) => {
            let clause = match home {
                Home::Gsm => "TS 51.011 §10.3.7",
                Home::Csim => "C.S0065 §5.2.18",
                Home::Ruim => "C.S0023 §3.4.18",
                _ => "TS 31.102 §4.2.8",
            };
            one("Services", table.to_string(), clause)
        }
        Contents::Administrative(data) => administrative(data),
        Contents::Classes(classes) => one("Classes", bits(*classes), "TS 31.102 §4.2.15"),
        Contents::Networks(list) => {
            let has_technology = list.iter().any(|network| network.technology.is_some());
            let clause = if has_technology {
                "TS 31.102 §4.2.5"
            } else {
                "TS 31.102 §4.2.16"
            };
            one("Networks", networks(list), clause)
        }
        Contents::Location(location) => location_fields(location),
        Contents::DiallingNumber(number) => number_fields(number, n),
        Contents::ServiceCentre(centre) => centre_fields(centre, n),
        Contents::SearchPeriod(steps) => {
            let minutes = format!("{} min", u16::from(*steps) * 6);
            one("Search every", minutes, "TS 31.102 §4.2.6")
        }
        Contents::Phase(phase) => one("Phase", phase.to_string(), "TS 51.011 §10.3.19"),
        Contents::ImsiM(number) => number
            .digits()
            .map(|digits| one("IMSI_M", digits, "C.S0023 §3.4.2"))
            .unwrap_or_default(),
    }
}

/// A record of EF_DIR (TS 102 221 §13.1).
fn application(bytes: &[u8]) -> Vec<Field> {
    let name = |tag| match tag {
        0x61 => "Application template",
        0x4F => "Application identifier",
        0x50 => "Label",
        0x51 => "Path",
        0x73 => "Discretionary template",
        _ => "Object",
    };
    let has_parts = |tag| matches!(tag, 0x61 | 0x73);
    tree(bytes, &name, &has_parts, "TS 102 221 §13.1", 0)
}

/// A document or a directory of PKCS #15. Documents lie where the directories say; the first
/// byte of WBXML is its version.
fn object(bytes: &[u8]) -> Vec<Field> {
    match bytes.first() {
        Some(0x01..=0x03) => wbxml::fields(bytes),
        // A COSE_Sign1: one of the card's receipts.
        Some(0xD2) => cose::record_fields(bytes),
        _ => pkcs15::fields(bytes),
    }
}

fn administrative(data: &Administrative) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.18";
    let mode = match data.mode {
        Mode::Normal => "normal operation",
        Mode::TypeApproval => "type approval",
        Mode::NormalSpecific => "normal operation, specific facilities",
        Mode::TypeApprovalSpecific => "type approval, specific facilities",
        Mode::Maintenance => "maintenance",
        Mode::CellTest => "cell test",
        Mode::Unknown(_) => "reserved",
    };
    let mut fields = vec![Field::new("Mode", 0..1, mode).clause(CLAUSE)];
    if let Some(digits) = data.network_digits {
        let value = (digits & 0x0F).to_string();
        fields.push(Field::new("Digits of the network code", 3..4, value).clause(CLAUSE));
    }
    fields
}

fn bits(set: u16) -> String {
    let names = (0..16).filter(|class| set >> class & 1 == 1);
    let names: Vec<_> = names.map(|class: u16| class.to_string()).collect();
    names.join(", ")
}

fn networks(list: &[Network]) -> String {
    let named = list.iter().filter(|network| network.plmn.is_network());
    let names: Vec<_> = named.map(|network| network.plmn.to_string()).collect();
    names.join(", ")
}

fn location_fields(location: &Location) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.17";
    let area = hex::spaced(&location.area.to_be_bytes());
    vec![
        Field::new("TMSI", 0..4, hex::spaced(&location.tmsi)).clause(CLAUSE),
        Field::new("Network", 4..7, location.plmn.to_string()).clause(CLAUSE),
        Field::new("Location area", 7..9, area).clause(CLAUSE),
    ]
}

/// Bytes of an address: a length, a type, up to 20 digits.
const ADDRESS: usize = 12;

/// Bytes of a dialling number behind its address.
const BEHIND_NUMBER: usize = 2;

/// Bytes of EF_SMSP behind the address of the service centre.
const BEHIND_CENTRE: usize = 3;

fn number_fields(number: &DiallingNumber, n: usize) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.4.2.3";
    let end = n.saturating_sub(BEHIND_NUMBER);
    let at = end.saturating_sub(ADDRESS);
    vec![
        Field::new("Name", 0..at, number.name.to_string()).clause(CLAUSE),
        Field::new("Number", at..end, address(number.address.as_ref())).clause(CLAUSE),
    ]
}

fn centre_fields(centre: &ServiceCentre, n: usize) -> Vec<Field> {
    const CLAUSE: &str = "TS 31.102 §4.2.27";
    let end = n.saturating_sub(BEHIND_CENTRE);
    let from = end.saturating_sub(ADDRESS);
    // Indicators and the address of the destination.
    let at = from.saturating_sub(ADDRESS + 1);
    vec![
        Field::new("Name", 0..at, centre.name.to_string()).clause(CLAUSE),
        Field::new("Service centre", from..end, address(centre.centre.as_ref())).clause(CLAUSE),
    ]
}

fn address(address: Option<&Address>) -> String {
    address.map(Address::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::ef::{Application, Iccid, Imsi, ImsiM, Plmn, ServiceProviderName, Services};

    fn values(home: Home, fid: u16, octets: &[u8]) -> Vec<String> {
        let fields = fields(home, fid, octets);
        assert!(fields.iter().all(|field| field.range.end <= octets.len()));
        fields.into_iter().map(|field| field.value).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let iccid = Iccid::new("89440000000000351611").unwrap().encode();
        assert_eq!(values(Home::Card, 0x2FE2, &iccid), ["89440000000000351611"]);
        for digits in ["001010123456789", "26201123456789", "310410"] {
            let imsi = Imsi::new(digits).unwrap().encode();
            assert_eq!(values(Home::Usim, 0x6F07, &imsi), [digits]);
        }
        for digits in ["001010123456789", "310009876543210"] {
            let imsi = ImsiM::new(digits).unwrap().encode();
            assert_eq!(values(Home::Csim, 0x6F22, &imsi), [digits]);
        }
        let spn = ServiceProviderName::new(1, "DM_SC", 17).unwrap().encode(17);
        assert_eq!(values(Home::Gsm, 0x6F46, &spn), ["01", "DM_SC"]);
        let table = Services::new(&[1, 10, 85], 1).bytes;
        assert_eq!(values(Home::Usim, 0x6F38, &table), ["1, 10, 85"]);
        let table = Services::new(&[4, 17], 2).bytes;
        assert_eq!(values(Home::Gsm, 0x6F38, &table), ["4, 17"]);
        let entry = DiallingNumber::new("Help", "+491711234567", 30).unwrap();
        assert_eq!(
            values(Home::Phonebook, 0x4F3A, &entry.encode(30)),
            ["Help", "+491711234567"]
        );
        let entry = ServiceCentre::new("+447785016005", 40).unwrap().encode(40);
        assert_eq!(values(Home::Usim, 0x6F42, &entry), ["", "+447785016005"]);
        assert_eq!(fields(Home::Usim, 0x6F42, &entry)[1].range, 25..37);
        let networks: Vec<u8> = ["00101", "310410"]
            .iter()
            .flat_map(|digits| Plmn::new(digits).unwrap().0)
            .chain([0xFF; 3])
            .collect();
        assert_eq!(values(Home::Usim, 0x6F7B, &networks), ["001/01, 310/410"]);
        let entry = Application::new(&[0xA0, 0, 0, 0, 0x63], "PKCS#15", &[0x3F, 0]).unwrap();
        let fields = fields(Home::Card, 0x2F00, &entry.encode());
        let names: Vec<_> = fields[0].children.iter().map(|f| f.name.as_ref()).collect();
        assert_eq!(names, ["Application identifier", "Label", "Path"]);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let fields = fields(Home::Usim, 0x6F07, &[0x09, 0x10]);
        assert_eq!(
            (fields[0].name.as_ref(), fields[0].range.clone()),
            ("unreadable", 0..2)
        );
        assert!(fields[0].note.contains("01 to 08"));
        assert_eq!(values(Home::Usim, 0x6F07, &[0xFF; 9]), [""; 0]);
    }

    #[test]
    fn any_octets_give_fields_inside_them() {
        let homes = [
            Home::Card,
            Home::Usim,
            Home::Gsm,
            Home::Phonebook,
            Home::Csim,
            Home::Ruim,
            Home::Pkcs15,
        ];
        let fids = (0x2F00..=0x2FFF)
            .chain(0x4F00..=0x503F)
            .chain(0x6400..=0x6FFF);
        for fid in fids {
            for home in homes {
                for length in [0, 1, 2, 3, 4, 9, 10, 14, 28, 40] {
                    for octet in [0x00, 0x0F, 0x30, 0x5A, 0xA0, 0xFE] {
                        values(home, fid, &vec![octet; length]);
                    }
                }
            }
        }
    }
}
