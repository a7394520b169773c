//! Compression and archives around a dump, taken off one after the other.

use std::{io::Read, sync::Arc};

use super::{
    Buffered, DigestingReader, LimitedReader, Sheet, UnpackBudget,
    archive::Archive,
    compression::Compression,
    workbook::{self, Started, Workbook},
};
use crate::dump::{Buffering, DumpError, Limits, Refusal};

/// The layers taken off so far.
#[derive(Clone, Default)]
pub(super) struct Layers {
    count: u32,
    compression: Vec<&'static str>,
}

/// The content when all compression is taken off.
pub(super) enum Bare {
    /// A dump, or the rows of the only sheet of a workbook.
    Dump(Box<dyn Read + Send>, Option<Sheet>),
    Archive(Archive),
}

impl Layers {
    fn add(&mut self, limits: Limits) -> Result<(), DumpError> {
        self.count += 1;
        if self.count > limits.layers {
            return Err(DumpError::Refused(Refusal::Nested {
                layers: limits.layers,
            }));
        }
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds an archive to the report's compression, if it compresses its members: only ZIP does.
    pub(super) fn add_archive(&mut self, kind: &'static str) {
        if kind == "zip" {
            self.compression.push(kind);
        }
    }

    /// The outermost layer first: `zip+gzip`.
    pub(super) fn compression(&self) -> Option<String> {
        (!self.compression.is_empty()).then(|| self.compression.join("+"))
    }
}

/// Takes off the layers around `found`, and adds them to `layers`.
pub(super) fn unpack(
    found: DigestingReader,
    layers: &mut Layers,
    budget: &Arc<UnpackBudget>,
    buffering: Buffering,
) -> Result<Bare, DumpError> {
    let mut reader = Buffered::new(found);
    loop {
        if let Some(compression) = Compression::of(reader.peek_at_pace(16, buffering)) {
            layers.add(budget.limits)?;
            layers.compression.push(compression.as_str());
            // Each layer holds a window of its own beside the buffers of its decoder.
            let memory = budget.limits.memory >> layers.count.min(63);
            let decoder = compression.decoder(reader, memory, budget.limits.memory);
            let decoder = decoder.map_err(DumpError::of_reading)?;
            reader = Buffered::new(LimitedReader::new(decoder, budget));
            continue;
        }
        if workbook::begins(reader.peek_at_pace(64, buffering)) {
            match Workbook::open(reader, budget.limits)? {
                Started::Archive(files) => reader = files,
                Started::Workbook(book) => {
                    layers.add(budget.limits)?;
                    return Ok(if book.sheets == 1 {
                        only_sheet(book, budget)
                    } else {
                        Bare::Archive(Archive::Workbook(book))
                    });
                }
            }
        }
        return match Archive::of(
            reader,
            buffering,
            budget.limits.memory >> layers.count.min(63),
        ) {
            Ok(archive) => {
                layers.add(budget.limits)?;
                Ok(Bare::Archive(archive))
            }
            Err(reader) => Ok(Bare::Dump(Box::new(reader), None)),
        };
    }
}

/// The rows of the only sheet of a workbook, which goes by the name of the file.
fn only_sheet(mut book: Workbook, budget: &Arc<UnpackBudget>) -> Bare {
    let format = book.format;
    let reader: Box<dyn Read + Send> = match book.next() {
        Ok(_) => Box::new(LimitedReader::new(book, budget)),
        Err(error) => Box::new(Buffered::failed(error)),
    };
    Bare::Dump(reader, Some(Sheet::Only(format)))
}
