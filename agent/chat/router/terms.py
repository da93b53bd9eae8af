"""What becomes of the terms of a wish for a video: whatever is named is used, or it is said why it is not."""

from __future__ import annotations

from dataclasses import replace

from ....graphs.create.request.terms import Terms, is_own
from ...toolbox.tools.draft_video import draft_video
from ...toolbox.tools.make_video import make_video
from .manners import untranslated
from .posting import hashtags
from .wishes import Wish

_SECONDS = 3


def met(terms: Terms, wish: Wish, line: str) -> Wish:
    """The wish for a video or for drafts with the terms in it, and what is to be said of those that cannot be."""
    if terms.language and not is_own(terms.language, line):
        return Wish(text=untranslated(terms.language))
    arguments, said = dict(wish.arguments or {}), [wish.text] if wish.text else []
    if terms.renderer and wish.tool == make_video.name:
        arguments["renderer"] = terms.renderer
    elif terms.renderer:
        said.append(f"Nothing is rendered yet; after that: `render the first with {terms.renderer}`.")
    if not terms.lasts_as_asked:
        said.append(f"Every clip has {_SECONDS} seconds: “{terms.length}” is not possible here.")
    if terms.shape and "shape" not in wish.text:
        after = "after that" if wish.tool == make_video.name else "after a render"
        said.append(f"It gets the shape of this session; `make it {terms.shape.casefold()}` comes {after}.")
    if terms.speaks and wish.tool == make_video.name:
        arguments["voice"] = "auto"
    elif terms.speaks:
        said.append("Nothing is rendered yet; after that: `make the video with a voice-over`.")
    if terms.accompaniment:
        said.append(
            f"Without {terms.accompaniment.casefold()}: `popcorn chat --music FILE` lays music under every clip."
        )
    if terms.silence:
        said.append("A clip is silent but where `popcorn chat` began with --music or --voice.")
    if terms.beyond:
        said.append(f"“{terms.beyond}” is nothing that my rules can see to.")
    if terms.post:
        said.append(f"For the post: {hashtags(str(arguments.get('request', '')))}")
    return replace(wish, arguments=arguments, text=" ".join(said))


def takes_terms(wish: Wish | None) -> bool:
    """Whether the wish is one for a new video or for new drafts."""
    return wish is not None and wish.tool in (make_video.name, draft_video.name)
