#!/usr/bin/env python3
"""Writes src/Tokenization/Unicode/UnicodeTables.g.cs from the Unicode Character Database.

    eng/unicode-tables.py /usr/share/unicode     (Debian's package unicode-data, version 15.0)

Hugging Face's tokenizers take each property from another version of Unicode, and vocabularies were made with them:
categories from 8.0, canonical decompositions and combining classes from 9.0, lower case from 17.0. One database
gives all of them: DerivedAge.txt tells which characters an older version had, and the few characters whose
category changed, or whose lower case came later than 15.0, are listed here.
"""
import pathlib
import sys

CATEGORY_VERSION = (8, 0)
DECOMPOSITION_VERSION = (9, 0)

# Categories of Unicode 8.0 that later versions changed.
CATEGORY_IN_8_0 = {0x166D: "Po", 0x1734: "Mn", 0x1885: "Lo", 0x1886: "Lo", 0xA9BD: "Mc", 0x111C9: "Po"}

# Lower case that came with Unicode 16.0 and 17.0: first, last, step, difference.
LOWER_SINCE_15_0 = [
    (0x1C89, 0x1C89, 1, 1), (0xA7CB, 0xA7CB, 1, 0x264 - 0xA7CB), (0xA7CC, 0xA7CE, 2, 1), (0xA7D2, 0xA7D4, 2, 1),
    (0xA7DA, 0xA7DA, 1, 1), (0xA7DC, 0xA7DC, 1, 0x19B - 0xA7DC), (0x10D50, 0x10D65, 1, 0x20),
    (0x16EA0, 0x16EB8, 1, 0x1B),
]


def read_database(folder):
    categories, classes, decompositions, lower = {}, {}, {}, {}
    first = 0
    for line in (folder / "UnicodeData.txt").read_text("ascii").splitlines():
        fields = line.split(";")
        code = int(fields[0], 16)
        if fields[1].endswith("First>"):
            first = code
        elif fields[1].endswith("Last>"):
            categories.update((c, fields[2]) for c in range(first, code))
        categories[code] = fields[2]
        if fields[3] != "0":
            classes[code] = int(fields[3])
        if fields[5] and not fields[5].startswith("<"):
            decompositions[code] = [int(c, 16) for c in fields[5].split()]
        if fields[13]:
            lower[code] = int(fields[13], 16)
    ages = {}
    for line in (folder / "DerivedAge.txt").read_text("utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line:
            codes, age = (part.strip() for part in line.split(";"))
            bounds = [int(c, 16) for c in codes.split("..")]
            ages.update((c, tuple(map(int, age.split(".")))) for c in range(bounds[0], bounds[-1] + 1))
    return categories, classes, decompositions, lower, ages


def ranges(values):
    """(first, last, value) for every run of equal values of neighbouring code points."""
    result = []
    for code in sorted(values):
        if result and result[-1][1] == code - 1 and result[-1][2] == values[code]:
            result[-1][1] = code
        else:
            result.append([code, code, values[code]])
    return result


def steps(lower):
    """(first, last, step, difference) for every run of characters that differ from their lower case alike."""
    result = []
    for code in sorted(lower):
        difference = lower[code] - code
        if result:
            last = result[-1]
            step = code - last[1]
            if last[3] == difference and step <= 2 and (last[0] == last[1] or step == last[2]):
                last[1], last[2] = code, step
                continue
        result.append([code, code, 1, difference])
    return result


def rows(name, summary, values, width):
    lines = ["", "    /// <summary>%s</summary>" % summary, "    public static ReadOnlySpan<int> %s =>" % name, "    ["]
    row = "       "
    for value in values:
        text = " " + ", ".join(("0x%X" % v) if i < 2 else str(v) for i, v in enumerate(value)) + ","
        if len(row) + len(text) > width:
            lines.append(row)
            row = "       "
        row += text
    return lines + [row, "    ];"]


def escape(text):
    units = text.encode("utf-16-be")
    return "".join("\\u%04X" % int.from_bytes(units[i:i + 2], "big") for i in range(0, len(units), 2))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    categories, classes, decompositions, lower, ages = read_database(pathlib.Path(sys.argv[1]))

    def had(code, version):
        return ages.get(code, (99, 0)) <= version

    kinds = {}
    for code, category in categories.items():
        if not had(code, CATEGORY_VERSION):
            continue
        category = CATEGORY_IN_8_0.get(code, category)
        if category in ("Cc", "Cf", "Co"):
            kinds[code] = "Control"
        elif category == "Mn":
            kinds[code] = "Mark"
        elif category.startswith("P"):
            kinds[code] = "Punctuation"

    def decompose(code):
        if code in decompositions:
            return "".join(decompose(c) for c in decompositions[code])
        return chr(code)

    decomposed = [(chr(c), decompose(c)) for c in sorted(decompositions) if had(c, DECOMPOSITION_VERSION)]
    combining = {c: v for c, v in classes.items() if had(c, DECOMPOSITION_VERSION)}
    # U+0130 has two characters in lower case; the normalizer writes them itself.
    lower.pop(0x130)
    cases = sorted(steps(lower) + [list(row) for row in LOWER_SINCE_15_0])

    width = 138
    out = [
        "// Written by eng/unicode-tables.py from the Unicode Character Database 15.0; do not edit.",
        "namespace BertMLNet.Tokenization;",
        "",
        "/// <summary>The properties of characters that BERT's normalization asks for; see <see cref=\"Characters\"/>.</summary>",
        "internal static class UnicodeTables",
        "{",
    ]
    for kind, summary in (
            ("Control", "Control, format and private-use characters of Unicode 8.0: first, last."),
            ("Punctuation", "Punctuation of Unicode 8.0: first, last."),
            ("Mark", "Nonspacing marks of Unicode 8.0: first, last.")):
        found = ranges({c: 0 for c, k in kinds.items() if k == kind})
        out += rows(kind, summary, [(r[0], r[1]) for r in found], width)
    out += rows("CombiningClasses", "Canonical combining classes other than 0 of Unicode 9.0: first, last, class.", ranges(combining), width)
    out += rows("LowerCase", "Simple lower case of Unicode 17.0: first, last, step, difference.", cases, width)
    del out[out.index("{") + 1]
    out += ["", "    /// <summary>Full canonical decompositions of Unicode 9.0, Hangul aside: each character, what it decomposes to, and U+0000.</summary>",
            "    public const string Decompositions ="]
    row = ""
    for source, target in decomposed:
        entry = escape(source + target + "\0")
        if len(row) + len(entry) > width - 16:
            out.append('        "%s" +' % row)
            row = ""
        row += entry
    out += ['        "%s";' % row, "}"]
    target = pathlib.Path(__file__).parent.parent / "src/Tokenization/Unicode/UnicodeTables.g.cs"
    target.write_text("\n".join(out) + "\n", "utf-8")


main()
