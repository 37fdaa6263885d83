//! A push for showing: its headers by name, parameters of its content type, and a body of the kind
//! that the content type says (WAP-230-WSP §8.2.4, §8.4).

use super::{notification, prov, syncml, wbxml, xml};
use crate::codec::input::{Input, whole};
use crate::codec::syncml::Encoding;
use crate::codec::vocabulary::wbxml::Vocabulary;
use crate::codec::vocabulary::wsp::{
    MAC, SEC, application_name, header_name, media_type_name, parameter_name,
};
use crate::codec::wsp::{
    Parameter, SecurityMethod, Token, is_application_id, media_type, parameters, push_parts, token,
};
use crate::codec::{Field, hex};
use std::borrow::Cow;

const CLAUSE: &str = "WAP-230-WSP §8.2.4";
const HEADERS: &str = "WAP-230-WSP §8.4";

/// Parts of a push with the parts of its body; reads as far as it can.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut found = Vec::new();
    if let Some(id) = bytes.first() {
        found.push(
            Field::new("transaction id", 0..1, format!("{id:02X}"))
                .clause(CLAUSE)
                .note("any value"),
        );
    }
    if let Some(pdu) = bytes.get(1) {
        let name = if *pdu == 0x06 { "Push" } else { "unknown" };
        found.push(Field::new("PDU type", 1..2, format!("{pdu:02X} {name}")).clause(CLAUSE));
    }
    let parts = match whole(bytes, push_parts) {
        Ok(parts) => parts,
        Err(error) => {
            let from = bytes.len().min(2);
            found.push(
                Field::new("unreadable", from..bytes.len(), hex::spaced(&bytes[from..]))
                    .clause(error.clause.clone())
                    .note(error.to_string()),
            );
            return found;
        }
    };
    let start = parts.content_type.offset();
    let length = parts.body.offset() - start;
    found.push(Field::new("headers length", 2..start, length.to_string()).clause(CLAUSE));
    found.push(content_type(parts.content_type));
    for header in &parts.headers {
        let is_id = is_application_id(&header.name);
        let value = header.value.bytes();
        let shown = match token(value) {
            Some(Token::Code(code)) if is_id => {
                application_name(code).map_or_else(|| format!("{code:02X}"), str::to_owned)
            }
            Some(token) => token.to_string(),
            None => hex::spaced(value),
        };
        let name = match &header.name {
            Token::Code(code) => header_name(*code).map(Cow::Borrowed),
            Token::Text(_) if is_id => Some(Cow::Borrowed("X-Wap-Application-Id")),
            Token::Text(_) => None,
        };
        let name = name.unwrap_or_else(|| Cow::Owned(header.name.to_string()));
        found.push(Field::new(name, header.at..header.value.end(), shown).clause(HEADERS));
    }
    found.push(body(media_type(parts.content_type).as_ref(), parts.body));
    found
}

fn content_type(value: Input<'_>) -> Field {
    let shown = match media_type(value) {
        Some(Token::Code(code)) => {
            media_type_name(code).map_or_else(|| format!("{code:02X}"), str::to_owned)
        }
        Some(Token::Text(text)) => text,
        None => "unreadable".to_owned(),
    };
    Field::new("Content-Type", value.range(), shown)
        .clause(HEADERS)
        .children(parameters(value).into_iter().map(parameter).collect())
}

fn parameter(parameter: Parameter) -> Field {
    let number = match &parameter.name {
        Token::Code(code) => Some(*code),
        Token::Text(name) if name.eq_ignore_ascii_case("SEC") => Some(SEC),
        Token::Text(name) if name.eq_ignore_ascii_case("MAC") => Some(MAC),
        Token::Text(_) => None,
    };
    let value = match (number, &parameter.value) {
        (Some(SEC), Some(Token::Code(code))) => {
            format!("{code} {}", SecurityMethod::from_code(*code))
        }
        (_, Some(value)) => value.to_string(),
        (_, None) => String::new(),
    };
    let name = number.and_then(parameter_name).map(Cow::Borrowed);
    let name = name.unwrap_or_else(|| Cow::Owned(parameter.name.to_string()));
    let field = Field::new(name, parameter.range, value);
    match number {
        Some(SEC) => field
            .clause("OMA ProvBoot §5.2")
            .note("what the key of the MAC is made of"),
        Some(MAC) => field
            .clause("OMA ProvBoot §5.2")
            .note("HMAC-SHA1 of the body, in hex; it can be checked with the PIN only"),
        _ => field.clause("WAP-230-WSP §8.4.2.4"),
    }
}

/// What is pushed, as its content type says.
fn body(media_type: Option<&Token>, body: Input<'_>) -> Field {
    let name = media_type.and_then(Token::media_type_name);
    let name = name.as_deref().unwrap_or_default().to_ascii_lowercase();
    let octets = body.bytes();
    let (title, clause, children): (&str, &str, Vec<Field>) = match name.as_str() {
        "application/vnd.syncml.notification" => (
            "Package #0",
            "DM Notification §6",
            notification::fields(octets),
        ),
        "application/vnd.syncml.ds.notification" => (
            "Notification of Data Synchronization",
            "DS Notification §6",
            notification::fields(octets),
        ),
        "application/vnd.wap.connectivity-wbxml" => {
            ("Provisioning document, WBXML", "", prov::fields(octets))
        }
        "application/vnd.syncml.dm+wbxml" => (
            "DM message, WBXML",
            "",
            syncml::fields(octets, Encoding::Wbxml),
        ),
        "application/vnd.syncml.dm+xml" => {
            ("DM message, XML", "", syncml::fields(octets, Encoding::Xml))
        }
        "application/vnd.wap.sic" => (
            "Service Indication, WBXML",
            "",
            wbxml::fields_as(octets, Vocabulary::ServiceIndication),
        ),
        "application/vnd.wap.slc" => (
            "Service Loading, WBXML",
            "",
            wbxml::fields_as(octets, Vocabulary::ServiceLoading),
        ),
        "application/vnd.wap.emn+wbxml" => {
            ("E-Mail Notification, WBXML", "", wbxml::fields(octets))
        }
        "application/vnd.omaloc-supl-init" => ("SUPL INIT", "OMA ULP", Vec::new()),
        "application/vnd.wap.mms-message" => ("MMS message", "OMA MMSEncaps", Vec::new()),
        "application/vnd.wap.coc" => ("Cache Operation, WBXML", "", wbxml::fields(octets)),
        "application/vnd.wap.wmlc" => ("WBXML", "", wbxml::fields(octets)),
        "text/vnd.wap.si" | "text/vnd.wap.sl" | "text/vnd.wap.co" | "text/xml" => {
            ("XML", "", xml::fields(octets))
        }
        other if other.ends_with("wbxml") => ("WBXML", "", wbxml::fields(octets)),
        other if other.ends_with("xml") => ("XML", "", xml::fields(octets)),
        _ => ("Body", CLAUSE, Vec::new()),
    };
    let start = body.offset();
    Field::new(
        title.to_owned(),
        body.range(),
        format!("{} octets", octets.len()),
    )
    .clause(clause.to_owned())
    .children(children.into_iter().map(|f| f.shifted(start)).collect())
}
