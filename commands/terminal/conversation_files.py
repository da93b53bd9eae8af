"""What a person keeps of a conversation, or looks at outside of it: the last clip, the words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import RequestError

if TYPE_CHECKING:
    from ...agent.chat.conversation import Conversation


async def save(conversation: Conversation, named: str) -> str:
    """Write the last clip (.mp4) or the conversation (.md, .json) to a file; what was done, in words.

    Raises RequestError where the name is none, or there is nothing to keep.
    """
    from ...agent.chat.transcript import write
    from ...agent.runs.result import keep_file

    target = _target(named)
    there = target.exists()
    if target.suffix.lower() in {".md", ".json"}:
        write(target, conversation.thread, await conversation.messages())
    elif target.suffix.lower() == ".mp4":
        keep_file(Path(await last_clip(conversation)), target, shared=True)
    else:
        raise RequestError(f"{target.suffix!r} is no kind that is known", hint="Clips are .mp4, words .md or .json.")
    return f"{'replaced' if there else 'saved'} {target}"


async def last_clip(conversation: Conversation) -> str:
    """Where the latest clip is. Raises RequestError where there is none."""
    clips = (await conversation.board()).clips
    if not clips:
        raise RequestError("this conversation has no clip yet", hint="Ask for one, e.g.: render the first")
    path = clips[-1].path
    if not Path(path).is_file():
        raise RequestError(f"{path!r} is gone", hint="Render it again.")
    return path


def show_outside(path: str) -> None:
    """Open a file in what the desktop opens it with; nothing where there is no desktop."""
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    seen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if seen and (program := shutil.which(opener)):
        null = subprocess.DEVNULL
        subprocess.Popen([program, path], stdin=null, stdout=null, stderr=null, start_new_session=True)


def short(text: str) -> str:
    """A text that somebody typed, as a message shows it."""
    return text if len(text) <= 80 else f"{text[:79]}…"


def _target(named: str) -> Path:
    """The file that a person names. Raises RequestError where it cannot be."""
    try:
        target = Path(named).expanduser()
        there = target.parent.is_dir()
    except (OSError, RuntimeError) as exc:  # a name too long, a person whom nobody knows
        why = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise RequestError(f"{short(named)!r} cannot be a file: {why}", hint="Name another file.") from exc
    if not named or not target.suffix:
        raise RequestError("where to?", hint="/save clip.mp4 keeps the last clip, /save talk.md the conversation.")
    if not there:
        raise RequestError(
            f"there is no folder {short(str(target.parent))!r}", hint="Make it first, or name another file."
        )
    return target
