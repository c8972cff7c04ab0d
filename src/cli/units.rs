//! `generate systemd`, `cron` and `launchd`: what makes a scheduler run `index` and `alerts` every night, and what serves the
//! archive from boot on.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

use super::{ArchiveArgs, archive, exit::Exit, ui::Ui};

const SERVICE: &str = include_str!("../../data/units/pullquote.service");
const TIMER: &str = include_str!("../../data/units/pullquote.timer");
const SERVE: &str = include_str!("../../data/units/pullquote-serve.service");
const SOCKET: &str = include_str!("../../data/units/pullquote-serve.socket");
const CRONTAB: &str = include_str!("../../data/units/crontab");
const PLIST: &str = include_str!("../../data/units/launchd.plist");

/// What the scheduled run is to do.
#[derive(clap::Args)]
pub struct UnitArgs {
    /// Folders of stories; their index lies in the first unless --index names another
    #[arg(value_name = "ROOT", required = true)]
    roots: Vec<PathBuf>,
    /// When, each day
    #[arg(long, value_name = "HH:MM", default_value = "03:00", value_parser = clock)]
    at: (u8, u8),
    /// Time after which a run stops cleanly; the next goes on
    #[arg(long, value_name = "TIME", default_value = "5h")]
    max_runtime: String,
    /// Metrics file for Prometheus' text-file collector
    #[arg(long, value_name = "FILE")]
    metrics_file: Option<PathBuf>,
    /// The program [default: this one]
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

/// What a page that systemd starts is told.
#[derive(clap::Args)]
pub struct Serving {
    /// A service that serves the archive, and its socket, instead of those of the night
    #[arg(long)]
    pub serve: bool,
    /// Where the socket listens: ADDRESS:PORT, or the path of a Unix socket
    #[arg(long, value_name = "WHERE", default_value = "127.0.0.1:8080", requires = "serve")]
    listen: String,
    /// Name of a host that the page answers to
    #[arg(long, value_name = "NAME", requires = "serve")]
    host: Vec<String>,
    /// File with the token that everybody must give
    #[arg(long, value_name = "FILE", requires = "serve", conflicts_with = "user_header")]
    token_file: Option<PathBuf>,
    /// Header in which a proxy names whom it let in, over a Unix socket
    #[arg(long, value_name = "NAME", requires = "serve")]
    user_header: Option<String>,
    /// Let the page write saved searches and corrections
    #[arg(long, requires = "serve")]
    allow_writes: bool,
}

impl Serving {
    /// Refuses what the server would refuse when it is started.
    fn check(&self) -> anyhow::Result<()> {
        if self.listen.starts_with('/') {
            return Ok(());
        }
        let at: SocketAddr =
            self.listen.parse().context("--listen is ADDRESS:PORT, or the path of a Unix socket")?;
        if self.user_header.is_some() {
            bail!("--user-header needs the path of a Unix socket as --listen");
        }
        if !at.ip().is_loopback() && self.token_file.is_none() {
            bail!("{at} is open to others: give --token-file FILE, or a Unix socket with --user-header");
        }
        Ok(())
    }
}

/// A time of day.
fn clock(text: &str) -> Result<(u8, u8), String> {
    let parts =
        text.split_once(':').and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)));
    parts
        .filter(|&(hour, minute)| hour < 24 && minute < 60)
        .ok_or_else(|| "a time as 03:00, please".to_owned())
}

/// The commands of a night and the folders they touch.
struct Night {
    index: Vec<String>,
    alerts: Vec<String>,
    status: Vec<String>,
    read: Vec<String>,
    write: Vec<String>,
    at: (u8, u8),
}

impl Night {
    /// Those that say nothing when all is well, where whatever is said is mailed.
    fn new(args: &UnitArgs, archive: &ArchiveArgs, is_mailed: bool) -> anyhow::Result<Self> {
        let text = |path: &Path| -> anyhow::Result<String> {
            let path = std::path::absolute(path)?;
            let path = fs::canonicalize(&path).unwrap_or(path);
            match path.to_str() {
                Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
                _ => bail!("{} cannot be written into a unit: name it in UTF-8", path.display()),
            }
        };
        let (Some(first), true) = (args.roots.first(), args.roots.len() == 1 || archive.index.is_some())
        else {
            bail!("several roots share one index: say where it goes, with --index");
        };
        let program = match &args.program {
            Some(program) => text(program)?,
            None => text(&std::env::current_exe().context("cannot tell where this program is")?)?,
        };
        let folder = text(&archive::of_root(archive, first))?;
        let read = args.roots.iter().map(|root| text(root)).collect::<anyhow::Result<Vec<_>>>()?;
        let mut write = vec![folder.clone()];
        let common = [program, String::new(), "--index".into(), folder, "--log-format".into(), "json".into()];
        let command = |name: &str| {
            let mut command = common.to_vec();
            command[1] = name.to_owned();
            command
        };
        let (mut index, mut alerts, status) = (command("index"), command("alerts"), command("status"));
        let wait = ["--upgrade", "--nice", "--wait-lock", "10m", "--max-runtime", &args.max_runtime];
        index.extend(wait.map(str::to_owned));
        if is_mailed {
            [&mut index, &mut alerts].into_iter().for_each(|command| command.push("--quiet".to_owned()));
        }
        for (flag, file) in [("--config", &archive.config), ("--metrics-file", &args.metrics_file)] {
            if let Some(file) = file {
                index.extend([flag.to_owned(), text(file)?]);
            }
        }
        if let Some(folder) = args.metrics_file.as_deref().and_then(Path::parent) {
            write.push(text(folder)?);
        }
        if let Some(saved) = &archive.saved {
            alerts.extend(["--saved".to_owned(), text(saved)?]);
        }
        index.extend(read.iter().cloned());
        Ok(Self { index, alerts, status, read, write, at: args.at })
    }

    /// A template with its places filled in.
    fn fill(&self, template: &str, command: &dyn Fn(&[String]) -> String, more: &[(&str, String)]) -> String {
        let commands = [("index", &self.index), ("alerts", &self.alerts), ("status", &self.status)];
        let commands = commands.map(|(name, words)| (name, command(words)));
        commands
            .iter()
            .chain(more)
            .fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
    }
}

/// Writes `pullquote.service` and `pullquote.timer` into a folder, or both to standard output.
pub fn systemd(
    args: &UnitArgs,
    user: Option<&str>,
    dir: Option<&Path>,
    archive: &ArchiveArgs,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    let night = Night::new(args, archive, false)?;
    let (hour, minute) = night.at;
    let user = user.map_or_else(String::new, |user| format!("User={user}\n"));
    let folders: Vec<String> = night.read.iter().chain(&night.write).cloned().collect();
    let paths = [
        ("user", user),
        ("read", for_systemd(&night.read)),
        ("write", for_systemd(&night.write)),
        ("folders", for_systemd(&folders)),
    ];
    // In a command, and only there, a dollar sign begins a variable.
    let command = |words: &[String]| for_systemd(words).replace('$', "$$");
    let service = night.fill(SERVICE, &command, &paths);
    let clock = [("hour", format!("{hour:02}")), ("minute", format!("{minute:02}"))];
    let timer = night.fill(TIMER, &command, &clock);
    let units = [("pullquote.service", service), ("pullquote.timer", timer)];
    units.into_iter().try_for_each(|(name, text)| unit(name, &text, dir, ui))?;
    Ok(Exit::Done)
}

/// Writes `pullquote-serve.service` and `pullquote-serve.socket` into a folder, or both to standard output.
pub fn serve(
    args: &UnitArgs,
    serving: &Serving,
    user: Option<&str>,
    dir: Option<&Path>,
    archive: &ArchiveArgs,
    ui: &mut Ui,
) -> anyhow::Result<Exit> {
    serving.check()?;
    let Night { status, read, write, .. } = Night::new(args, archive, false)?;
    let (folder, mut serve) = (write[..1].to_vec(), status);
    "serve".clone_into(&mut serve[1]);
    if serving.allow_writes {
        serve.push("--allow-writes".to_owned());
    }
    if let Some(saved) = &archive.saved {
        serve.extend(["--saved".to_owned(), std::path::absolute(saved)?.display().to_string()]);
    }
    if let Some(file) = &serving.token_file {
        serve.extend(["--token-file".to_owned(), std::path::absolute(file)?.display().to_string()]);
    }
    if let Some(header) = &serving.user_header {
        serve.extend(["--user-header".to_owned(), header.clone()]);
    }
    serve.extend(serving.host.iter().flat_map(|host| ["--host".to_owned(), host.clone()]));
    let folders: Vec<String> = read.iter().chain(&folder).cloned().collect();
    let written = match serving.allow_writes {
        // Corrections go into the roots, saved searches into the index.
        true => format!("ReadWritePaths={}\n", for_systemd(&folders)),
        false => String::new(),
    };
    let paths = [
        ("{{user}}", user.map_or_else(String::new, |user| format!("User={user}\n"))),
        ("{{serve}}", for_systemd(&serve).replace('$', "$$")),
        ("{{read}}", for_systemd(&folders)),
        ("{{write}}", written),
        ("{{folders}}", for_systemd(&folders)),
        ("{{listen}}", serving.listen.clone()),
    ];
    let fill = |template: &str| {
        paths.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
    };
    let units = [("pullquote-serve.service", fill(SERVE)), ("pullquote-serve.socket", fill(SOCKET))];
    units.into_iter().try_for_each(|(name, text)| unit(name, &text, dir, ui))?;
    Ok(Exit::Done)
}

/// Writes one unit.
fn unit(name: &str, text: &str, dir: Option<&Path>, ui: &mut Ui) -> anyhow::Result<()> {
    let Some(dir) = dir else { return Ok(ui.exact(format!("# {name}\n{text}\n").as_bytes())?) };
    let path = dir.join(name);
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes lines for a crontab to standard output.
pub fn cron(args: &UnitArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let night = Night::new(args, archive, true)?;
    let (hour, minute) = night.at;
    // A per cent sign ends a command in a crontab.
    let written = |words: &[String]| for_shell(words).replace('%', "\\%");
    let clock = [("hour", hour.to_string()), ("minute", minute.to_string())];
    ui.exact(night.fill(CRONTAB, &written, &clock).as_bytes())?;
    Ok(Exit::Done)
}

/// Writes a property list for launchd to standard output.
pub fn launchd(args: &UnitArgs, archive: &ArchiveArgs, ui: &mut Ui) -> anyhow::Result<Exit> {
    let night = Night::new(args, archive, false)?;
    let (hour, minute) = night.at;
    let written = |words: &[String]| quick_xml::escape::escape(for_shell(words)).into_owned();
    let log = format!("{}/state/nightly.log", night.write.first().map_or("", String::as_str));
    let log = quick_xml::escape::escape(log).into_owned();
    let more = [("hour", hour.to_string()), ("minute", minute.to_string()), ("log", log)];
    ui.exact(night.fill(PLIST, &written, &more).as_bytes())?;
    Ok(Exit::Done)
}

/// Words as a unit file wants them: per cent signs doubled, quoted where they must be.
fn for_systemd(words: &[String]) -> String {
    let word = |word: &String| {
        let word = word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
        let is_plain = word.chars().all(|c| c.is_alphanumeric() || "/.-_=:%,+@".contains(c));
        if is_plain { word } else { format!("\"{word}\"") }
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// Words as a shell wants them.
fn for_shell(words: &[String]) -> String {
    let word = |word: &String| {
        let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "/.-_=:,+@%".contains(c));
        if is_plain { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_as_each_reader_wants() {
        let words = ["/a b/100%", "it's", "$HOME"].map(str::to_owned);
        assert_eq!(for_systemd(&words), r#""/a b/100%%" "it's" "$HOME""#);
        assert_eq!(for_shell(&words), r"'/a b/100%' 'it'\''s' '$HOME'");
    }
}
