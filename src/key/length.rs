//! Lengths of a key: of the secret, of its text, and of a read of a key file.

/// Bytes of the secret.
pub(super) const LENGTH: usize = 32;
/// Hex digits of a key.
pub(super) const TEXT_LENGTH: usize = 2 * LENGTH;
/// A byte more than a key file with a DOS line end has, to see that there is no more.
pub(super) const READ_LENGTH: usize = TEXT_LENGTH + 3;
