from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.embedding.types import Progress
from popcorn.tools.references.catalogue import Catalogue
from popcorn.tools.references.catalogue_build import CHUNK, build_catalogue
from popcorn.tools.references.types import Reference

BUILDER = """
import sys, time
from pathlib import Path
from popcorn.tools.embedding.hashing_encoder import HashingEncoder
from popcorn.tools.references.catalogue_build import build_catalogue
from popcorn.tools.references.types import Reference

class Slow(HashingEncoder):
    def encode(self, texts, progress=None):
        time.sleep(float(sys.argv[4]))
        while sys.argv[5:] and not Path(sys.argv[5]).exists():
            time.sleep(0.01)
        print("embedded", len(texts), flush=True)
        return super().encode(texts, progress)

rows = [Reference(id=str(n), title=f"{sys.argv[2]} {n}") for n in range(int(sys.argv[3]))]
build_catalogue(Path(sys.argv[1]), rows, Slow(64))
print("done", flush=True)
"""


class Counting(HashingEncoder):
    """Remembers what it was asked to embed, and gives up after some texts."""

    def __init__(self, patience: int = 10**9) -> None:
        super().__init__(64)
        self.asked: list[str] = []
        self.patience = patience

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
        if len(self.asked) + len(texts) > self.patience:
            raise KeyboardInterrupt
        self.asked += texts
        return super().encode(texts, progress)


def rows(count: int, word: str = "new") -> list[Reference]:
    return [Reference(id=str(number), title=f"{word} {number}") for number in range(count)]


def vectors_of(references: Sequence[Reference]) -> NDArray[np.float32]:
    return HashingEncoder(64).encode([reference.text for reference in references])


def test_the_second_build_of_the_same_rows_does_nothing(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "c", rows(5), Counting())
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("*")}
    encoder, calls = Counting(), []
    build_catalogue(tmp_path / "c", rows(5), encoder, lambda done, total: calls.append((done, total)))
    assert (encoder.asked, calls) == ([], [])
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("*")} == before


def test_only_texts_that_changed_are_embedded_again(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "c", rows(50), Counting())
    changed = [*rows(48)[::-1], Reference("x", "something else"), Reference("y", "new 7", tag="Game")]
    encoder = Counting()
    catalogue = build_catalogue(tmp_path / "c", changed, encoder)
    assert encoder.asked == ["something else"]
    np.testing.assert_array_equal(catalogue.vectors, vectors_of(changed))
    assert catalogue.index.search(catalogue.vectors[48], 1)[0].tolist() == [[48]]


def test_a_changed_figure_rebuilds_without_embedding_anything(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "c", rows(5), Counting())
    encoder = Counting()
    counted = [Reference(id=str(number), title=f"new {number}", comments=number) for number in range(5)]
    assert build_catalogue(tmp_path / "c", counted, encoder).comments.tolist() == [0, 1, 2, 3, 4]
    assert encoder.asked == []


def test_another_encoder_embeds_everything_again(tmp_path: Path) -> None:
    class Other(Counting):
        name = "other"

    build_catalogue(tmp_path / "c", rows(5), Counting())
    encoder = Other()
    assert build_catalogue(tmp_path / "c", rows(5), encoder).manifest.encoder == "other"
    assert len(encoder.asked) == 5


def test_equal_texts_are_embedded_once(tmp_path: Path) -> None:
    encoder = Counting()
    same = [Reference(id=str(number), title="the same") for number in range(9)]
    assert len(build_catalogue(tmp_path / "c", same, encoder)) == 9
    assert encoder.asked == ["the same"]


def test_an_interrupted_build_leaves_the_old_one_intact_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    total = 2 * CHUNK + 100
    build_catalogue(tmp_path / "c", rows(10, "old"), Counting())
    with pytest.raises(KeyboardInterrupt):
        build_catalogue(tmp_path / "c", rows(total), Counting(patience=CHUNK))
    old = Catalogue.open(tmp_path / "c")
    old.verify()
    assert [old.reference(row).title for row in range(2)] == ["old 0", "old 1"]
    encoder, calls = Counting(), []
    catalogue = build_catalogue(tmp_path / "c", rows(total), encoder, lambda *done: calls.append(done))
    assert len(encoder.asked) == total - CHUNK
    assert calls[0][0] > CHUNK
    assert calls[-1] == (total, total)
    np.testing.assert_array_equal(catalogue.vectors, vectors_of(rows(total)))


def test_vectors_that_a_power_cut_left_half_written_are_made_again(tmp_path: Path) -> None:
    total = 2 * CHUNK
    with pytest.raises(KeyboardInterrupt):
        build_catalogue(tmp_path / "c", rows(total), Counting(patience=CHUNK))
    (partial,) = (tmp_path / "c").rglob("vectors.npy")
    with partial.open("r+b") as file:
        file.seek(-64 * 4 * 100 - 7, os.SEEK_END)
        file.write(bytes(64 * 4 * 100))
    encoder = Counting()
    catalogue = build_catalogue(tmp_path / "c", rows(total), encoder)
    assert CHUNK < len(encoder.asked) < total
    np.testing.assert_array_equal(catalogue.vectors, vectors_of(rows(total)))


def test_what_an_abandoned_build_left_is_not_mixed_into_another(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        build_catalogue(tmp_path / "c", rows(2 * CHUNK, "abandoned"), Counting(patience=CHUNK))
    catalogue = build_catalogue(tmp_path / "c", rows(2 * CHUNK), Counting())
    np.testing.assert_array_equal(catalogue.vectors, vectors_of(rows(2 * CHUNK)))
    assert len(list((tmp_path / "c" / "builds").iterdir())) == 1


def start(folder: Path, word: str, count: int, pause: float, *until: Path) -> subprocess.Popen[str]:
    """A process that builds; each embedding takes `pause` seconds, and no less than until there is a file `until`."""
    command = [sys.executable, "-c", BUILDER, str(folder), word, str(count), str(pause), *map(str, until)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_build_killed_while_embedding_leaves_the_old_one_and_is_finished_by_the_next(tmp_path: Path) -> None:
    total = 3 * CHUNK
    build_catalogue(tmp_path / "c", rows(10, "old"), HashingEncoder(64))
    with start(tmp_path / "c", "new", total, 0.5) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"embedded {CHUNK}\n"
        assert process.stdout.readline() == f"embedded {CHUNK}\n"
        process.send_signal(signal.SIGKILL)
    assert len(Catalogue.open(tmp_path / "c")) == 10
    encoder = Counting()
    catalogue = build_catalogue(tmp_path / "c", rows(total), encoder)
    assert len(encoder.asked) in {CHUNK, 2 * CHUNK}
    np.testing.assert_array_equal(catalogue.vectors, vectors_of(rows(total)))


def test_of_two_processes_that_build_the_same_catalogue_one_embeds_and_both_succeed(tmp_path: Path) -> None:
    folder, go = tmp_path / "c", tmp_path / "go"
    one, two = (start(folder, "new", 100, 0, go) for _ in range(2))
    with one, two, selectors.DefaultSelector() as selector:
        for process in (one, two):
            assert process.stderr is not None
            selector.register(process.stderr, selectors.EVENT_READ)
        ((waiting, _),) = selector.select()
        assert "is being built by process" in waiting.fileobj.readline()  # type: ignore[union-attr]
        go.touch()
        outputs = sorted(process.communicate(timeout=600)[0] for process in (one, two))
    assert outputs == ["done\n", "embedded 100\ndone\n"]
    assert (one.returncode, two.returncode) == (0, 0)
    assert len(Catalogue.open(folder)) == 100


def test_readers_see_the_old_or_the_new_catalogue_and_nothing_between(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "c", rows(100, "even"), HashingEncoder(64))
    script = BUILDER.replace("build_catalogue(Path", "[build_catalogue(Path").replace(
        "Slow(64))", "Slow(64)) for rows in [rows[:n] for n in range(50, 90)]]"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "c"), "odd", "100", "0.03"], stdout=subprocess.DEVNULL
    ) as process:
        sizes, until = set(), time.monotonic() + 600
        while process.poll() is None and time.monotonic() < until:
            catalogue = Catalogue.open(tmp_path / "c")
            assert len(catalogue.vectors) == len(catalogue.ids) == len(catalogue)
            sizes.add(len(catalogue))
    assert process.returncode == 0
    assert len(sizes) > 2


def test_a_full_disk_is_a_clear_error_and_leaves_the_old_catalogue(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "c", rows(10, "old"), HashingEncoder(64))
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "from popcorn.errors import StoreError\n"
        "try:\n    exec(sys.stdin.read())\n"
        "except StoreError as exc:\n    print(exc.message, '|', exc.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "c"), "new", str(3 * CHUNK), "0"],
        input=BUILDER,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stderr == ""
    assert "the catalogue 'c' cannot be written" in done.stdout
    assert "File too large" in done.stdout
    assert len(Catalogue.open(tmp_path / "c")) == 10


def test_where_the_rows_came_from_is_recorded_even_when_nothing_has_to_be_built(tmp_path: Path) -> None:
    build_catalogue(tmp_path / "mine", rows(5), Counting(), imported_from="/a.csv")
    assert Catalogue.open(tmp_path / "mine").manifest.imported_from == "/a.csv"
    encoder = Counting()
    moved = build_catalogue(tmp_path / "mine", rows(5), encoder, imported_from="/b.csv")
    assert (encoder.asked, moved.manifest.imported_from) == ([], "/b.csv")
    assert build_catalogue(tmp_path / "mine", rows(5), encoder).manifest.imported_from == "/b.csv"


def test_of_several_imports_at_once_the_first_stays_and_the_others_are_told(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from popcorn.errors import RequestError

    def imported(number: int) -> str:
        source, references = f"/elsewhere/{number}.csv", rows(40, f"of {number}")
        try:
            build_catalogue(tmp_path / "same", references, HashingEncoder(64), None, source, replace_other=False)
        except RequestError as exc:
            return exc.message
        return source

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(imported, range(4)))
    assert sum("holds 40 references imported from '/elsewhere/" in told for told in found) == 3
    (kept,) = (source for source in found if source.startswith("/elsewhere/"))
    assert Catalogue.open(tmp_path / "same").manifest.imported_from == kept


def test_who_waits_for_a_build_says_for_whom(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import threading

    from popcorn import files

    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with files.alone(tmp_path / "same" / "build.lock", lambda: None):
            held.set()
            leave.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(60)

    class Leaving(Counting):
        def encode(self, texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
            return super().encode(texts, progress)

    def build() -> None:
        build_catalogue(tmp_path / "same", rows(3), Leaving())

    waiter = threading.Thread(target=build)
    waiter.start()
    until = time.monotonic() + 60
    while "waiting for it" not in caplog.text and time.monotonic() < until:
        time.sleep(0.02)
    leave.set()
    waiter.join()
    holder.join()
    assert f"the catalogue 'same' is being built by process {os.getpid()}, since " in caplog.text
    assert not list((tmp_path / "same").glob("*.holder"))


def test_an_index_that_is_written_in_blocks_is_the_file_that_faiss_writes(tmp_path: Path) -> None:
    from popcorn.tools.embedding.index import VectorIndex

    vectors = vectors_of(rows(100))
    VectorIndex.build(vectors).save(tmp_path / "whole")
    VectorIndex.write(tmp_path / "blocks", [vectors[:33], vectors[33:]], 100, 64)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "blocks").read_bytes()
    assert VectorIndex.open(tmp_path / "blocks").search(vectors[7], 1)[0][0, 0] == 7


def test_references_on_the_disk_are_those_in_memory(tmp_path: Path) -> None:
    from popcorn.tools.references.importers.import_report import ImportReport
    from popcorn.tools.references.importers.sources import read_source
    from popcorn.tools.references.reference_spool import DiskStore

    table = tmp_path / "t.csv"
    lines = [f"v{number % 9000},title {number},{number * 7 % 1000}" for number in range(10_000)]
    table.write_text("id,title,comments\n" + "\n".join(lines) + "\n")
    in_memory, on_disk = ImportReport(""), ImportReport("")
    store = DiskStore(tmp_path / "spool.rows")
    expected, found = read_source(str(table), {}, in_memory), read_source(str(table), {}, on_disk, store=store)
    assert len(found) == 9000
    assert list(found) == list(expected)
    assert found[8999] == expected[8999]
    assert list(found[10:20]) == list(expected[10:20])
    assert in_memory.as_data() == on_disk.as_data()
    built = build_catalogue(tmp_path / "c", found, HashingEncoder(64))
    assert built.digest == build_catalogue(tmp_path / "d", expected, HashingEncoder(64)).digest
    store.close()
    assert not list(tmp_path.glob("*.rows"))
