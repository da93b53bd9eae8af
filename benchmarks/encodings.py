"""Which detector names the encoding of short tables: chardetng, which the reader uses, and charset-normalizer.

    python benchmarks/encodings.py

Each table is encoded, and right is who gives the text back. charset-normalizer is asked as it is, and once more with
the encodings alone that can come up (`cp_isolation`).
"""

from __future__ import annotations

from chardetng_py import EncodingDetector
from charset_normalizer import from_bytes

TABLES = {
    "cp1252": (
        "title,comments\nCafé à Paris – “été”,12\nÜber die Brücke,3\n",
        "title\nPâté façon grand-mère\n",
        "id,title,comments\n1,Crème brûlée maison,5\n2,Señor Niño – mañana,7\n",
    ),
    "gb18030": (
        "标题,评论\n街头小吃,12\n",
        "title,comments\n猫咪睡觉的样子太可爱了,5\n美食,7\n",
        "title\n北京烤鸭\n",
    ),
    "cp932": ("title,comments\n渋谷の屋台ラーメン,12\nネコが寝ている,3\n", "title\nたこ焼き\n"),
    "latin_1": ("title\nNoël à l'école\n",),
    "cp1251": ("title,comments\nКот спит на диване,5\nРецепт борща,4\n",),
    "cp949": ("title,comments\n길거리 음식 먹방,5\n고양이,3\n",),
    "big5": ("title,comments\n夜市小吃推薦,5\n貓咪,3\n",),
    "euc_jp": ("title,comments\n渋谷の屋台ラーメン,12\nネコが寝ている,3\n",),
    "cp1250": ("title,comments\nZażółć gęślą jaźń,5\nŽluťoučký kůň,3\n",),
    "cp1254": ("title,comments\nİstanbul'da sokak lezzetleri şöleni,5\n",),
    "cp1253": ("title,comments\nΓάτα στον καναπέ,5\n",),
    "cp1256": ("title,comments\nقطة نائمة,5\n",),
    "koi8_r": ("title,comments\nКот спит на диване,5\nРецепт борща,4\n",),
    "iso8859_15": ("title\nprix 5€ Œuvre\n",),
}
COME_UP = [name for name in TABLES if name not in {"latin_1", "iso8859_15"}]


def chardetng(content: bytes) -> str:
    detector = EncodingDetector()
    detector.feed(content, last=True)
    return detector.guess(tld=None, allow_utf8=False)


def normalizer(content: bytes) -> str:
    best = from_bytes(content).best()
    return best.encoding if best else ""


def isolated(content: bytes) -> str:
    best = from_bytes(content, cp_isolation=COME_UP).best()
    return best.encoding if best else ""


def right(name: str, content: bytes, text: str) -> bool:
    try:
        return content.decode(name) == text
    except (LookupError, UnicodeDecodeError):
        return False


def main() -> None:
    detectors = {"chardetng": chardetng, "charset-normalizer": normalizer, "the same, isolated": isolated}
    counts = dict.fromkeys(detectors, 0)
    total = 0
    for encoding, texts in TABLES.items():
        for text in texts:
            content, total = text.encode(encoding), total + 1
            for name, detect in detectors.items():
                counts[name] += right(detect(content), content, text)
    for name, count in counts.items():
        print(f"{name:20} {count} of {total}")


if __name__ == "__main__":
    main()
