//! Which key files are accepted, and that no message shows a key.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::private::new_private_file;
use super::{Key, KeyError, READ_LENGTH};

/// Not secret: for tests only.
const TEXT: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

#[test]
fn the_id_is_fixed_for_a_key_and_differs_between_keys() {
    // Python: hmac.new(bytes(range(32)), b"leakline key id 1", "sha256").hexdigest()[:16]
    assert_eq!(
        Key::from_hex(TEXT).unwrap().id().to_string(),
        "fb536a63db1d6195"
    );
    assert_ne!(Key::generate().unwrap().id(), Key::generate().unwrap().id());
}

#[test]
fn text_may_end_in_one_line_end_and_be_upper_case() {
    let id = Key::from_hex(TEXT).unwrap().id();
    for text in [
        format!("{TEXT}\n"),
        format!("{TEXT}\r\n"),
        TEXT.to_uppercase(),
    ] {
        assert_eq!(Key::from_hex(&text).unwrap().id(), id);
    }
}

#[test]
fn refuses_other_lengths_and_characters_without_repeating_them() {
    for text in [
        "",
        &TEXT[1..],
        &format!("{TEXT}0"),
        &format!("{TEXT}\n\n"),
        &format!(" {TEXT}"),
    ] {
        assert!(
            matches!(Key::from_hex(text), Err(KeyError::Length { .. })),
            "{text:?}"
        );
    }
    let error = Key::from_hex(&TEXT.replace("1f", "zq")).err().unwrap();
    assert!(matches!(error, KeyError::NotHex { path: None }));
    assert!(!format!("{error} {error:?}").contains('q'));
}

#[test]
fn a_created_key_opens_again_and_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/deep/key");
    let id = Key::create(&path).unwrap().id();
    assert_eq!(Key::open(&path).unwrap().id(), id);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.len() == 65 && text.ends_with('\n'));
    assert!(matches!(Key::create(&path), Err(KeyError::Exists { .. })));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert!(matches!(
        Key::open(&folder.path().join("none")),
        Err(KeyError::Missing { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_created_key_and_its_folders_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/key");
    Key::create(&path).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[cfg(unix)]
#[test]
fn refuses_a_key_that_others_may_touch_and_says_the_command() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    Key::create(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o601, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = Key::open(&path).err().unwrap();
        assert!(matches!(error, KeyError::Mode { mode: found, .. } if found == mode));
        assert!(error.to_string().contains(&format!("{mode:04o}")));
    }
    for mode in [0o600, 0o400, 0o700] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(Key::open(&path).is_ok());
    }
}

#[cfg(unix)]
#[test]
fn refuses_folders_and_devices_and_takes_pipes() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        Key::open(folder.path()),
        Err(KeyError::Kind {
            kind: "a folder",
            ..
        })
    ));
    assert!(matches!(
        Key::open(Path::new("/dev/null")),
        Err(KeyError::Kind {
            kind: "a device",
            ..
        })
    ));
    let (reader, mut writer) = io::pipe().unwrap();
    writer.write_all(TEXT.as_bytes()).unwrap();
    drop(writer);
    let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
    assert_eq!(
        Key::open(Path::new(&path)).unwrap().id(),
        Key::from_hex(TEXT).unwrap().id()
    );
}

#[test]
fn an_endless_pipe_or_a_long_file_is_not_read_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let mut file = new_private_file(&path).unwrap();
    file.write_all(&vec![b'a'; 1 << 20]).unwrap();
    let error = Key::open(&path).err().unwrap();
    assert!(matches!(
        error,
        KeyError::Length {
            length: READ_LENGTH,
            ..
        }
    ));
    assert!(error.to_string().ends_with("more characters"));
}
