//! Compressed files and archives: their dumps, and the errors of damaged ones.

use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::*;

const ROWS: &str = "12125550100\n12125550101\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

type Pack = fn(&[u8]) -> Vec<u8>;

const COMPRESSIONS: [(&str, Pack); 4] =
    [("gzip", gzip), ("zstd", zstd), ("xz", xz), ("bzip2", bzip2)];

/// With lengths in the local headers.
fn zip_with(members: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip_with(members, zip::CompressionMethod::Deflated)
}

/// With lengths after the members, as a program writes that cannot go back.
fn zip_stream(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new_stream(Vec::new());
    let options = SimpleFileOptions::default();
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// The pieces of a file: `path: content`, with the bytes of dumps.
fn pieces_within(bytes: &[u8], limits: Limits) -> Vec<String> {
    let source = Source::Memory(bytes.to_vec());
    let opening = Opening::new(
        source,
        std::path::Path::new("f"),
        vec!["f".to_owned()],
        limits,
        Buffering::Bulk,
    );
    let mut opening = match opening {
        Ok(opening) => opening,
        Err(error) => return vec![error.to_string()],
    };
    let mut pieces = Vec::new();
    while let Some(piece) = opening.next_member() {
        let content = match piece.content {
            MemberContent::Archive { kind, compression } => format!("{kind} {compression:?}"),
            MemberContent::Skipped(skip) => skip.as_str().to_owned(),
            MemberContent::Failed(error) => error.to_string(),
            MemberContent::Dump(mut stream) => {
                let mut text = Vec::new();
                match std::io::Read::read_to_end(&mut stream.reader, &mut text) {
                    Ok(_) => String::from_utf8(text).unwrap().replace('\n', " "),
                    Err(error) => DumpError::of_reading(error).to_string(),
                }
            }
        };
        pieces.push(format!("{}: {content}", piece.path.display()));
        assert!(pieces.len() < 1000);
    }
    pieces
}

fn pieces(bytes: &[u8]) -> Vec<String> {
    pieces_within(bytes, Limits::default())
}

#[test]
fn compressed_dumps_are_read_as_what_they_hold_and_known_as_what_they_are() {
    for (name, pack) in COMPRESSIONS {
        let packed = pack(ROWS.as_bytes());
        let dump = read(&packed);
        assert_eq!(dump.cells(), ["12125550100", "12125550101"], "{name}");
        assert_eq!(dump.shape.compression(), Some(name));
        assert_eq!(dump.digest.bytes, packed.len() as u64);
        let sha256: [u8; 32] = sha2::Digest::finalize(sha2::Digest::chain_update(
            <sha2::Sha256 as sha2::Digest>::new(),
            &packed,
        ))
        .into();
        assert_eq!(dump.digest.sha256, sha256);
    }
    assert_eq!(read(ROWS).shape.compression(), None);
}

#[test]
fn every_member_and_frame_is_read() {
    for (name, pack) in COMPRESSIONS {
        let parts = [pack(b"12125550100\n"), pack(b""), pack(b"12125550101\n")].concat();
        assert_eq!(
            read(parts).cells(),
            ["12125550100", "12125550101"],
            "{name}"
        );
    }
    // What tapes add after the last member.
    let padded = [gzip(ROWS.as_bytes()), vec![0; 1000]].concat();
    assert_eq!(read(padded).rows.len(), 2);
    // A skippable frame, as parallel writers put before the others.
    let skippable = [
        &b"\x50\x2a\x4d\x18\x04\0\0\0abcd"[..],
        &zstd(ROWS.as_bytes()),
    ]
    .concat();
    assert_eq!(read(skippable).rows.len(), 2);
}

fn within(memory: u64) -> Limits {
    Limits {
        memory,
        ..Limits::default()
    }
}

#[test]
fn what_a_decoder_holds_is_bounded_by_memory() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(31).unwrap();
    encoder.long_distance_matching(false).unwrap();
    encoder.write_all(ROWS.as_bytes()).unwrap();
    let long = encoder.finish().unwrap();
    let refused = ["f: cannot be unpacked in 256 MiB of memory"];
    assert_eq!(pieces_within(&long, within(256 << 20)), refused);
    assert_eq!(
        pieces_within(&long, within(4 << 30)),
        ["f: 12125550100 12125550101 "]
    );

    let dictionary = liblzma::stream::LzmaOptions::new_preset(9).unwrap();
    let mut filters = liblzma::stream::Filters::new();
    filters.lzma2(&dictionary);
    let check = liblzma::stream::Check::Crc64;
    let stream = liblzma::stream::Stream::new_stream_encoder(&filters, check).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(ROWS.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let refused = ["f: cannot be unpacked in 32 MiB of memory"];
    assert_eq!(pieces_within(&packed, within(32 << 20)), refused);
    assert_eq!(
        pieces_within(&packed, within(256 << 20)),
        ["f: 12125550100 12125550101 "]
    );
}

#[test]
fn data_that_breaks_off_gives_its_whole_rows_and_then_an_error() {
    let row = |row: u64| 12_125_550_100 + (row * 7919) % 100 + row % 7 * 10_000;
    let rows: Vec<String> = (0..60_000).map(|place| row(place).to_string()).collect();
    let rows = rows.join("\n") + "\n";
    for (name, pack) in COMPRESSIONS {
        let packed = pack(rows.as_bytes());
        for part in [packed.len() / 2, packed.len() - 1] {
            let mut file = open(&packed[..part], &ReadOptions::default()).unwrap();
            let mut read = Vec::new();
            let error = loop {
                match file.next_batch(Vec::new()) {
                    Ok(Some(batch)) => read.extend_from_slice(batch.bytes()),
                    Ok(None) => panic!("{name} is whole at {part}"),
                    Err(error) => break error,
                }
            };
            assert!(
                matches!(error, DumpError::BrokenOff { kind } | DumpError::Damaged { kind } if kind == name),
                "{name}: {error}"
            );
            assert!(rows.as_bytes().starts_with(&read), "{name}");
            assert_eq!(read.last().copied().unwrap_or(b'\n'), b'\n');
            assert!(
                !read.is_empty() || part < packed.len() - 1 || name == "bzip2",
                "{name}"
            );
        }
    }
}

#[test]
fn damaged_data_is_an_error() {
    for (name, pack) in COMPRESSIONS {
        let mut packed = pack(ROWS.repeat(100).as_bytes());
        let middle = packed.len() / 2;
        packed[middle] ^= 0x55;
        let read = read_with(&packed, &ReadOptions::default(), 1 << 20);
        assert!(read.is_err(), "{name}");
        let trailing = [pack(ROWS.as_bytes()), b"12125550102\n".to_vec()].concat();
        assert!(
            read_with(&trailing, &ReadOptions::default(), 1 << 20).is_err(),
            "{name}"
        );
    }
}

#[test]
fn members_come_one_after_the_other() {
    let members: [(&str, &[u8]); 3] = [("a.txt", b"1\n"), ("Egypt/b.txt", b""), ("c", b"3\n")];
    let expected = ["f!a.txt: 1 ", "f!Egypt/b.txt: ", "f!c: 3 "];
    let stored = zip_with(&members, zip::CompressionMethod::Stored);
    let zstd_members = zip_with(&members, zip::CompressionMethod::Zstd);
    for archive in [zip(&members), stored, zstd_members, zip_stream(&members)] {
        assert_eq!(pieces(&archive)[0], "f: zip None");
        assert_eq!(pieces(&archive)[1..], expected);
    }
    assert_eq!(pieces(&tar(&members))[0], "f: tar None");
    assert_eq!(pieces(&tar(&members))[1..], expected);
    for (name, pack) in COMPRESSIONS {
        let packed = pieces(&pack(&tar(&members)));
        assert_eq!(packed[0], format!("f: tar Some(\"{name}\")"));
        assert_eq!(packed[1..], expected);
    }
    assert_eq!(pieces(&zip(&[])), ["f: zip None"]);
}

#[test]
fn archives_may_lie_in_archives() {
    let inner = zip(&[("x.txt", b"1\n"), ("y.txt.gz", &gzip(b"2\n"))]);
    let outer = zip_stream(&[
        ("a.zip", &inner),
        ("b.tar.gz", &gzip(&tar(&[("z", b"3\n")]))),
        ("c", b"4\n"),
    ]);
    assert_eq!(
        pieces(&outer),
        [
            "f: zip None",
            "f!a.zip!x.txt: 1 ",
            "f!a.zip!y.txt.gz: 2 ",
            "f!b.tar.gz!z: 3 ",
            "f!c: 4 ",
        ]
    );
    let shallow = Limits {
        layers: 2,
        ..Limits::default()
    };
    assert_eq!(
        pieces_within(&outer, shallow),
        [
            "f: zip None",
            "f!a.zip!x.txt: 1 ",
            "f!a.zip!y.txt.gz: is packed more than 2 times",
            "f!b.tar.gz: is packed more than 2 times",
            "f!c: 4 ",
        ]
    );
}

#[test]
fn a_member_that_is_not_read_is_passed_over() {
    let long = "12125550100\n".repeat(100_000);
    let members: [(&str, &[u8]); 2] = [("a", long.as_bytes()), ("b", b"1\n")];
    for archive in [zip(&members), zip_stream(&members), tar(&members)] {
        let source = Source::Memory(archive);
        let path = std::path::Path::new("f");
        let mut opening =
            Opening::new(source, path, Vec::new(), Limits::default(), Buffering::Bulk).unwrap();
        let mut paths = Vec::new();
        while let Some(piece) = opening.next_member() {
            paths.push(piece.path.display().to_string());
        }
        assert_eq!(paths, ["f", "f!a", "f!b"]);
    }
}

#[test]
fn junk_in_archives_is_passed_over_by_name_and_names_tell_countries() {
    let members: [(&str, &[u8]); 5] = [
        ("__MACOSX/._a.txt", b"x"),
        (".DS_Store", b"x"),
        ("SHA1SUMS", b"x"),
        ("leak\\Readme.txt", b"x"),
        ("../leak/Egypt.txt", b"1\n"),
    ];
    let archive = zip(&members);
    let found = pieces(&archive);
    assert!(
        found[1].ends_with("left by an operating system"),
        "{found:?}"
    );
    assert!(found[2].ends_with("left by an operating system"));
    assert!(found[3].ends_with("checksums"));
    assert!(found[4].ends_with("Readme.txt: readme or licence"));
    assert_eq!(found[5], "f!../leak/Egypt.txt: 1 ");
    let path = std::path::Path::new("f");
    let names = vec!["f.zip".to_owned()];
    let mut opening = Opening::new(
        Source::Memory(archive),
        path,
        names,
        Limits::default(),
        Buffering::Bulk,
    )
    .unwrap();
    let last = std::iter::from_fn(|| opening.next_member()).last().unwrap();
    assert_eq!(last.names, ["Egypt.txt", "leak", "f.zip"]);
}

#[test]
fn encrypted_members_and_unknown_methods_are_refused() {
    let mut archive = zip(&[("a", b"1\n"), ("b", b"2\n")]);
    archive[6] |= 1;
    assert_eq!(
        pieces(&archive),
        ["f: zip None", "f!a: is encrypted", "f!b: 2 "]
    );
    let mut archive = zip(&[("a", b"1\n"), ("b", b"2\n")]);
    archive[8] = 9;
    assert_eq!(
        pieces(&archive)[1..],
        [
            "f!a: is compressed (a ZIP member of another method)",
            "f!b: 2 "
        ]
    );
    // Without lengths nothing after it can be found.
    let mut archive = zip_stream(&[("a", b"1\n"), ("b", b"2\n")]);
    archive[6] |= 1;
    assert_eq!(pieces(&archive), ["f: zip None", "f: is encrypted"]);
}

#[test]
fn an_archive_that_breaks_off_or_is_damaged_never_looks_whole() {
    let members: [(&str, &[u8]); 2] = [("a.txt", b"12125550100\n"), ("b.txt", b"12125550101\n")];
    for archive in [
        zip(&members),
        zip_stream(&members),
        tar(&members),
        gzip(&tar(&members)),
    ] {
        let whole = pieces(&archive);
        // Tar ends with two empty blocks, of which one is enough, and is filled up with more.
        let needed = if archive.starts_with(b"a.txt") {
            4 * 512 + 1
        } else {
            archive.len()
        };
        for length in 300..needed {
            assert_ne!(pieces(&archive[..length]), whole, "{length}");
        }
    }
    for archive in [zip(&members), zip_stream(&members)] {
        for at in 30..45 {
            let mut damaged = archive.clone();
            damaged[at] ^= 1;
            let found = pieces(&damaged);
            assert!(found.len() < 3 || found != pieces(&archive), "{at}");
        }
    }
}

#[test]
fn what_comes_out_of_a_file_is_bounded() {
    let archive = zip(&[("a", "1".repeat(100_000).as_bytes()), ("b", b"1\n")]);
    let limits = |bytes| Limits {
        expanded_bytes: bytes,
        ..Limits::default()
    };
    let found = pieces_within(&archive, limits(50_000));
    assert_eq!(
        found,
        ["f: zip None", "f!a: unpacks to more than 50000 bytes"]
    );
    assert_eq!(pieces_within(&archive, limits(200_000)).len(), 3);
    let few = Limits {
        entries: 1,
        ..Limits::default()
    };
    assert_eq!(
        pieces_within(&archive, few)[2..],
        ["f!b: holds more than 1 files"]
    );
    // Of each member something is kept to the end.
    let many: Vec<(String, &[u8])> = (0..600)
        .map(|name| (name.to_string(), &b"1\n"[..]))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, text)| (name.as_str(), *text))
        .collect();
    let little = Limits {
        memory: 1 << 20,
        ..Limits::default()
    };
    assert_eq!(
        pieces_within(&zip(&many), little)[513..],
        ["f!512: cannot be unpacked in 1 MiB of memory"]
    );

    let zeros = gzip(&vec![0; 66 << 20]);
    let ratio = Limits {
        ratio: 100,
        ..Limits::default()
    };
    assert_eq!(
        pieces_within(&zeros, ratio),
        ["f: unpacks to more than 100 times its size"]
    );
}

#[test]
fn members_of_tar_have_long_names_and_links_are_none() {
    let long = format!("{}/Egypt.txt", "x".repeat(90)).repeat(3);
    let mut builder = ::tar::Builder::new(Vec::new());
    let mut header = ::tar::Header::new_gnu();
    header.set_size(2);
    header.set_mode(0o600);
    builder
        .append_data(&mut header.clone(), &long, &b"1\n"[..])
        .unwrap();
    let mut link = ::tar::Header::new_gnu();
    link.set_entry_type(::tar::EntryType::Symlink);
    link.set_size(0);
    builder
        .append_link(&mut link, "link", "/etc/passwd")
        .unwrap();
    builder
        .append_pax_extensions([("path", &b"pax/\xc3\xa9.txt"[..])])
        .unwrap();
    builder
        .append_data(&mut header, "short", &b"2\n"[..])
        .unwrap();
    let archive = builder.into_inner().unwrap();
    assert_eq!(
        pieces(&archive),
        [
            "f: tar None".to_owned(),
            format!("f!{long}: 1 "),
            "f!pax/é.txt: 2 ".to_owned()
        ]
    );
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_after_a_magic_are_read_or_refused(
            magic in proptest::sample::select(vec![
                &b"\x1f\x8b\x08\0"[..], b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\0", b"BZh91AY&SY", b"PK\x03\x04\x14\0\0\0\x08\0",
            ]),
            rest in proptest::collection::vec(any::<u8>(), 0..2000),
        ) {
            let bytes = [magic, &rest].concat();
            let _ = pieces_bytes(&bytes);
        }

        #[test]
        fn a_damaged_archive_is_read_or_refused(
            at in proptest::collection::vec((0_usize..2000, any::<u8>()), 1..6),
            which in 0_usize..4,
        ) {
            let members: [(&str, &[u8]); 2] = [("a.txt", ROWS.as_bytes()), ("b.gz", &gzip(ROWS.as_bytes()))];
            let mut bytes = [zip(&members), zip_stream(&members), tar(&members), zstd(&tar(&members))][which].clone();
            for (at, byte) in at {
                let length = bytes.len();
                bytes[at % length] = byte;
            }
            let _ = pieces_bytes(&bytes);
        }
    }

    fn pieces_bytes(bytes: &[u8]) -> usize {
        let source = Source::Memory(bytes.to_vec());
        let limits = Limits {
            expanded_bytes: 1 << 24,
            ..Limits::default()
        };
        let Ok(mut opening) = Opening::new(
            source,
            std::path::Path::new("f"),
            Vec::new(),
            limits,
            Buffering::Bulk,
        ) else {
            return 0;
        };
        let mut total = 0;
        while let Some(piece) = opening.next_member() {
            if let MemberContent::Dump(mut stream) = piece.content {
                let mut text = Vec::new();
                let _ = std::io::Read::read_to_end(&mut stream.reader, &mut text);
                total += text.len();
            }
        }
        total
    }
}
