"""The feedback of a home: which runs were published, what was predicted of them, and every count that was told.

It stands in `feedback.sqlite`. Of one age the latest count holds, and what it replaced stays in the file, unless
somebody takes it away. What is added at once is there whole or not at all, and several processes may add.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ...errors import RequestError, StoreError
from ...redaction import scrubbed
from ...settings import Settings
from ...tools.popularity.feedback.series import days, with_count
from ...tools.popularity.feedback.types import Count, Prediction, PublishedVideo
from ...tools.popularity.platforms import in_words
from .databases.sqlite import SqliteDatabase
from .databases.types import Schema, Statements

_SCHEMA = Schema(
    1,
    """
create table if not exists videos (run_id text primary key, video text not null);
create table if not exists counts (number integer primary key, run_id text not null references videos (run_id),
    count text not null);
create index if not exists counts_of_run on counts (run_id);
""",
    {},
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a count that was told."""

    video: PublishedVideo
    """With all its counts."""
    count: Count
    replaced: Count | None = None
    """The count of the same age that held before, with other numbers."""
    again: bool = False
    """Whether the very same was kept before; nothing was written then."""


class FeedbackStore:
    """Published videos and their counts. Raises StoreError, never the errors of SQLite."""

    def __init__(self, home: Path) -> None:
        self._path = home / "feedback.sqlite"
        self._tables = SqliteDatabase(self._path, patience=30, what="feedback")

    @classmethod
    def of(cls, settings: Settings) -> FeedbackStore:
        """The store in the home of these settings."""
        return cls(settings.home)

    def add(
        self, told: Sequence[tuple[PublishedVideo, Count]], *, fewer: bool = False, places: Sequence[str] = ()
    ) -> list[Added]:
        """Keep counts of videos, in their order, all or none; `fewer` where numbers that shrink are right.

        `places` say where each of them stands, for errors, where they stand in a table.

        Raises RequestError for a count that does not fit those before it, and for a video of another platform.
        """
        self._tables.prepare(_SCHEMA)
        added: list[Added] = []
        with self._tables.transaction() as statements:
            for video, _ in told:  # written first: from here on nobody else writes until the end
                statements.execute(
                    "insert into videos values (?, ?) on conflict (run_id) do nothing", (video.run_id, _written(video))
                )
            known = {one.run_id: one for one in _read(statements, self._path, {video.run_id for video, _ in told})}
            for (video, count), place in zip(told, places or [""] * len(told), strict=True):
                kept = known[video.run_id]
                with _placed(place):
                    _check_platform(kept, video.platform)
                    counts, replaced = with_count(video.run_id, kept.counts, count, fewer=fewer)
                if replaced and replace(replaced, added=count.added) == count:
                    added.append(Added(kept, replaced, again=True))
                    continue
                known[video.run_id] = replace(kept, counts=counts)
                text = json.dumps(asdict(count))
                statements.execute("insert into counts (run_id, count) values (?, ?)", (video.run_id, text))
                added.append(Added(known[video.run_id], count, replaced))
        return added

    def remove(self, run_id: str, age_days: float | None = None) -> tuple[Count, ...]:
        """Take away the count of a run at one age, or all of them and with them its platform; which they were.

        Raises RequestError where there is none.
        """
        video = self.find(run_id)
        if video is None:
            raise RequestError(f"there is no feedback of run {run_id}", hint="What there is: popcorn feedback report.")
        gone = tuple(one for one in video.counts if age_days is None or one.age_days == age_days)
        if not gone:
            ages = ", ".join(days(one.age_days) for one in video.counts)
            raise RequestError(
                f"run {run_id} has no count at {days(age_days or 0)}", hint=f"It has counts at {ages or 'no age'}."
            )
        with self._tables.transaction() as statements:
            rows = statements.execute("select number, count from counts where run_id = ?", (run_id,)).fetchall()
            for number, text in rows:
                if age_days is None or _count(text, self._path).age_days == age_days:
                    statements.execute("delete from counts where number = ?", (number,))
            left = statements.execute("select 1 from counts where run_id = ?", (run_id,)).fetchone()
            if left is None:
                statements.execute("delete from videos where run_id = ?", (run_id,))
        return gone

    def videos(self) -> list[PublishedVideo]:
        """Every published video with its counts, in the order in which they were first told of."""
        if not self._path.is_file():
            return []
        self._tables.prepare(_SCHEMA)
        with self._tables.transaction() as statements:
            return _read(statements, self._path)

    def platforms(self) -> dict[str, str]:
        """Where each run was published that somebody told of."""
        return {one.run_id: one.platform for one in self.videos()}

    def platform(self, run_id: str) -> str:
        """Where a run was published; empty where nobody told of it."""
        video = self.find(run_id)
        return video.platform if video else ""

    def find(self, run_id: str) -> PublishedVideo | None:
        """The published video of a run; None where nobody told of it."""
        if not self._path.is_file():
            return None
        self._tables.prepare(_SCHEMA)
        with self._tables.transaction() as statements:
            return next(iter(_read(statements, self._path, {run_id})), None)


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Puts the place before what is raised."""
    try:
        yield
    except RequestError as exc:
        exc.message = f"{place}: {exc.message}" if place else exc.message
        raise


def notices_of(added: Added) -> list[str]:
    """What a person should know of a count that was kept."""
    told, video = added.count, added.video
    notices = []
    if added.again:
        notices.append(f"it was kept before: the same numbers at {days(told.age_days)}")
    if added.replaced:
        notices.append(
            f"it replaces the count of the same age, {added.replaced.comments:,} comments at {days(told.age_days)}"
        )
    if video.made and told.published < datetime.fromisoformat(video.made):
        notices.append(
            f"a video of {days(told.age_days)} is older than its run, made on {video.made[:10]}: check the age"
        )
    if told.views is not None and told.comments > told.views:
        notices.append(f"{told.comments:,} comments are more than {told.views:,} views: check both")
    return notices


def _check_platform(kept: PublishedVideo, platform: str) -> None:
    if platform != kept.platform:
        raise RequestError(
            f"run {kept.run_id} has counts of {in_words(kept.platform)}; those of {in_words(platform)} are on another "
            "scale and never mix with them",
            hint=f"Keep one platform a run, here --platform {kept.platform}; what was published on another one "
            f"has a run of its own: popcorn trace replay {kept.run_id}. If {kept.platform} was wrong: popcorn feedback "
            f"remove {kept.run_id}",
        )


def _read(statements: Statements, path: Path, run_ids: Iterable[str] | None = None) -> list[PublishedVideo]:
    """The videos of these runs, all without any."""
    wanted = None if run_ids is None else set(run_ids)
    one = next(iter(wanted)) if wanted and len(wanted) == 1 else None
    which, values = (" where run_id = ?" if one else ""), ([one] if one else list[str]())
    videos = statements.execute(f"select run_id, video from videos{which} order by rowid", values)  # noqa: S608 - ours
    found = {run_id: _video(text, path) for run_id, text in videos.fetchall() if wanted is None or run_id in wanted}
    series: dict[str, dict[float, Count]] = {}
    rows = statements.execute(f"select run_id, count from counts{which} order by number", values)  # noqa: S608 - ours
    for run_id, text in rows:
        if run_id in found:
            count = _count(text, path)
            series.setdefault(run_id, {})[count.age_days] = count
    return [
        replace(video, counts=tuple(sorted(series.get(run_id, {}).values(), key=lambda each: each.age_days)))
        for run_id, video in found.items()
    ]


def _written(video: PublishedVideo) -> str:
    facts = asdict(video)
    del facts["counts"]
    return json.dumps(facts | {"title": scrubbed(video.title)})


def _video(text: str, path: Path) -> PublishedVideo:
    facts = _facts(text, path)
    try:
        return PublishedVideo(**dict(facts) | {"prediction": Prediction(**facts["prediction"])})
    except (KeyError, TypeError) as exc:
        raise _damaged(path, exc) from exc


def _count(text: str, path: Path) -> Count:
    try:
        return Count(**_facts(text, path))
    except TypeError as exc:
        raise _damaged(path, exc) from exc


def _facts(text: str, path: Path) -> Mapping[str, Any]:
    try:
        facts: Mapping[str, Any] = json.loads(text)
    except ValueError as exc:
        raise _damaged(path, exc) from exc
    return facts


def _damaged(path: Path, exc: Exception) -> StoreError:
    return StoreError(
        f"the feedback {str(path)!r} holds what is none: {exc}", hint="Put the file back as it was, or move it away."
    )
