//! From a wap-provisioningdoc to management objects: w7 becomes an account, NAPDEF and PXLOGICAL
//! become connectivity objects (OMA-TS-DM_StdObj-V1_2_1 appendix on w7;
//! OMA-TS-DM_Bootstrap-V1_2_1 §5).
//!
//! Names of nodes are the device's choice: the server's for the account, the document's own for
//! the rest. Characteristics and parameters that are not known are passed over.

use crate::codec::auth::from_base64;
use crate::codec::prov::{Characteristic, Document};
use crate::codec::tnds::{self, Node};
use crate::tree::standard::{MO_DMACC, MO_NAP, MO_PROXY};

/// Identifier of DM among the applications of a document.
const W7: &str = "w7";

/// The objects of a document: the account first, then what it refers to.
pub(super) fn objects(document: &Document) -> Result<tnds::Document, String> {
    let all = || document.characteristics.iter();
    let w7 = all()
        .find(|c| c.kind == "APPLICATION" && c.parm("APPID") == Some(W7))
        .ok_or("the document names no DM Server (APPLICATION with APPID w7)")?;
    let server_id = w7
        .parm("PROVIDER-ID")
        .filter(|id| !id.is_empty())
        .ok_or("the DM Server has no PROVIDER-ID")?;
    let acl = format!("Get={server_id}&Replace={server_id}&Delete={server_id}");
    let mut nodes = vec![account(w7, server_id)?];
    nodes.extend(
        all()
            .filter(|c| c.kind == "NAPDEF")
            .filter_map(access_point),
    );
    nodes.extend(all().filter(|c| c.kind == "PXLOGICAL").filter_map(proxy));
    for node in &mut nodes {
        // The device grants what the document cannot say (DM Bootstrap §5).
        node.acl = Some(acl.clone());
    }
    Ok(tnds::Document {
        ver_dtd: "1.2".to_owned(),
        nodes,
        ..tnds::Document::default()
    })
}

fn account(w7: &Characteristic, server_id: &str) -> Result<Node, String> {
    let mut children = vec![
        text("AppID", W7),
        text("ServerID", server_id),
        text("Name", w7.parm("NAME").unwrap_or(server_id)),
    ];
    let references: Vec<String> = w7
        .all("TO-PROXY")
        .chain(w7.all("TO-NAPID"))
        .filter(|id| !id.is_empty() && *id != "INTERNET")
        .map(|id| format!("./Inbox/{id}"))
        .collect();
    match references.as_slice() {
        [] => {}
        [one] => children.push(text("PrefConRef", one)),
        several => {
            let entry = |(at, uri): (usize, &String)| {
                group(&(at + 1).to_string(), vec![text("ConRef", uri)])
            };
            let entries = several.iter().enumerate().map(entry).collect();
            children.push(group("ToConRef", entries));
        }
    }
    let addresses = addresses(w7);
    if addresses.is_empty() {
        return Err(format!("{server_id} has no address (ADDR)"));
    }
    children.push(group("AppAddr", addresses));
    let credentials: Vec<Node> = w7
        .inner("APPAUTH")
        .enumerate()
        .map(|(at, auth)| group(&(at + 1).to_string(), authentication(auth)))
        .collect();
    if !credentials.is_empty() {
        children.push(group("AppAuth", credentials));
    }
    Ok(Node {
        media_type: Some(MO_DMACC.to_owned()),
        ..group(server_id, children)
    })
}

/// Addresses stand in APPADDR each, or bare in the application.
fn addresses(w7: &Characteristic) -> Vec<Node> {
    let inner = w7.inner("APPADDR").filter_map(|address| {
        let uri = address.parm("ADDR").filter(|uri| !uri.is_empty())?;
        let mut children = vec![
            text("Addr", uri),
            text("AddrType", address.parm("ADDRTYPE").unwrap_or("URI")),
        ];
        let ports: Vec<Node> = numbered(
            address
                .inner("PORT")
                .filter_map(|port| Some(vec![text("PortNbr", port.parm("PORTNBR")?)])),
        );
        if !ports.is_empty() {
            children.push(group("Port", ports));
        }
        Some(children)
    });
    let bare = w7
        .all("ADDR")
        .filter(|uri| !uri.is_empty())
        .map(|uri| vec![text("Addr", uri), text("AddrType", "URI")]);
    numbered(inner.chain(bare))
}

fn authentication(auth: &Characteristic) -> Vec<Node> {
    let level = match auth.parm("AAUTHLEVEL") {
        // Whose proof it is: the document says who asks for it, the account who shows it.
        Some("APPSRV") => "CLCRED",
        Some("CLIENT") => "SRVCRED",
        other => other.unwrap_or_default(),
    };
    let mut children = vec![text("AAuthLevel", level)];
    for (parm, name) in [
        ("AAUTHTYPE", "AAuthType"),
        ("AAUTHNAME", "AAuthName"),
        ("AAUTHSECRET", "AAuthSecret"),
    ] {
        if let Some(value) = auth.parm(parm) {
            children.push(text(name, value));
        }
    }
    if let Some(data) = auth.parm("AAUTHDATA") {
        // Base64 in the document, octets in the tree; what is no base64 is taken as it is.
        let octets = from_base64(data).unwrap_or_else(|| data.as_bytes().to_vec());
        children.push(Node {
            format: Some("bin".to_owned()),
            media_type: Some("application/octet-stream".to_owned()),
            ..leaf("AAuthData", octets)
        });
    }
    children
}

fn access_point(napdef: &Characteristic) -> Option<Node> {
    let id = napdef.parm("NAPID").filter(|id| !id.is_empty())?;
    let mut children = vec![text("NAPID", id)];
    for (parm, name) in [
        ("NAME", "Name"),
        ("BEARER", "BearerType"),
        ("NAP-ADDRTYPE", "AddrType"),
        ("NAP-ADDRESS", "Addr"),
    ] {
        if let Some(value) = napdef.parm(parm) {
            children.push(text(name, value));
        }
    }
    children.extend(napdef.inner("NAPAUTHINFO").next().map(login));
    Some(Node {
        media_type: Some(MO_NAP.to_owned()),
        ..group(id, children)
    })
}

fn login(info: &Characteristic) -> Node {
    let pairs = [
        ("AUTHTYPE", "AuthType"),
        ("AUTHNAME", "AuthName"),
        ("AUTHSECRET", "AuthSecret"),
    ];
    let children = pairs
        .into_iter()
        .filter_map(|(parm, name)| Some(text(name, info.parm(parm)?)));
    group("AuthInfo", children.collect())
}

fn proxy(pxlogical: &Characteristic) -> Option<Node> {
    let id = pxlogical.parm("PROXY-ID").filter(|id| !id.is_empty())?;
    let mut children = vec![text("ProxyID", id)];
    if let Some(name) = pxlogical.parm("NAME") {
        children.push(text("Name", name));
    }
    if let Some(physical) = pxlogical.inner("PXPHYSICAL").next() {
        for (parm, name) in [
            ("PXADDRTYPE", "AddrType"),
            ("PXADDR", "Addr"),
            ("PXADDR-FQDN", "AddrFQDN"),
        ] {
            if let Some(value) = physical.parm(parm) {
                children.push(text(name, value));
            }
        }
        let ports = physical.inner("PORT").chain(pxlogical.inner("PORT"));
        let ports =
            numbered(ports.filter_map(|port| Some(vec![text("PortNbr", port.parm("PORTNBR")?)])));
        if !ports.is_empty() {
            children.push(group("Ports", ports));
        }
        let references = physical
            .all("TO-NAPID")
            .filter(|id| !id.is_empty() && *id != "INTERNET")
            .map(|id| vec![text("ConRef", &format!("./Inbox/{id}"))]);
        let references = numbered(references);
        if !references.is_empty() {
            children.push(group("ConRefs", references));
        }
    }
    Some(Node {
        media_type: Some(MO_PROXY.to_owned()),
        ..group(id, children)
    })
}

/// Groups named 1, 2, …
fn numbered(entries: impl Iterator<Item = Vec<Node>>) -> Vec<Node> {
    entries
        .enumerate()
        .map(|(at, children)| group(&(at + 1).to_string(), children))
        .collect()
}

fn group(name: &str, children: Vec<Node>) -> Node {
    Node {
        name: name.to_owned(),
        format: Some("node".to_owned()),
        children,
        ..Node::default()
    }
}

fn text(name: &str, value: &str) -> Node {
    Node {
        format: Some("chr".to_owned()),
        media_type: Some("text/plain".to_owned()),
        ..leaf(name, value.as_bytes().to_vec())
    }
}

fn leaf(name: &str, value: Vec<u8>) -> Node {
    Node {
        name: name.to_owned(),
        value: Some(value),
        ..Node::default()
    }
}
