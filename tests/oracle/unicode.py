"""A fingerprint of every code point's properties and mappings: writes unicode.tsv.

A row is a block of 4096 code points: the 64-bit FNV-1a hash of its line of text,
which has for each character (surrogates left out) the predicates as 0 and 1, then
the mappings.
"""
from escaping import Table

PREDICATES = ["isalpha", "isdecimal", "isdigit", "isnumeric", "isalnum", "isspace", "isprintable", "islower", "isupper",
              "istitle", "isidentifier"]
MAPPINGS = ["lower", "upper", "title", "casefold", "swapcase", "capitalize"]


def fingerprint(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def line(c):
    bits = "".join(str(int(getattr(c, name)())) for name in PREDICATES) + str(int(("a" + c).isidentifier()))
    return bits + "".join("," + getattr(c, name)() for name in MAPPINGS) + ";"


table = Table("unicode.tsv")
for start in range(0, 0x110000, 4096):
    block = "".join(line(chr(code)) for code in range(start, start + 4096) if not 0xD800 <= code < 0xE000)
    table.row(f"{start:x}", call=lambda: fingerprint(block.encode()))
table.save()
