//! Records of EF_DIR: templates of applications (ETSI TS 102 221 §13.1, ISO/IEC 7816-4 §8.2.1).

use crate::codec::ber::{self, Form, Object, Tag, any_object};
use crate::codec::input::{Fault, Input, Parsed, all, part};

const TEMPLATE: u8 = 0x61;
const AID: Tag = Tag::Short(0x4F);
const LABEL: Tag = Tag::Short(0x50);
const PATH: Tag = Tag::Short(0x51);

/// An application and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Application identifier, 1 to 16 bytes.
    pub aid: Vec<u8>,
    /// Name for people.
    pub label: Option<Vec<u8>>,
    /// File identifiers of its directory.
    pub path: Option<Vec<u8>>,
    /// The other objects of the template.
    pub others: Vec<Object>,
}

impl Application {
    /// An application with a label and a path, none of them when empty; `None` when the
    /// identifier has not 1 to 16 bytes.
    pub fn new(aid: &[u8], label: &str, path: &[u8]) -> Option<Self> {
        let unless_empty = |value: &[u8]| (!value.is_empty()).then(|| value.to_vec());
        (1..=16).contains(&aid.len()).then(|| Application {
            aid: aid.to_vec(),
            label: unless_empty(label.as_bytes()),
            path: unless_empty(path),
            others: Vec::new(),
        })
    }

    /// The record, without the padding behind it.
    pub fn encode(&self) -> Vec<u8> {
        let known = [
            (AID, Some(&self.aid)),
            (LABEL, self.label.as_ref()),
            (PATH, self.path.as_ref()),
        ];
        let mut objects = Vec::new();
        for (tag, value) in known {
            objects.extend(value.map(|value| Object {
                tag,
                value: value.clone(),
            }));
        }
        let value = [ber::encode(&objects), ber::encode(&self.others)].concat();
        let mut record = Vec::new();
        ber::write(&mut record, TEMPLATE, &value);
        record
    }
}

/// A record up to its padding.
pub(super) fn application(input: Input<'_>) -> Parsed<'_, Application> {
    let (rest, template) = any_object(Form::Ber)(input)?;
    if template.tag != Tag::Short(TEMPLATE) {
        return Err(input.wrong("an application template, 61"));
    }
    let objects = part(template.value, all(any_object(Form::Ber))).map_err(Fault::of)?;
    let (mut aid, mut label, mut path) = (None, None, None);
    let mut others = Vec::new();
    for object in objects {
        match object.tag {
            AID if aid.is_none() => aid = Some(object.value),
            LABEL if label.is_none() => label = Some(object.value),
            PATH if path.is_none() => path = Some(object.value),
            tag => others.push(Object {
                tag,
                value: object.value.bytes().to_vec(),
            }),
        }
    }
    let value = |place: Input<'_>| place.bytes().to_vec();
    match aid {
        Some(aid) if (1..=16).contains(&aid.len()) => {
            let found = Application {
                aid: value(aid),
                label: label.map(value),
                path: path.map(value),
                others,
            };
            Ok((rest, found))
        }
        Some(aid) => Err(aid.wrong("an application identifier of 1 to 16 bytes")),
        None => Err(Input::at(&[], template.value.end()).wrong("an application identifier, 4F")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::hex;
    use crate::codec::input::whole;

    #[test]
    fn the_worked_example_comes_back() {
        let aid = hex::decode("A000000063504B43532D3135").unwrap();
        let found = Application::new(&aid, "PKCS#15", &[0x3F, 0x00, 0x7F, 0x50]).unwrap();
        let record = found.encode();
        assert_eq!(
            hex::encode(&record),
            "611D4F0CA000000063504B43532D31355007504B435323313551043F007F50"
        );
        assert_eq!(whole(&record, application), Ok(found));
        assert_eq!(Application::new(&[], "", &[]), None);
        assert_eq!(Application::new(&[0; 17], "", &[]), None);
    }

    #[test]
    fn what_else_a_template_has_is_kept() {
        let record = hex::decode("610B4F01A073025F20005000").unwrap();
        assert!(whole(&record, application).is_err());
        let record = hex::decode(
            "610D4F01A07303 5F2000 5000 5001 41"
                .replace(' ', "")
                .as_str(),
        );
        let record = record.unwrap();
        let found = whole(&record, application).unwrap();
        assert_eq!(found.label, Some(Vec::new()));
        assert_eq!(found.others.len(), 2);
        assert_eq!(whole(&found.encode(), application), Ok(found));
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("6F00", 0),
            ("6100", 2),
            ("61025000", 4),
            ("61024F00", 4),
            ("61034F02A0", 4),
            ("61054F01A0", 2),
        ] {
            let record = hex::decode(text).unwrap();
            let error = whole(&record, application).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
    }
}
