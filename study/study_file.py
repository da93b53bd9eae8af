"""A study's file: the matrix as TOML, read whole, with all its mistakes at once."""

from __future__ import annotations

import tomllib
from importlib.resources import files as resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..choices import ModeName
from ..errors import RequestError
from ..home import expanded
from ..names import did_you_mean
from ..redaction import scrubbed
from ..settings import CHOSEN
from ..trust import foreign_files

Few = Annotated[list[int], Field(min_length=1, max_length=100)]
OTHER_SETTINGS = (CHOSEN | {"temperature", "top_p", "llm_window", "drafting"}) - {
    "llm", "mode", "references", "tags", "seed", "renderer", "predictor", "candidates", "attempts", "catalogue",
    "max_cost", "max_tokens", "max_seconds",
}  # fmt: skip
"""What the table `[settings]` may hold: what a run may choose and the matrix does not vary."""
PRESETS = "presets"


class StudyFile(BaseModel):
    """What a study is: every list is a dimension of the matrix."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    question: str = Field("", max_length=500, description="what it is to find out, for the report")
    prompts: str = Field("popcorn-800", description="popcorn-800, a CSV file, or hf:OWNER/NAME")
    kinds: list[str] = Field(default_factory=list, description="only prompts of these kinds; all without it")
    most_prompts: int = Field(0, ge=0, description="of every kind and category the first so many; 0 for all")
    models: list[str] = Field(min_length=1)
    modes: list[ModeName] = Field(default_factory=lambda: ["enhanced"], min_length=1)  # type: ignore[arg-type]
    references: Few = Field(default_factory=lambda: [10])
    tags: Few = Field(default_factory=lambda: [1])
    given: list[Literal["found", "shuffled", "empty"]] = Field(default_factory=lambda: ["found"], min_length=1)  # type: ignore[arg-type]
    sees: list[Literal["all", "shuffled", "title"]] = Field(default_factory=lambda: ["all"], min_length=1)  # type: ignore[arg-type]
    candidates: Few = Field(default_factory=lambda: [1])
    refine: list[bool] = Field(default_factory=lambda: [False], min_length=1)
    attempts: int = Field(3, ge=1, le=20, description="attempts where drafts are refined")
    seeds: Few = Field(default_factory=lambda: [0])
    render: bool = True
    renderers: list[str] = Field(default_factory=list)
    predictors: list[str] = Field(default_factory=lambda: ["default"], min_length=1)
    catalogue: str = "sample"
    agreement: str = Field("", description="a CLIP model by name or folder; named later, clips are made anew")
    settings: dict[str, Any] = Field(default_factory=dict, description="further settings of every run")
    at_once: int = Field(8, ge=1, le=256, description="units under way at the same time")
    renders_at_once: int = Field(1, ge=1, le=64)
    max_cost: float = Field(0, ge=0, description="US dollars that the study may cost; 0 for no limit")

    @field_validator("name")
    @classmethod
    def _is_no_key(cls, name: str) -> str:
        """A folder is called so."""
        if scrubbed(name) != name:
            raise ValueError("that looks like a key")
        return name

    @field_validator("settings")
    @classmethod
    def _known(cls, settings: dict[str, Any]) -> dict[str, Any]:
        for name in settings:
            if name not in OTHER_SETTINGS:
                hint = did_you_mean(name, OTHER_SETTINGS, f"There are {', '.join(sorted(OTHER_SETTINGS))}.")
                raise ValueError(f"a study has no setting {name!r}. {hint}")
        return settings


def read_study(source: Path | str) -> tuple[StudyFile, Path]:
    """The study of a file, or of a preset by its name, and the folder that its paths count from.

    Raises RequestError that names every mistake in it.
    """
    path = expanded(source)
    if not path.suffix and not path.exists():
        return _checked(_preset(str(source)), str(source)), Path.cwd()
    try:
        text = foreign_files.read_text(path)
    except (OSError, UnicodeDecodeError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else "it is not in UTF-8"
        raise RequestError(
            f"the study {str(path)!r} cannot be read: {reason}",
            hint=f"Name a TOML file, or a preset: {', '.join(presets())}.",
        ) from exc
    return _checked(text, str(path)), path.absolute().parent


def presets() -> list[str]:
    """The studies that ship."""
    folder = resources(__package__) / PRESETS
    return sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml"))


def _preset(name: str) -> str:
    known = presets()
    if name not in known:
        raise RequestError(
            f"there is no study file and no preset {name!r}",
            hint=did_you_mean(name, known, f"There are {', '.join(known)}."),
        )
    return (resources(__package__) / PRESETS / f"{name}.toml").read_text("utf-8")


def _checked(text: str, name: str) -> StudyFile:
    try:
        return StudyFile.model_validate(foreign_files.parse_toml(text))
    except tomllib.TOMLDecodeError as exc:
        raise RequestError(f"{name!r} is no TOML: {exc}", hint="Mend that line.") from exc
    except ValidationError as exc:
        wrong = "; ".join(_mistake(one) for one in exc.errors())
        raise RequestError(f"{name!r}: {wrong}", hint="Mend these; nothing was begun.") from exc


def _mistake(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        close = did_you_mean(where, StudyFile.model_fields)
        return f"there is no `{where}`" + (f" ({close.rstrip('?').lower()}?)" if close else "")
    return f"`{where}`: {error['msg'].removeprefix('Value error, ')}"
