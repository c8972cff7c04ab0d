//! How a cluster is reached: what `push` and `--backend` share.

use std::{path::PathBuf, time::Duration};

use pullquote::cluster::{Access, Client, Credentials, Error};

/// The variable that may hold who asks.
const VARIABLE: &str = "PULLQUOTE_CREDENTIALS";

/// Who asks, and whom to trust.
#[derive(clap::Args, Clone, Debug)]
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
    /// Seconds for which a cluster that is busy or away is asked again, and within which it answers
    #[arg(long, global = true, value_name = "S", default_value_t = 60, help_heading = "Archive")]
    pub patience: u32,
}

impl Default for ClusterArgs {
    fn default() -> Self {
        Self { backend: None, credentials: None, certificates: None, patience: 60 }
    }
}

/// A client of the cluster at that address.
pub fn client(args: &ClusterArgs, url: &str) -> Result<Client, Error> {
    let credentials = match (&args.credentials, std::env::var(VARIABLE)) {
        (Some(path), _) => Some(Credentials::of_file(path)?),
        (None, Ok(text)) => Some(Credentials::read(&text, VARIABLE)?),
        (None, Err(_)) => None,
    };
    let patience = Duration::from_secs(args.patience.max(1).into());
    let (certificates, answering) = (args.certificates.clone(), patience);
    Client::new(Access { url: url.to_owned(), credentials, certificates, patience, answering })
}
