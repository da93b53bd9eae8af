"""What a credential looks like, where nobody knows its value: by its beginning, by what stands before it, by its frame.

A shape must not fit ordinary words: `sk-learn-for-beginners` is a title. So what follows a beginning has to look drawn
by lot, and what follows `secret:` too.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import lru_cache

HIDDEN = "[hidden]"
HYPHENS = "\u2010\u2011\u2012\u2013\u2212"
"""What word processors and chats write for the hyphens of a key."""
_H = f"[{HYPHENS}-]"
_SIGN = rf"[\w{HYPHENS}-]"
_NAME = (
    rf"(?:[A-Za-z0-9]{{0,20}}pass(?:word|wd)|passphrase|pwd|secret|api(?:[ _]|{_H})?key"
    r"|(?:secret|private|access|account|auth|subscription)[_-]?key"
    r"|(?:access|auth|refresh|bearer|id|session|security|api)?[_-]?token|client[_-]?secret|credentials?|signature)"
)
_SECRET_NAME = re.compile(rf"(?ai)^(?:[\w-]*[_-])?(?:{_NAME}|authorization|cookie|set-cookie|x-api-key)$")
_START = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt]))"
"""Where a credential may begin: after a line break as JSON writes it too."""
_SIGN_WITHIN = re.compile(r"\w[!@#$%^&*+=]\S")
_EVERYDAY = frozenset({"secret", "token", "signature", "credential", "credentials"})
"""Names that are words of titles too."""
_PARTS = re.compile(rf"[_./+=:{HYPHENS}-]")
_CASES = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+|[^A-Za-z0-9]+")
_SHORT = 500
"""Characters of a text that is remembered."""
_Judge = Callable[["re.Match[str]"], str]


def is_secret_name(name: str) -> bool:
    """Whether what a JSON object has under this name is a secret."""
    return len(name) < 100 and _SECRET_NAME.match(name) is not None


def without_shapes(text: str) -> str:
    """The text with HIDDEN in place of whatever looks like a credential."""
    return _short_without(text) if len(text) <= _SHORT else _without(text)


def _without(text: str) -> str:
    low = text.lower()
    if not low.isascii():
        low = low.translate(_AS_ASCII)
    for words, shape, instead in _SHAPES:
        for word in words:
            if word in low:
                text = shape.sub(instead, text)
                break
    return text


_short_without = lru_cache(4_096)(_without)
"""The same: every checkpoint of a run is looked through, and most of its texts stood in the one before."""


def _letters_and_figures(value: str) -> bool:
    return any(sign.isdigit() for sign in value) and any(sign.isalpha() for sign in value)


def _drawn(value: str) -> bool:
    """Whether a part of it looks drawn by lot: letters among figures, or more of either than a word or a date has."""
    return any(len(part) >= (16 if part.isdigit() else 20) or _tossed(part) for part in _PARTS.split(value))


def _tossed(part: str) -> bool:
    """Letters and figures that change places more often than in `8terboys2024forever`, or more figures than there."""
    if len(part) < 8 or not _letters_and_figures(part):
        return False
    return sum(map(str.isdigit, part)) >= 6 or len(_CASES.findall(part)) >= 5


def _if_drawn(match: re.Match[str]) -> str:
    """Keeps the groups before the value, which is the last one."""
    return match[0] if not _drawn(match[match.lastindex or 0]) else _kept(match) + HIDDEN


def _kept(match: re.Match[str]) -> str:
    return "".join(match.groups("")[:-1])


def _assigned(match: re.Match[str]) -> str:
    """`password=x` is one whatever x is; after a colon in a sentence x has to look like one."""
    before, sign, quoted, value = match.groups()
    named_in_json = before[-1:] in "\"'"
    if value.startswith(HIDDEN) or value.casefold() in _NONE or (named_in_json and not quoted):  # a number, a list
        return match[0]
    if ":" in sign and not quoted and not (_told_of(value) if before.casefold() in _EVERYDAY else _mixed(value)):
        return match[0]
    return f"{before}{sign}{quoted}{HIDDEN}"


def _authorised(match: re.Match[str]) -> str:
    """After the name of a scheme it is one whatever it is; `Authorization: denied` is a sentence."""
    before, scheme, value = match.groups()
    return f"{before}{HIDDEN}" if scheme or _mixed(value) else match[0]


def _mixed(value: str) -> bool:
    """A word of a sentence has no figure after a letter and no sign in its middle."""
    return len(value) >= 6 and (_letters_and_figures(value) or _SIGN_WITHIN.search(value) is not None)


def _told_of(value: str) -> bool:
    """After `Secret:` a title goes on as well, as in `Secret: 7ingredients`."""
    return _drawn(value) or (_letters_and_figures(value) and _SIGN_WITHIN.search(value) is not None)


def _said(match: re.Match[str]) -> str:
    """`my key is x`, `API key x`: one where x looks drawn by lot, and is neither an address nor a path."""
    value = match[3]
    if "://" in value or value.startswith(("/", "~", ".")):
        return match[0]
    is_password = "pass" in match[1].lower() and match[2].strip()
    if is_password and value != HIDDEN and _mixed(value):
        return f"{match[1]}{match[2]}{HIDDEN}"
    return _if_drawn(match) if len(value) >= _SHORTEST_SAID else match[0]


def _basic(match: re.Match[str]) -> str:
    """`Basic` is a word; what follows it is a credential where it is a name and a password in base64."""
    try:
        inside = base64.b64decode(match[2] + "=" * (-len(match[2]) % 4), validate=True)
    except (binascii.Error, ValueError):
        return match[0]
    return match[1] + HIDDEN if b":" in inside and inside.isascii() else match[0]


_NONE = frozenset({"none", "null", "true", "false", "str", "string", "optional", "required"})
_BEGINNINGS = (
    *("sk-", "sk_", "pk-", "pk_", "rk-", "rk_", "gsk_", "gsk-", "csk-", "hf_", "hf-", "xai-", "xai_", "lsv2_", "lsv2-"),
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "ghp-", "github_pat_", "glpat-", "gldt-", "npm_", "pypi-", "xapp-"),
    *("nvapi-", "pplx-", "tvly-", "r8_", "rpa_", "jina_", "tgp_v1_", "sess-", "dapi", "dop_v1_", "ya29."),
    *("GOCSPX-", "figd_", "shpat_", "sntrys_", "sbp_", "vcp_", "whsec_", "AIza", "AGE-SECRET-KEY-"),
    *("hvs.", "hvb.", "hvr.", "dckr_pat_", "dckr_oat_", "sgp_", "glsa_", "glrt-", "glptt-", "gloas-", "rubygems_"),
    *("shpss_", "shpca_", "shppa_", "lin_api_", "ntn_", "phx_", "tskey-", "doo_v1_", "dor_v1_", "sntryu_", "vck_"),
    *("dp.pt.", "dp.st.", "key-", "fw_", "fal_", "ATATT3xFfGF0", "PMAK-", "NRAK-", "pul-"),
    *("wandb_v1_", "secret_", "ops_ey", "1//0"),
)
_SHORTEST_SAID = 16
_AS_ASCII = dict.fromkeys(map(ord, HYPHENS), "-")
_SHAPES: tuple[tuple[tuple[str, ...], re.Pattern[str], str | _Judge], ...] = (
    (
        ("private key",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]{0,40}-----|.*)", re.S
        ),
        HIDDEN,
    ),
    (
        ("authorization",),
        re.compile(
            r"(?ai)(\b(?:proxy-)?authorization\\?[\"']?\s{0,9}[:=]\s{0,9}\\?[\"']?)((?:(?:bearer|basic|token|key)\s{1,9})?)"
            r"([^\s\"',;}\\]{4,})"
        ),
        _authorised,
    ),
    (
        ("cookie",),
        re.compile(
            r"(?ai)(\b(?:set-)?cookie\\?[\"']?\s{0,9}[:=]\s{0,9}\\?[\"']?)([^\s\"',;}\\=]{1,99}=[^\s\"',}\\]{4,})"
        ),
        rf"\1{HIDDEN}",
    ),
    (("bearer",), re.compile(r"(?ai)\A(\s{0,9}bearer\s{1,9})[\w.~+/=-]{8,}(?=\s{0,9}\Z)"), rf"\1{HIDDEN}"),
    (("bearer",), re.compile(r"(?ai)(\bbearer\s{1,9})([\w.~+/=-]{8,})"), _if_drawn),
    (("basic",), re.compile(r"(?ai)(\bbasic\s{1,9})([A-Za-z0-9+/]{8,2000}={0,2})(?![\w+/=])"), _basic),
    (("eyj",), re.compile(rf"(?a){_START}eyJ{_SIGN}{{8,}}\.{_SIGN}{{8,}}(?:\.{_SIGN}*)?"), HIDDEN),
    (
        ("akia", "asia", "abia", "acca"),
        re.compile(rf"{_START}(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{{16}}(?![A-Za-z0-9])"),
        HIDDEN,
    ),
    (
        ("xox",),
        re.compile(rf"(?a){_START}(xox[abeoprs](?:\.xox[a-z])?{_H})({_SIGN}{{10,}})"),
        lambda match: HIDDEN if _drawn(match[2]) else match[0],
    ),
    (("sg.",), re.compile(rf"(?a){_START}SG\.[\w-]{{16,}}\.[\w-]{{16,}}"), HIDDEN),
    (
        tuple(map(str.lower, _BEGINNINGS)),
        re.compile(
            rf"(?a){_START}({'|'.join(_H.join(map(re.escape, one.split('-'))) for one in _BEGINNINGS)})({_SIGN}{{16,}})"
        ),
        lambda match: HIDDEN if _drawn(match[2]) else match[0],
    ),
    (("-",), re.compile(r"(?ai)(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{32}(?![\w-])"), HIDDEN),
    (("sk",), re.compile(rf"{_START}SK[0-9a-f]{{32}}(?![A-Za-z0-9])"), HIDDEN),
    ((":aa",), re.compile(r"(?a)\b\d{8,10}:AA[\w-]{33}(?![\w-])"), HIDDEN),
    (
        ("hooks.slack.com/", "/api/webhooks/"),
        re.compile(r"(?ai)((?:hooks\.slack\.com/[a-z]{1,20}|discord(?:app)?\.com/api/webhooks)/)[\w/-]{16,}"),
        rf"\1{HIDDEN}",
    ),
    (
        ("curl",),
        re.compile(r"(?a)((?<![\w-])(?:-[uU]|--(?:proxy-)?user)[ =]{0,3}\\?[\"']?[^\s:\"']{0,99}:)([^\s\"'\\]{4,})"),
        rf"\1{HIDDEN}",
    ),
    (
        (":/",),
        re.compile(r"(?:(?<=://)|(?<=\w:/))[^\s/@:\"']{0,200}:[^\s/@\"']{1,200}(?=@)"),
        HIDDEN,
    ),  # a path has one /
    ((":/",), re.compile(r"(?:(?<=://)|(?<=\w:/))([^\s/@:\"']{16,200})(?=@)"), _if_drawn),
    (
        ("=",),
        re.compile(
            rf"(?ai)([?&;](?:[\w-]{{0,40}}[_-])?(?:{_NAME}|key|auth|sig|x-amz-credential)=)([^\s&#\"'<>\\]{{4,}})"
        ),
        lambda match: match[0] if match[2].startswith(HIDDEN) else match[1] + HIDDEN,
    ),
    (
        ("pass", "pwd", "secret", "key", "token", "credential"),
        re.compile(
            rf"(?ai)((?<![A-Za-z0-9])(?:[A-Za-z0-9]{{1,30}}[_-]){{0,4}}{_NAME}\\?[\"']?)(\s{{0,3}}[:=]\s{{0,3}})"
            r"(\\?[\"']?)([^\s\"',;&}\\]{4,})"
        ),
        _assigned,
    ),
    (
        ("pass", "pwd", "secret", "key", "token", "credential"),
        re.compile(
            rf"(?ai)((?<![A-Za-z0-9])(?:[A-Za-z0-9]{{1,30}}[_-]){{0,4}}(?:{_NAME}|keys?))"
            r"(\s{0,3}[:=]\s{0,3}|\s{1,3}(?:(?:is|was|are)\s{0,3}:?\s{0,3})?)"
            r"((?<=[\s:=])[^\s\"',;&}\\]{5,}[^\s\"',;&}\\.!?)])"
        ),
        _said,
    ),
)
"""Words without which a shape cannot be there, the shape, and what is put in its place; words are quick to look for."""
