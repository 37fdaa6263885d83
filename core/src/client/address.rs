//! Where a DM server is: the URL of an account or of a RespURI (RFC 3986, as far as DM uses it).

/// An `http` or `https` URL taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The whole URL: Target of the SyncHdr.
    pub(super) url: String,
    /// Host, without the brackets of IPv6.
    pub(super) host: String,
    /// `https`.
    pub(super) secure: bool,
    /// Port; 80 or 443 when the URL names none.
    pub(super) port: u16,
    /// Host header: as written.
    pub(super) authority: String,
    /// Request target: path and query.
    pub(super) path: String,
}

impl Address {
    /// `None` for anything that is no such URL.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (secure, default_port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return None,
        };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                (host, port.strip_prefix(':'))
            }
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            Some(port) => port.parse().ok()?,
            None => default_port,
        };
        // What goes into a request line or a header must not break it.
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        if host.is_empty() || authority.contains('@') || !plain(authority) || !plain(path) {
            return None;
        }
        Some(Address {
            url: url.to_owned(),
            host: host.to_owned(),
            secure,
            port,
            authority: authority.to_owned(),
            path: match path {
                "" => "/".to_owned(),
                path if path.starts_with('?') => format!("/{path}"),
                path => path.split('#').next().unwrap_or_default().to_owned(),
            },
        })
    }

    /// Whether the same connection serves both.
    pub(super) fn same_peer(&self, other: &Address) -> bool {
        self.host.eq_ignore_ascii_case(&other.host)
            && self.port == other.port
            && self.secure == other.secure
    }

    /// Where a `Location` header leads from here, when that is the same peer; the error says
    /// where else.
    pub(super) fn redirected(&self, location: &str) -> Result<Address, &'static str> {
        let url = match location.strip_prefix('/') {
            Some(rest) if !rest.starts_with('/') => {
                let scheme = if self.secure { "https" } else { "http" };
                format!("{scheme}://{}{location}", self.authority)
            }
            _ => location.to_owned(),
        };
        match Address::parse(&url) {
            None => Err("leads to no address"),
            Some(address) if self.secure && !address.secure => Err("leads from https to http"),
            Some(address) if !address.same_peer(self) => Err("leads to another server"),
            Some(address) => Ok(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_with_the_peer() {
        let from = Address::parse("http://h:81/dm").unwrap();
        assert_eq!(from.redirected("/other?x").unwrap().path, "/other?x");
        assert_eq!(from.redirected("http://H:81/o").unwrap().path, "/o");
        for (elsewhere, why) in [
            ("http://h/o", "leads to another server"),
            ("https://h:81/o", "leads to another server"),
            ("http://x:81/o", "leads to another server"),
            ("//x/o", "leads to no address"),
            ("o", "leads to no address"),
            ("", "leads to no address"),
        ] {
            assert_eq!(from.redirected(elsewhere), Err(why), "{elsewhere}");
        }
        let from = Address::parse("https://h/dm").unwrap();
        for open in ["http://h/dm", "http://h:443/dm"] {
            assert_eq!(from.redirected(open), Err("leads from https to http"));
        }
    }

    #[test]
    fn urls() {
        for (url, host, port, authority, path) in [
            (
                "http://127.0.0.1:3516/dm",
                "127.0.0.1",
                3516,
                "127.0.0.1:3516",
                "/dm",
            ),
            (
                "https://localuicc/dm?a=b",
                "localuicc",
                443,
                "localuicc",
                "/dm?a=b",
            ),
            ("http://[::1]:3516/dm", "::1", 3516, "[::1]:3516", "/dm"),
            ("HTTP://h", "h", 80, "h", "/"),
            ("http://h?x", "h", 80, "h", "/?x"),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(address.host, host);
            assert_eq!(address.port, port);
            assert_eq!(address.authority, authority);
            assert_eq!(address.path, path);
        }
        for bad in [
            "",
            "h",
            "ftp://h/",
            "http://",
            "http://:80",
            "http://h:x/",
            "http://h:99999/",
            "http://[::1",
            "http://a b/",
            "http://h/a b",
            "http://u@h/",
            "http://h/\r\nX: y",
        ] {
            assert_eq!(Address::parse(bad), None, "{bad}");
        }
    }
}
