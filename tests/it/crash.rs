//! Killed, out of space, cut short: the next run ends like a fresh build.

use std::{
    fs,
    io::Write,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use crate::archive::{Archive, Dice, code, last_line};

/// Changes a few files of an archive of about 60, some of which share addresses.
fn change(archive: &Archive, dice: &mut Dice) {
    for _ in 0..12 {
        let number = dice.roll(60);
        let path = format!("{}/{number}.jsonl", number % 5);
        match dice.roll(5) {
            0 => drop(fs::remove_file(archive.root.join(path))),
            1 => {
                let to = archive.root.join(format!("{}/moved-{number}.jsonl", number % 5));
                drop(fs::rename(archive.root.join(path), to));
            }
            _ => {
                let words = dice.roll(1000);
                let story = |url: u64| {
                    format!(
                        "{{\"url\": \"https://example.org/{url}\", \"text\": \"“We shot {words} takes,” Ada Lovelace \
                         said in London on Monday. {}\"}}\n",
                        "The crew waited for the rain to end. ".repeat(20)
                    )
                };
                archive.write(&path, story(number) + "{broken\n" + &story(dice.roll(80)));
            }
        }
    }
}

/// How often the run is killed: ten times, or as often as PULLQUOTE_KILLS says (CI's long run: 100).
fn kills() -> u64 {
    std::env::var("PULLQUOTE_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(10)
}

#[test]
fn killed_at_any_moment() {
    let archive = Archive::new();
    let mut dice = Dice::new(0x5eed);
    let mut killed = 0;
    for round in 0..kills() {
        (0..4).for_each(|_| change(&archive, &mut dice));
        let mut child = archive
            .command()
            .args(["--commit-every", "0s", "--chunk-files", "3"])
            .args(if round % 7 == 6 { &["--rebuild"][..] } else { &[] })
            .args(if round % 2 == 1 { &["--large-file", "0"][..] } else { &[] })
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        thread::sleep(Duration::from_micros(dice.roll(150_000)));
        killed += u64::from(child.try_wait().expect("a child").is_none());
        child.kill().expect("a child");
        child.wait().expect("a child");
        if round % 5 == 4 {
            assert!(matches!(code(&archive.run(&[])), 0 | 3));
            assert_eq!(archive.inventory(), archive.fresh_inventory(), "after round {round}");
        }
    }
    assert!(killed > 0, "no run was killed: the archive is too small");
    assert!(matches!(code(&archive.run(&[])), 0 | 3));
    assert_eq!(archive.inventory(), archive.fresh_inventory());
}

#[test]
fn a_write_that_fails_ends_the_run_and_loses_nothing() {
    let archive = Archive::new();
    archive.write("a.txt", "A first story.");
    assert_eq!(code(&archive.run(&[])), 0);
    let mut dice = Dice::new(7);
    for number in 0..200 {
        let words: Vec<String> = (0..200).map(|_| format!("{:x}", dice.roll(1 << 32))).collect();
        archive.write(&format!("{number}.txt"), format!("Story {number}. {}", words.join(" ")));
    }
    let before = archive.inventory();
    // Files may not grow beyond 64 blocks of 1 KiB; the signal that would end the process is ignored.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let program = archive.command();
    let output = Command::new("bash")
        .args(["-c", limited])
        .arg(program.get_program())
        .args(program.get_args())
        .output()
        .expect("a shell");
    assert_eq!(code(&output), 2, "{output:?}");
    assert_eq!(archive.inventory(), before, "the commit before stands");
    assert_eq!(code(&archive.run(&[])), 0);
    assert_eq!(archive.inventory(), archive.fresh_inventory());
}

#[test]
fn stopped_by_a_signal_or_the_clock_it_goes_on_next_time() {
    let archive = Archive::new();
    for number in 0..400 {
        archive.write(
            &format!("{number}.txt"),
            format!("Story {number}. {}", "Rain in town again. ".repeat(50)),
        );
    }
    let output = archive.run(&["--max-runtime", "0s"]);
    assert_eq!(code(&output), 0);
    let summary = last_line(&output);
    assert_eq!((&summary["outcome"], &summary["left"]), (&"time-limit".into(), &400.into()));
    for (signal, expected) in [("-INT", 130), ("-TERM", 143)] {
        // A run that ended before the signal came is tried again.
        let stopped = (0..20).any(|attempt| {
            fs::remove_dir_all(&archive.index).ok();
            let child =
                archive.command().args(["--chunk-files", "1"]).stdout(Stdio::piped()).spawn().expect("a run");
            thread::sleep(Duration::from_millis(20 + attempt * 5));
            Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill");
            let output = child.wait_with_output().expect("a child");
            assert!(matches!(output.status.code(), Some(0 | 130 | 143) | None), "{output:?}");
            code(&output) == expected && last_line(&output)["type"] == "summary"
        });
        assert!(stopped, "no run ended with {expected}");
        assert_eq!(code(&archive.run(&[])), 0);
        assert_eq!(archive.inventory(), archive.fresh_inventory());
    }
}

/// Files that grow, shrink, vanish and come back while they are read; when they hold still, the index is a fresh build.
#[test]
fn files_may_change_under_the_reader() {
    let archive = Archive::new();
    let mut dice = Dice::new(0xf11e);
    (0..10).for_each(|_| change(&archive, &mut dice));
    std::os::unix::fs::symlink("nowhere", archive.root.join("dangling.txt")).expect("a link");
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut dice = Dice::new(0x0dd);
            while !over.load(Ordering::Relaxed) {
                change(&archive, &mut dice);
                let grown = archive.root.join(format!("{}/growing.jsonl", dice.roll(5)));
                if let Ok(mut file) = fs::OpenOptions::new().create(true).append(true).open(grown) {
                    let _ =
                        writeln!(file, "{{\"text\": \"Line {} of a file that grows.\"}}", dice.roll(1000));
                }
            }
        });
        for _ in 0..5 {
            let output = archive.run(&["--chunk-files", "8", "--allow-shrink"]);
            assert!(matches!(code(&output), 0 | 3), "{output:?}");
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(matches!(code(&archive.run(&["--allow-shrink"])), 0 | 3));
    assert_eq!(archive.inventory(), archive.fresh_inventory());
}
