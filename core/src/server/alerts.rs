//! Alerts by which a client tells events: 1224 and 1226 (OMA-TS-DM_RepPro-V1_2_1 §7;
//! OMA-TS-DM_Protocol-V1_2_1 §8.7).

use super::output::{Alerted, EventItem};
use crate::codec::syncml::{Alert, AlertCode, Item, StatusCode};
use crate::codec::tnds::FORMATS;
use crate::dm::MARKS;

/// Bytes of a generic alert's Type.
const MAX_TYPE: usize = 255;

/// What an alert tells, or the Status that says what is wrong with it. `types` are the types that
/// are understood; all when there is none.
pub(super) fn take(alert: &Alert, types: &[String]) -> Result<Alerted, StatusCode> {
    if alert.items.is_empty() {
        return Err(StatusCode::INCOMPLETE);
    }
    let generic = alert.code == AlertCode::GENERIC;
    let items: Result<Vec<EventItem>, StatusCode> = alert
        .items
        .iter()
        .map(|item| event_item(item, generic, types))
        .collect();
    Ok(Alerted {
        code: alert.code,
        correlator: alert.correlator.clone(),
        step: None,
        items: items?,
    })
}

fn event_item(item: &Item, generic: bool, types: &[String]) -> Result<EventItem, StatusCode> {
    let meta = &item.meta;
    // Format is chr where it is not told; only a generic alert must tell it (DM RepPro §6, §7).
    let format = match &meta.format {
        Some(format) => format.as_str(),
        None if generic => return Err(StatusCode::INCOMPLETE),
        None => "chr",
    };
    let (Some(media_type), Some(data)) = (&meta.media_type, &item.data) else {
        return Err(StatusCode::INCOMPLETE);
    };
    let known = types.is_empty() || types.iter().any(|t| t == media_type);
    if !known && !generic {
        return Err(StatusCode::NOT_SUPPORTED);
    }
    if !known || media_type.len() > MAX_TYPE || !FORMATS.contains(&format) {
        return Err(StatusCode::UNSUPPORTED_TYPE);
    }
    let mark = meta.mark.as_deref().unwrap_or("informational");
    if generic && !MARKS.contains(&mark) {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(EventItem {
        source: item.source.as_ref().map(|s| s.uri.clone()),
        media_type: media_type.clone(),
        format: format.to_owned(),
        mark: mark.to_owned(),
        data: super::large_object::octets(data, Some(format)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::syncml::{Data, Location, Meta};

    fn item() -> Item {
        Item {
            source: Some(Location::new("./FUMO/x")),
            meta: Meta {
                format: Some("chr".into()),
                media_type: Some("Reversed-Domain-Name: org.example.done".into()),
                ..Meta::default()
            },
            data: Some(Data::Text("1200".into())),
            ..Item::default()
        }
    }

    fn outcome(code: AlertCode, items: Vec<Item>, types: &[String]) -> u16 {
        let alert = Alert {
            code,
            items,
            ..Alert::default()
        };
        take(&alert, types).map_or_else(|code| code.0, |_| 200)
    }

    /// Shows PRO-81, PRO-82, PRO-83, PRO-85.
    #[test]
    fn what_an_event_must_have() {
        let change = |with: fn(&mut Item)| {
            let mut item = item();
            with(&mut item);
            vec![item]
        };
        let (event, generic) = (AlertCode::CLIENT_EVENT, AlertCode::GENERIC);
        for (items, of_1224, of_1226) in [
            (change(|_| {}), 200, 200),
            (Vec::new(), 412, 412),
            (change(|i| i.data = None), 412, 412),
            (change(|i| i.meta.format = None), 200, 412),
            (change(|i| i.meta.media_type = None), 412, 412),
            (change(|i| i.meta.format = Some("jpg".into())), 415, 415),
            (change(|i| i.meta.mark = Some("loud".into())), 200, 400),
            (change(|i| i.meta.mark = Some("fatal".into())), 200, 200),
            (change(|i| i.source = None), 200, 200),
        ] {
            assert_eq!(outcome(event, items.clone(), &[]), of_1224, "{items:?}");
            assert_eq!(outcome(generic, items.clone(), &[]), of_1226, "{items:?}");
        }
        let types = ["Reversed-Domain-Name: org.example.other".to_owned()];
        assert_eq!(outcome(event, vec![item()], &types), 406);
        assert_eq!(outcome(generic, vec![item()], &types), 415);
    }
}
