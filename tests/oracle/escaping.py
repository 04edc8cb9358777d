"""How the tables are written: fields between tabs, results marked `=` or `!`.

A field keeps its characters, except that a backslash, controls and line ends are
written as \\u{hex}. Run each generator with CPython 3.12 from this directory; it
writes the table of its own name.
"""
import math
import unicodedata


def escape(text):
    plain = lambda c: c != "\\" and unicodedata.category(c) not in ("Cc", "Zl", "Zp", "Cn")
    return "".join(c if plain(c) else "\\u{%x}" % ord(c) for c in text)


def field(value):
    """A number, a string or bytes as the table shows it."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return hex(value) if abs(value) > 10**40 else str(value)
    if isinstance(value, float):
        return value.hex() if math.isfinite(value) else repr(value)
    if isinstance(value, bytes):
        return value.hex()
    return escape(value)


def outcome(call):
    """`=` and the result, or `!` and the exception with its text."""
    try:
        value = call()
    except Exception as error:
        return "!" + escape(f"{type(error).__name__}: {error}")
    if isinstance(value, (list, tuple)):
        return "=" + " ".join(field(item) for item in value)
    return "=" + field(value)


class Table:
    def __init__(self, name):
        self.name = name
        self.rows = {}

    def row(self, operation, *arguments, call):
        key = "\t".join([operation, *map(field, arguments)])
        if key not in self.rows:
            self.rows[key] = outcome(call)

    def save(self):
        with open(self.name, "w", encoding="utf-8", newline="\n") as file:
            for key, result in self.rows.items():
                file.write(f"{key}\t{result}\n")
        print(self.name, len(self.rows))
