"""Settings: parsed once, frozen, passed on. Every default stands here.

Order, highest first: flags, POPCORN_* variables, ./popcorn.toml, the user's file, the defaults below. Of a
./popcorn.toml that is not trusted only that counts which `untrusted_settings` lets through.
"""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from .choices import (
    AspectName,
    Choice,
    DraftingName,
    FitName,
    ModeName,
    OfTheWalk,
    PlatformName,
    RenderName,
    RoutingName,
)
from .errors import RequestError
from .home import close_to_others, expanded
from .names import did_you_mean
from .redaction import know, scrubbed
from .secret_shapes import without_shapes
from .trust.addresses import fault_of
from .trust.project_file import NAME, ProjectFile, read_project
from .trust.trusted_folders import NOWHERE, Standing, is_closed, user_folder
from .trust.untrusted_settings import Ignored, sift

SHORT_VIDEO: Final = "short-video"
"""Where videos are published unless somebody says otherwise."""
SESSION_COST_USD = 5.0
"""What a conversation, or a server of tools, may cost where nobody set max_cost."""
_NAMED = 3
"""Ignored settings that are named in one sentence."""
_LONGEST_NAME = 60
"""Characters of such a name."""
_log = logging.getLogger(__name__)


def user_file() -> Path:
    """The settings file of the person who runs Popcorn."""
    return user_folder() / NAME


def _usual_home() -> Path:
    """The platform's folder for data. Raises RequestError where nobody knows this user's home."""
    try:
        return Path(platformdirs.user_data_dir("popcorn", appauthor=False))
    except RuntimeError as exc:
        raise RequestError(
            "there is no home folder to keep anything in: HOME is not set, and this user has none",
            hint="Set POPCORN_HOME to a folder of your own.",
        ) from exc


def _sound(address: str) -> str:
    if address and (fault := fault_of(address)):
        raise PydanticCustomError("address", "{fault}", {"fault": fault})
    return address


Address = Annotated[str, AfterValidator(_sound)]
"""Where a server is; empty where nobody said."""
Variable = Annotated[str, Field(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]
"""The name of an environment variable; empty for none."""


class ProviderSettings(BaseModel):
    """A model server of somebody's own, as [providers.NAME] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    base_url: Address = Field(min_length=1, description="where it is, e.g. http://127.0.0.1:8080/v1")
    key_variable: Variable = Field("", description="the environment variable that holds the key; empty for none")
    model: str = Field("", description="the model that is asked when none was chosen")
    free: bool = Field(False, description="its tokens cost nothing")


class PriceSettings(BaseModel):
    """US dollars for a million tokens, as [prices."PROVIDER:MODEL"] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class RendererSettings(BaseModel):
    """How one renderer is used, as [renderers.NAME] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(default="", description="repository or folder of its weights, or the server's name for it")
    revision: str = Field(default="", description="branch, tag or commit of the repository")
    base_url: Address = Field(default="", description="where its server is, ending in /v1")
    key_variable: Variable = Field(default="", description="the environment variable that holds the server's key")
    price: float | None = Field(default=None, ge=0, description="US dollars that a clip costs; unset where nobody said")
    steps: int | None = Field(default=None, ge=1, le=1000, description="denoising steps; the preset's own if unset")
    guidance: float | None = Field(default=None, ge=0, description="guidance scale; the preset's own if unset")
    memory: str = Field(default="auto", description="how it is kept in memory; `auto` looks at what is free")
    step_cache: bool = Field(
        default=False, description="skip what changes little from step to step: quicker, not exact"
    )
    compile: bool = Field(
        default=False, description="compile the model's repeated block: for many clips in one process"
    )
    timeout: float = Field(default=1800, gt=0, description="seconds that one render may take")


class VoiceSettings(BaseModel):
    """How a voice behind a server is used, as [voices.api] or [voices."api:MODEL"] in a settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    model: str = Field(default="", description="the server's name for the model")
    speaker: str = Field(default="alloy", description="the server's name for the speaker")
    base_url: Address = Field(default="", description="where its server is, ending in /v1")
    key_variable: Variable = Field(default="", description="the environment variable that holds the server's key")
    speed: float = Field(default=1.0, ge=0.25, le=4, description="how fast it speaks, 1 being its own way")
    timeout: float = Field(default=120, gt=0, description="seconds that the server may be silent")


Sources = list[tuple[str, dict[str, Any]]]
"""What sources say, the first of which wins, each with its name."""
T = TypeVar("T")
Chosen = Annotated[T, Choice()]
"""A setting that each run may choose, at every door."""
ChosenAnew = Annotated[T, Choice(anew=True)]
"""One that a run which is gone on with may be given another value of."""
ChosenHere = Annotated[T, Choice(served=False)]
"""One that a client of a server may not: it limits, or it names weights."""
ChosenHereAnew = Annotated[T, Choice(served=False, anew=True)]
"""Both of that."""
Walkers = Annotated[T, OfTheWalk()]
"""One that a run which is gone on with, or forked, takes from whoever walks it now."""
WalkersWay = Annotated[T, OfTheWalk(settable=True)]
"""Likewise, of how servers are asked and clips are signed: a fork may be given another one."""


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix="POPCORN_", frozen=True, extra="forbid", env_ignore_empty=True)

    home: Walkers[Path] = Field(
        default_factory=lambda: _usual_home(),
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
    mode: Chosen[ModeName] = Field("enhanced", description="how the graph is walked")
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
    fit: Chosen[FitName] = Field("crop", description="what becomes of a shape that a video model cannot make")
    clips_gb: float = Field(5, ge=0, description="gigabytes that rendered clips may take in the clip store; 0 for none")
    cover: ChosenHereAnew[str] = Field(
        "", description="an image model that makes covers, a repository or a folder; a frame without it"
    )
    overlay: Chosen[bool] = Field(False, description="set the title on covers and clips, where the renderer does not")
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
    voice: str = Field("", max_length=200, description="what speaks ads; the language's own voice without it")
    ad_transcriber: str = Field(
        "tiny.en",
        max_length=200,
        description="what writes down the speech in footage: a Whisper model's name or folder",
    )
    ad_clips: int = Field(0, ge=0, le=20, description="clips of an ad, K; 0 for as many as its length asks for")
    ad_seconds: float = Field(
        0, ge=0, le=180, description="seconds of an ad; 0 for what the footage carries, at most 20"
    )
    ad_aspect: Literal["9:16", "16:9", "1:1", "4:5"] = Field("9:16", description="an ad's shape")
    ad_repeats: bool = Field(False, description="let a clip be used twice in an ad")
    ad_strategy: Literal["clips-first", "script-first"] = Field(
        "clips-first", description="how an ad's lines and clips come together"
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
        user = _user_source()
        project, values, ignored = _project(user)
        _tell_of(project, ignored)
        return (init_settings, _Variables(cls), InitSettingsSource(cls, values), user)

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


class _Variables(EnvSettingsSource):
    """POPCORN_* variables; tables are written as JSON there."""

    def prepare_field_value(self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool) -> Any:
        """The value of one. Raises RequestError where it is no JSON and has to be."""
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except (ValueError, RecursionError) as exc:
            name = f"POPCORN_{field_name.upper()}"
            raise RequestError(
                f"the variable {name} is no JSON that can be read",
                hint=f"Write a table as JSON into it, or unset it and write one into {user_file()}.",
            ) from exc


def load_settings(**flags: object) -> Settings:
    """The settings in force; a flag of None was not given. What was ignored of an untrusted folder is logged, once.

    Raises RequestError that names the value, where it came from and what would do.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        with _reading():
            settings = Settings(**given)  # type: ignore[arg-type]  # checked by pydantic, reported below
    except ValidationError as exc:
        raise _complaint(exc.errors()[0], _sources(given)) from exc
    if is_closed(settings.home):
        raise RequestError(
            f"the home {str(settings.home)!r} is another user's", hint="Set POPCORN_HOME to a folder of your own."
        )
    close_to_others(settings.home)
    return settings


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings apart from what is wrong with them."""

    settings: Settings
    origins: dict[str, str]
    """For every setting the name of the source that won."""
    wrong: tuple[RequestError, ...]
    """What does not count, since no command would begin with it."""


def settings_in_force() -> InForce:
    """Whatever of the settings fits, and what does not. Raises RequestError where a source cannot be read at all."""
    with _reading():
        sources = _sources({})
        project, _, ignored = _project(_user_source())
    _tell_of(project, ignored)
    wrong: list[RequestError] = []
    while True:
        try:
            settings = _merged(sources)
        except ValidationError as exc:
            fault = exc.errors()[0]
            wrong.append(_complaint(fault, sources))
            _drop(str(fault["loc"][0]), sources)
        else:
            close_to_others(settings.home)
            return InForce(settings, _origins(sources), tuple(wrong))


def _merged(sources: Sources) -> Settings:
    """The settings of these sources alone."""

    class Merged(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: PydanticBaseSettingsSource, **__: PydanticBaseSettingsSource
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(InitSettingsSource(cls, values) for _, values in sources)

    return Merged()  # type: ignore[call-arg]  # its sources have the arguments


def _drop(setting: str, sources: Sources) -> None:
    """Take it out of the source that won."""
    for _, values in sources:
        for name in [name for name in values if name.lower() == setting.lower()]:
            del values[name]
            return


@contextmanager
def _reading() -> Iterator[None]:
    """Raises RequestError where a settings file cannot be read."""
    try:
        yield
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise RequestError(f"a settings file is not TOML: {exc}", hint=f"Look at {_files()}.") from exc
    except RecursionError as exc:
        raise RequestError("a settings file nests too deeply to be read", hint=f"Look at {_files()}.") from exc
    except OSError as exc:
        raise RequestError(f"a settings file cannot be read: {exc}", hint=f"Look at {_files()}.") from exc


def origins(**flags: object) -> dict[str, str]:
    """For every setting the name of the source that won."""
    return _origins(_sources({name: value for name, value in flags.items() if value is not None}))


def _origins(sources: Sources) -> dict[str, str]:
    return {name: _origin_of(name, sources) for name in Settings.model_fields}


def _origin_of(name: str, sources: Sources) -> str:
    """The source that sets it, first; as in files, upper and lower case are the same."""
    return next((label for label, values in sources if name.lower() in map(str.lower, values)), "default")


def ignored_settings(folder: Path | None = None) -> tuple[ProjectFile | None, tuple[Ignored, ...]]:
    """The settings file of a folder, of this one if none is given, and what of it needs trust: all of that is ignored
    as long as the file is not trusted. Raises what `read_project` does.
    """
    project = read_project(folder)
    return project, _sifted(project, _user_source())[1] if project else ()


def _user_source() -> InitSettingsSource:
    """The user's own file; one that lies in another user's home is left out, and that is told."""
    path = user_file()
    if path.parent == NOWHERE:
        _tell_once("HOME is not set, so there are no settings of your own: set it, or use POPCORN_* variables")
        return InitSettingsSource(Settings, {})
    if is_closed(path.parent):
        _tell_once(
            f"the settings in {str(path.parent)!r} are another user's and left out: set HOME to a folder of your own"
        )
        return InitSettingsSource(Settings, {})
    return TomlConfigSettingsSource(Settings, path)


@cache
def _tell_once(sentence: str) -> None:
    _log.warning("%s", sentence)


def _project(user: InitSettingsSource) -> tuple[ProjectFile | None, dict[str, Any], tuple[Ignored, ...]]:
    """The project's file, what of it counts, and what is ignored."""
    project = read_project()
    if project is None or project.is_trusted:
        return project, project.values if project else {}, ()
    return project, *_sifted(project, user)


def _sifted(project: ProjectFile, user: InitSettingsSource) -> tuple[dict[str, Any], tuple[Ignored, ...]]:
    own = {name.lower(): value for name, value in user().items()}  # in whatever case they are written
    limits = {"max_cost": own.get("max_cost") or SESSION_COST_USD}
    return sift(project.values, own | limits, Settings.model_fields)


def _sentence(project: ProjectFile, ignored: tuple[Ignored, ...]) -> str:
    names = [_short(one.setting) for one in ignored[:_NAMED]]
    more = f" and {len(ignored) - _NAMED} more" if len(ignored) > _NAMED else ""
    why = "has changed since it was trusted" if project.standing is Standing.CHANGED else "is not trusted"
    return (
        f"{str(project.path)!r} {why}, so it cannot set {', '.join(names)}{more}: "
        "see `popcorn config show --origin`, and `popcorn config trust` to allow it"
    )


def _short(name: str) -> str:
    """The name of a setting as a notice shows it: a stranger may have made it as long as they liked."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 3]}..."


def _tell_of(project: ProjectFile | None, ignored: tuple[Ignored, ...]) -> None:
    if project and ignored:
        _tell(project.path, project.sha256, _sentence(project, ignored))


@cache
def _tell(path: Path, sha256: str, sentence: str) -> None:
    """Log a sentence about these bytes once, however often the settings are read."""
    _log.warning("%s", sentence)


def _files() -> str:
    return " and ".join(
        str(path) for path in (Path(NAME), user_file()) if not is_closed(path.parent) and path.is_file()
    )


def _sources(given: dict[str, Any]) -> Sources:
    user = _user_source()
    return [
        ("flag", InitSettingsSource(Settings, given)()),
        ("environment", _Variables(Settings)()),
        (NAME, InitSettingsSource(Settings, _project(user)[1])()),
        (str(user_file()), user()),
    ]


def _complaint(first: ErrorDetails, sources: Sources) -> RequestError:
    """What is wrong, as a sentence."""
    path = [str(part) for part in first["loc"]] or ["settings"]
    top, name = path[0], ".".join(path)
    origin = _origin_of(top, sources)
    where = {"flag": "", "environment": f" (from POPCORN_{top.upper()})"}.get(origin, f" (from {origin})")
    if first["type"] == "extra_forbidden":
        near = did_you_mean(name, Settings.model_fields)
        hint = f"{near} `popcorn config show` lists every setting.".lstrip()
        return RequestError(f"there is no setting {name!r}{where}", hint=hint)
    reason = first["msg"][0].lower() + first["msg"][1:]
    return RequestError(
        f"{_repeated(first['input'], path)} does not fit the setting {name!r}{where}: {reason}",
        hint=f"{top} is {Settings.model_fields[top].description}; `popcorn config show` lists what is in force."
        if top in Settings.model_fields
        else "`popcorn config show --origin` lists every setting and where it comes from.",
    )


def _repeated(value: object, path: list[str]) -> str:
    """The value, where it can hold no secret: of a table's, one may have been put where its variable's name belongs."""
    is_plain = isinstance(value, int | float) or (isinstance(value, str) and len(path) == 1 and "://" not in value)
    return repr(value) if is_plain else "what is given"


def debugging() -> bool:
    """True when POPCORN_DEBUG asks for tracebacks."""
    return os.environ.get("POPCORN_DEBUG", "") not in {"", "0"}
