"""Compares the table's answers with a second reference, Python's `phonenumbers`.

    pip install phonenumbers==9.0.42
    cargo run --release --example compile_plans -- sample | python3 examples/compile_plans/reference.py 9.0.42

Takes the version of the table's metadata, which the package has to be of. Reads lines of text, home region, E.164 and region, tab-separated, the last two empty for what is not
valid. Exits 1 if any answer differs.
"""

import sys

import phonenumbers


def answer(text, home):
    """E.164 and region of a valid number, else two empty strings."""
    try:
        number = phonenumbers.parse(text, home or None)
    except phonenumbers.NumberParseException:
        return "", ""
    if not phonenumbers.is_valid_number(number):
        return "", ""
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, phonenumbers.region_code_for_number(number)


def main():
    [metadata] = sys.argv[1:]
    if phonenumbers.__version__ != metadata:
        sys.exit(f"phonenumbers {phonenumbers.__version__} is not of the table's metadata, {metadata}")
    strings = valid = differences = 0
    for line in sys.stdin:
        text, home, *ours = line.rstrip("\n").split("\t")
        theirs = answer(text, home)
        strings += 1
        valid += theirs[0] != ""
        if theirs != tuple(ours):
            differences += 1
            print(f"{text!r} from {home or 'nowhere'}: table {ours}, reference {theirs}")
    print(f"second reference: {strings} strings, {valid} valid, {differences} differences")
    sys.exit(differences > 0 or strings == 0)


if __name__ == "__main__":
    main()
