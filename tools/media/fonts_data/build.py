"""Make the font files beside this module from Debian's packages; only needed to change what ships.

Unpack fonts-inter-variable, fonts-noto-core, fonts-noto-cjk and fonts-noto-color-emoji (`apt-get download`, `dpkg -x`)
under one folder, install fontTools, and run `python -m popcorn.tools.media.fonts_data.build FOLDER`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
NOTO = "usr/share/fonts/truetype/noto"

SCRIPTS = (
    *("Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew"),
    *("Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Sinhala", "Tamil", "Telugu", "Thai"),
)

SYMBOLS = [*range(0x2000, 0x2C00), *range(0x3000, 0x3040), *range(0x1F100, 0x1F200), 0x20BF]


def main(folder: Path) -> None:
    """Write every font and coverage.json."""
    inter = folder / "usr/share/fonts/truetype/inter-vf/InterDisplay-roman.var.ttf"
    _instance(inter, "Display.ttf", weight=800)
    _instance(inter, "Text.ttf", weight=600)
    for script in SCRIPTS:
        _subset(folder / NOTO / f"NotoSans{script}-ExtraBold.ttf", f"{script}.ttf", None)
    _subset(folder / NOTO / "NotoSansSymbols-ExtraBold.ttf", "Symbols.ttf", SYMBOLS)
    _subset(folder / NOTO / "NotoSansSymbols2-Regular.ttf", "Symbols2.ttf", SYMBOLS)
    _subset(folder / NOTO / "NotoSansMath-Regular.ttf", "Math.ttf", SYMBOLS)
    _subset(folder / NOTO.replace("truetype", "opentype") / "NotoSansCJK-Bold.ttc", "Cjk.otf", _cjk(), number=0)
    emoji = folder / NOTO / "NotoColorEmoji.ttf"
    drop = {0x200D, *range(0x1F3FB, 0x1F400)}  # joined sequences and skin tones are most of the file
    _subset(emoji, "Emoji.ttf", set(TTFont(emoji).getBestCmap()) - drop)
    coverage = {file.name: list(_ranges(TTFont(file).getBestCmap())) for file in sorted(HERE.glob("*.[ot]tf"))}
    (HERE / "coverage.json").write_text(json.dumps(coverage, separators=(",", ":")) + "\n", encoding="utf-8")


def _cjk() -> set[int]:
    """What the national sets hold: GB 2312, Big5's common plane, JIS X 0208, and every modern hangul syllable."""
    common = set(range(0x3000, 0x3130)) | set(range(0xAC00, 0xD7A4)) | set(range(0xFF00, 0xFFEF))
    for encoding, lead in (("gb2312", range(0xB0, 0xF8)), ("big5", range(0xA4, 0xC7)), ("euc_jp", range(0xB0, 0xF5))):
        for pair in product(lead, range(0x40, 0xFF)):
            text = bytes(pair).decode(encoding, "ignore")
            if len(text) == 1:
                common.add(ord(text))
    return common


def _instance(source: Path, name: str, weight: int) -> None:
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": weight})
    file = HERE / name
    font.save(file)
    _subset(file, name, [*range(0x20, 0x590), *range(0x1D00, 0x2C80), 0xFFFD])


def _subset(source: Path, name: str, wanted: Iterable[int] | None, number: int = -1) -> None:
    options = subset.Options()
    options.layout_features = ["ccmp", "locl", "mark", "mkmk", "kern", "liga", "rlig", "calt", "init", "medi", "fina"]
    options.layout_features += ["isol", "fin2", "fin3", "med2", "nukt", "akhn", "rphf", "rkrf", "pref", "blwf", "half"]
    options.layout_features += ["abvf", "pstf", "cfar", "vatu", "cjct", "pres", "abvs", "blws", "psts", "haln", "dist"]
    options.layout_features += ["abvm", "blwm", "ljmo", "vjmo", "tjmo", "curs"]
    options.hinting = False
    options.drop_tables += ["DSIG"]
    options.font_number = max(number, 0)
    options.name_IDs = [0, 1, 2, 13, 14]
    font = subset.load_font(str(source), options, lazy=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted if wanted is not None else font.getBestCmap())
    subsetter.subset(font)
    subset.save_font(font, str(HERE / name), options)


def _ranges(points: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = last = -2
    for point in sorted(points):
        if point != last + 1:
            if last >= 0:
                yield start, last
            start = point
        last = point
    yield start, last


if __name__ == "__main__":
    main(Path(sys.argv[1]))
