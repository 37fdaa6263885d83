//! Files by their home and identifier, and what each holds.

use super::application::{Application, application};
use super::home::Home;
use super::identity::{Iccid, Imsi, ImsiM, iccid, imsi, imsi_m};
use super::network::{Location, Network, location, networks};
use super::number::{DiallingNumber, ServiceCentre, dialling_number, service_centre};
use super::service::{
    Administrative, LanguageName, Languages, ServiceProviderName, Services, administrative,
    language_name, languages, provider_name, services,
};
use crate::codec::DecodeError;
use crate::codec::access::{self, Rule};
use crate::codec::input::{Input, Parse, Parsed, all, byte, byte_that, pair, whole};
use nom::Parser;

/// Form of the contents of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// EF_ICCID.
    Iccid,
    /// A record of EF_DIR.
    Application,
    /// EF_PL, EF_LI.
    Languages,
    /// EF_IMSI.
    Imsi,
    /// EF_SPN of 3GPP.
    ServiceProviderName,
    /// EF_UST and EF_CST of a CSIM, with one bit for each service.
    Services,
    /// EF_SST, EF_CST of an R-UIM, with two bits for each service.
    DoubleServices,
    /// EF_AD.
    Administrative,
    /// EF_ACC.
    Classes,
    /// Lists of networks.
    Networks,
    /// Lists of networks with their access technologies.
    NetworksWithTechnology,
    /// EF_LOCI.
    Location,
    /// A record of EF_ADN and its like.
    DiallingNumber,
    /// A record of EF_SMSP.
    ServiceCentre,
    /// EF_HPPLMN.
    SearchPeriod,
    /// EF_PHASE.
    Phase,
    /// EF_IMSI_M, EF_IMSI_T.
    ImsiM,
    /// EF_SPN of 3GPP2.
    LanguageName,
    /// A record of EF_ARR.
    Rule,
    /// A directory of PKCS #15, or a document that lies where a directory says.
    Object,
}

impl Form {
    /// The form of a file; `None` when none is known.
    pub fn of(home: Home, fid: u16) -> Option<Form> {
        let form = match (home, fid) {
            (_, 0x2F06 | 0x6F06) => Form::Rule,
            (Home::Card, 0x2FE2) => Form::Iccid,
            (Home::Card, 0x2F00) => Form::Application,
            (Home::Card, 0x2F05) | (Home::Usim, 0x6F05) => Form::Languages,
            (Home::Usim | Home::Gsm, 0x6F07) => Form::Imsi,
            (Home::Usim | Home::Gsm, 0x6F46) => Form::ServiceProviderName,
            (Home::Usim, 0x6F38) | (Home::Csim, 0x6F32) => Form::Services,
            (Home::Gsm, 0x6F38) | (Home::Ruim, 0x6F32) => Form::DoubleServices,
            (Home::Usim | Home::Gsm, 0x6FAD) => Form::Administrative,
            (Home::Usim | Home::Gsm, 0x6F78) => Form::Classes,
            (Home::Usim | Home::Gsm, 0x6F7B | 0x6F30 | 0x6FD9) => Form::Networks,
            (Home::Usim | Home::Gsm, 0x6F60..=0x6F62) => Form::NetworksWithTechnology,
            (Home::Usim | Home::Gsm, 0x6F7E) => Form::Location,
            (Home::Usim | Home::Gsm, 0x6F3A | 0x6F3B | 0x6F40 | 0x6F44)
            | (Home::Phonebook, 0x4F3A) => Form::DiallingNumber,
            (Home::Usim | Home::Gsm, 0x6F42) => Form::ServiceCentre,
            (Home::Usim | Home::Gsm, 0x6F31) => Form::SearchPeriod,
            (Home::Gsm, 0x6FAE) => Form::Phase,
            (Home::Csim | Home::Ruim, 0x6F22 | 0x6F23) => Form::ImsiM,
            (Home::Csim | Home::Ruim, 0x6F41) => Form::LanguageName,
            (Home::Pkcs15, _) => Form::Object,
            _ => return None,
        };
        Some(form)
    }
}

/// What a transparent file or one record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Nothing: all bytes are FF.
    Unused,
    /// Number of the card.
    Iccid(Iccid),
    /// An application.
    Application(Application),
    /// Languages.
    Languages(Languages),
    /// Number of the subscription.
    Imsi(Imsi),
    /// Name of the service provider.
    ServiceProviderName(ServiceProviderName),
    /// A service table.
    Services(Services),
    /// Administrative data.
    Administrative(Administrative),
    /// Access control classes, one bit for each.
    Classes(u16),
    /// Networks.
    Networks(Vec<Network>),
    /// Location information.
    Location(Location),
    /// A number to call.
    DiallingNumber(DiallingNumber),
    /// Parameters of short messages.
    ServiceCentre(ServiceCentre),
    /// Time between searches for the home network, in steps of 6 minutes.
    SearchPeriod(u8),
    /// Phase of the card.
    Phase(u8),
    /// Number of a subscription of 3GPP2.
    ImsiM(ImsiM),
    /// Name of a service provider of 3GPP2.
    LanguageName(LanguageName),
    /// An access rule.
    Rule(Rule),
    /// Bytes that another codec reads (WBXML, PKCS #15), or whose form is not known.
    Unknown(Vec<u8>),
}

impl Contents {
    /// Reads the contents of a file or a record; one that holds no value is unused.
    pub fn decode(form: Option<Form>, bytes: &[u8]) -> Result<Self, DecodeError> {
        if is_blank(bytes) {
            return Ok(Contents::Unused);
        }
        let contents = Contents::read(form, bytes)?;
        if is_blank(&contents.encode(bytes.len())) {
            return Ok(Contents::Unused);
        }
        Ok(contents)
    }

    fn read(form: Option<Form>, bytes: &[u8]) -> Result<Self, DecodeError> {
        fn of<'a, T>(
            bytes: &'a [u8],
            parser: impl Parse<'a, T>,
            contents: impl Fn(T) -> Contents,
        ) -> Result<Contents, DecodeError> {
            whole(bytes, parser.map(contents))
        }
        match form {
            None | Some(Form::Object) => Ok(Contents::Unknown(bytes.to_vec())),
            Some(Form::Iccid) => of(bytes, iccid, Contents::Iccid),
            Some(Form::Application) => of(bytes, padded(application), Contents::Application),
            Some(Form::Languages) => of(bytes, languages, Contents::Languages),
            Some(Form::Imsi) => of(bytes, imsi, Contents::Imsi),
            Some(Form::ServiceProviderName) => {
                of(bytes, provider_name, Contents::ServiceProviderName)
            }
            Some(Form::Services) => of(bytes, services(1), Contents::Services),
            Some(Form::DoubleServices) => of(bytes, services(2), Contents::Services),
            Some(Form::Administrative) => of(bytes, administrative, Contents::Administrative),
            Some(Form::Classes) => of(bytes, pair("classes"), Contents::Classes),
            Some(Form::Networks) => of(bytes, networks(false), Contents::Networks),
            Some(Form::NetworksWithTechnology) => of(bytes, networks(true), Contents::Networks),
            Some(Form::Location) => of(bytes, location, Contents::Location),
            Some(Form::DiallingNumber) => of(bytes, dialling_number, Contents::DiallingNumber),
            Some(Form::ServiceCentre) => of(bytes, service_centre, Contents::ServiceCentre),
            Some(Form::SearchPeriod) => of(bytes, byte("a period"), Contents::SearchPeriod),
            Some(Form::Phase) => of(bytes, byte("a phase"), Contents::Phase),
            Some(Form::ImsiM) => of(bytes, imsi_m, Contents::ImsiM),
            Some(Form::LanguageName) => of(bytes, language_name, Contents::LanguageName),
            Some(Form::Rule) => of(bytes, padded(access::up_to_padding), Contents::Rule),
        }
    }

    /// The bytes of a file or a record that has `room` of them. What has no length of its own
    /// fills the room; what is longer is not cut.
    pub fn encode(&self, room: usize) -> Vec<u8> {
        let mut bytes = match self {
            Contents::Unused => Vec::new(),
            Contents::Iccid(number) => number.encode(),
            Contents::Application(application) => application.encode(),
            Contents::Languages(languages) => languages.encode(),
            Contents::Imsi(number) => number.encode(),
            Contents::ServiceProviderName(name) => name.encode(room),
            Contents::Services(table) => table.bytes.clone(),
            Contents::Administrative(data) => data.encode(),
            Contents::Classes(classes) => classes.to_be_bytes().to_vec(),
            Contents::Networks(networks) => {
                let mut bytes = Vec::new();
                for network in networks {
                    network.write(&mut bytes);
                }
                bytes
            }
            Contents::Location(location) => location.encode(),
            Contents::DiallingNumber(number) => number.encode(room),
            Contents::ServiceCentre(centre) => centre.encode(room),
            Contents::SearchPeriod(byte) | Contents::Phase(byte) => vec![*byte],
            Contents::ImsiM(number) => number.encode(),
            Contents::LanguageName(name) => name.encode(room),
            Contents::Rule(rule) => rule.encode(),
            Contents::Unknown(bytes) => bytes.clone(),
        };
        if bytes.len() < room {
            bytes.resize(room, 0xFF);
        }
        bytes
    }
}

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0xFF)
}

/// A parser, and the FF behind what it reads.
fn padded<'a, T>(mut parser: impl Parse<'a, T>) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    move |input| {
        let (padding, value) = parser.parse(input)?;
        let (end, _) = all(byte_that("padding, FF", |byte| byte == 0xFF)).parse(padding)?;
        Ok((end, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_part_of_a_value() {
        // The last byte of the rule is FF too.
        let record = [0x80, 0x01, 0x01, 0x9E, 0x01, 0xFF, 0xFF, 0xFF];
        let Ok(Contents::Rule(rule)) = Contents::decode(Some(Form::Rule), &record) else {
            panic!("no rule");
        };
        assert_eq!(rule.entries[0].conditions, [access::Condition::Never]);
        let broken = [0x80, 0x01, 0x01, 0x90, 0x00, 0xFF, 0x07];
        let error = Contents::decode(Some(Form::Rule), &broken).unwrap_err();
        assert_eq!(error.offset, 6);
    }

    #[test]
    fn contents_fill_their_room_and_come_back() {
        let forms = [
            (Form::Iccid, "98440000000000536111FF"),
            (Form::Application, "61034F01A0FFFF"),
            (Form::SearchPeriod, "0A"),
            (Form::Classes, "0102"),
            (Form::LanguageName, "010801444DFF"),
        ];
        for (form, text) in &forms[1..] {
            let bytes = crate::codec::hex::decode(text).unwrap();
            let contents = Contents::decode(Some(*form), &bytes).unwrap();
            assert_ne!(contents, Contents::Unused);
            assert_eq!(contents.encode(bytes.len()), bytes, "{form:?}");
        }
        let (form, text) = forms[0];
        let long = crate::codec::hex::decode(text).unwrap();
        assert_eq!(Contents::decode(Some(form), &long).unwrap_err().offset, 10);
    }

    #[test]
    fn records_that_say_nothing_are_unused() {
        assert_eq!(Contents::decode(None, &[0xFF; 3]), Ok(Contents::Unused));
        let mut number = [0xFF; 14];
        number[0] = 0;
        let found = Contents::decode(Some(Form::DiallingNumber), &number);
        assert_eq!(found, Ok(Contents::Unused));
        assert_eq!(Contents::decode(None, &[1]), Ok(Contents::Unknown(vec![1])));
    }
}
