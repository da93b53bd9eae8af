"""render_video: one draft as a clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from ....choices import AspectName
from ....graphs.create.tool_names import RENDER_VIDEO
from ....prompts.text import visible
from ....tools.video.types import Clip
from ...wiring import spending
from .. import clip_rendering
from ..drafts import DraftText
from ..made_video import KeptFile
from ..score_phrases import clip_line, one_line
from ..tool import Arguments, Tool
from ..tool_result import Brought, RenderedClip, Row, Summary, ToolResult
from ..work import Stoppable
from ..workbench import changed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ....settings import Settings
    from ....tools.video.types import Estimate
    from ..sendable_result import Progress
    from ..workbench import Workbench

_NOTICE = 200


class RenderVideo(Arguments):
    """What is rendered, and how."""

    title: Annotated[str, Field(description="the title, drawn into the clip by renderers that draw.")]
    video_prompt: Annotated[str, Field(description="the draft's whole video prompt, word for word.")]
    renderer: Annotated[str, Field(description="the name of what renders it; the session's renderer without it.")] = ""
    aspect: Annotated[Literal["", AspectName], Field(description="the clip's shape; the session's without it.")] = ""
    request: Annotated[
        str, Field(description="what it is a draft of, as the person asked for it; decides what may be drawn.")
    ] = ""
    seed: Annotated[int, Field(description="makes the clip repeatable; the session's below 0.")] = -1
    say: Annotated[
        str, Field(description="what a voice says over the clip, seven words or so; the title without it.")
    ] = ""
    voice: Annotated[
        str, Field(description="`auto` to have a voice speak, `none` for a silent clip; the session's without it.")
    ] = ""
    music: Annotated[str, Field(description="a mood of music under the clip; the session's music without it.")] = ""


@dataclass(frozen=True, slots=True)
class RenderedVideo(ToolResult):
    """A clip with its cover."""

    title: str
    video_prompt: str
    video: Clip
    cover: KeptFile

    def data(self) -> dict[str, Any]:
        """The clip as every JSON of ours has it."""
        texts = {"title": self.title, "video_prompt": self.video_prompt}
        return texts | {"video": self.video.data(), "cover": {"path": self.cover.path}}

    def brief(self) -> str:
        """Where the clip is, and what it is."""
        clip = self.video
        demo = " It is a drawn stand-in, not a film." if clip.demo else ""
        line = f"Rendered {self.title!r} with {clip.renderer}: {_facts(clip)}.{demo} The clip is kept at {clip.path}"
        return line + "".join(f"\nNote: {one_line(notice, _NOTICE)}." for notice in clip.notices)

    def card(self) -> RenderableType:
        """The title over the paths."""
        from rich.console import Group
        from rich.text import Text

        from ..layout import path_line

        stand_in = " (a drawn stand-in)" if self.video.demo else ""
        return Group(
            Text(visible(self.title), style="bold"),
            path_line(str(self.video.path)),
            Text(f"{_facts(self.video)}; made by {self.video.renderer}{stand_in}", style="dim"),
            path_line(self.cover.path),
        )

    def summary(self) -> Summary:
        """The title and where the clip is."""
        return Summary(clip_line(self.video), (Row(one_line(self.title)),), path=str(self.video.path))

    def brings(self) -> Brought:
        """The clip, and its draft as the one that is spoken of."""
        clip = RenderedClip(self.title, str(self.video.path), self.cover.path)
        return Brought(rendered=DraftText(self.title, self.video_prompt), clip=clip)


def _render(bench: Workbench, asked: RenderVideo, progress: Progress | None) -> RenderedVideo:
    """Render one draft as a 3-second clip with a cover.

    Example: render_video(title="Tacos at midnight", video_prompt="Slow push-in on a hot griddle ...")
    """
    data = clip_rendering.rendered(
        _settings(bench, asked), asked.title, asked.video_prompt, progress, asked.request, asked.say
    )
    return RenderedVideo.read(data)


def _estimate(bench: Workbench, asked: RenderVideo) -> Estimate:
    return clip_rendering.estimated(_settings(bench, asked), asked.title, asked.video_prompt, asked.request)


def _agree(bench: Workbench, asked: RenderVideo) -> None:
    request = clip_rendering.requested(_settings(bench, asked), asked.title, asked.video_prompt, asked.request)
    spending.agree(_settings(bench, asked), request)


def _settings(bench: Workbench, asked: RenderVideo) -> Settings:
    """Those of the session with what the call chooses. Raises RequestError."""
    return changed(
        bench.settings,
        {
            "renderer": clip_rendering.chosen_renderer(asked.renderer, bench.settings),
            "aspect": asked.aspect or None,
            "seed": asked.seed if asked.seed >= 0 else None,
            **clip_rendering.chosen_sound(_voice(bench, asked), asked.music, bench.settings),
        },
    )


def _voice(bench: Workbench, asked: RenderVideo) -> str:
    """Who says what is to be said; empty for the session's own choice."""
    return asked.voice or ("auto" if asked.say and not bench.settings.voice else "")


def _facts(clip: Clip) -> str:
    return f"{clip.width}x{clip.height}, {clip.seconds:.2f} s" + (", silent" if clip.silent else "")


render_video = Tool(
    name=RENDER_VIDEO,
    label="render",
    arguments=RenderVideo,
    work=Stoppable(_render),
    read=RenderedVideo.read,
    estimate=_estimate,
    agree=_agree,
    spends=True,
)
