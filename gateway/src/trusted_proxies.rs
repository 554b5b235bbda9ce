//! Trusted proxies: finds the true origin of a request that comes through one of them.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue};
use kreis_server::{
    client_limits::{ClientOrigin, ClientResolver},
    config::Settings,
    network::Network,
};

/// RFC 7239.
const FORWARDED: HeaderName = http::header::FORWARDED;
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The networks of trusted proxies; none by default. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Arc<[Network]>);

impl TrustedProxies {
    /// Reads `KREIS_TRUSTED_PROXIES`.
    pub fn from_settings(settings: &mut Settings) -> Self {
        let text = settings.text_or("KREIS_TRUSTED_PROXIES", "");
        let mut networks = Vec::new();
        for name in text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            match name.parse::<Network>() {
                Ok(network) if network.is_everything() => settings.add_error(format!(
                    "KREIS_TRUSTED_PROXIES has `{name}`, which would believe every caller; \
                     name the addresses of the proxies alone"
                )),
                Ok(network) => networks.push(network),
                Err(error) => {
                    settings.add_error(format!("KREIS_TRUSTED_PROXIES has `{name}`; it {error}"));
                }
            }
        }
        Self(networks.into())
    }

    /// The first address that is not a trusted proxy, starting at the nearest hop. An unreadable
    /// hop hides the hops before it. The result is then the proxy that wrote the unreadable hop.
    fn first_untrusted_hop(
        &self,
        peer: IpAddr,
        hops: impl Iterator<Item = Option<IpAddr>>,
    ) -> IpAddr {
        let mut known = peer;
        for hop in hops {
            let Some(address) = hop else { break };
            known = address;
            if !self.is_proxy(address) {
                break;
            }
        }
        known
    }
}

impl ClientResolver for TrustedProxies {
    fn is_proxy(&self, peer: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(peer))
    }

    /// Only headers of a trusted proxy count. The client is the last address that is not a trusted
    /// proxy, because clients can invent the addresses before it.
    fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> ClientOrigin {
        let peer = peer.to_canonical();
        if !self.is_proxy(peer) {
            return ClientOrigin {
                address: peer,
                https: false,
            };
        }
        let forwarded = elements(headers);
        let from_forwarded = forwarded.as_deref().map(|elements| {
            let hops = elements.iter().rev().map(ForwardedElement::address);
            self.first_untrusted_hop(peer, hops)
        });
        let from_x_forwarded_for = headers
            .contains_key(X_FORWARDED_FOR)
            .then(|| self.first_untrusted_hop(peer, x_forwarded_for(headers)));
        let address = match (from_forwarded, from_x_forwarded_for) {
            // A proxy writes one of the two headers and may forward the other as the client sent
            // it. If they differ, neither counts.
            (Some(one), Some(other)) if one != other => peer,
            (one, other) => one.or(other).unwrap_or(peer),
        };
        let last = forwarded.as_deref().and_then(<[ForwardedElement]>::last);
        let https =
            last.is_some_and(ForwardedElement::is_https) || x_forwarded_proto_is_https(headers);
        ClientOrigin { address, https }
    }
}

/// The hops in `X-Forwarded-For`, nearest first.
fn x_forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| text(line).rsplit(',').map(parse_node))
}

fn x_forwarded_proto_is_https(headers: &HeaderMap) -> bool {
    let line = headers.get_all(X_FORWARDED_PROTO).iter().next_back();
    let last = line.and_then(|line| text(line).rsplit(',').next());
    last.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// The text of a header; empty if it is not text, which is no address either.
fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// Parses an address as proxies write it: alone, or with a port.
fn parse_node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            is_port(port).then_some(address)?
        }
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => {
                port.parse::<u16>().ok()?;
                address
            }
            _ => text,
        },
    };
    address
        .parse()
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

/// Whether the text is empty, or a colon and a port.
fn is_port(text: &str) -> bool {
    text.is_empty()
        || text
            .strip_prefix(':')
            .is_some_and(|port| port.parse::<u16>().is_ok())
}

/// The element that one proxy wrote into `Forwarded`.
struct ForwardedElement<'a>(Vec<&'a str>);

impl ForwardedElement<'_> {
    fn address(&self) -> Option<IpAddr> {
        self.parameter("for").and_then(parse_node)
    }

    fn is_https(&self) -> bool {
        self.parameter("proto")
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
    }

    /// The value of a parameter that occurs exactly once.
    fn parameter(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        });
        let value = values.next()?;
        let unquoted = value
            .strip_prefix('"')
            .and_then(|value| value.strip_suffix('"'));
        values.next().is_none().then(|| unquoted.unwrap_or(value))
    }
}

/// The elements of all `Forwarded` headers, the nearest proxy's last; absent without such a header.
/// An unreadable header is an element without parameters.
fn elements(headers: &HeaderMap) -> Option<Vec<ForwardedElement<'_>>> {
    if !headers.contains_key(FORWARDED) {
        return None;
    }
    let lines = headers.get_all(FORWARDED).iter();
    let unreadable = || vec![ForwardedElement(Vec::new())];
    Some(
        lines
            .flat_map(|line| {
                let Some(elements) = unquoted_parts(text(line), ',') else {
                    return unreadable();
                };
                elements
                    .into_iter()
                    .map(|element| {
                        ForwardedElement(unquoted_parts(element, ';').unwrap_or_default())
                    })
                    .collect()
            })
            .collect(),
    )
}

/// Splits at separators outside of quoted strings (RFC 9110, section 5.6.4); absent if a quoted
/// string does not end.
fn unquoted_parts(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text
        .split(|sign| {
            if escaped {
                escaped = false;
            } else if quoted && sign == '\\' {
                escaped = true;
            } else if sign == '"' {
                quoted = !quoted;
            }
            sign == separator && !quoted
        })
        .collect();
    (!quoted).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn proxies(text: &str) -> TrustedProxies {
        let map = [("KREIS_TRUSTED_PROXIES".to_owned(), text.to_owned())];
        let mut settings = Settings::from_map(map.into());
        let proxies = TrustedProxies::from_settings(&mut settings);
        settings.finish().unwrap();
        proxies
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn origin(peer: &str, headers: &[(&'static str, &str)]) -> ClientOrigin {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        proxies("10.0.0.0/8, 2001:db8:1::/48").origin(address(peer), &map)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let headers = [
            ("x-forwarded-for", "192.0.2.9"),
            ("x-forwarded-proto", "https"),
        ];
        let stranger = origin("192.0.2.1", &headers);
        assert_eq!(stranger.address, address("192.0.2.1"));
        assert!(!stranger.https);
        let proxy = origin(PROXY, &headers);
        assert_eq!(proxy.address, address("192.0.2.9"));
        assert!(proxy.https);
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        for (written, expected) in [
            ("192.0.2.9", "192.0.2.9"),
            ("192.0.2.66, 192.0.2.9", "192.0.2.9"),
            ("192.0.2.66, 192.0.2.9, 10.2.3.4", "192.0.2.9"),
            ("192.0.2.9:1234", "192.0.2.9"),
            ("2001:db8::9", "2001:db8::9"),
            ("[2001:db8::9]:443, 2001:db8:1::1", "2001:db8::9"),
            ("::ffff:192.0.2.9", "192.0.2.9"),
            ("10.3.3.3, 10.2.2.2", "10.3.3.3"),
            // An unreadable hop ends the search at the proxy that wrote it.
            ("192.0.2.66, unknown", PROXY),
            ("192.0.2.66, nonsense, 10.2.2.2", "10.2.2.2"),
            ("", PROXY),
            ("192.0.2.66,", PROXY),
            ("192.0.2.9:port", PROXY),
            ("[2001:db8::9", PROXY),
        ] {
            let found = origin(PROXY, &[("x-forwarded-for", written)]);
            assert_eq!(found.address, address(expected), "{written}");
        }
        let two = [
            ("x-forwarded-for", "192.0.2.66"),
            ("x-forwarded-for", "192.0.2.9"),
        ];
        assert_eq!(origin(PROXY, &two).address, address("192.0.2.9"));
        assert_eq!(origin(PROXY, &[]).address, address(PROXY));
    }

    #[test]
    fn the_standard_header_counts_with_its_quotes() {
        for (written, expected, https) in [
            ("for=192.0.2.9", "192.0.2.9", false),
            ("For=192.0.2.9;Proto=HTTPS", "192.0.2.9", true),
            (
                "for=192.0.2.66, for=192.0.2.9;by=10.0.0.1",
                "192.0.2.9",
                false,
            ),
            (r#"for="[2001:db8::9]:47""#, "2001:db8::9", false),
            (
                r#"for="192.0.2.9:47";host="a, for=192.0.2.66""#,
                "192.0.2.9",
                false,
            ),
            // A quoted value that looks like another element.
            (
                r#"for=192.0.2.9;host="a, for=192.0.2.66;x=""#,
                "192.0.2.9",
                false,
            ),
            (
                r#"for=192.0.2.9;host="\", for=192.0.2.66""#,
                "192.0.2.9",
                false,
            ),
            (r#"for=192.0.2.66, for="192.0.2.9"#, PROXY, false),
            ("for=192.0.2.66, for=_hidden", PROXY, false),
            ("for=192.0.2.66, for=unknown;proto=https", PROXY, true),
            ("for=192.0.2.66;for=192.0.2.9", PROXY, false),
            ("by=10.0.0.1", PROXY, false),
        ] {
            let found = origin(PROXY, &[("forwarded", written)]);
            assert_eq!(found.address, address(expected), "{written}");
            assert_eq!(found.https, https, "{written}");
        }
    }

    #[test]
    fn of_two_headers_that_differ_neither_is_believed() {
        let headers = |other| [("forwarded", "for=192.0.2.9"), ("x-forwarded-for", other)];
        assert_eq!(
            origin(PROXY, &headers("192.0.2.9")).address,
            address("192.0.2.9")
        );
        assert_eq!(
            origin(PROXY, &headers("192.0.2.66")).address,
            address(PROXY)
        );
    }

    #[test]
    fn a_setting_that_names_no_proxy_or_every_address_is_refused() {
        for wrong in ["proxy", "10.0.0.0/99", "0.0.0.0/0", "10.0.0.1, ::/0"] {
            let map = [("KREIS_TRUSTED_PROXIES".to_owned(), wrong.to_owned())];
            let mut settings = Settings::from_map(map.into());
            TrustedProxies::from_settings(&mut settings);
            let errors = settings.finish().unwrap_err().to_string();
            assert!(errors.contains("KREIS_TRUSTED_PROXIES"), "{errors}");
        }
    }
}
