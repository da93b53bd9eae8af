"""Content Credentials: a clip signed after C2PA, so that anybody can check who says that it was generated.

Source: C2PA Technical Specification 2.1, `c2pa.actions` and digital source types.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from ... import files
from ...errors import MissingError, RenderError, RequestError
from ...home import expanded
from ...version import VERSION
from ..media.probe import probe
from .checks import sha256_of
from .provenance import DRAWN
from .types import Clip


def sign(clip: Clip, out: Path, certificate: Path, key: Path | None) -> Clip:
    """The clip at `out` with a signed manifest that says how it was made.

    `certificate` is a PEM chain with the signer's first and the root left away, `key` its private key as PEM. Raises
    MissingError without the extra `c2pa`, RequestError on a certificate or key that cannot be used, RenderError when
    `out` cannot be written.
    """
    try:
        import c2pa
    except ImportError as exc:
        raise MissingError(
            "clips cannot be signed: c2pa-python is not installed", hint="Install it: pip install 'llmpopcorn[c2pa]'"
        ) from exc
    chain, secret = _read(certificate, "c2pa_certificate"), _read(key, "c2pa_key")
    try:
        info = c2pa.C2paSignerInfo(_algorithm(secret), chain, secret, None)
        with (
            c2pa.Signer.from_info(info) as signer,
            c2pa.Builder(_manifest(clip.path)) as builder,
            files.replacing_by_name(out, ending=".signed.mp4") as temporary,
        ):
            builder.sign_file(clip.path, temporary, signer)
    except c2pa.C2paError as exc:
        raise RequestError(
            f"{str(certificate)!r} cannot sign the clip: {exc}",
            hint="Give a certificate chain for C2PA (key usage digitalSignature, a purpose such as emailProtection) "
            "and its key with POPCORN_C2PA_CERTIFICATE and POPCORN_C2PA_KEY.",
        ) from exc
    except OSError as exc:
        raise RenderError(
            f"{str(out)!r} could not be written: {exc.strerror or exc}", hint="check that the folder is not full"
        ) from exc
    return replace(clip, path=out, sha256=sha256_of(out))


def _manifest(path: Path) -> dict[str, Any]:
    """What is signed: that the clip was created, by which kind of source, by whom, from what."""
    facts = probe(path).provenance
    kind = str(facts.get("digital_source_type", DRAWN))
    action = {"action": "c2pa.created", "digitalSourceType": kind, "description": str(facts.get("kind", ""))}
    return {
        "claim_generator_info": [{"name": "Popcorn", "version": VERSION}],
        "title": str(facts.get("title") or path.name),
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {"label": "org.popcorn.provenance", "data": facts},
        ],
    }


def _read(path: Path | None, setting: str) -> bytes:
    if path is None:
        raise RequestError(f"{setting} is not set", hint="C2PA signing needs a certificate and its key.")
    try:
        return expanded(path).read_bytes()
    except OSError as exc:
        raise RequestError(
            f"{setting} {str(path)!r} cannot be read: {exc.strerror}",
            hint="Name a PEM file, or leave the setting away.",
        ) from exc


def _algorithm(secret: bytes) -> bytes:
    """The signature that fits a key. Raises RequestError on a key that C2PA knows no signature for."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(secret, None)
    except (ValueError, TypeError) as exc:
        raise RequestError("c2pa_key holds no private key that can be read", hint="Give an unencrypted PEM.") from exc
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return b"ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return b"ps256"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in (256, 384):
        return b"es256" if key.curve.key_size == 256 else b"es384"
    raise RequestError("c2pa_key is of a kind that C2PA does not sign with", hint="Use ES256, ES384, PS256 or Ed25519.")
