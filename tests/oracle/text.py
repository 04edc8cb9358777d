"""Formats, literals and methods of str: writes text.tsv."""
import itertools
import math
import random

from escaping import Table, field

random.seed(2024)
table = Table("text.tsv")

# The format mini-language.
INTS = [0, 1, -1, 42, -255, 1234, 1234567, -9876543210, 2**63, -(10**30), 65, 0x1F600, -5, 1114112]
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.5, 2.5, 0.25, 100.0, 1234567.891, -0.04, 1e16, 1e15, 1e-5, 0.0001, 123456789.0, 1e22,
          1e100, 5e-324, 3.14159265358979, 99999.95, 999999.5, math.inf, -math.inf, math.nan]
TEXTS = ["", "a", "abc", "héllo", "日本語", "x" * 12]
INT_SPECS = ["", "d", "5", "<5", ">8", "^9", "=8", "08", "+", " ", "-", "+08d", "x", "X", "#x", "#X", "#o", "o", "b",
             "#b", "#010x", "010,", ",", "_", ",d", "_x", "_b", "#_X", "c", "5c", "05c", "+c", "#c", "n", "*^20,",
             "é=10", "020_b", "09,", "08,", "012,d", "e", ".3e", "f", ".2f", ",.1f", "g", ".3g", "%", ".1%", "E", "G",
             "F", "s", "q", ".3", ".3d", "z", "zd", "zf", ",x", "_c", ",c", ",n", "_n", ",,", ",_", "_,", "__", "dd",
             "5xy", ".", "é", "\x01", ",\x01", "99999999999999999999", "<", ">>5", "=", "^+#010_x", "٥", "{<5", "0", "00",
             "010", "0<5", "x<010", " 05", "+5", "#", "#d", "=+8"]
FLOAT_SPECS = ["", "f", ".0f", ".1f", ".2f", ".3f", "10.2f", "010.2f", "+.1f", " f", ",", ",.2f", "_.1f", "015,.2f",
               "e", ".0e", ".2e", "E", "g", ".0g", ".1g", ".3g", ".10g", ".17g", ".20g", "G", "F", "%", ".0%", ".2%",
               ",.1%", "n", ".3n", "#", "#g", "#.0f", "#.0e", "#.3g", "#.0", "#.2", ".0", ".1", ".2", ".3", ".5", ".16",
               ".17", "z", "z.1f", "z.0f", "zg", "ze", "z+.1f", "<10", ">10", "^11", "=10", "010", "+010", "*^15.1e",
               "d", "s", "x", "c", "b", "q", ".", "5.f", "ff", ".30f", ".400f", ".99999999999f", "010,", "_e", ",g", "x=12",
               ".50g", ".400e", "+", "-", " ", "#.1%", "08.1%"]
STR_SPECS = ["", "s", "5", "<5", ">5", "^5", "^6", "*^7", "05", "05s", ".2", "5.2", "^10.3s", "=5", "=5s", "+", " s", "-s",
             "zs", "#s", "#", "d", "x", ",", ",s", "_s", "_", ".", "é>9", "0<5", "ss", "5d", "99999999999999999999",
             ".99999999999", "{^9", "日^9"]
for spec in INT_SPECS:
    for n in INTS:
        if random.random() < 0.3 or n in (1234567, -5):
            table.row("format_int", spec, n, call=lambda: format(n, spec))
    for b in [True, False]:
        if random.random() < 0.4 or spec == "":
            table.row("format_bool", spec, b, call=lambda: format(b, spec))
for spec in FLOAT_SPECS:
    for x in FLOATS:
        if random.random() < 0.4 or x in (1.0, 1234567.891):
            table.row("format_float", spec, x, call=lambda: format(x, spec))
for spec in STR_SPECS:
    for text in TEXTS:
        if random.random() < 0.6 or text == "abc":
            table.row("format_str", spec, text, call=lambda: format(text, spec))
for _ in range(250):
    # Random but well-formed.
    spec = random.choice(["", "<", ">", "^", "=", "*<", "0=", "é^", "0>"]) + random.choice(["", "+", " ", "-"])
    spec += random.choice(["", "#"]) + random.choice(["", "0"]) + random.choice(["", "1", "7", "12", "21"])
    spec += random.choice(["", ",", "_"])
    if random.random() < 0.5:
        n = random.choice([random.randint(-10**6, 10**6), random.getrandbits(90), -random.getrandbits(40)])
        spec += random.choice(["", "d", "b", "o", "x", "X", "n"])
        table.row("format_int", spec, n, call=lambda: format(n, spec))
    else:
        x = random.choice([random.uniform(-1e4, 1e4), random.gauss(0, 1) * 10.0 ** random.randint(-20, 25), -0.0])
        spec += random.choice(["", ".0", ".1", ".4", ".12"]) + random.choice(["", "e", "E", "f", "F", "g", "G", "%"])
        table.row("format_float", spec, x, call=lambda: format(x, spec))
table.row("format_int", "", 10**4300, call=lambda: format(10**4300, ""))
table.row("format_int", "f", 10**400, call=lambda: format(10**400, "f"))

# repr.
for x in FLOATS + [2.0**-25, 2.0**-26, 161852602146008.12, 9007199254740993.0, 1e23, 9.5e-5, 123456789012345678.0,
                   2.0**70, 4.35, 1e21, 5e15 + 0.5, 1 / 3] + [2.0**random.randint(-1074, 1023) for _ in range(40)]:
    table.row("repr_float", x, call=lambda: repr(x))
for _ in range(60):
    x = random.choice([random.random(), random.getrandbits(53) / 2.0 ** random.randint(1, 60),
                       random.uniform(-1, 1) * 10.0 ** random.randint(-308, 308)])
    table.row("repr_float", x, call=lambda: repr(x))
STRINGS = ["", "a", "it's", 'say "hi"', "it's \"both\"", "back\\slash", "tab\tnl\ncr\r", "\0\x1b\x7f\x80\xad", "é", "\u200b",
           "日本", "😀", "\u2028", "\ue000", "\U000e0001", "\u0378", "\ua7cb", "a\u0301", "\xa0", "\U0001fae9", "ʕ'", "\ufffe"]
for text in STRINGS:
    table.row("repr_str", text, call=lambda: repr(text))
    table.row("ascii", text, call=lambda: ascii(text))
for data in [b"", b"abc", b"it's", b'"', b"'\"", b"\\", b"\0\t\n\r\x7f\x80\xff", bytes(range(32, 127))]:
    table.row("repr_bytes", data, call=lambda: repr(data))

# Numerals.
NUMERALS = ["", " ", "0", "00", "-0", "12", " 12 ", "\t-7\n", "+5", "- 1", "+-1", "--1", "1_000", "1__0", "_1", "1_", "0_0",
            "0x1f", "0X_1F", "0x", "0x__1", "-0x1F", "0b101", "0o17", "017", "0_1", "zz", "Zz", "9", "x", "1.5", "1e5", "٣",
            "\u00a012\u3000", "1\u20282", "²", "𝟘𝟡", "٣x", "1\x00", "9" * 25, "-" + "9" * 25, "it's", "é" * 3, "9223372036854775807",
            "-9223372036854775808", "9223372036854775808", "\x1c1\x1f", "\x851", "0b12", "0xg", "00x1"]
for text in NUMERALS + ["x" * 300, "0" * 5000 + "1", "9" * 4300, "9" * 4301, "9" * 5000 + "x", "1_" * 2200 + "1"]:
    for base in [10, 0, 2, 8, 16, 36]:
        if len(text) < 100 and random.random() < 0.75 or base == 10:
            table.row("int", text, base, call=lambda: int(text, base))
for base in [1, 37, -1]:
    table.row("int", "5", base, call=lambda: int("5", base))
for data in [b"12", b" -0x1f ", b"x", b"\xff1", b"", b"1_0", b"'"]:
    for base in [10, 0, 16]:
        table.row("int_bytes", data, base, call=lambda: int(data, base))
    table.row("float_bytes", data, call=lambda: float(data))
for text in NUMERALS + ["1_000.5", "1_.5", "1._5", "1e_5", "1e5_0", ".5", "5.", ".", "e5", "1e", "1e+", "+.5e-3", "INF",
                        "-Infinity", "+nan", "infinit", "1e400", "1e-400", "-1e-400", "\u2003١.٥", "1 2", "nan(1)", "1d5",
                        "1e99999999999999999999", "0e99999999999999999999", "1e-99999999999999999999", "9007199254740993",
                        "2.2250738585072011e-308", "1.7976931348623159e308", "4.9e-324", "2.4703282292062328e-324",
                        "2.4703282292062327e-324", "in_f", "1.e5", "-.", "0.1" + "0" * 400 + "1", "x" * 300, "1e5.", "1-2"]:
    table.row("float", text, call=lambda: float(text))

# printf-style formats; arguments are typed by their first letter.
def typed(value):
    letters = {bool: "b", int: "i", float: "f", str: "s", type(None): "o"}
    return letters[type(value)] + (field(value) if isinstance(value, (int, float)) else str(value))


def percent(template, *arguments):
    table.row("percent", template, *map(typed, arguments), call=lambda: template % arguments)


VALUES = [0, 1, -5, 255, 10**20, -1.5, 0.0, -0.0, 1e10, 3.14159, math.inf, math.nan, "a", "", "héllo", None, True]
FLAGS = ["", "-", "+", " ", "#", "0", "+0", "-0", "#0", " 0", "-+#", "0-"]
for kind in "sracdiuoxXeEfFgGyb%":
    for flags in FLAGS:
        for size in ["", "8", ".2", "12.3", "1", ".0", "."]:
            for value in VALUES:
                if random.random() < 0.022:
                    percent(f"[%{flags}{size}{kind}]", value)
for template, *arguments in [
        ("%",), ("a%",), ("%%",), ("%%%s", 1), ("%s",), ("%s %s", 1), ("%s", 1, 2), ("none", 1), ("none",), ("%y", 1), ("%y",),
        ("%é", 1), ("%~", 1), ("%\x7f", 1), ("é%y", 1), ("%(a", 1), ("%(a)d", 5), ("%5%", 1), ("%l%", 1), ("%ld", 1), ("%lld", 1),
        ("%hLd", 1), ("%h", 1), ("%5.", 1), ("%-", 1), ("%*d", 5, 3), ("%*d", -5, 3), ("%-*d|", 5, 3), ("%.*d", 3, 5),
        ("%.*d", -3, 5), ("%*.*f", 9, 2, 3.14159), ("%*d", "a", 1), ("%.*d", "a", 1), ("%*d", 1.0, 1), ("%*d", True, 1),
        ("%*d", 10**30, 1), ("%.*d", 10**10, 1), ("%.*d", 10**30, 1), ("%*d", 3), ("%99999999999999999999d", 1),
        ("%.99999999999d", 1), ("%.99999999999999999999d", 1), ("%.9999999999f", 1.0), ("%d", math.nan), ("%d", math.inf),
        ("%d", 1.9), ("%d", -1.9), ("%d", 1e20), ("%f", 10**400), ("%d", 10**4300), ("%x", -(16**20)), ("%c", 65),
        ("%c", 0x1F600), ("%c", -1), ("%c", 0x110000), ("%c", 2**70), ("%c", "ab"), ("%c", "é"), ("%c", 1.0), ("%5c|", "x"),
        ("%05c|", "x"), ("%-5c|", "x"), ("%.0c", "x"), ("%s and %d%%", "x", 5), ("%r %a", "é'", "é'"), ("%5s|%-5s|", "é", "日"),
        ("%.400f", 0.1), ("%.50g", 0.1), ("%#.3x", 5), ("%#.3o", 8), ("%08.3f", -3.14159), ("%+.3e", 1234.5), ("% d", -3),
        ("%020x", -255), ("%#020x", -255), ("%-#20x|", -255), ("%+s|", "a"), ("%d %s", "a", 1), ("%d%", 1), ("%s%y", 1, 2)]:
    percent(template, *arguments)

# str.format; the arguments are positional and typed as above.
def template(text, *arguments):
    table.row("template", text, *map(typed, arguments), call=lambda: text.format(*arguments))


for text, *arguments in [
        ("",), ("plain",), ("{}", 1), ("{} {}", 1, "b"), ("{1} {0}", 1, 2), ("{0}{0}", "x"), ("{{}}",), ("{{{}}}", 1), ("a{{b",),
        ("a}}b",), ("{",), ("}",), ("a{",), ("a}b",), ("{0", 1), ("{0!}", 1), ("{0!r", 1), ("{0!rr}", 1), ("{0!r:}", "a"),
        ("{0!x}", 1), ("{!é}", 1), ("{!\x01}", 1), ("{0!", 1), ("{} {0}", 1), ("{0} {}", 1), ("{1}", 1), ("{}",), ("{0[}", 1),
        ("{:{{}", 1), ("{:}}}", 1), ("{:5}|", 1), ("{:>5}|", "a"), ("{!r:>5}|", "a"), ("{!s}|", 1.5), ("{!a}|", "é"),
        ("{:{}}|", 1, 5), ("{:{:{}}}", 1, 2, 3), ("{0:{1}}|", 1, 5), ("{:{0}}", 1, 5), ("{0:{}}", 1, 5), ("{0:{1!r}}", "a", ">5"),
        ("{:{}{}}|", 1, ">", 5), ("{:.{}f}|", 3.14159, 2), ("{a{b}}", 1), ("{:", 1), ("{:{", 1), ("{:{}", 1, 2), ("{}}", 1),
        ("{0:}}", 1), ("{!}", 1), ("{0!r }", 1), ("{99999999999999999999}", 1), ("{01}", 1, 2), ("{١}", 1, 2), ("{0:]}", 1),
        ("{0:[}", 1), ("{:d}",), ("{0!r:{1}}", "a"), ("{:d}", "a"), ("{:,}", 1234567), ("{:é^9}", "ab"), ("{0:{0}}", 5),
        ("{:{{}}}", 1), ("x{}y{}z", 1, 2), ("{:+d} {:x}", 5, 255), ("{0.}", 1), ("{.}", 1), ("{0[]}", 1), ("{[}", 1), ("{:%}", 0.5),
        ("{}{", 1), ("{}}}{{", 1), ("}}}", 1), ("{{{", 1), ("{: }", 1), ("{!r!s}", 1), ("{:!r}", 1), ("{0 }", 1), ("{-1}", 1)]:
    template(text, *arguments)
for text, name in [("a.b[c]", ""), ("0[1].real", ""), ("", ""), ("a..b", ""), ("a[1", ""), ("a[1]x", ""), ("[0]", ""), (".x", ""),
                   ("a[-1]", ""), ("a[٣]", ""), ("a[ 1]", ""), ("a[99999999999999999999]", ""), ("a[]", ""), ("a.b.", ""), ("a]", "")]:
    def parts():
        import _string
        first, rest = _string.formatter_field_name_split(text)
        return [repr(first)] + [repr(item) for item in rest]
    table.row("field_name", text, call=parts)

# Methods of str: pieces are shown as repr shows a list.
def method(name, text, *arguments):
    show = lambda value: repr(value) if isinstance(value, (list, tuple, bool)) else value
    call = lambda: show(getattr(text, name)(*[None if a == "None" else a for a in arguments]))
    table.row(name, text, *arguments, call=call)


SPACED = ["", " ", "a", " a b  c ", "\ta\u2003b\x1cc\n", "日 本\u3000語", "a\u200bb", "\x85x\xa0", "one  two"]
for text in SPACED:
    for limit in [-1, 0, 1, 2]:
        method("split", text, "None", limit)
        method("rsplit", text, "None", limit)
    for name in ["strip", "lstrip", "rstrip"]:
        method(name, text, "None")
for text, separator in [("a,b,c", ","), ("", ","), (",", ","), ("a,,b", ","), ("aaaa", "aa"), ("aéaéa", "é"), ("abc", "x"),
                        ("abc", ""), ("xaxbx", "x"), ("a--b--c", "--"), ("---", "--")]:
    for limit in [-1, 0, 1, 2]:
        method("split", text, separator, limit)
        method("rsplit", text, separator, limit)
        method("replace", text, separator, "+", limit)
    method("replace", text, separator, "", -1)
    method("partition", text, separator)
    method("rpartition", text, separator)
    method("removeprefix", text, separator)
    method("removesuffix", text, separator)
    for start, end in [(0, 2**62), (1, 2**62), (-2, 2**62), (0, -1), (2, 1), (5, 9), (3, 3), (-99, 99), (1, 3)]:
        for name in ["find", "rfind", "count"]:
            method(name, text, separator, start, end)
for text, chars in [("xxaxx", "x"), ("abcba", "ab"), ("éaé", "é"), ("  a ", ""), ("[a]", "]["), ("日a本", "本日"), ("", "a")]:
    for name in ["strip", "lstrip", "rstrip"]:
        method(name, text, chars)
for text in ["", "a", "a\n", "a\nb", "\n", "\r\n", "a\r\nb\rc\n", "\n\r", "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i", "a\x1fb"]:
    method("splitlines", text, False)
    method("splitlines", text, True)
CASED = ["", "a", "hello world", "HELLO World", "they're bill's", "ß", "ǆ ǅ Ǆ", "ΑΣ", "ΑΣ ΣΑ Σ", "ὈΔΥΣΣΕΎΣ'Σ", "ﬁn", "İi", "ıI", "123abc456",
         "ŉ", "ΐ", "a\u0345b", "ⅷ Ⅷ", "ⓐ", "ᾳ ᾼ", "\u0264a", "\u019ba", "\ua7cbb", "\u1c89x", "x\ua7dc", "日本a", "ꭰᏸ", "ʕa", "_a", "1a", "a1",
         "\u00aa", "\u02b0", "x²", "½", "५", "a b", "\t", " \xa0", "A.B", "Hello World", "Hello world", "ǅa", "A'B", "\u2160", "Ａ", "é", "a\u0301",
         "\u200d", "a\u200d", "a\u30fb", "·", "a·", "class", "ⅷ", "℘", "℮x", "\u0378", "\x1f", "\x7f", "क्", "١٢", "①", "万", "a\u0378", "Σ", "aΣ", "AΣb"]
for text in CASED:
    for name in ["title", "capitalize", "swapcase", "casefold", "lower", "upper", "istitle", "islower", "isupper",
                 "isidentifier", "isdigit", "isnumeric", "isdecimal", "isalpha", "isalnum", "isspace", "isprintable"]:
        method(name, text)
for text in ["", "a", "ab", "-5", "+12", "é日", "--1", "+"]:
    for width in [-1, 0, 1, 2, 4, 5, 9]:
        method("zfill", text, width)
        for name in ["center", "ljust", "rjust"]:
            method(name, text, width, random.choice("*é "))
for text in ["", "\t", "a\tb", "ab\tc\td", "a\nb\tc", "\t\t", "é\tx", "12345678\t9", "a\rb\t"]:
    for size in [8, 4, 1, 0, -1, 3]:
        method("expandtabs", text, size)

table.save()
