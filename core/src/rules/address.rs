//! IPv4 addresses in text.

use crate::model::PodTemplate;
use rustc_hash::FxHashMap;

/// Four numbers with a separator between them at the beginning of a text, and how long they are. A number that begins
/// with a zero is none of an address.
pub(super) fn octets(text: &str, separator: u8) -> Option<([u8; 4], usize)> {
    let bytes = text.as_bytes();
    let mut octets = [0; 4];
    let mut at = 0;
    for (position, octet) in octets.iter_mut().enumerate() {
        if position > 0 {
            if bytes.get(at) != Some(&separator) {
                return None;
            }
            at += 1;
        }
        let digits = bytes[at..].iter().take(4);
        let length = digits.take_while(|byte| byte.is_ascii_digit()).count();
        let digits = &text[at..at + length];
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        *octet = digits.parse().ok()?;
        at += length;
    }
    Some((octets, at))
}

/// Whether a range in CIDR notation covers an address.
pub(super) fn covers(range: &str, address: [u8; 4]) -> bool {
    prefix(range).is_some_and(|(first, length)| {
        let differing = u32::from_be_bytes(first) ^ u32::from_be_bytes(address);
        differing.leading_zeros() >= length
    })
}

/// The address and the length of a range in CIDR notation; an address alone is a range of its own.
fn prefix(range: &str) -> Option<([u8; 4], u32)> {
    let (first, length) = range.split_once('/').unwrap_or((range, "32"));
    let (octets, end) = octets(first, b'.')?;
    let length = length.parse().ok().filter(|length| *length <= 32)?;
    (end == first.len()).then_some((octets, length))
}

/// Addresses and ranges, each found at the same cost however many there are.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// Lengths of prefixes that there are, and the prefixes.
    lengths: Vec<u32>,
    known: FxHashMap<(usize, usize, i64), usize>,
}

impl Ranges {
    /// Adds an address or a range in CIDR notation; anything else is passed over.
    pub(super) fn add(&mut self, range: &str) {
        if let Some((first, length)) = prefix(range) {
            if !self.lengths.contains(&length) {
                self.lengths.push(length);
            }
            self.known.insert(key(first, length), 0);
        }
    }

    /// Whether one of them covers an address.
    pub(super) fn cover(&self, address: [u8; 4]) -> bool {
        let covers = |length: &u32| self.known.contains_key(&key(address, *length));
        self.lengths.iter().any(covers)
    }
}

/// The first bits of an address, and how many they are.
fn key(address: [u8; 4], length: u32) -> (usize, usize, i64) {
    let bits = u64::from(u32::from_be_bytes(address)) << length >> 32;
    (length as usize, 0, i64::try_from(bits).unwrap_or_default())
}

/// Whether a pod's annotations leave calls of an address to the sidecar. `port` is none where it is not known.
pub(super) fn is_redirected(
    template: &PodTemplate<'_>,
    address: Option<[u8; 4]>,
    port: Option<u16>,
) -> bool {
    let list = |key| {
        let list: Option<&str> = template.annotations.get(key);
        list.map(|list| list.split(',').map(str::trim))
    };
    let covers = |range: &str| address.is_some_and(|address| covers(range, address));
    let is_port = |text: &str| port.is_some() && text.parse().ok() == port;
    let any = |key, matches: &dyn Fn(&str) -> bool| list(key).map(|mut list| list.any(matches));
    let is_excluded = any("traffic.sidecar.istio.io/excludeOutboundIPRanges", &covers)
        == Some(true)
        || any("traffic.sidecar.istio.io/excludeOutboundPorts", &is_port) == Some(true);
    let is_in_range = any(
        "traffic.sidecar.istio.io/includeOutboundIPRanges",
        &|range| range == "*" || covers(range),
    ) != Some(false);
    let is_in_ports = any("traffic.sidecar.istio.io/includeOutboundPorts", &|text| {
        text == "*" || is_port(text)
    }) == Some(true);
    !is_excluded && (is_in_range || is_in_ports)
}

#[cfg(test)]
mod tests {
    use super::{Ranges, covers, octets};

    #[test]
    fn reads_addresses() {
        for (text, expected) in [
            ("10.1.2.3", Some(([10, 1, 2, 3], 8))),
            ("10.1.2.3:80", Some(([10, 1, 2, 3], 8))),
            ("0.0.0.0", Some(([0, 0, 0, 0], 7))),
            ("10.1.2", None),
            ("10.1.2.", None),
            ("10.01.2.3", None),
            ("10.1.2.256", None),
            ("10.1.2.1000", None),
            ("", None),
        ] {
            assert_eq!(octets(text, b'.'), expected, "{text}");
        }
    }

    #[test]
    fn compares_ranges() {
        for (range, expected) in [
            ("10.0.0.0/8", true),
            ("10.1.2.3", true),
            ("10.1.2.3/32", true),
            ("0.0.0.0/0", true),
            ("10.1.2.2/32", false),
            ("11.0.0.0/8", false),
            ("10.0.0.0/33", false),
            ("10.0.0.0", false),
            ("10.1.2.3x", false),
            ("*", false),
        ] {
            assert_eq!(covers(range, [10, 1, 2, 3]), expected, "{range}");
            let mut ranges = Ranges::default();
            ranges.add(range);
            assert_eq!(ranges.cover([10, 1, 2, 3]), expected, "{range}");
        }
    }
}
