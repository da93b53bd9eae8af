"""The shape and the sound of a video that a wish in another language names."""

from __future__ import annotations

import re
from functools import cache

from .language import entries

_RUNS_ON = "[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]"
"""A letter of Thai, Japanese or Chinese, which put no spaces between words."""
_END = rf"(?!(?!{_RUNS_ON})\w)"
_SHAPES = {
    "vertical": r"verticale?s?|verticali|vertikal\w*|hochkant\w*|hochformat\w*|вертикальн\w+|竖[屏版]?|直[屏式]"
    r"|縦[型長]?|세로형?|عمودي[ةا]?|رأسي[ةا]?|dikey|dọc|แนวตั้ง|वर्टिकल|ভার্টিকাল|عمودی",
    "square": r"cuadrad[oa]s?|carrée?s?|quadratisch\w*|quadrad[oa]s?|quadrat[oaie]|квадратн\w+|正?方形"
    r"|四角い|정사각형|정방형|مربع[ةا]?|kare|vuông|persegi|(?:สี่เหลี่ยม)?จัตุรัส"
    r"|चौकोर|वर्गाकार|स्क्वायर|বর্গাকার|مربعہ",
    "horizontal": r"horizontale?s?|horizontal\w*|orizzontal[ei]|apaisad[oa]s?|querformat\w*|горизонтальн\w+"
    r"|横[屏版型長]|横向き?|橫[屏版向]|가로형?|أفقي[ةا]?|yatay|ngang|mendatar|แนวนอน|हॉरिजॉन्टल|क्षैतिज|افقی",
}
_RATIOS = {
    "16:9": r"(?<![\d:])16\s?[:：x×]\s?9(?![\d:])",
    "9:16": r"(?<![\d:])9\s?[:：x×]\s?16(?![\d:])",
    "4:5": r"(?<![\d:])4\s?[:：]\s?5(?![\d:])",
}
_OF_VIDEOS_ONLY = {"vertical": r"竖[屏版]|直式|hochformat\w*", "horizontal": r"[横橫][屏版]|querformat\w*", **_RATIOS}
"""Shapes that only pictures have, wherever they stand."""
_FORMAT = r"(?:formato?|формат\w*|định dạng|khổ|รูปแบบ)"
_IN = r"(?:en|em|in|im|au|au format|dans un|в|dengan|secara|bằng|theo|dưới dạng|بشكل|بوضع|在)"
_WITH = (
    r"(?:con|avec(?: (?:de la|une?|du))?|mit|com|со?|dengan|với|có|kèm|مع|ب(?=\w)"
    r"|พร้อม(?:กับ)?|มี|配上?|加上?|带有?|帶|添加|用)"
)
_AND = r"(?:y|e|et|und|и|dan|và|และ|和)"
_BEHIND_IT = r"(?:付き|入り|つき|[와과] 함께|[을를] 넣어서?|(?: ?के)? साथ|l[iıuü])(?:の|で|する)?"
_MUSIC = (
    r"(?:músicas?|musiqu?es?|musik|musica|музык\w+|音乐|音樂|配乐|音楽|BGM"
    r"|음악|संगीत|म्यूज़िक|موسيقى|müzik|nhạc(?: nền)?|ดนตรี|เพลง)"
)
_VOICE = (
    r"(?:voz en off|narrador\w*|narraci[oó]n|locu(?:ci[oó]n|ção)|narração|voix[ -]off|narration|sprecher\w*"
    r"|erzähler\w*|voice-?over|voce (?:narrante|fuori campo)|旁白|配音|解说|解說|ナレーション"
    r"|[내나]레이션|озвучк\w+|закадровым голосом|голосом за кадром|seslendirme|dış ses|lồng tiếng|thuyết minh|narasi"
    r"|sulih suara|เสียง(?:บรรยาย|พากย์)|वॉयस ?ओवर|تعليق صوتي)"
)

_CAPTIONS = (
    r"(?:subt[ií]tulos|sous-titres|untertitel\w*|legendas|sottotitoli|субтитр\w+|字幕|자막|altyazı|phụ đề"
    r"|ซับไตเติ้ล|คำบรรยายใต้ภาพ)"
)


def shape_in(language: str, line: str) -> tuple[str, str]:
    """The line without the shape that it names for its video, and the shape, in English or as a ratio."""
    for shape, pattern in _shapes(language):
        if found := pattern.search(line):
            return _without(line, found, found["before"] or found["behind"] or ""), shape
    return line, ""


def sound_in(language: str, line: str) -> tuple[str, str]:
    """The line without the sound that it wishes for, and that in English: `voice-over and music`."""
    line, voice = _heard(language, line, f"(?:{_WITH}|{_AND})", _VOICE)
    line, music = _heard(language, line, _WITH, _MUSIC)
    return line, " and ".join([*["voice-over"][: bool(voice)], *["music"][: bool(music)]])


def captions_in(language: str, line: str) -> tuple[str, str]:
    """The line without the captions that it wishes to see in the picture, and that in English."""
    line, captions = _heard(language, line, f"(?:{_WITH}|{_AND})", _CAPTIONS)
    return line, "captions" if captions else ""


def _heard(language: str, line: str, link: str, words: str) -> tuple[str, str]:
    found = _sounds(language, link, words).search(line)
    if found is None:
        return line, ""
    return _without(line, found, found["thing"] or ""), found["first"] or found["second"]


def _without(line: str, found: re.Match[str], kept: str) -> str:
    """The line without what was found in it, but for `kept`; spaces stand where the script has any."""
    left = line[: found.start()].rstrip(" ,，、")
    right = f"{kept}{line[found.end() :]}" if kept else line[found.end() :].lstrip()
    joined = re.match(_RUNS_ON, left[-1:]) or re.match(_RUNS_ON, right)
    return f"{left}{'' if joined else ' '}{right}".strip(" ,，、")


@cache
def _shapes(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    thing = entries().get(language, {}).get("things", "(?!)")
    found = []
    for shape, words in (_SHAPES | _RATIOS).items():
        ways = (
            rf"(?P<before>(?:{thing})\w*)\s*(?:{_IN}\s+)?(?:{_FORMAT}\s+)?(?:{words}){_END}[的ので]?",
            rf"(?<!\w)(?:{words})(?:[\s-]|的|の|형)*(?P<behind>(?:(?:bir|एक)\s+)?(?:{thing}))",
            rf"(?:^|[\s,，、。]){_IN}\s*(?:{_FORMAT}\s+)?(?:{words})(?:\s+{_FORMAT})?(?=[\s.!。]*$)",
            rf"(?:^|(?<=[\s,，、]))(?:{words})(?:の|\s*(?:formatında|비율(?:로|의)?|화면으?로|으?로|で|में){_END})",
            rf"(?:\bim\s+)?(?:{_OF_VIDEOS_ONLY.get(shape, '(?!)')})(?:的|の|で)?",
        )
        found.append((shape, re.compile("|".join(ways), re.IGNORECASE)))
    return tuple(found)


@cache
def _sounds(language: str, link: str, words: str) -> re.Pattern[str]:
    """Sounds that are linked to what stands before them, and end the wish or stand before its subject."""
    thing, about, verbs = (entries().get(language, {}).get(name, "(?!)") for name in ("things", "link", "verbs"))
    after = rf"(?=\s*(?:{about})\b|\s*(?:{verbs})|\s+{_AND}\s|[\s.!。]*$|的)的?"
    return re.compile(
        rf"(?:(?P<thing>(?:{thing})\w*)\s+|[\s,，、]+|(?<={_RUNS_ON})|^){link}\s*(?P<first>{words}){_END}{after}"
        rf"|(?P<second>{words}){_BEHIND_IT}{_END}\s*",
        re.IGNORECASE,
    )
