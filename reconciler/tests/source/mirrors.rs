//! Mirrors on disk: shared, bounded, made anew.

use crate::site::{PASSWORD, Site, content, incompressible, mirrors, test};
use gitopsc_git_server::{Gate, Repository};
use gitopsc_reconciler::source::{Fetched, Limits, SourceClass, Wanted, fetch};
use gitopsc_test_support::Test;
use std::fs;
use std::path::Path;
use std::time::Duration;

pub(crate) fn tests() -> Vec<Test> {
    vec![
        test(
            "equal URLs and credentials share a mirror, others do not",
            shared,
        ),
        test(
            "two fetches of one repository wait for each other",
            one_after_another,
        ),
        test("waiting for another fetch ends in time", waiting_ends),
        test("a damaged mirror is made anew", damaged),
        test(
            "a mirror that has become a heap of packs is made anew",
            heap,
        ),
        test(
            "a mirror that is not trusted is made anew, and the old one stays while it is read",
            distrusted,
        ),
        test(
            "a damaged mirror stays as it is while the server is away",
            damaged_and_away,
        ),
        test(
            "what a killed fetch left does not disturb the next",
            leftovers,
        ),
        test(
            "the mirrors used longest ago go first, and none in use",
            bounded,
        ),
        test(
            "a repository larger than mirrors may be is refused",
            too_large,
        ),
        test("a file that grows beyond all memory is refused", bomb),
        test("nobody but the user can look into mirrors", private),
    ]
}

fn shared() {
    let site = Site::new();
    let wanted = site.wanted();
    let one = site.fetch(&wanted).unwrap();
    assert_eq!(site.fetch(&wanted).unwrap().repository, one.repository);
    let signed_in = Wanted {
        access: site.access(&[("username", "me"), ("password", PASSWORD)]),
        ..site.wanted()
    };
    let other = site.fetch(&signed_in).unwrap();
    assert_ne!(other.repository, one.repository);
    assert!(!other.repository.display().to_string().contains(PASSWORD));
    let config = fs::read_to_string(other.repository.join("config")).unwrap();
    assert!(!config.contains(PASSWORD));
}

fn one_after_another() {
    let site = Site::new();
    // Two folders' worth of locks, as two processes have them.
    let second = mirrors(site.folder(), Limits::default());
    let fetched: Vec<Fetched> = std::thread::scope(|scope| {
        let fetches: Vec<_> = [&site.mirrors, &second, &site.mirrors, &second]
            .into_iter()
            .map(|mirrors| scope.spawn(|| fetch(mirrors, &site.wanted()).unwrap()))
            .collect();
        fetches
            .into_iter()
            .map(|fetch| fetch.join().unwrap())
            .collect()
    });
    for one in &fetched {
        assert_eq!(one.commit.id, site.first);
        assert_eq!(one.repository, fetched[0].repository);
    }
}

fn waiting_ends() {
    let site = Site::behind(|_| Gate::Hang);
    let soon = |seconds| Wanted {
        timeout: Duration::from_secs(seconds),
        ..site.wanted()
    };
    std::thread::scope(|scope| {
        scope.spawn(|| site.fails(&soon(4), SourceClass::Timeout, "within 4 s"));
        while site.server.seen().is_empty() {
            std::thread::sleep(Duration::from_millis(10));
        }
        site.fails(&soon(1), SourceClass::Timeout, "within 1 s");
    });
    assert_eq!(site.server.seen().len(), 1);
}

/// Overwrites what is in the packs of a repository.
fn damage(repository: &Path) {
    for entry in fs::read_dir(repository.join("objects/pack")).unwrap() {
        let path = entry.unwrap().path();
        let length = fs::metadata(&path).unwrap().len() as usize;
        fs::remove_file(&path).unwrap();
        fs::write(&path, vec![0; length]).unwrap();
    }
}

fn damaged() {
    let site = Site::new();
    let first = site.fetch(&site.wanted()).unwrap();
    damage(&first.repository);
    let again = site.fetch(&site.wanted()).unwrap();
    assert_ne!(again.repository, first.repository);
    assert_eq!(content(&again, "web.yaml"), "kind: Service\n");
    drop(first);
    fs::remove_file(again.repository.join("HEAD")).unwrap();
    let third = site.fetch(&site.wanted()).unwrap();
    assert_eq!(content(&third, "web.yaml"), "kind: Service\n");
}

fn distrusted() {
    let site = Site::new();
    let first = site.fetch(&site.wanted()).unwrap();
    site.mirrors.distrust(&first.repository);
    let again = site.fetch(&site.wanted()).unwrap();
    assert_ne!(again.repository, first.repository);
    assert_eq!(content(&first, "web.yaml"), "kind: Service\n");
    let old = first.repository.clone();
    drop(first);
    let third = site.fetch(&site.wanted()).unwrap();
    assert_eq!(third.repository, again.repository);
    assert!(!old.exists(), "nobody reads it any more");
}

fn damaged_and_away() {
    let is_away = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let answers = std::sync::Arc::clone(&is_away);
    let site = Site::behind(
        move |_| match answers.load(std::sync::atomic::Ordering::SeqCst) {
            true => Gate::status(503),
            false => Gate::Serve,
        },
    );
    let first = site.fetch(&site.wanted()).unwrap();
    damage(&first.repository);
    is_away.store(true, std::sync::atomic::Ordering::SeqCst);
    site.fails(&site.wanted(), SourceClass::Unreachable, "503");
    assert!(first.repository.exists());
    is_away.store(false, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(site.fetch(&site.wanted()).unwrap().commit.id, site.first);
}

fn leftovers() {
    let site = Site::new();
    let first = site.fetch(&site.wanted()).unwrap();
    let half = first.repository.join("objects/pack/.tmp-half");
    fs::write(&half, "PACK").unwrap();
    for name in fs::read_dir(first.repository.join("refs/gitopsc")).unwrap() {
        let name = name.unwrap().path();
        fs::write(name.with_extension("lock"), "").unwrap();
    }
    let second = site
        .repository
        .commit("web.yaml", "kind: Pod\n", "Change it");
    site.repository.push();
    let fetched = site.fetch(&site.wanted()).unwrap();
    assert_eq!(fetched.commit.id, second);
    assert_eq!(fetched.repository, first.repository);
    assert!(!half.exists());
}

/// A repository with a file that is not much smaller in a pack.
fn large(site: &Site, name: &str) -> Repository {
    let repository = Repository::new(site.folder(), name);
    let seed = name.bytes().map(u64::from).sum();
    repository.commit("large.yaml", &incompressible(seed, 700_000), "Add much");
    repository.push();
    repository
}

fn heap() {
    let site = Site::new();
    let first = site.fetch(&site.wanted()).unwrap();
    for number in 0..500 {
        let pack = format!("objects/pack/pack-{number}.keep");
        fs::write(first.repository.join(pack), "").unwrap();
    }
    let again = site.fetch(&site.wanted()).unwrap();
    assert_ne!(again.repository, first.repository);
    assert_eq!(content(&again, "web.yaml"), "kind: Service\n");
}

fn bounded() {
    let site = Site::new();
    let limits = Limits {
        bytes: 1_000_000,
        ..Limits::default()
    };
    let small = mirrors(site.folder(), limits);
    let of = |name: &str| {
        let _repository = large(&site, name);
        let wanted = Wanted {
            url: site.server.url(&format!("{name}.git")).into(),
            ..site.wanted()
        };
        fetch(&small, &wanted).unwrap()
    };
    let (one, two) = (of("one"), of("two"));
    let paths = [one.repository.clone(), two.repository.clone()];
    drop(one);
    let three = of("three");
    assert!(!paths[0].exists(), "it was used longest ago");
    assert!(
        paths[1].exists() && three.repository.exists(),
        "they are in use"
    );
    drop(two);
    let four = of("four");
    assert!(!paths[1].exists());
    assert!(three.repository.exists() && four.repository.exists());
    assert!(
        !paths[1].parent().unwrap().exists(),
        "nothing is left of it"
    );
    let left = fs::read_dir(site.mirror_folder()).unwrap();
    let removed = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("removed-")
    });
    assert_eq!(removed.count(), 0);
}

fn too_large() {
    let site = Site::new();
    let limits = Limits {
        bytes: 200_000,
        ..Limits::default()
    };
    let small = mirrors(site.folder(), limits);
    let _repository = large(&site, "large");
    let wanted = Wanted {
        url: site.server.url("large.git").into(),
        ..site.wanted()
    };
    let error = fetch(&small, &wanted).unwrap_err();
    assert_eq!(error.class(), SourceClass::Full, "{error}");
    assert!(
        error.to_string().contains("larger than the 200000 bytes"),
        "{error}"
    );
}

fn bomb() {
    let site = Site::new();
    let file = fs::File::create(site.repository.work().join("zeros")).unwrap();
    file.set_len(200 << 20).unwrap();
    site.repository.git(&["add", "--all"]);
    site.repository
        .git(&["commit", "--quiet", "--message", "Add nothing, much of it"]);
    site.repository.push();
    site.fails(
        &site.wanted(),
        SourceClass::Full,
        "a file of more than 134217728 bytes",
    );
}

fn private() {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let site = Site::new();
        site.fetch(&site.wanted()).unwrap();
        let mode = fs::metadata(site.mirror_folder())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
