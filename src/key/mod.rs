//! The secret key: 32 random bytes in a file of their own, and the public id that names them.
//!
//! A key file is opened once and judged by the open file, so that the bytes judged are the bytes
//! read. The secret and every text of it are wiped when dropped; no error holds any part of them.

mod error;
mod length;
mod private;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use hmac::{Hmac, KeyInit, Mac};
use region::LockGuard;
use sha2::Sha256;
use zeroize::Zeroizing;

pub use error::KeyError;
use length::{READ_LENGTH, TEXT_LENGTH};
use private::{give_owner_rights, judge};
pub(crate) use private::{new_private_file, private_folders, sync_folder};

/// What the id of a key is the keyed hash of. Holds letters, so it can never be the text of a
/// number.
const ID_MESSAGE: &[u8] = b"leakline key id 1";

/// The secret. No `Debug`, `Display`, `Clone` or `Serialize`; wiped when dropped.
pub struct Key {
    /// Boxed, so that moving a key leaves no copy behind.
    bytes: Box<Zeroizing<[u8; Key::LENGTH]>>,
    id: KeyId,
    /// Keeps the page of the secret out of swap, where the system's limit allows it. Dropped after
    /// the secret is wiped.
    _lock: Option<LockGuard>,
}

/// Public fingerprint of a key: stored in every segment, safe to print.
///
/// The first 8 bytes of HMAC-SHA-256 (RFC 2104) of a constant under the key, shown as 16 hex
/// digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId([u8; 8]);

impl Key {
    /// The length of the secret in bytes.
    pub const LENGTH: usize = length::LENGTH;

    /// 32 bytes from the operating system, kept in memory only.
    pub fn generate() -> Result<Key, KeyError> {
        let mut bytes = Box::new(Zeroizing::new([0; Key::LENGTH]));
        getrandom::fill(&mut **bytes).map_err(KeyError::Random)?;
        Ok(Key::new(bytes))
    }

    /// A new key in a new file: 64 hex digits and a newline, mode 0600, never over an existing
    /// file. Makes missing parent folders (0700). The file and its name are on disk when this
    /// returns.
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
        // Written beside and linked: whoever ends this process leaves no empty key, and whoever
        // looks meanwhile sees a whole one or none.
        let mut file = tempfile::Builder::new()
            .prefix(".key-")
            .suffix(".partial")
            .tempfile_in(parent)
            .map_err(failed("create"))?;
        let mut text = Zeroizing::new([b'\n'; TEXT_LENGTH + 1]);
        hex::encode_to_slice(key.secret(), &mut text[..TEXT_LENGTH]).expect("two digits a byte");
        give_owner_rights(file.as_file())
            .and_then(|()| file.write_all(&*text))
            .and_then(|()| file.as_file().sync_all())
            .map_err(failed("write"))?;
        match file.persist_noclobber(path) {
            Ok(_) => {}
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(KeyError::Exists {
                    path: path.to_owned(),
                });
            }
            Err(failure) => return Err(failed("write")(failure.error)),
        }
        sync_folder(parent).map_err(failed("write"))?;
        Ok(key)
    }

    /// Opens the file once and judges the open file: a regular file of this user (or root) that
    /// nobody else may read; pipes are taken.
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
        Key::read(&mut file, path)
    }

    /// From 64 hex digits that `source` gives. Reads a little more than a key has, and wipes it;
    /// `name` is the source's in errors.
    pub fn read(source: &mut impl Read, name: &Path) -> Result<Key, KeyError> {
        let mut text = Zeroizing::new([0; READ_LENGTH]);
        let mut length = 0;
        while length < READ_LENGTH {
            match source.read(&mut text[length..]) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => {
                    return Err(KeyError::Io {
                        path: name.to_owned(),
                        doing: "read",
                        source,
                    });
                }
            }
        }
        Key::from_text(&text[..length], Some(name))
    }

    /// From 64 hex digits, as in a key file or the variable of `--key-env`.
    pub fn from_hex(text: &str) -> Result<Key, KeyError> {
        Key::from_text(text.as_bytes(), None)
    }

    /// The public id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// A key for one `purpose`: HMAC-SHA-256 (RFC 2104) of it under the secret.
    ///
    /// `purpose` holds letters, so that it is never the text of a number.
    pub(crate) fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        debug_assert!(purpose.iter().any(u8::is_ascii_alphabetic));
        Zeroizing::new(keyed_hash(self.secret(), purpose))
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
        let digest = keyed_hash(&bytes, ID_MESSAGE);
        let id = digest.first_chunk().expect("SHA-256 has 32 bytes");
        // Without the lock, a system that swaps may write the key to disk; nothing else is lost.
        // Miri has no locks.
        let lock = if cfg!(miri) {
            None
        } else {
            region::lock(bytes.as_ptr(), Key::LENGTH).ok()
        };
        Key {
            bytes,
            id: KeyId(*id),
            _lock: lock,
        }
    }
}

/// HMAC-SHA-256 (RFC 2104) of `message`.
fn keyed_hash(secret: &[u8; Key::LENGTH], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl KeyId {
    /// The id as a segment holds it.
    pub fn from_bytes(bytes: [u8; 8]) -> KeyId {
        KeyId(bytes)
    }

    /// The id as a segment holds it.
    pub fn to_bytes(self) -> [u8; 8] {
        self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", hex::encode(self.0))
    }
}
