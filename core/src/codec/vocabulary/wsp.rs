//! Assigned numbers of WSP with their names: media types, header fields, parameters
//! (WAP-230-WSP appendix A, tables 38 to 40), and push applications (WINA, X-Wap-Application-Id).
//!
//! Knows no form of a value: headers are read by [`codec::wsp`](crate::codec::wsp).

/// Names by their place in a list that begins with number 0; an empty one is not assigned.
fn at(list: &'static [&'static str], code: u32) -> Option<&'static str> {
    let name = list.get(usize::try_from(code).ok()?)?;
    (!name.is_empty()).then_some(*name)
}

/// Assigned number of `application/vnd.syncml.notification`.
pub const NOTIFICATION: u32 = 0x44;

/// Assigned number of the field X-Wap-Application-Id.
pub const APPLICATION_ID: u32 = 0x2F;

/// Assigned number of `x-wap-application:syncml.dm`.
pub const SYNCML_DM: u32 = 0x07;

/// Assigned number of the parameter SEC: how provisioning data are proved.
pub const SEC: u32 = 0x11;

/// Assigned number of the parameter MAC: the proof of provisioning data.
pub const MAC: u32 = 0x12;

const MEDIA_TYPES: [&str; 0x53] = [
    "*/*",
    "text/*",
    "text/html",
    "text/plain",
    "text/x-hdml",
    "text/x-ttml",
    "text/x-vCalendar",
    "text/x-vCard",
    "text/vnd.wap.wml",
    "text/vnd.wap.wmlscript",
    "text/vnd.wap.wta-event",
    "multipart/*",
    "multipart/mixed",
    "multipart/form-data",
    "multipart/byteranges",
    "multipart/alternative",
    "application/*",
    "application/java-vm",
    "application/x-www-form-urlencoded",
    "application/x-hdmlc",
    "application/vnd.wap.wmlc",
    "application/vnd.wap.wmlscriptc",
    "application/vnd.wap.wta-eventc",
    "application/vnd.wap.uaprof",
    "application/vnd.wap.wtls-ca-certificate",
    "application/vnd.wap.wtls-user-certificate",
    "application/x-x509-ca-cert",
    "application/x-x509-user-cert",
    "image/*",
    "image/gif",
    "image/jpeg",
    "image/tiff",
    "image/png",
    "image/vnd.wap.wbmp",
    "application/vnd.wap.multipart.*",
    "application/vnd.wap.multipart.mixed",
    "application/vnd.wap.multipart.form-data",
    "application/vnd.wap.multipart.byteranges",
    "application/vnd.wap.multipart.alternative",
    "application/xml",
    "text/xml",
    "application/vnd.wap.wbxml",
    "application/x-x968-cross-cert",
    "application/x-x968-ca-cert",
    "application/x-x968-user-cert",
    "text/vnd.wap.si",
    "application/vnd.wap.sic",
    "text/vnd.wap.sl",
    "application/vnd.wap.slc",
    "text/vnd.wap.co",
    "application/vnd.wap.coc",
    "application/vnd.wap.multipart.related",
    "application/vnd.wap.sia",
    "text/vnd.wap.connectivity-xml",
    "application/vnd.wap.connectivity-wbxml",
    "application/pkcs7-mime",
    "application/vnd.wap.hashed-certificate",
    "application/vnd.wap.signed-certificate",
    "application/vnd.wap.cert-response",
    "application/xhtml+xml",
    "application/wml+xml",
    "text/css",
    "application/vnd.wap.mms-message",
    "application/vnd.wap.rollover-certificate",
    "application/vnd.wap.locc+wbxml",
    "application/vnd.wap.loc+xml",
    "application/vnd.syncml.dm+wbxml",
    "application/vnd.syncml.dm+xml",
    "application/vnd.syncml.notification",
    "application/vnd.wap.xhtml+xml",
    "application/vnd.wv.csp.cir",
    "application/vnd.oma.dd+xml",
    "application/vnd.oma.drm.message",
    "application/vnd.oma.drm.content",
    "application/vnd.oma.drm.rights+xml",
    "application/vnd.oma.drm.rights+wbxml",
    "application/vnd.wv.csp+xml",
    "application/vnd.wv.csp+wbxml",
    "application/vnd.syncml.ds.notification",
    "audio/*",
    "video/*",
    "application/vnd.oma.dd2+xml",
    "application/mikey",
];

/// Types that vendors had registered (WINA, from 0201).
const OF_VENDORS: [&str; 0x0C] = [
    "application/vnd.uplanet.cacheop-wbxml",
    "application/vnd.uplanet.signal",
    "application/vnd.uplanet.alert-wbxml",
    "application/vnd.uplanet.list-wbxml",
    "application/vnd.uplanet.listcmd-wbxml",
    "application/vnd.uplanet.channel-wbxml",
    "application/vnd.uplanet.provisioning-status-uri",
    "x-wap.multipart/vnd.uplanet.header-set",
    "application/vnd.uplanet.bearer-choice-wbxml",
    "application/vnd.phonecom.mmc-wbxml",
    "application/vnd.nokia.syncset+wbxml",
    "image/x-up-wpng",
];

/// Types that were registered later (OMNA, from 0300).
const REGISTERED: [&str; 0x17] = [
    "application/iota.mmc-wbxml",
    "application/iota.mmc-xml",
    "application/vnd.syncml+xml",
    "application/vnd.syncml+wbxml",
    "text/vnd.wap.emn+xml",
    "text/calendar",
    "application/vnd.omads-email+xml",
    "application/vnd.omads-file+xml",
    "application/vnd.omads-folder+xml",
    "text/directory;profile=vCard",
    "application/vnd.wap.emn+wbxml",
    "application/vnd.nokia.ipdc-purchase-response",
    "application/vnd.motorola.screen3+xml",
    "application/vnd.motorola.screen3+gzip",
    "application/vnd.cmcc.setting+wbxml",
    "application/vnd.cmcc.bombing+wbxml",
    "application/vnd.docomo.pf",
    "application/vnd.docomo.ub",
    "application/vnd.omaloc-supl-init",
    "application/vnd.oma.group-usage-list+xml",
    "application/oma-directory+xml",
    "application/vnd.docomo.pf2",
    "application/vnd.oma.drm.roap-trigger+wbxml",
];

/// Name of a media type (table 40, and what was registered since).
pub fn media_type_name(code: u32) -> Option<&'static str> {
    match code {
        0x0300.. => at(&REGISTERED, code - 0x0300),
        0x0201.. => at(&OF_VENDORS, code - 0x0201),
        _ => at(&MEDIA_TYPES, code),
    }
}

const APPLICATIONS: [&str; 0x16] = [
    "x-wap-application:*",
    "x-wap-application:push.sia",
    "x-wap-application:wml.ua",
    "x-wap-application:wta.ua",
    "x-wap-application:mms.ua",
    "x-wap-application:push.syncml",
    "x-wap-application:loc.ua",
    "x-wap-application:syncml.dm",
    "x-wap-application:drm.ua",
    "x-wap-application:emn.ua",
    "x-wap-application:wv.ua",
    "",
    "",
    "",
    "",
    "",
    "x-oma-application:ulp.ua",
    "x-oma-application:dlota.ua",
    "x-oma-application:java-ams",
    "x-oma-application:bcast.ua",
    "x-oma-application:dpe.ua",
    "x-oma-application:cpm.ua",
];

/// Name of a push application.
pub fn application_name(code: u32) -> Option<&'static str> {
    at(&APPLICATIONS, code)
}

const HEADERS: [&str; 0x48] = [
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Accept-Ranges",
    "Age",
    "Allow",
    "Authorization",
    "Cache-Control",
    "Connection",
    "Content-Base",
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-MD5",
    "Content-Range",
    "Content-Type",
    "Date",
    "Etag",
    "Expires",
    "From",
    "Host",
    "If-Modified-Since",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Location",
    "Last-Modified",
    "Max-Forwards",
    "Pragma",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Public",
    "Range",
    "Referer",
    "Retry-After",
    "Server",
    "Transfer-Encoding",
    "Upgrade",
    "User-Agent",
    "Vary",
    "Via",
    "Warning",
    "WWW-Authenticate",
    "Content-Disposition",
    "X-Wap-Application-Id",
    "X-Wap-Content-URI",
    "X-Wap-Initiator-URI",
    "Accept-Application",
    "Bearer-Indication",
    "Push-Flag",
    "Profile",
    "Profile-Diff",
    "Profile-Warning",
    "Expect",
    "TE",
    "Trailer",
    "Accept-Charset",
    "Accept-Encoding",
    "Cache-Control",
    "Content-Range",
    "X-Wap-Tod",
    "Content-ID",
    "Set-Cookie",
    "Cookie",
    "Encoding-Version",
    "Profile-Warning",
    "Content-Disposition",
    "X-WAP-Security",
    "Cache-Control",
];

/// Name of a header field (table 39).
pub fn header_name(code: u32) -> Option<&'static str> {
    at(&HEADERS, code)
}

const PARAMETERS: [&str; 0x1E] = [
    "Q",
    "Charset",
    "Level",
    "Type",
    "",
    "Name",
    "Filename",
    "Differences",
    "Padding",
    "Type",
    "Start",
    "Start-info",
    "Comment",
    "Domain",
    "Max-Age",
    "Path",
    "Secure",
    "SEC",
    "MAC",
    "Creation-date",
    "Modification-date",
    "Read-date",
    "Size",
    "Name",
    "Filename",
    "Start",
    "Start-info",
    "Comment",
    "Domain",
    "Path",
];

/// Name of a parameter of a header (table 38).
pub fn parameter_name(code: u32) -> Option<&'static str> {
    at(&PARAMETERS, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_numbers() {
        for (code, name) in [
            (0x2E, "application/vnd.wap.sic"),
            (0x36, "application/vnd.wap.connectivity-wbxml"),
            (0x3E, "application/vnd.wap.mms-message"),
            (0x42, "application/vnd.syncml.dm+wbxml"),
            (NOTIFICATION, "application/vnd.syncml.notification"),
            (0x4E, "application/vnd.syncml.ds.notification"),
            (0x52, "application/mikey"),
            (0x020C, "image/x-up-wpng"),
            (0x030A, "application/vnd.wap.emn+wbxml"),
            (0x0312, "application/vnd.omaloc-supl-init"),
            (0x0316, "application/vnd.oma.drm.roap-trigger+wbxml"),
        ] {
            assert_eq!(media_type_name(code), Some(name));
        }
        for code in [0x53, 0x0200, 0x020D, 0x0317, u32::MAX] {
            assert_eq!(media_type_name(code), None);
        }
        assert_eq!(application_name(0x0B), None);
        assert_eq!(application_name(0x10), Some("x-oma-application:ulp.ua"));
        assert_eq!(application_name(0x04), Some("x-wap-application:mms.ua"));
        assert_eq!(
            application_name(SYNCML_DM),
            Some("x-wap-application:syncml.dm")
        );
        assert_eq!(header_name(APPLICATION_ID), Some("X-Wap-Application-Id"));
        assert_eq!(header_name(0x47), Some("Cache-Control"));
        assert_eq!(
            (parameter_name(SEC), parameter_name(MAC)),
            (Some("SEC"), Some("MAC"))
        );
        assert_eq!(
            (parameter_name(0x04), parameter_name(0x1D)),
            (None, Some("Path"))
        );
    }
}
