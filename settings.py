"""Settings: parsed once, frozen, passed on. Every default stands here.

Order, highest first: flags, POPCORN_* variables, ./popcorn.toml, the user's file, the defaults below. Of a
./popcorn.toml that is not trusted only that counts which `untrusted_settings` lets through.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from .choices import (
    AdAspectName,
    AspectName,
    Choice,
    Chosen,
    ChosenAnew,
    ChosenHere,
    ChosenHereAnew,
    DraftingName,
    FitName,
    ModeName,
    OfTheWalk,
    PlatformName,
    RenderName,
    RoutingName,
    StrategyName,
    Walkers,
    WalkersWay,
)
from .errors import RequestError
from .home import close_to_others, expanded, usual_home
from .redaction import know, scrubbed
from .secret_shapes import without_shapes
from .settings_sources import (
    Variables,
    complaint,
    project_source,
    sources_of,
    user_source,
)
from .settings_tables import PriceSettings, ProviderSettings, RendererSettings, VoiceSettings
from .trust.trusted_folders import is_closed

SHORT_VIDEO: Final = "short-video"
"""Where videos are published unless somebody says otherwise."""


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix="POPCORN_", frozen=True, extra="forbid", env_ignore_empty=True)

    home: Walkers[Path] = Field(
        default_factory=usual_home,
        description="where catalogues, predictors and runs are kept",
    )
    database_url: Walkers[SecretStr] = Field(
        SecretStr(""), description="a PostgreSQL server for runs and checkpoints; a file under the home without it"
    )
    llm: ChosenAnew[str] = Field(
        "auto",
        description="the chat model, which drafts and speaks: `auto`, `offline`, PROVIDER:MODEL such as openai:gpt-4o, "
        "or a preset such as deepseek-r1",
    )
    temperature: float | None = Field(
        None, ge=0, le=2, description="how freely the model samples; its own way if unset"
    )
    top_p: float | None = Field(None, gt=0, le=1, description="the share of likely words it samples from")
    llm_timeout: WalkersWay[float] = Field(
        120,
        gt=0,
        description="seconds that a model server may take for each token; the first may take 5 times as long, "
        "15 times on a server of your own",
    )
    llm_retries: WalkersWay[int] = Field(3, ge=0, le=20, description="how often a failed call is tried again")
    llm_window: WalkersWay[int] = Field(
        0, ge=0, description="tokens that the model takes in; 0 for what is known of it"
    )
    llm_images: WalkersWay[Literal["auto", "yes", "no"]] = Field(
        "auto", description="whether the model is shown pictures of footage: `auto` where it is known to read them"
    )
    llm_concurrency: WalkersWay[int] = Field(
        0,
        ge=0,
        le=256,
        description="calls of the model at the same time; 0 for as many as its server says, else 8, "
        "or 1 of a server of your own",
    )
    drafting: Chosen[DraftingName] = Field(
        "apart",
        description="drafts in calls of their own at the same time, or as many in one as fit, which costs less",
    )
    cache: Walkers[ChosenHere[bool]] = Field(
        True, description="answer a question that was asked before from the reply cache"
    )
    renderer: ChosenAnew[str] = Field("animatic", description="what turns a draft into a clip")
    predictor: Chosen[str] = Field("default", description="what predicts popularity: `default` is the one in use")
    catalogue: Chosen[str] = Field("sample", description="the references to learn from; `sample` is built in")
    encoder: str = Field("all-MiniLM-L6-v2", description="the text encoder of new catalogues")
    mode: Chosen[ModeName] = Field(
        "enhanced",
        description="`enhanced` drafts against past videos, `basic` without them, `paper` in one call, as published",
    )
    references: Chosen[int] = Field(10, ge=1, le=1000, description="references to retrieve, K")
    tags: Chosen[int] = Field(1, ge=1, le=100, description="tags a request is routed to")
    negative_share: Chosen[float] = Field(0.1, ge=0, lt=1, description="share of unpopular references")
    routing: Chosen[RoutingName] = Field("neighbours", description="how tags are chosen")
    candidates: Chosen[int] = Field(3, ge=1, le=16, description="drafts asked for in each attempt")
    attempts: Chosen[int] = Field(3, ge=1, le=20, description="attempts before the best one is taken")
    threshold: Chosen[float] = Field(
        50,  # the middle of the real videos: expected ranks shrink towards it, and few drafts are ever promised 60
        ge=0,
        le=100,
        description="the expected rank of 100 real videos from which an attempt is accepted, where there is evidence",
    )
    platform: Chosen[PlatformName] = Field(SHORT_VIDEO, description="where the video is to be published")
    aspect: Chosen[AspectName] = Field("9:16", description="the clip's shape")
    render: Chosen[RenderName] = Field("best", description="which attempts are rendered")
    shots: Chosen[int] = Field(1, ge=1, le=5, description="shots of 3 seconds that tell the clip's story, joined")
    fit: Chosen[FitName] = Field("crop", description="what becomes of a shape that a video model cannot make")
    clips_gb: float = Field(5, ge=0, description="gigabytes that rendered clips may take in the clip store; 0 for none")
    cover: ChosenHereAnew[str] = Field(
        "", description="an image model that makes covers, a repository or a folder; a frame without it"
    )
    overlay: Chosen[bool] = Field(False, description="set the title on covers and clips, where the renderer does not")
    image: ChosenHere[str] = Field(
        "",
        description="a picture of your own that the clip shows, moved by zoom or pan, or by a video model that starts "
        "from it",
    )
    c2pa_certificate: WalkersWay[Path | None] = Field(
        None, description="certificate chain (PEM) with which clips are signed"
    )
    c2pa_key: WalkersWay[Path | None] = Field(None, description="the certificate's private key (PEM)")
    voices: Walkers[dict[str, VoiceSettings]] = Field(
        default_factory=dict, description="how voices behind servers are used"
    )
    renderers: Walkers[dict[str, RendererSettings]] = Field(
        default_factory=dict, description="how single renderers are used"
    )
    voice: ChosenAnew[str] = Field(
        "",
        max_length=200,
        description="what speaks; `auto` is the language's own voice. Without it an ad has that, and a clip is silent",
    )
    music: ChosenHereAnew[str] = Field(
        "", max_length=1000, description="music under a clip: a file, or a mood with the extra `ads`; none without it"
    )
    ad_transcriber: str = Field(
        "tiny.en",
        max_length=200,
        description="what writes down the speech in footage: a Whisper model's name or folder",
    )
    ad_clips: int = Field(0, ge=0, le=20, description="clips of an ad, K; 0 for as many as its length asks for")
    ad_seconds: float = Field(
        0, ge=0, le=180, description="seconds of an ad; 0 for what the footage carries, at most 20"
    )
    ad_aspect: AdAspectName = Field("9:16", description="an ad's shape")
    ad_repeats: bool = Field(False, description="let a clip be used twice in an ad")
    ad_strategy: StrategyName = Field("clips-first", description="how an ad's lines and clips come together")
    ad_volumes: str = Field(
        "", max_length=200, description="decibels by which tracks differ from the usual: `voice=2,music=-3,clips=-6`"
    )
    ad_claims: str = Field(
        "", max_length=200, description="levels of claims that nothing backs, e.g. `warn` or `number=warn,price=mark`"
    )
    language: Chosen[str] = Field(
        "", max_length=40, description="the language of drafts; that of the request without it"
    )
    seed: ChosenAnew[int] = Field(0, ge=0, le=2**31 - 1, description="makes drafts and clips repeatable")
    max_seconds: Walkers[ChosenHere[float]] = Field(0, ge=0, description="time budget of a run in seconds; 0 for none")
    max_cost: Walkers[ChosenHere[float]] = Field(
        0,
        ge=0,
        description="what a run's models and clips, or those of one render, may cost in US dollars; 0 for no limit",
    )
    max_tokens: Walkers[ChosenHere[int]] = Field(0, ge=0, description="tokens that a run may use; 0 for no limit")
    providers: Walkers[dict[str, ProviderSettings]] = Field(
        default_factory=dict, description="model servers beside the built-in ones"
    )
    prices: Walkers[dict[str, PriceSettings]] = Field(
        default_factory=dict, description="prices that go before the built-in ones"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return expanded(home).absolute()

    @field_validator("image")
    @classmethod
    def _from_anywhere(cls, image: str) -> str:
        """A run may be gone on with from another folder."""
        return str(expanded(Path(image)).absolute()) if image else ""

    @field_validator("music")
    @classmethod
    def _file_from_anywhere(cls, music: str) -> str:
        """Likewise a file; a mood stays a word."""
        return str(expanded(Path(music)).absolute()) if music and expanded(Path(music)).is_file() else music

    @field_validator("language")
    @classmethod
    def _without_keys(cls, language: str) -> str:
        """It stands in prompts, as the request does, and likewise keeps no key."""
        return scrubbed(language)

    @field_validator("llm", "renderer", "cover")
    @classmethod
    def _is_no_key(cls, name: str) -> str:
        """A server is asked for this name."""
        if without_shapes(name) != name:
            raise PydanticCustomError("key", "that looks like a key, which belongs into a variable of its own")
        return name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, project file, user's file; nothing else is read."""
        user = user_source(cls)
        return (init_settings, Variables(cls), project_source(cls, user), user)

    def model_post_init(self, context: object) -> None:
        """What they name as keys is secret from now on."""
        named = {one.key_variable for one in self.providers.values()}
        named |= {one.key_variable for one in self.renderers.values()}
        named |= {one.key_variable for one in self.voices.values()}
        know(named, [self.database_url.get_secret_value()])

    @property
    def database(self) -> Path:
        """The SQLite file of checkpoints, runs and events."""
        return self.home / "popcorn.sqlite"


def _marked(mark: type, **facts: bool) -> frozenset[str]:
    """The settings that bear a mark of this class with these facts."""
    return frozenset(
        name
        for name, field in Settings.model_fields.items()
        for one in field.metadata
        if isinstance(one, Choice | OfTheWalk) and isinstance(one, mark) and facts.items() <= asdict(one).items()
    )


CHOSEN = _marked(Choice)
"""Settings that each run may choose."""
CHOSEN_ANEW = _marked(Choice, anew=True)
"""Settings that a run keeps unless somebody who goes on with it names another value."""
OF_THE_WALK = _marked(OfTheWalk)
"""Settings that are not the run's but those of whoever walks it now."""
OF_ADS = frozenset(name for name in Settings.model_fields if name.startswith("ad_")) | {"voice"}
"""Settings that only ads have."""
FOR_ONE_RUN = CHOSEN | _marked(OfTheWalk, settable=True)
"""Settings, of the walk too, that may be set for one run: the rest says where things are."""


def load_settings(**flags: object) -> Settings:
    """The settings in force; a flag of None was not given. What was ignored of an untrusted folder is logged, once.

    Raises RequestError that names the value, where it came from and what would do.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]  # checked by pydantic, reported below
    except ValidationError as exc:
        raise complaint(exc.errors()[0], sources_of(Settings, given), Settings.model_fields) from exc
    if is_closed(settings.home):
        raise RequestError(
            f"the home {str(settings.home)!r} is another user's", hint="Set POPCORN_HOME to a folder of your own."
        )
    close_to_others(settings.home)
    return settings


def debugging() -> bool:
    """True when POPCORN_DEBUG asks for tracebacks."""
    return os.environ.get("POPCORN_DEBUG", "") not in {"", "0"}
