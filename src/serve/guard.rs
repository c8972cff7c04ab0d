//! Who is let in: by the host that was asked for, by a token or a proxy, and for writing by where the form stood.

use std::net::IpAddr;

use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    fault::Fault,
    settings::{Access, Settings},
};

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Somebody over TCP.
    Tcp(IpAddr),
    /// Somebody who may write to the socket.
    Unix,
}

/// Who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// What the proxy calls them.
    pub user: Option<String>,
    /// The address that the program was reached by.
    pub origin: String,
}

/// Headers of every answer: nothing on a page runs, is fetched or is framed but what the program itself has.
pub const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// Lets somebody in, or says why not.
pub fn admit(settings: &Settings, request: &Parts, peer: Peer) -> Result<Guest, Fault> {
    let host = host(request)?;
    if !answers_to(settings, name_of(&host)) {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "other-host",
            "This server does not answer to that host name: name it with --host.",
        ));
    }
    let user = user(settings, &request.headers, peer)?;
    let is_secure = matches!(settings.access, Access::Proxy { .. })
        && request.headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    Ok(Guest { user, origin: format!("{}://{host}", if is_secure { "https" } else { "http" }) })
}

/// The host that was asked for, with its port. Where the address itself names one, both must be the same.
fn host(request: &Parts) -> Result<String, Fault> {
    let wrong = || Fault::new(StatusCode::BAD_REQUEST, "no-host", "A request names one host.");
    let mut named = request.headers.get_all(header::HOST).iter();
    let (host, None) = (named.next(), named.next()) else { return Err(wrong()) };
    let host = host.and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
    match (host, request.uri.authority().map(|own| own.as_str().to_ascii_lowercase())) {
        (Some(host), Some(own)) if host != own => Err(wrong()),
        (Some(host), _)
            if host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte)) =>
        {
            Ok(host)
        }
        _ => Err(wrong()),
    }
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    if host.starts_with('[') {
        return host.split_inclusive(']').next().unwrap_or(host);
    }
    host.split(':').next().unwrap_or(host)
}

/// Under a rebound name a foreign page looks like our own: only the name tells.
fn answers_to(settings: &Settings, name: &str) -> bool {
    let name = name.trim_end_matches('.');
    ["localhost", "127.0.0.1", "[::1]"].contains(&name) || settings.hosts.iter().any(|host| host == name)
}

fn user(settings: &Settings, headers: &HeaderMap, peer: Peer) -> Result<Option<String>, Fault> {
    match &settings.access {
        Access::Open => Ok(None),
        Access::Token(hash) => {
            let given =
                headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(token);
            // Hashes are compared in the same time, however much of them is alike.
            let is_it = given.is_some_and(|given| blake3::hash(given.as_bytes()) == *hash);
            let refused =
                || Fault::new(StatusCode::UNAUTHORIZED, "no-token", "This archive asks for its token.");
            is_it.then_some(None).ok_or_else(refused)
        }
        Access::Proxy { header, peers } => {
            let is_proxy = match peer {
                Peer::Unix => true,
                Peer::Tcp(address) => peers.contains(&address.to_canonical()),
            };
            let mut named = headers.get_all(header.as_str()).iter();
            let (user, None) = (named.next(), named.next()) else { return Err(stranger()) };
            let user =
                user.and_then(|user| user.to_str().ok()).map(str::trim).filter(|user| !user.is_empty());
            user.filter(|_| is_proxy).map(|user| Some(user.to_owned())).ok_or_else(stranger)
        }
    }
}

fn stranger() -> Fault {
    Fault::new(StatusCode::FORBIDDEN, "no-user", "Only a trusted proxy may let somebody in here.")
}

/// The token of an `Authorization` header.
fn token(header: &str) -> Option<String> {
    let (scheme, rest) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    let basic = STANDARD.decode(rest.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(basic).ok()?.split_once(':').map(|(_, password)| password.to_owned())
}

/// Lets somebody write: a form of our own, as the browser says; of one that does not say, one that stood at our own origin.
pub fn may_write(settings: &Settings, headers: &HeaderMap, guest: &Guest) -> Result<(), Fault> {
    if !settings.allow_writes {
        return Err(Fault::new(
            StatusCode::FORBIDDEN,
            "read-only",
            "This server is read-only: start it with --allow-writes.",
        ));
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.eq_ignore_ascii_case(&guest.origin),
        (None, None) => false,
    };
    let said = "Only a form of this server may write: send its own address as Origin.";
    is_own.then_some(()).ok_or_else(|| Fault::new(StatusCode::FORBIDDEN, "other-origin", said))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;
    use crate::serve::settings::Moment;

    fn settings(access: Access) -> Settings {
        let clock = || Moment { now: jiff::Timestamp::UNIX_EPOCH, today: jiff::civil::date(1970, 1, 1) };
        Settings { access, hosts: vec!["news.example".into()], allow_writes: true, ..Settings::local(clock) }
    }

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let request = headers
            .iter()
            .fold(Request::builder().uri("/"), |request, (name, value)| request.header(*name, *value));
        request.body(()).expect("a request").into_parts().0
    }

    const HERE: Peer = Peer::Tcp(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    fn code(settings: &Settings, headers: &[(&str, &str)], peer: Peer) -> Option<&'static str> {
        admit(settings, &parts(headers), peer).err().map(|fault| fault.code)
    }

    #[test]
    fn only_known_hosts_are_answered() {
        let open = settings(Access::Open);
        for host in ["localhost:8080", "127.0.0.1", "[::1]:80", "NEWS.example:443", "localhost."] {
            assert_eq!(code(&open, &[("host", host)], HERE), None, "{host}");
        }
        for host in
            ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "169.254.1.1", "[::2]"]
        {
            assert_eq!(code(&open, &[("host", host)], HERE), Some("other-host"), "{host}");
        }
        for wrong in [&[][..], &[("host", "localhost"), ("host", "evil")], &[("host", "a\"b")]] {
            assert_eq!(code(&open, wrong, HERE), Some("no-host"), "{wrong:?}");
        }
    }

    #[test]
    fn the_token_opens_and_nothing_else_does() {
        let locked = settings(Access::Token(blake3::hash(b"secret")));
        let with = |value: &str| code(&locked, &[("host", "localhost"), ("authorization", value)], HERE);
        assert_eq!((with("Bearer secret"), with("basic YW55OnNlY3JldA==")), (None, None));
        for wrong in ["Bearer Secret", "Bearer", "Basic c2VjcmV0", "Digest secret", ""] {
            assert_eq!(with(wrong), Some("no-token"), "{wrong}");
        }
    }

    #[test]
    fn only_a_trusted_proxy_names_who_asks() {
        let proxied = |peers| settings(Access::Proxy { header: "x-user".into(), peers });
        let (nobody, local) = (proxied(Vec::new()), proxied(vec!["127.0.0.1".parse().expect("an address")]));
        let ada = [("host", "news.example"), ("x-user", "ada")];
        assert_eq!(code(&nobody, &ada, HERE), Some("no-user"), "an empty list trusts nobody");
        assert_eq!((code(&nobody, &ada, Peer::Unix), code(&local, &ada, HERE)), (None, None));
        let mapped = Peer::Tcp("::ffff:127.0.0.1".parse().expect("an address"));
        assert_eq!(code(&local, &ada, mapped), None);
        assert_eq!(code(&local, &ada, Peer::Tcp("10.0.0.1".parse().expect("an address"))), Some("no-user"));
        let twice = [ada[0], ada[1], ("x-user", "eve")];
        assert_eq!(
            (code(&local, &ada[..1], HERE), code(&local, &twice, HERE)),
            (Some("no-user"), Some("no-user"))
        );
    }

    #[test]
    fn only_our_own_forms_write() {
        let open = settings(Access::Open);
        let guest = Guest { user: None, origin: "http://localhost:8080".into() };
        let writes = |headers: &[(&str, &str)]| may_write(&open, &parts(headers).headers, &guest).is_ok();
        assert!(writes(&[("sec-fetch-site", "same-origin")]));
        assert!(writes(&[("origin", "http://localhost:8080")]));
        for foreign in [
            &[][..],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8080")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:9090")],
            &[("origin", "null")],
        ] {
            assert!(!writes(foreign), "{foreign:?}");
        }
        let read_only = Settings { allow_writes: false, ..open };
        assert!(may_write(&read_only, &parts(&[("sec-fetch-site", "same-origin")]).headers, &guest).is_err());
    }
}
