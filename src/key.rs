//! The secret key: 32 random bytes in a file of their own, and the public id that names them.
//!
//! A key file is opened once and judged by what was opened, so that what is judged is what is read.
//! The secret and every text of it are wiped when dropped; no error holds any part of them.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What the id of a key is the keyed hash of. Holds letters, so it can never be the text of a number.
const ID_MESSAGE: &[u8] = b"leakline key id 1";
/// Hex digits of a key.
const TEXT_LENGTH: usize = 2 * Key::LENGTH;
/// A byte more than a key file with a DOS line end has, to see that there is no more.
const READ_LENGTH: usize = TEXT_LENGTH + 3;

/// The secret. No `Debug`, `Display`, `Clone` or `Serialize`; wiped when dropped.
pub struct Key {
    /// Boxed, so that moving a key leaves no copy behind.
    bytes: Box<Zeroizing<[u8; Key::LENGTH]>>,
    id: KeyId,
}

/// Public fingerprint of a key: stored in every segment, safe to print.
///
/// The first 8 bytes of HMAC-SHA-256 (RFC 2104) of a constant under the key, shown as 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

/// Why a key could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Random(#[source] getrandom::Error),
    /// There is no such file.
    #[error("{}: no key file there", path.display())]
    Missing {
        /// The path that was tried.
        path: PathBuf,
    },
    /// A new key was to be written over something.
    #[error("{}: exists already, and a key is never overwritten", path.display())]
    Exists {
        /// The path of the new key.
        path: PathBuf,
    },
    /// Neither a regular file nor a pipe.
    #[error("{}: a key file must be a regular file or a pipe, this is {kind}", path.display())]
    Kind {
        /// The path that was opened.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// Somebody else could have put another key there.
    #[error("{}: belongs to user {owner}, not to user {user} who runs this", path.display())]
    Owner {
        /// The path that was opened.
        path: PathBuf,
        /// The owner's user number.
        owner: u32,
        /// The effective user number of this process.
        user: u32,
    },
    /// Group or others have rights on it.
    #[error("{}: mode {mode:04o} lets others at the key; it must be 0600 or stricter", path.display())]
    Mode {
        /// The path that was opened.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not as long as a key is.
    #[error("{}a key is {TEXT_LENGTH} hex digits, this has {}", prefix(path.as_deref()), counted(*length))]
    Length {
        /// The file, if it came from one.
        path: Option<PathBuf>,
        /// The characters found; more than a key has means "or more".
        length: usize,
    },
    /// As long as a key is, but with other characters in it.
    #[error("{}a key is {TEXT_LENGTH} hex digits, this has other characters", prefix(path.as_deref()))]
    NotHex {
        /// The file, if it came from one.
        path: Option<PathBuf>,
    },
    /// The file could not be opened, read or written.
    #[error("{}: cannot {doing} the key file", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl Key {
    /// The length of the secret in bytes.
    pub const LENGTH: usize = 32;

    /// 32 bytes from the operating system, kept in memory only.
    pub fn generate() -> Result<Key, KeyError> {
        let mut bytes = Box::new(Zeroizing::new([0; Key::LENGTH]));
        getrandom::fill(&mut **bytes).map_err(KeyError::Random)?;
        Ok(Key::new(bytes))
    }

    /// A new key in a new file: 64 hex digits and a newline, mode 0600, never over an existing file.
    /// Makes missing parent folders (0700). The file and its name are on disk when this returns.
    #[expect(
        clippy::missing_panics_doc,
        reason = "the buffer has the length of the text"
    )]
    pub fn create(path: &Path) -> Result<Key, KeyError> {
        let failed = |doing| {
            move |source| KeyError::Io {
                path: path.to_owned(),
                doing,
                source,
            }
        };
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        private_folders()
            .create(parent)
            .map_err(failed("make the folder of"))?;
        let key = Key::generate()?;
        let mut file = match new_private_file(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(KeyError::Exists {
                    path: path.to_owned(),
                });
            }
            opened => opened.map_err(failed("create"))?,
        };
        let mut text = Zeroizing::new([b'\n'; TEXT_LENGTH + 1]);
        hex::encode_to_slice(key.secret(), &mut text[..TEXT_LENGTH]).expect("two digits a byte");
        let written = give_owner_rights(&file)
            .and_then(|()| file.write_all(&*text))
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_folder(parent));
        if let Err(error) = written {
            // Half a key would stand in the way of the next try.
            let _ = fs::remove_file(path);
            return Err(failed("write")(error));
        }
        Ok(key)
    }

    /// Opens the file once and judges what was opened: a regular file of this user (or root) that nobody
    /// else may read; pipes are taken.
    pub fn open(path: &Path) -> Result<Key, KeyError> {
        let mut file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => KeyError::Missing {
                path: path.to_owned(),
            },
            _ => KeyError::Io {
                path: path.to_owned(),
                doing: "open",
                source,
            },
        })?;
        judge(&file, path)?;
        let mut text = Zeroizing::new([0; READ_LENGTH]);
        let mut length = 0;
        while length < READ_LENGTH {
            match file.read(&mut text[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(KeyError::Io {
                        path: path.to_owned(),
                        doing: "read",
                        source,
                    });
                }
            }
        }
        Key::from_text(&text[..length], Some(path))
    }

    /// From 64 hex digits, as in a key file or the variable of `--key-env`.
    pub fn from_hex(text: &str) -> Result<Key, KeyError> {
        Key::from_text(text.as_bytes(), None)
    }

    /// The public id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The secret itself, for the hash that is keyed with it.
    pub(crate) fn secret(&self) -> &[u8; Key::LENGTH] {
        &self.bytes
    }

    fn from_text(text: &[u8], path: Option<&Path>) -> Result<Key, KeyError> {
        let path = path.map(Path::to_owned);
        let digits = text
            .strip_suffix(b"\n")
            .map_or(text, |line| line.strip_suffix(b"\r").unwrap_or(line));
        if digits.len() != TEXT_LENGTH {
            return Err(KeyError::Length {
                path,
                length: digits.len(),
            });
        }
        let mut bytes = Box::new(Zeroizing::new([0; Key::LENGTH]));
        // The error of `hex` names the character and its place: a part of the secret.
        hex::decode_to_slice(digits, &mut **bytes).map_err(|_| KeyError::NotHex { path })?;
        Ok(Key::new(bytes))
    }

    fn new(bytes: Box<Zeroizing<[u8; Key::LENGTH]>>) -> Key {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&**bytes).expect("HMAC takes keys of any length");
        mac.update(ID_MESSAGE);
        let digest = mac.finalize().into_bytes();
        let id = digest.first_chunk().expect("SHA-256 has 32 bytes");
        Key {
            bytes,
            id: KeyId(*id),
        }
    }
}

impl KeyId {
    /// The id as it stands in a segment.
    pub fn from_bytes(bytes: [u8; 8]) -> KeyId {
        KeyId(bytes)
    }

    /// The id as it stands in a segment.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", hex::encode(self.0))
    }
}

impl KeyError {
    /// What the user can do about it: one line.
    pub fn remedy(&self) -> String {
        match self {
            KeyError::Random(_) => "check that the system offers getrandom or /dev/urandom".to_owned(),
            KeyError::Missing { path } => format!(
                "give the key that the index was made under with --key-file or --key-env, or make one with `leakline keygen {}`",
                path.display()
            ),
            KeyError::Exists { path } => {
                format!("name another file, or move {} away if nothing was indexed under it", path.display())
            }
            KeyError::Kind { .. } => "name the file that `leakline keygen` wrote".to_owned(),
            KeyError::Owner { path, .. } => format!(
                "check where the file comes from; then `chown {}`, or copy it into a file of your own",
                path.display()
            ),
            KeyError::Mode { path, .. } => format!("chmod 600 {}", path.display()),
            KeyError::Length { .. } | KeyError::NotHex { .. } => {
                "name the file that `leakline keygen` wrote, or restore it from a copy: without its key an index is worthless"
                    .to_owned()
            }
            KeyError::Io { path, .. } => format!("check the rights and the disk of {}", path.display()),
        }
    }
}

fn prefix(path: Option<&Path>) -> String {
    path.map(|path| format!("{}: ", path.display()))
        .unwrap_or_default()
}

fn counted(length: usize) -> String {
    if length < READ_LENGTH {
        format!("{length} characters")
    } else {
        "more characters".to_owned()
    }
}

#[cfg(unix)]
fn judge(file: &File, path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};

    let path = path.to_owned();
    let found = match file.metadata() {
        Ok(found) => found,
        Err(source) => {
            return Err(KeyError::Io {
                path,
                doing: "examine",
                source,
            });
        }
    };
    let kind = found.file_type();
    if kind.is_fifo() {
        return Ok(());
    }
    if !kind.is_file() {
        let kind = if kind.is_dir() {
            "a folder"
        } else {
            "a device"
        };
        return Err(KeyError::Kind { path, kind });
    }
    let user = rustix::process::geteuid().as_raw();
    if found.uid() != user && found.uid() != 0 {
        return Err(KeyError::Owner {
            path,
            owner: found.uid(),
            user,
        });
    }
    match found.mode() & 0o7777 {
        mode if mode & 0o077 != 0 => Err(KeyError::Mode { path, mode }),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn judge(file: &File, path: &Path) -> Result<(), KeyError> {
    match file.metadata() {
        Ok(found) if found.is_dir() => Err(KeyError::Kind {
            path: path.to_owned(),
            kind: "a folder",
        }),
        Ok(_) => Ok(()),
        Err(source) => Err(KeyError::Io {
            path: path.to_owned(),
            doing: "examine",
            source,
        }),
    }
}

/// Makes folders that only this user may enter, where the system knows of that.
pub(crate) fn private_folders() -> fs::DirBuilder {
    let mut folders = fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders
}

/// A file that was not there before and that only this user may read, where the system knows of that.
pub(crate) fn new_private_file(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Gives the mode 0600 to a new file, of which the umask may have taken the owner's own rights.
#[cfg(unix)]
fn give_owner_rights(file: &File) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

#[cfg(not(unix))]
fn give_owner_rights(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Puts the names in a folder on disk, where folders can be synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(error.remedy(), format!("chmod 600 {}", path.display()));
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
}
