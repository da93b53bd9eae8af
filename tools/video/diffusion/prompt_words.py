"""The words that a model's family wants, out of a draft's prompt: nothing in them comes from a language model."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ....errors import RenderError
from ..types import RenderRequest
from .presets import Form, Preset
from .render_plan import Plan

_CAMERA = ("camera", "shot", "close-up", "zoom", "pan", "dolly", "tracking", "push-in", "handheld", "aerial", "angle")
_LIGHT = ("light", "lit", "sun", "glow", "shadow", "dark", "neon", "golden hour", "dusk", "dawn", "backlit")
_LOOK = ("realistic", "cinematic", "animation", "cartoon", "film", "photo", "detailed", "footage", "style", "anime")

_SAID: dict[Form, tuple[tuple[tuple[str, ...], str], ...]] = {
    "descriptive": (
        (
            _CAMERA,
            "The camera moves slowly and steadily, keeping the subject in focus from the first frame to the last.",
        ),
        (_LIGHT, "Soft natural light shapes the scene and brings out textures and colours."),
        (_LOOK, "The footage is realistic and richly detailed, with smooth, believable motion."),
    ),
    "flowing": (
        (_CAMERA, "The camera moves slowly forward with the subject in focus."),
        (_LIGHT, "The lighting is soft and natural."),
        (_LOOK, "The scene appears to be real-life footage."),
    ),
    "cinematic": (
        (_CAMERA, "Medium shot, slow camera movement."),
        (_LIGHT, "Soft natural lighting."),
        (_LOOK, "Cinematic, realistic, high detail."),
    ),
}
"""What each family expects a prompt to say: the words by which one tells that it does, and what is said if not.

Source: github.com/THUDM/CogVideo README (trained on long captions), github.com/Tencent-Hunyuan/HunyuanVideo-1.5 README
(long, detailed prompts), github.com/Lightricks/LTX-Video README (one flowing paragraph; camera and light near its end).
The sentences are ours, and so is the order for Wan, whose projects only ask for extended prompts.
"""
_NOT_LATIN = 0.3
"""The share of letters outside Latin script from which a prompt counts as not English."""


@dataclass(frozen=True, slots=True)
class Words:
    """What goes to the model, and what was done to make it so."""

    prompt: str
    negative_prompt: str
    notes: tuple[str, ...] = ()


def words_for(request: RenderRequest, preset: Preset, plan: Plan) -> Words:
    """The request's prompt in the preset's form. Raises RenderError when there is nothing to be rendered."""
    prompt = _clean(request.video_prompt)
    if not prompt:
        raise RenderError(
            f"there is no video prompt for {preset.title}",
            hint="say what the clip is to show; a video model cannot work from a title alone",
        )
    notes = []
    if preset.english_only and _is_foreign(prompt):
        notes.append(f"{preset.title} was trained on English prompts, and this one is in another script")
    prompt, left_out = _shortened(prompt, preset.words)
    if left_out:
        notes.append(
            f"the prompt was cut after {preset.words} words, which is what the model reads; {left_out} left out"
        )
    return Words(_expanded(prompt, preset, plan), preset.negative_prompt, tuple(notes))


def _clean(text: str) -> str:
    """One line without control characters, halves of surrogate pairs or marks that turn the direction of writing."""
    kept = (char if unicodedata.category(char)[0] != "C" or char == "\u200d" else " " for char in text)
    return " ".join("".join(kept).split())


def _is_foreign(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    foreign = sum(1 for char in letters if not unicodedata.name(char, "").startswith("LATIN"))
    return bool(letters) and foreign / len(letters) > _NOT_LATIN


def _shortened(text: str, most: int) -> tuple[str, int]:
    """The first `most` words, up to the last sentence that ends among them where it is not far back."""
    words = text.split(" ")
    if len(words) <= most:
        return text, 0
    kept = words[:most]
    for number in range(most, most * 2 // 3, -1):
        if kept[number - 1].endswith((".", "!", "?", "。")):
            kept = kept[:number]
            break
    return " ".join(kept), len(words) - len(kept)


def _expanded(said: str, preset: Preset, plan: Plan) -> str:
    """The prompt and, as far as there is room, what its family expects and it does not say."""
    sentences = [said if said.endswith((".", "!", "?", "。")) else f"{said}."]
    missing = [text for known, text in _SAID[preset.form] if not _mentions(said, known)]
    if plan.fit is not None:
        missing.insert(0, "The subject stays in the middle of the picture.")
    for text in missing:
        if len(" ".join([*sentences, text]).split(" ")) <= preset.words:
            sentences.append(text)
    return " ".join(sentences)


def _mentions(text: str, known: tuple[str, ...]) -> bool:
    pattern = r"\b(?:" + "|".join(map(re.escape, known)) + ")"
    return re.search(pattern, text.casefold()) is not None
