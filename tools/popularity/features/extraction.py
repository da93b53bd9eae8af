"""Features of many videos: each clip and text once, kept as soon as it is done, whole or not at all."""

from __future__ import annotations

import logging
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from .... import files
from ....errors import DataError, StoreError
from .encoding import Encoding
from .finding import find_videos
from .journal import Journal, Remarks
from .known import (
    Known,
    frames_key,
    retrieval_key,
    standing_frames,
    standing_retrieval,
    standing_store,
    standing_texts,
    text_key,
)
from .store import FeatureStore, Row, Stamp
from .store_writing import write_store
from .types import FrameReading, Item, Profile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Progress = Callable[[int, int], None]

__all__ = ["extract", "find_videos"]

UNFINISHED = "unfinished"
NO_VIDEO = "it has no video"

_log = logging.getLogger(__name__)


def extract(
    folder: Path,
    profile: Profile,
    items: Sequence[Item],
    progress: Progress | None = None,
    *,
    workers: int = 0,
) -> FeatureStore:
    """Make the features of `items` what stands at `folder`, and open them.

    What stands there already, or was done before an interruption, is taken over: a text that is the same, a video whose
    name, size and time of change are. An extraction that was interrupted gives the same bytes as one that was not. A
    clip without a picture that can be read has a reason instead of frames. `progress` is told clips and texts, done and
    in all; `workers` clips are read at once (0: as there are cores, at most 8).

    Raises DataError for items that are none or not told apart, MissingError when a model cannot be had, StoreError when
    `folder` cannot be written or another extraction is at work there.
    """
    _check(items)
    with _alone(folder):
        return _Extraction(folder, profile, items, progress, workers or min(8, os.cpu_count() or 1)).run()


def _check(items: Sequence[Item]) -> None:
    if not items:
        raise DataError("there are no videos to take features of", hint="Give one or more.")
    twice = [name for name, count in Counter(item.id for item in items).items() if count > 1]
    if twice:
        raise DataError(f"the id {twice[0]!r} stands for several videos", hint="Give each video an id of its own.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    from filelock import Timeout

    try:
        with files.lock(files.folder(folder) / ".lock", 1):
            yield
    except Timeout as exc:
        raise StoreError(
            f"another extraction is at work in {str(folder)!r}", hint="Wait until it is done, or choose another folder."
        ) from exc
    except OSError as exc:
        raise StoreError(
            f"features cannot be written to {str(folder)!r}: {exc.strerror or exc}",
            hint="Make the folder writable or free some room; the extraction then goes on where it stopped.",
        ) from exc


class _Extraction:
    """One walk over all items; each stage takes over what is known and keeps what is new."""

    def __init__(
        self, folder: Path, profile: Profile, items: Sequence[Item], progress: Progress | None, workers: int
    ) -> None:
        self._folder, self._profile, self._items = folder, profile, items
        self._progress, self._workers = progress, workers
        self._shape, self._facts = profile.shape, profile.describe()
        self._standing = standing_store(folder, profile)
        self._seen = standing_frames(self._standing)
        self._stamps = [_stamp(item) for item in items]
        self._done, self._total = 0, 2 * len(items) + sum(isinstance(stamp, Stamp) for stamp in self._stamps)

    def run(self) -> FeatureStore:
        """Do what is not done, and put it in the place of what stood there."""
        frames = Known(
            self._journal("frames", self._shape.frames, self._shape.frame_dimension),
            {key: numbers for key, (_, numbers) in self._seen.items()},
        )
        texts = Known(self._journal("text", self._shape.text_dimension), standing_texts(self._standing))
        retrieval = Known(
            self._journal("retrieval", self._shape.retrieval_dimension), standing_retrieval(self._standing)
        )
        self._tell(0)
        if not (self._has_all_clips(frames) and all(text_key(item.text) in texts for item in self._items)):
            self._profile.load()
        self._read_clips(frames)
        rows = [self._row(item, stamp, frames) for item, stamp in zip(self._items, self._stamps, strict=True)]
        self._encode(rows, texts, retrieval)
        if self._standing is None or self._standing.rows != tuple(rows):
            takes = (
                lambda place: frames.row(_key(rows[place])) if not rows[place].reason else None,
                lambda place: texts.row(rows[place].text_sha256),
                lambda place: retrieval.row(retrieval_key(rows[place].text_sha256, rows[place].captions)),
            )
            write_store(self._folder, self._profile.name, self._facts, self._shape, rows, takes)
        self._forget()
        return FeatureStore.open(self._folder)

    def _journal(self, name: str, *shape: int) -> Journal:
        place = files.folder(self._folder / UNFINISHED)
        return Journal(place, name, shape, {"profile": self._profile.name, **self._facts})

    def _forget(self) -> None:
        place = self._folder / UNFINISHED
        for path in place.iterdir():
            path.unlink()
        place.rmdir()

    def _has_all_clips(self, known: Known) -> bool:
        stamped = zip(self._items, self._stamps, strict=True)
        return all(frames_key(item.id, stamp) in known for item, stamp in stamped if isinstance(stamp, Stamp))

    def _read_clips(self, known: Known) -> None:
        """Several clips are read at once, and kept in their order, so that the journal is always the same."""
        waiting: deque[tuple[str, Future[FrameReading]]] = deque()
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="features")
        try:
            for item, stamp in zip(self._items, self._stamps, strict=True):
                if not isinstance(stamp, Stamp) or item.video is None:
                    continue
                key = frames_key(item.id, stamp)
                if key in known:
                    self._tell(1)
                    continue
                waiting.append((key, pool.submit(self._profile.frames, item.video)))
                if len(waiting) > 2 * self._workers:
                    self._keep(known.journal, *waiting.popleft())
            while waiting:
                self._keep(known.journal, *waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _keep(self, journal: Journal, key: str, future: Future[FrameReading]) -> None:
        try:
            reading = future.result()
        except DataError as exc:
            _log.info("no frames: %s", exc.message)
            journal.append([key], None, [{"reason": exc.message, "captions": [], "notes": []}])
        else:
            remarks: Remarks = {"reason": "", "captions": list(reading.captions), "notes": list(reading.notes)}
            journal.append([key], reading.features[None], [remarks])
        self._tell(1)

    def _row(self, item: Item, stamp: Stamp | str, known: Known) -> Row:
        text = text_key(item.text)
        if isinstance(stamp, str):
            return Row(item.id, text, None, (), (), stamp)
        key = frames_key(item.id, stamp)
        if key in self._seen:
            row = self._seen[key][0]
            return Row(item.id, text, stamp, row.captions, row.notes, row.reason)
        said = cast("dict[str, list[str]]", known.journal.remarks(key))
        return Row(item.id, text, stamp, tuple(said["captions"]), tuple(said["notes"]), str(said["reason"]))

    def _encode(self, rows: Sequence[Row], texts: Known, retrieval: Known) -> None:
        """Texts and retrieval vectors in step, the one that lags first: profiles may share work between them."""
        encode_text = Encoding(texts, [row.text_sha256 for row in rows], self._encode_texts)
        keys = [retrieval_key(row.text_sha256, row.captions) for row in rows]
        encode_retrieval = Encoding(retrieval, keys, lambda places: self._encode_retrieval(places, rows))
        self._tell(encode_text.known + encode_retrieval.known)
        while encode_text.waiting or encode_retrieval.waiting:
            lagging = encode_text if len(encode_text.waiting) >= len(encode_retrieval.waiting) else encode_retrieval
            self._tell(lagging.step())

    def _encode_texts(self, places: Sequence[int]) -> NDArray[np.float32]:
        return self._profile.texts([self._items[place].text for place in places])

    def _encode_retrieval(self, places: Sequence[int], rows: Sequence[Row]) -> NDArray[np.float32]:
        captions = [rows[place].captions for place in places]
        return self._profile.retrieval([self._items[place].text for place in places], captions)

    def _tell(self, more: int) -> None:
        self._done += more
        if self._progress:
            self._progress(self._done, self._total)


def _stamp(item: Item) -> Stamp | str:
    """By what the item's video is known, or why it has none."""
    if item.video is None:
        return NO_VIDEO
    try:
        found = item.video.stat()
    except OSError as exc:
        return f"its video {item.video.name!r} cannot be read: {exc.strerror or exc}"
    return Stamp(item.video.name, found.st_size, found.st_mtime_ns)


def _key(row: Row) -> str:
    return frames_key(row.id, row.video) if row.video else ""
