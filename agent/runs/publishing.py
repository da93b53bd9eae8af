"""What a finished run gives to be posted: the words of a post, captions and metadata in its folder, and the bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ... import files
from ...errors import StoreError
from ...graphs.create.making import speech_of
from ...graphs.create.policy import best_of
from ...graphs.create.post_words import MOST_TAGS, caption_of, sound_hashtags
from ...graphs.create.state import CreateState
from ...tools.popularity.standing import comments, whole
from ...tools.popularity.types import Score
from ...tools.references.types import Side
from ..models.offline.hashtags import AI_LABEL
from ..models.offline.post import Post, Shown, post_of
from .result import render_of, write_json
from .sound_facts import sound_data, sound_told

_CAPTIONS = "captions.srt"


def keep_post(folder: Path, state: CreateState, request: str) -> None:
    """Write captions, metadata and the text to paste into the run's `folder`. Raises StoreError."""
    from ...tools.video.publishing_bundle import TEXT, paste_text

    said = _metadata(folder, state, request)
    with files.writing(folder):
        if says := _captioned(folder / _CAPTIONS, state, said):
            said["captions"] = {"path": _CAPTIONS, "says": says}
        files.write_text(folder / TEXT, paste_text(said))
    write_json(folder / "metadata.json", said)


def _captioned(out: Path, state: CreateState, said: Mapping[str, Any]) -> str:
    """Write the captions file, which follows the voice where one speaks, and say what is in it; empty for no words."""
    from ...tools.editing.subtitle_files import write_subtitles
    from ...tools.video.captions import cues_of, write_captions

    speech = speech_of(state, best_of(state.attempts))
    if speech and speech.cues:
        write_subtitles(speech.cues, out, size=(said["video"]["width"], said["video"]["height"]))
        return "what the voice says, when it says it"
    if not cues_of(said["title"]):
        return ""
    write_captions(said["title"], said["video"]["seconds"], out)
    silent = "which is all that is said: the clip is silent" if said["video"]["silent"] else "since no voice speaks"
    return f"the title, {silent}"


def _metadata(folder: Path, state: CreateState, request: str) -> dict[str, Any]:
    from ...tools.video.checks import sha256_of
    from ...tools.video.photograph import NAME as PHOTOGRAPH
    from ...tools.video.publishing_bundle import metadata

    best = best_of(state.attempts)
    clip = replace(render_of(state, best).clip, path=folder / "clip.mp4")
    shown = Shown(
        best.draft.title,
        best.draft.video_prompt,
        clip.seconds,
        drawn=clip.demo,
        photograph=clip.renderer == PHOTOGRAPH,
        ai_generated=clip.recipe is not None,
        references=_texts(state),
        categories=[choice.tag for choice in state.retrieval.tags] if state.retrieval else [],
    )
    post = _written(post_of(state.request, shown), state)
    render = render_of(state, best)
    sound = sound_data(state, best, render)
    more = {
        "score": score_meaning(best.score),
        "request": request,
        "run_id": folder.name,
        "sound": sound,
        "sound_told": "none: the clip is silent" if clip.silent else sound_told({"sound": sound, "video": clip.data()}),
        "shots": [shot.video_prompt for shot in best.draft.shots],
    }
    return metadata(clip, **words_of(post), manifest=sha256_of(folder / "manifest.json"), more=more)


def _written(post: Post, state: CreateState) -> Post:
    """The post with what the model wrote for it, as far as that can stand there; the rule's words for the rest."""
    draft = best_of(state.attempts).draft
    caption = caption_of(draft, state.request, state.plan.language)
    tags = sound_hashtags(draft.hashtags)
    label = [tag for tag in post.hashtags if tag == AI_LABEL]
    tags = (*tags[: MOST_TAGS - len(label)], *label) if tags else post.hashtags
    return replace(post, caption=caption or post.caption, hashtags=tags)


def words_of(post: Post) -> dict[str, Any]:
    """The words of a post as metadata has them."""
    return {
        "title": post.title,
        "caption": post.caption,
        "hashtags": post.hashtags,
        "alt_text": post.alt_text,
    }


def score_meaning(score: Score) -> dict[str, Any]:
    """Where the draft stands among real videos, in a sentence, and who says so."""
    told = "; ".join(filter(None, (whole(score), comments(score))))
    return {
        "meaning": f"{told}; by {score.predictor}",
        "percentile": score.percentile,
        "percentile_low": score.percentile_low,
        "percentile_high": score.percentile_high,
        "evidence": score.evidence,
    }


def _texts(state: CreateState) -> list[str]:
    """Titles and descriptions of the references, what drew comments first."""
    found = state.retrieval.references if state.retrieval else ()
    ranked = sorted(found, key=lambda one: one.side is not Side.POPULAR)
    return [f"{one.reference.title}\n{one.reference.description}" for one in ranked]


def bundle_run(run: Path, folder: Path) -> dict[str, Any]:
    """Copy all that an upload needs of a finished run into `folder`, as `ask --json` has it. Raises what writing does.

    Raises StoreError where the run's own metadata cannot be read.
    """
    from ...tools.video.publishing_bundle import write_bundle

    try:
        said: Mapping[str, Any] = json.loads((run / "metadata.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as exc:
        raise StoreError(f"the metadata of run {run.name!r} cannot be read: {exc}", hint="Ask again.") from exc
    captions = run / _CAPTIONS if "captions" in said else None
    written = write_bundle(folder, run / "clip.mp4", run / "cover.jpg", said, captions)
    return {"path": str(folder), "files": written}
