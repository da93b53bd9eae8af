"""The words of a post as a model wrote them with a draft: which of them can stand beside the clip."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...languages import alike, code_of, language_of, name_of
from .judging import count_words, longest_shared_run, words
from .state import Draft
from .story import shots_of
from .wording import no_answer

LONGEST_CAPTION = 300
"""Characters that people read of a caption before they have to open it, with room to spare."""
FEWEST_TAGS, MOST_TAGS = 3, 8
_LONGEST_TAG = 30
_OF_THE_PROMPT = 5
"""Words in a row, of a render prompt and of neither title nor request, that are directions and no caption."""
_DIRECTIONS = re.compile(
    r"\b(?:close-?ups?|wide shot|medium shot|push-?in|pull-?back|zooms? (?:in|out)|depth of field|bokeh|4k|8k"
    r"|cinematic|slow motion|tracking shot|overhead shot|colou?r palette|aspect ratio|no text|vertical video)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"[#＃]?([^\W_][\w\u0900-\u0dff\u0e00-\u0e7f]*)")


def caption_fault(draft: Draft, request: str, language: str) -> str:
    """Why the draft's caption is none for people; empty where it is one, or there is none.

    `language` is that which drafts were asked for in; without one it is that of the request, where that is sure.
    """
    caption = " ".join(draft.caption.split())
    if not caption:
        return ""
    if len(caption) > LONGEST_CAPTION:
        return f"it has {len(caption)} characters"
    if _DIRECTIONS.search(caption) and not _DIRECTIONS.search(request):
        return "it directs a camera"
    given = [*words(request), *words(draft.title)]
    for prompt in (text for shot in shots_of(draft) for text in (shot.video_prompt, shot.render_prompt)):
        if count_words(longest_shared_run(words(caption), words(prompt), given)) >= _OF_THE_PROMPT:
            return "it repeats the video prompt"
    if why := no_answer(caption, request):
        return f"it {why.partition(';')[0]}"
    spoken, wanted = language_of(caption), code_of(language) if language.strip() else language_of(request)
    return f"it is in {name_of(spoken)}" if spoken and wanted and not alike(spoken, wanted) else ""


def caption_of(draft: Draft, request: str, language: str) -> str:
    """The draft's caption without the hashtags at its end; empty where it is none for people."""
    if caption_fault(draft, request, language):
        return ""
    return re.sub(r"(?:\s*[#＃][^\s#＃]+)+\s*$", "", draft.caption).strip()


def sound_hashtags(tags: Sequence[str]) -> tuple[str, ...]:
    """The hashtags that can be typed, once each, at most as many as a post takes; none where too few are left."""
    found: dict[str, str] = {}
    for tag in tags:
        whole = _TAG.fullmatch(tag.strip())
        if whole and not whole[1].isdigit() and len(whole[1]) <= _LONGEST_TAG:
            found.setdefault(whole[1].casefold(), f"#{whole[1]}")
    kept = tuple(found.values())[:MOST_TAGS]
    return kept if len(kept) >= FEWEST_TAGS else ()
