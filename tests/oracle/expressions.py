"""Makes expressions.tsv: expressions that are valid in Python 3.12 and in Jac, with CPython's answer.

    python3.12 tests/oracle/expressions.py          rewrites tests/oracle/expressions.tsv

A line is EXPRESSION, a tab, ANSWER. The answer is `repr(result)`, or `!Type: message`
when CPython raises (`!Type` alone when the message is empty). The expressions are
evaluated one by one, each in names of its own. They come from this file, where one
template stands for many, and from `expressions/<chapter>.txt`, one on a line.

What is left out on purpose: whatever CPython does not promise (the order in which a
set of strings or of far-apart integers is shown, addresses, identity of equal
constants), a unary minus on the left of `**` (it binds tighter in Jac), imaginary
literals, and invalid escape sequences.
"""
import itertools
import pathlib
import sys
import warnings

HERE = pathlib.Path(__file__).parent
EXPRESSIONS = []


def chapter(name):
    """Adds the expressions of a file, as they stand."""
    text = (HERE / "expressions" / f"{name}.txt").read_text(encoding="utf-8")
    EXPRESSIONS.extend(line.strip() for line in text.splitlines() if line.strip())


def each(template, *columns):
    """Adds the template for every combination; the placeholders are $1, $2, $3."""
    for row in itertools.product(*columns):
        text = template
        for number, item in enumerate(row, 1):
            text = text.replace(f"${number}", item)
        EXPRESSIONS.append(text)


chapter("integers")
each("$1 $2 $3", ["7", "-7", "0", "123456789012345678901234567890"], ["+", "-", "*", "//", "%"], ["2", "-3", "10000000000000000000000"])
each("divmod($1, $2)", ["7", "-7", "10 ** 25"], ["3", "-3", "10 ** 12 + 7"])
each("$1 $2 $3", ["6", "-6", "2 ** 70"], ["&", "|", "^"], ["3", "-4", "2 ** 70 + 5"])
each("$1", ["7 / 2", "-7 / 2", "6 / 3", "10 ** 30 / 10 ** 10", "1 / 3", "2 ** 1000 / 2 ** 999", "0 / 5"])
each("$1 << $2", ["1", "-1", "5"], ["0", "3", "70"])
each("$1 >> $2", ["1000", "-1000", "2 ** 80"], ["0", "3", "64", "100"])

chapter("conversions")
each("int($1)", ["'42'", "'-42'", "'+42'", "'  42  '", "'1_000'", "'1__0'", "'_1'", "'1_'", "''", "' '", "'4.2'", "'abc'", "'0x10'", "'007'", "'- 1'", "'٣٤'",
                 "'9' * 30", "3.99", "-3.99", "1e20", "1e308 * 10", "float('nan')", "None", "[]", "()", "'1\\n'", "b'12'", "b'x'", "'é'", "True", "'1e3'", "'--1'", "{}"])
each("int($1, $2)", ["'11'", "'ff'", "'zz'", "'0b101'", "'0xff'", "'-0o17'"], ["0", "2", "8", "16", "36"])
each("float($1)", ["'1.5'", "'-1.5e3'", "' 1.5 '", "'1_000.5'", "'1__0'", "'.5'", "'5.'", "'.'", "''", "'abc'", "'1e'", "'1e400'", "'-1e400'", "'1e-400'", "'inf'", "'-Infinity'",
                   "'nan'", "'NaN'", "'+nan'", "'infinit'", "10 ** 20", "10 ** 400", "None", "[]", "b'2.5'", "True", "'0x1p3'", "'1,5'", "'١.٥'", "'1e5'", "'123456789012345678901234567890'"])

chapter("floats")
each("$1", ["0.1", "1.0", "-0.0", "1e15", "1e16", "1e17", "123456789012345.6", "1234567890123456.7", "12345678901234567.8", "1e22", "1e23", "1e-4", "1e-5", "0.0001", "0.00001",
            "1.5e-7", "5e-324", "1.7976931348623157e308", "2.2250738585072014e-308", "0.1 + 0.2", "0.3", "1 / 3", "2 / 3", "10 / 3", "1e308 * 10", "-1e308 * 10", "100.0", "1e2", "1.",
            ".5", "1.e3", "1E5", "1e+5", "3.14159265358979", "9007199254740993.0", "4.35", "4.349999999999999", "0.5e1", "1e0", "0e0", "12.", "1_0.2_5", "1_000.5"])
each("$1 $2 $3", ["7.5", "-7.5", "0.0"], ["+", "-", "*", "/", "//", "%"], ["2.0", "-2.0", "0.0", "3"])
each("divmod($1, $2)", ["7.5", "-7.5"], ["2", "-2.0"])
each("round($1)", ["0.5", "1.5", "2.5", "-0.5", "-1.5", "2.4999", "1e20", "7", "-7", "True", "float('inf')", "float('nan')", "'x'"])
each("round($1, $2)", ["2.675", "-2.675", "1234.5678", "0.5", "1e22", "1234567"], ["0", "1", "2", "-2", "None", "20"])
each("round($1, $2)", ["15", "25", "-15", "-25", "149", "151", "10 ** 20 + 5"], ["-1", "-2", "3"])
each("float('$1') $2 float('$3')", ["nan", "inf"], ["==", "<", ">=", "+", "*"], ["nan", "inf", "-inf"])

chapter("formats")
INT_SPECS = ["", "d", "5d", "<6d", "^6", ">6", "+d", " d", "06d", "x", "#X", "o", "#o", "b", "#b", "#012b", ",", "_", "_x", "n", "*^9", "+,", "012,", "=+8", "0=8"]
each("format($1, '$2')", ["0", "42", "-42", "1234567"], INT_SPECS)
each("format($1, '$2')", ["10 ** 20", "-255"], [",", "x", "_b", "e", ".3f", "g", "30,d", "%", "G"])
FLOAT_SPECS = ["", ".0f", ".2f", "f", ".3e", "E", "g", ".3g", "G", "%", ".1%", "10.2f", "<10.2f|", "^10.1f", "+.2f", " .1f", "010.2f", ",", ",.2f", "_.1f", "#.0f", "#.3g", "n", ".10g", "-.1f", "*>+9.1f", "z.1f", ".0%", "08.3f", "=+10.2f"]
each("f\"{$1:$2}\"", ["0.0", "-2.675", "1234567.891", "1e-7", "1e16"], FLOAT_SPECS)
each("format(float('$1'), '$2')", ["nan", "inf", "-inf"], ["", ".2f", "010.1f", "+", "e", "g", "%", "F", "E"])
each("format($1, '$2')", ["0.5", "1.5", "2.5", "0.125", "1e300", "5e-324", "0.1"], [".0f", ".2f", ".17g", ".20f", "g"])
each("format('$1', '$2')", ["abc", "", "日本"], ["", "s", "6", "<6", ">6", "^6", "*^7", ".2", "6.1s", "-<5", "05", "10.10"])

chapter("fstrings")

chapter("percent")

chapter("format_method")

chapter("literals")

chapter("strings")
CASES = ["upper", "lower", "title", "capitalize", "swapcase", "casefold"]
each("\"$1\".$2()", ["hello World", "ÉCOLE straße", "they're bill's", "ǆ İ ﬁ", "ΑΣ x1y"], CASES)
PREDICATES = ["isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isupper", "islower", "isspace", "istitle", "isidentifier", "isprintable", "isascii"]
each("[s.$1() for s in [\"\", \"a\", \"A\", \"Ab\", \"1\", \"²\", \"½\", \"٣\", \"é\", \" \", \"\\t\\n\", \"a b\", \"a_1\", \"1a\", \"日\"]]", PREDICATES)

chapter("slices")
SLICES = [":", "::", "1:", ":2", "1:3", "-2:", ":-2", "-3:-1", "::2", "1::2", "::-1", "4:1:-1", ":2:-1", "2::-2", "10:", ":10", "-10:2", "3:1", "::10", "::-10", "0:0", "None:None", "True:", "-1::-1"]
each("\"abcdef\"[$1]", SLICES)
each("[0, 1, 2, 3, 4, 5][$1]", SLICES)
each("(0, 1, 2, 3)[$1]", SLICES[2:14])
each("range(10)[$1]", SLICES)
each("b\"abcdef\"[$1]", SLICES[2:12])
each("\"日本é😀x\"[$1]", SLICES[2:14])

chapter("comparison")
each("$1 $2 $3", ["1", "'a'", "[1]", "None"], ["<", "==", "!="], ["2.5", "'b'", "[2]", "(1,)", "None"])

chapter("wrong_types")
each("$1 $2 $3", ["1", "'a'", "[1]"], ["+", "-", "*", "/", "//", "%", "**", "@", "&", ">>"], ["None", "[]", "'b'", "{}"])

chapter("lists")

chapter("tuples")

chapter("dicts")

chapter("sets")

chapter("bytes")

chapter("ranges")
each("list(range($1))", ["3", "0", "-3", "2, 5", "5, 2", "0, 10, 3", "10, 0, -3", "0, -5, -1", "5, 5", "1, 10, 20"])
each("len(range($1))", ["10", "0, 10, 3", "10, 0, -3", "0, 10, -1", "10 ** 10"])

chapter("functions")

chapter("comprehensions")

chapter("wrong_calls")


def answer(source):
    """What CPython says of the expression."""
    try:
        code = compile(source, "expression", "eval")
    except SyntaxError as error:
        sys.exit(f"not an expression of Python 3.12: {source}\n{error}")
    try:
        return repr(eval(code, {}))
    except Exception as error:
        name, text = type(error).__name__, str(error)
        return f"!{name}: {text}" if text else f"!{name}"


def main():
    if sys.version_info[:2] != (3, 12):
        sys.exit("the answers are those of CPython 3.12")
    warnings.simplefilter("ignore")
    rows = []
    for source in dict.fromkeys(EXPRESSIONS):
        row = f"{source}\t{answer(source)}"
        if row.count("\t") != 1 or len(row.splitlines()) != 1:
            sys.exit(f"does not fit into a line: {source}")
        rows.append(row)
    path = HERE / "expressions.tsv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(rows)} expressions in {path.name}")


if __name__ == "__main__":
    main()
