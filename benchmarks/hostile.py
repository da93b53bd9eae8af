"""Hostile files: over every reader, some hundred files that a fuzzer made of good ones.

    python benchmarks/hostile.py [--each 25] [--seed 7] [--keep FOLDER]

Each reader is given good files that were cut, had bytes turned, doubled or removed, zeros, deep nesting, other
encodings or other kinds of file put in their place: a pipe, a link to /dev/zero, a folder, nothing, a file of a
gigabyte. What counts: `read` (something came out), `told` (an error of ours with a way out), and what must be zero:
`unforeseen` (any other exception), `hung` (no end within thirty seconds), `swollen` (memory grew by more than 500 MiB).
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import random
import resource
import signal
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from popcorn.errors import DataError, PopcornError

SECONDS, GROWTH = 30, 500 << 20
KINDS = ("pipe", "zero", "folder", "nothing", "gigabyte")
ROWS = [{"id": f"v{at}", "title": f"Noodles by händ {at}", "comments": at * 7, "tag": "Food"} for at in range(30)]


@dataclass(frozen=True)
class Reader:
    """What is read, from a file of which name, and a good content."""

    name: str
    file: str
    good: bytes
    read: Callable[[Path], object]


class HungError(Exception):
    """A reader did not come to an end."""


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    names = list(rows[0])
    lines = [",".join(names), *(",".join(str(row[name]) for name in names) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def clip(folder: Path) -> bytes:
    import av
    import numpy as np

    path = folder / "good.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for at in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), at * 20, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


def readers(folder: Path) -> list[Reader]:
    from popcorn.graphs.ad.script_file import read_script
    from popcorn.study.prompt_sets import read_prompts
    from popcorn.study.reanalysis import read_cells
    from popcorn.study.study_file import read_study
    from popcorn.tools.editing.product import read_product
    from popcorn.tools.media.probe import probe
    from popcorn.tools.popularity.choice.pair_tables import read_labelled, read_pairs
    from popcorn.tools.popularity.tables import read_drafts
    from popcorn.tools.references.catalogue_manifest import Manifest
    from popcorn.tools.references.importers.import_report import ImportReport
    from popcorn.tools.references.importers.sources import read_source
    from popcorn.tools.references.search_queries import read_queries

    def importing(path: Path) -> object:
        return read_source(str(path), {}, ImportReport(str(path)))

    pairs = [{"pair_id": at, "title_a": f"A {at}", "title_b": f"B {at}", "z": at / 3} for at in range(20)]
    drafts = [{"video_id": at, "title": f"Draft {at}"} for at in range(20)]
    prompts = [{"kind": "concrete", "category": "Food", "prompt": f"A video of noodles {at}"} for at in range(20)]
    cells = [{"table": "1", "cell": f"c{at}", "a": "x", "b": "y", "n": 10, "wins": at % 10} for at in range(9)]
    lines = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
    nested = json.dumps({"items": [{"id": "a", "title": "t", "stats": {"comments": 5}, "tags": ["x"]}] * 9}).encode()
    manifest = {"format": 1, "name": "x", "encoder": "e", "dimension": 3, "rows": 1, "digest": "d", "source": "",
                "illustrative": False, "created": "", "popcorn_version": "", "build": "b", "files": {}}  # fmt: skip
    product = b'name = "Cup"\nbrand = "Mug"\ncategory = "Home"\nfacts = ["It holds 300 ml."]\nlanguage = "en"\n'
    study = b'name = "s"\nprompts = "popcorn-800"\nmodels = ["offline"]\nmodes = ["basic"]\nrender = false\n'
    return [
        Reader("CSV", "t.csv", csv_of(ROWS), importing),
        Reader("CSV, gzip", "t.csv.gz", gzip.compress(csv_of(ROWS)), importing),
        Reader("CSV, ZIP", "t.zip", packed("t.csv", csv_of(ROWS)), importing),
        Reader("JSON Lines", "t.jsonl", lines, importing),
        Reader("JSON", "t.json", nested, importing),
        Reader("Parquet", "t.parquet", parquet(), importing),
        Reader("workbook", "t.xlsx", packed("[Content_Types].xml", b"<Types/>"), importing),
        Reader("queries", "q.csv", csv_of(prompts), lambda path: read_queries("", path)),
        Reader("drafts", "d.csv", csv_of(drafts), read_drafts),
        Reader("pairs", "p.csv", csv_of(pairs), read_pairs),
        Reader("labelled pairs", "l.csv", csv_of(pairs), read_labelled),
        Reader("prompts", "s.csv", csv_of(prompts), lambda path: read_prompts(path.name, path.parent)),
        Reader("printed tables", "r.csv", csv_of(cells), read_cells),
        Reader("study (TOML)", "s.toml", study, read_study),
        Reader("product (TOML)", "p.toml", product, read_product),
        Reader("script", "script.txt", b"Say one thing.\nSay another.\n" * 5, read_script),
        Reader("manifest", "manifest.json", json.dumps(manifest).encode(), lambda path: Manifest.read(path.parent)),
        Reader("media", "clip.mp4", clip(folder), probe),
        *others(),
    ]


def others() -> list[Reader]:
    """Checkpoints, what a server says, and replies."""
    import hashlib

    import numpy as np
    from popcorn.graphs.asking.reply_reading import Misfit, read
    from popcorn.graphs.create.replies import DraftsReply
    from popcorn.tools.popularity.manifests import read_arrays, read_facts
    from safetensors.numpy import save

    reply = {"drafts": [{"title": "a", "video_prompt": "a cup on a table", "cover_prompt": "a cup"}]}

    def reply_in(path: Path) -> object:
        text = ""
        if path.is_file():
            with path.open("rb") as file:
                text = file.read(1 << 20).decode("utf-8", "replace")
        try:
            return read(text, DraftsReply)
        except Misfit as exc:  # what the node that asked turns into a complaint
            raise DataError(str(exc)) from exc

    def arrays(path: Path) -> object:
        return (
            read_arrays(path, hashlib.sha256(path.read_bytes()).hexdigest(), damaged="x")
            if path.is_file() and (path.stat().st_size < 1 << 24)
            else read_arrays(path, "", damaged="x")
        )

    return [
        Reader("checkpoint", "c.safetensors", save({"x": np.ones((4, 4), np.float32)}), arrays),
        Reader("predictor", "manifest.json", b'{"format": 1, "predictor": "trained"}',
               lambda path: read_facts(path.parent, 99, missing="x", damaged="x")),
        Reader("reply of a model", "reply.txt", json.dumps(reply).encode(),
               reply_in),
    ]  # fmt: skip


def harmed(good: bytes, rng: random.Random) -> bytes:
    """A good file after one to four accidents."""
    content = bytearray(good)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(content) + 1)
        accident = rng.randrange(13)
        if accident == 0:
            del content[at:]
        elif accident == 1 and content:
            content[at % len(content)] ^= 1 << rng.randrange(8)
        elif accident == 2:
            content[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 40)))
        elif accident == 3:
            content[at:at] = b"\0" * rng.choice((1, 7, 5000))
        elif accident == 4:
            content[at:at] = rng.choice((b"[", b'{"a":', b"(", b'"')) * rng.choice((1, 1000, 100_000))
        elif accident == 5:
            content[at : at + rng.randint(1, 200)] = b""
        elif accident == 6:
            content[at:at] = bytes(content[max(0, at - 300) : at])
        elif accident == 7:
            content[0:0] = rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PK\x03\x04", b"PAR1"))
        elif accident == 8:
            content[at:at] = rng.choice(("\u202e", "\u2028", "é", "猫", "\x1b[2J", "\ud7ff", "１２")).encode()
        elif accident == 9:
            content[at:at] = b"x" * rng.choice((200_000, 2_000_000))
        elif accident == 10:
            content[at:at] = rng.choice((b"NaN", b"1e999", b"-1", b"9" * 5000, b"Infinity", b"7.11E+18", b"1e9999999"))
        elif accident == 11:
            content = bytearray(bytes(content).decode("utf-8", "replace").encode("utf-16", "surrogatepass"))
        else:
            content[:] = content.replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\n", b"")))
    return bytes(content[: 8 << 20])


def put(place: Path, kind: str) -> None:
    """Something that is no ordinary file of that name."""
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "zero":
        place.symlink_to("/dev/zero")
    elif kind == "folder":
        place.mkdir()
    elif kind == "gigabyte":
        with place.open("wb") as file:
            file.truncate(1 << 30)


@contextmanager
def limited() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise HungError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def tried(reader: Reader, place: Path) -> str:
    """What became of one file."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    try:
        with limited():
            reader.read(place)
        outcome = "read"
    except HungError:
        outcome = "hung"
    except PopcornError as exc:
        outcome = "told" if exc.message else "unforeseen"
    except FileNotFoundError:
        outcome = "told" if reader.name == "manifest" else "unforeseen: FileNotFoundError"
    except OSError as exc:
        outcome = "told" if reader.name == "manifest" else f"unforeseen: {exc!r}"
    except Exception as exc:  # that is what is looked for
        outcome = f"unforeseen: {type(exc).__name__}: {str(exc)[:80]}"
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before
    return "swollen" if grown > GROWTH else outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=25)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    chosen = parser.parse_args()
    total: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        folder = chosen.keep or Path(home)
        for reader in readers(Path(home)):
            rng, counts = random.Random(f"{chosen.seed} {reader.name}"), Counter[str]()  # noqa: S311 - repeatable accidents
            for number in range(chosen.each + len(KINDS)):
                place = folder / f"{reader.name}-{number}".replace(" ", "-").replace(",", "") / reader.file
                place.parent.mkdir(parents=True)
                if number < chosen.each:
                    place.write_bytes(reader.good if number == 0 else harmed(reader.good, rng))
                else:
                    put(place, KINDS[number - chosen.each])
                outcome = tried(reader, place)
                counts[outcome.partition(":")[0]] += 1
                if outcome not in {"read", "told"}:
                    print(f"  {reader.name} {number}: {outcome}", flush=True)
            total += counts
            print(f"{reader.name:18} {dict(counts)}", flush=True)
    bad = {name: total[name] for name in ("unforeseen", "hung", "swollen")}
    print(f"{total.total()} files: {total['read']} read, {total['told']} told with a way out; {bad}")


if __name__ == "__main__":
    main()
