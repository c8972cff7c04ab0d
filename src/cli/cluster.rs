//! How a cluster is reached: what `push` and `--backend` share.

use std::path::PathBuf;

use pullquote::cluster::{Access, Client, Credentials, Error};

/// The variable that may hold who asks.
const VARIABLE: &str = "PULLQUOTE_CREDENTIALS";

/// Who asks, and whom to trust.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct ClusterArgs {
    /// Ask an OpenSearch cluster that `push` filled, in place of an index
    #[arg(long, global = true, env = "PULLQUOTE_BACKEND", value_name = "URL", help_heading = "Archive")]
    pub backend: Option<String>,
    /// File with USER:PASSWORD or `Bearer TOKEN` for a cluster; PULLQUOTE_CREDENTIALS may hold the same
    #[arg(long, global = true, value_name = "FILE", help_heading = "Archive")]
    pub credentials: Option<PathBuf>,
    /// Certificates, PEM, that vouch for a cluster's [default: the system's]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Archive")]
    pub certificates: Option<PathBuf>,
}

/// A client of the cluster at that address.
pub fn client(args: &ClusterArgs, url: &str) -> Result<Client, Error> {
    let credentials = match (&args.credentials, std::env::var(VARIABLE)) {
        (Some(path), _) => Some(Credentials::of_file(path)?),
        (None, Ok(text)) => Some(Credentials::read(&text, VARIABLE)?),
        (None, Err(_)) => None,
    };
    Client::new(Access { credentials, certificates: args.certificates.clone(), ..Access::open(url) })
}
