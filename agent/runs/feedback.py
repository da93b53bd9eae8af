"""From a finished run to what was predicted of it, so that what its video really drew can be held against that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ...errors import RequestError
from ...settings import SHORT_VIDEO
from ...tools.popularity.feedback.ages import age_of, days_between, moment
from ...tools.popularity.feedback.series import check_count
from ...tools.popularity.feedback.types import Count, Prediction, PublishedVideo
from ...tools.popularity.platforms import by_name, in_words, is_known
from ...tools.popularity.standing import read_score
from ...tools.popularity.types import Score
from ...tools.tables.counts import COMMA, POINT, NotACountError
from ...tools.tables.counts import count as number_in
from ...trust import foreign_files
from .run_store import Kind, Run, RunStore

_LONGEST_PLATFORM = 40
_HOW = "Give a whole number, 0 or more: 420, 1,234 or 2.3K."


def count_told(comments: str, age: str, views: str = "", likes: str = "") -> Count:
    """What somebody counts now, out of what they wrote. Raises RequestError for what is no count and no age."""
    numbers = [_number(text, kind) for text, kind in ((comments, "comments"), (views, "views"), (likes, "likes"))]
    if numbers[0] is None:
        raise RequestError(f"{comments!r} is no number of comments", hint=_HOW)
    count = Count(_age(age), numbers[0], numbers[1], numbers[2], datetime.now(UTC).isoformat())
    check_count(count)
    return count


def _number(text: str, kind: str) -> int | None:
    """A number of which only one reading is whole: 1,234, 1.234, 2.3K or 2,3K."""
    for sign in (POINT, COMMA):
        try:
            return number_in(text.strip(), sign) if text.strip() else None
        except NotACountError:
            continue
    raise RequestError(f"{text!r} is no number of {kind}", hint=_HOW)


def _age(text: str) -> float:
    """An age; of a date the error says how old a video of that day is."""
    try:
        return age_of(text)
    except RequestError as exc:
        now = datetime.now(UTC)
        try:
            days = days_between(moment(text, now), now)
        except RequestError:
            raise exc from None
        hint = f"Published then it is about {days:.1f} days old: --age {days:.1f}."
        raise RequestError(f"{text!r} is a date and no age in days", hint=hint) from exc


class PublishedRuns:
    """The published videos of runs by their names, each run looked up once."""

    def __init__(self, store: RunStore, platforms: Mapping[str, str] | None = None) -> None:
        """`platforms`: where runs were published that somebody told of before; it stands where nobody names one."""
        self._store, self._platforms = store, platforms or {}
        self._runs = {run.run_id: run for run in store.runs(-1, *Kind)}
        self._found: dict[tuple[str, str], PublishedVideo] = {}
        self._titled: dict[str, list[str]] | None = None

    def find(self, run_id: str, platform: str = "") -> PublishedVideo:
        """The video of the run of that whole id, as `published` gives it. Raises RequestError."""
        key = (run_id, platform or self._platforms.get(run_id, ""))
        if key not in self._found:
            run = self._runs.get(run_id) or self._store.find(run_id)
            self._found[key] = published(self._store, run, key[1])
        return self._found[key]

    def run_titled(self, title: str) -> str:
        """The id of the one run with that title, hashtags aside. Raises RequestError for none and for several."""
        if self._titled is None:
            self._titled = {}
            for run in self._runs.values():
                if run.kind is Kind.CREATE and (own := _data(self._store, run.run_id, "result.json").get("title")):
                    self._titled.setdefault(_plain(str(own)), []).append(run.run_id)
        found = self._titled.get(_plain(title), [])
        if len(found) != 1:
            many = f"{len(found)} runs have the title {title!r}: {', '.join(found[:3])}"
            raise RequestError(many if found else f"no run has the title {title!r}", hint="Add a column run.")
        return found[0]


def _plain(title: str) -> str:
    """A title as it is known by after a person has posted it."""
    return " ".join(re.sub(r"#\S+", " ", title).split()).casefold()


def published(store: RunStore, run: Run, platform: str = "") -> PublishedVideo:
    """The video of a run, without counts, as published on `platform`; that of the run where it is empty.

    Raises RequestError for a run that has no finished clip or no score, or that was scored for another platform.
    """
    if run.kind is not Kind.CREATE:
        what = "is a conversation" if run.kind is Kind.CHAT else "made an ad, of which no popularity was predicted"
        raise RequestError(f"run {run.run_id} {what}", hint="Name the run of a video: popcorn trace list.")
    result = _data(store, run.run_id, "result.json")
    if not result.get("video"):
        raise RequestError(
            f"run {run.run_id} never came to a finished clip ({run.status.value}), so nothing of it was published",
            hint=f"Finish it first: popcorn ask --resume {run.run_id}.",
        )
    if not result.get("score"):
        raise RequestError(
            f"run {run.run_id} has no score: nothing was predicted that could be held against what it drew",
            hint="Name a run that was scored: popcorn trace list.",
        )
    facts = _data(store, run.run_id, "manifest.json").get("facts", {})
    return PublishedVideo(
        run_id=run.run_id,
        title=str(result.get("title", "")),
        platform=_platform(run, platform),
        prediction=_prediction(read_score(result["score"]), facts),
        made=run.created,
    )


def _platform(run: Run, named: str) -> str:
    """Where it was published. What is drafted for short videos may name the place of its own: tiktok, shorts."""
    own = by_name(str(run.settings.get("platform", SHORT_VIDEO)))
    name = by_name(named.strip().casefold())
    if not name or name == own:
        return own
    if len(name) > _LONGEST_PLATFORM or not name.replace("-", "").replace("_", "").replace(" ", "").isalnum():
        raise RequestError(f"{named!r} is no name of a platform", hint="Write it in a word, e.g. --platform tiktok.")
    if own != SHORT_VIDEO or is_known(name):
        raise RequestError(
            f"run {run.run_id} was drafted and scored for {in_words(own)}; what {in_words(name)} counts is on another "
            "scale",
            hint=f"Leave --platform away, or make the video for that platform: popcorn ask --platform {name}.",
        )
    return name


def _prediction(score: Score, facts: dict[str, Any]) -> Prediction:
    interval = score.interval
    return Prediction(
        predictor=score.predictor,
        log2_comments=score.log2_comments,
        against=score.against,
        weights=str(facts.get("predictor_weights", "")),
        shift=_shift(facts),
        bank=str(facts.get("predictor_bank_digest", "")),
        rank=score.percentile,
        rank_low=score.percentile_low,
        rank_high=score.percentile_high,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        coverage=interval.coverage if interval else None,
        illustrative=score.illustrative,
    )


def _shift(facts: dict[str, Any]) -> float:
    try:
        return float(facts.get("predictor_shift", 0))
    except (TypeError, ValueError):
        return 0.0


def _data(store: RunStore, run_id: str, name: str) -> dict[str, Any]:
    """A file of a run's folder; empty where there is none that can be read."""
    try:
        data = foreign_files.parse_json(foreign_files.read_text(store.folder(run_id) / name))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}
