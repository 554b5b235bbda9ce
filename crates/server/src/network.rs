//! Networks of addresses in the notation of operators: `10.0.0.0/8`, `2001:db8::/32`, or one
//! address.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Length of the IPv6 prefix that stands for one subscriber, in bits (RFC 6177).
const SUBSCRIBER_OF_IPV6: u8 = 64;

/// All addresses with the same first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    /// First address of the network.
    first: IpAddr,
    /// Number of bits that all its addresses share.
    prefix: u8,
}

impl Network {
    /// The network that counts as one client: one IPv4 address, or the IPv6 network of a
    /// subscriber.
    #[must_use]
    pub fn of_caller(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let prefix = match address {
            IpAddr::V4(_) => bits(address),
            IpAddr::V6(_) => SUBSCRIBER_OF_IPV6,
        };
        Self::around(address, prefix)
    }

    /// Whether the network contains an address.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && Self::around(address, self.prefix) == self
    }

    /// Whether the network contains all addresses of its family.
    #[must_use]
    pub fn is_everything(self) -> bool {
        self.prefix == 0
    }

    fn around(address: IpAddr, prefix: u8) -> Self {
        let rest = u32::from(bits(address) - prefix);
        let first = match address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(rest).unwrap_or(0);
                Ipv4Addr::from_bits(address.to_bits() & mask).into()
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(rest).unwrap_or(0);
                Ipv6Addr::from_bits(address.to_bits() & mask).into()
            }
        };
        Self { first, prefix }
    }
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The text is not an address or a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an address or a network, such as 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32")]
pub struct ParseNetworkError;

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ParseNetworkError)?;
        let most = bits(address);
        let prefix = prefix.map_or(Ok(most), |prefix| {
            prefix.parse().map_err(|_| ParseNetworkError)
        })?;
        if prefix > most {
            return Err(ParseNetworkError);
        }
        // `::ffff:192.0.2.1` is an IPv4 address in its last 32 bits.
        let canonical = address.to_canonical();
        let prefix = prefix
            .checked_sub(most - bits(canonical))
            .ok_or(ParseNetworkError)?;
        Ok(Self::around(canonical, prefix))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.first, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_with_its_bits() {
        for (text, inside, outside) in [
            ("10.0.0.0/8", "10.255.1.2", "11.0.0.0"),
            ("10.9.9.9/8", "10.0.0.1", "::ffff:11.0.0.1"),
            ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"),
            ("2001:db8::/32", "2001:db8:1::1", "2001:db9::1"),
            ("fe80::1", "fe80::1", "fe80::2"),
            ("0.0.0.0/0", "192.0.2.1", "2001:db8::1"),
        ] {
            assert!(network(text).contains(inside.parse().unwrap()), "{text}");
            assert!(!network(text).contains(outside.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in [
            "",
            "proxy",
            "10.0.0.0/33",
            "10.0.0/8",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/-1",
            "::ffff:10.0.0.0/8",
        ] {
            assert_eq!(text.parse::<Network>(), Err(ParseNetworkError), "{text}");
        }
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_caller() {
        let caller = |text: &str| Network::of_caller(text.parse().unwrap());
        assert_eq!(caller("2001:db8::1"), caller("2001:db8::ffff:2"));
        assert_ne!(caller("2001:db8::1"), caller("2001:db8:0:1::1"));
        assert_eq!(caller("::ffff:192.0.2.1"), caller("192.0.2.1"));
        assert_ne!(caller("192.0.2.1"), caller("192.0.2.2"));
    }
}
