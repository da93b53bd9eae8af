"""MicroLens as it is published: a folder of headerless tables, one for each thing known about a video.

Source: MicroLens (arXiv 2309.15379); the file names are those of its 50k and 100k releases and of LLMPopcorn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ....errors import DataError
from ....redaction import scrubbed
from ...tables.counts import NotACountError, count
from ...tables.texts import LOST, clean
from ..types import Reference
from .import_report import ImportReport
from .lines import read_lines, read_pairs

SOURCE = "microlens"
_SPLITS = {
    "train": "train", "training": "train",
    "valid": "valid", "val": "valid", "validation": "valid", "dev": "valid",
    "test": "test", "testing": "test",
}  # fmt: skip
_PATTERNS = {
    "titles": r"microlens-\w+_title_en\.csv",
    "full captions": r"microlens-\w+_titles\.csv",
    "descriptions": r"microlens-?\w+_captions?_en\.(csv|txt)",
    "cover descriptions": r"(llava[\w.-]*_caption|microlens-\w+_cover\w*)\.(txt|csv)",
    "tags": r"tags_to_summary\.csv",
    "likes and views": r"microlens-\w+_likes_and_views\.txt",
    "labels": r"(video_)?labels?\.csv",
    "comments": r"microlens-\w+_comments?(_en)?\.(txt|tsv|csv)",
    "splits": r"splits?\.csv",
}


@dataclass(frozen=True, slots=True)
class MicroLensFolder:
    """The files found in a MicroLens folder, by what they hold."""

    path: Path
    files: Mapping[str, Path]

    @classmethod
    def find(cls, path: Path) -> MicroLensFolder | None:
        """The MicroLens files in `path`; None where there is no table of titles."""
        paths: dict[str, Path] = {}
        for file in sorted(path.iterdir()):
            for what, pattern in _PATTERNS.items():
                if re.fullmatch(pattern, file.name.casefold()):
                    paths.setdefault(what, file)
        return cls(path, paths) if {"titles", "full captions"} & paths.keys() else None

    def read(self, report: ImportReport) -> list[Reference]:
        """The references, a video each, in the order of the table of titles. Raises DataError when there are none."""
        report.notes.append("files: " + ", ".join(f"{file.name} ({what})" for what, file in self.files.items()))
        titles = self._texts("titles", report)
        captions = self._texts("full captions", report)
        known = dict.fromkeys([*titles, *captions])
        tables = {
            what: self._texts(what, report, known) for what in ("descriptions", "cover descriptions", "tags", "splits")
        }
        figures = self._figures(report, known)
        comments = self._comments(report, known)
        report.read += len(known)
        references = [
            Reference(
                id=key,
                title=captions.get(key) or titles.get(key, ""),
                description=tables["descriptions"].get(key, ""),
                cover_description=tables["cover descriptions"].get(key, ""),
                tag=tables["tags"].get(key, ""),
                comments=comments.get(key),
                likes=figures.get(key, (None, None))[0],
                views=figures.get(key, (None, None))[1],
                split=_SPLITS.get(tables["splits"].get(key, "").casefold(), tables["splits"].get(key, "")),
                source=SOURCE,
            )
            for key in known
        ]
        if not references:
            raise DataError(f"the MicroLens folder {str(self.path)!r} holds no titles")
        report.kept += len(references)
        _add_notes(report, references, titles, captions)
        return references

    def _texts(self, what: str, report: ImportReport, known: Mapping[str, None] | None = None) -> dict[str, str]:
        """The texts of one table by video; the table of titles makes the videos, the others only add to `known`."""
        texts: dict[str, str] = {}
        if what not in self.files:
            return texts
        name = self.files[what].name
        for line, key, raw in read_pairs(self.files[what], report):
            text, mended = clean(raw, lines=what == "descriptions")
            if key in texts:
                report.leave_out(name, line, "the video came before", key)
            elif known is not None and key not in known:
                report.leave_out(name, line, "there is no such video", key)
            elif mended == LOST:
                report.leave_out(name, line, LOST, text)
            else:
                texts[key] = scrubbed(text)
                if mended:
                    report.repair(name, line, mended, text)
                if texts[key] != text:
                    report.repair(name, line, "what looks like a key", texts[key])
        return texts

    def _figures(self, report: ImportReport, known: Mapping[str, None]) -> dict[str, tuple[int | None, int | None]]:
        """Likes and views by video."""
        found: dict[str, tuple[int | None, int | None]] = {}
        if "likes and views" not in self.files:
            return found
        path = self.files["likes and views"]
        for line, text in enumerate(read_lines(path), start=1):
            fields = [field.strip() for field in re.split(r"[\t,]", text)]
            if not text.strip() or (line == 1 and not fields[-1].isdecimal() and "view" in text.casefold()):
                continue
            if len(fields) != 3:
                report.leave_out(path.name, line, f"{len(fields)} values instead of id, likes and views", text)
                continue
            try:
                figures = (count(fields[1]), count(fields[2]))
            except NotACountError:
                report.leave_out(path.name, line, "likes or views that are no count", text)
                continue
            if _fits(report, path.name, line, fields[0], found, known):
                found[fields[0]] = figures
        return found

    def _comments(self, report: ImportReport, known: Mapping[str, None]) -> dict[str, int | None]:
        """Comment counts by video, from the labels or else by counting the comments."""
        if "labels" not in self.files:
            return self._counted_comments(report, known) if "comments" in self.files else {}
        path = self.files["labels"]
        counts: dict[str, int | None] = {}
        for line, key, text in read_pairs(path, report):
            try:
                label = count(text)
            except NotACountError:
                report.leave_out(path.name, line, "a label that is no count", text)
                continue
            if _fits(report, path.name, line, key, counts, known):
                counts[key] = label
        return counts

    def _counted_comments(self, report: ImportReport, known: Mapping[str, None]) -> dict[str, int | None]:
        """How many lines (user, video, comment) each video has; one without any has no count, rather than zero."""
        path = self.files["comments"]
        counts: Counter[str] = Counter()
        for line, text in enumerate(read_lines(path), start=1):
            if not text.strip():
                continue
            fields = [field.strip() for field in re.split(r"[\t,]", text, maxsplit=2)]
            if len(fields) >= 2 and fields[1] in known:
                counts[fields[1]] += 1
            elif line > 1 or "video" not in text.casefold():
                reason = "there is no such video" if len(fields) == 3 else "no user, video and comment"
                report.leave_out(path.name, line, reason, text)
        report.notes.append(f"comments counted from {path.name}: {counts.total():,} of {len(counts):,} videos")
        return dict(counts)


def _fits(
    report: ImportReport,
    name: str,
    line: int,
    key: str,
    found: Mapping[str, object],
    known: Mapping[str, None],
) -> bool:
    if key not in known:
        report.leave_out(name, line, "there is no such video", key)
    elif key in found:
        report.leave_out(name, line, "the video came before", key)
    return key in known and key not in found


def _add_notes(
    report: ImportReport, references: list[Reference], titles: Mapping[str, str], captions: Mapping[str, str]
) -> None:
    better = sum(bool(captions.get(key)) and captions[key] != title for key, title in titles.items())
    if better:
        report.notes.append(f"{better:,} titles taken from the full captions instead of the cut ones")
    for what, missing in (
        ("a title", sum(not reference.title for reference in references)),
        ("a tag", sum(not reference.tag for reference in references)),
        ("a comment count", sum(reference.comments is None for reference in references)),
    ):
        if missing:
            report.notes.append(f"{missing:,} references have no {what.removeprefix('a ')}")
