"""Finding references for a request: near ones that got people talking, and near ones that did not.

The rule is that of LLMPopcorn (arXiv 2502.12945), section 3, with our better choice of tags as its default.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ...errors import DataError, RequestError
from .contrast import FEWEST_IN_POOL, contrast_of_pool
from .pool import Pool, Sizes, sizes_of, split_by_comments
from .tag_routing import TagRouter
from .types import ContrastFinding, Retrieval, RetrievalOptions, RetrievedReference, Routing, Side, TagChoice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..embedding.types import Encoder
    from .catalogue import Catalogue
    from .tag_routing import Near

NEAREST = 1000
"""References looked at in one pass over the catalogue; only a side that is rare among them needs a second one."""
MOST_CONTRASTED = 4000
"""Titles of a pool that a contrast reads at most; the nearest ones when there are more."""


class Retriever:
    """Retrieval from one catalogue. Safe to use from several threads."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, idea_of: Callable[[str], str] = str) -> None:
        """`idea_of` takes the words of the command off a request: the references nearest to the whole of `create a
        video about tea` are those that talk about making videos. Routing by tag names compares the whole, as published.

        Raises DataError when `encoder` is not the one that the catalogue's vectors come from."""
        made_by = catalogue.manifest.encoder
        if encoder.name != made_by:
            raise DataError(
                f"the catalogue {catalogue.name!r} was embedded with {made_by!r}, not with {encoder.name!r}",
                hint=f"Use the encoder {made_by!r}, or import the catalogue again with {encoder.name!r}.",
            )
        self._catalogue = catalogue
        self._encoder, self._idea_of = encoder, idea_of
        self._router = TagRouter(catalogue.tags, catalogue.vectors, catalogue.index, encoder)
        self._left_out = np.zeros(len(catalogue), dtype=bool)

    @property
    def catalogue(self) -> str:
        """The catalogue's name."""
        return self._catalogue.name

    def leaving_out(self, ids: frozenset[str]) -> Retriever:
        """The same retrieval, by which no reference of these ids, which a predictor learned from, is ever found.

        They help to choose tags all the same.
        """
        other = copy(self)
        known = self._catalogue.ids
        other._left_out = np.fromiter((one in ids for one in known), dtype=bool, count=len(known))
        return other

    def prepare(self) -> None:
        """Compute now what the first retrieval would compute."""
        self._router.prepare()

    def choose_tags(self, query: str, routing: Routing = Routing.NEIGHBOURS) -> tuple[TagChoice, ...]:
        """All tags for a request, best first. Raises RequestError for an empty one."""
        return self._router.rank(self._vector(query, routing), routing)

    def retrieve(self, query: str, options: RetrievalOptions | None = None) -> Retrieval:
        """Both sides for a request, nearest first on each.

        References without a count help to choose tags, but stand on no side. When the chosen tags cannot fill both
        sides, the next tags join them, and a notice says so. Raises RequestError for an empty request or options
        that make no sense.
        """
        options = options or RetrievalOptions()
        check(options)
        vector = self._vector(query, options.routing)
        search = _Search(self._catalogue, options, self._usable(options.split), self._left_out)
        near = self._near(vector)
        tags = self._pool_tags(search, self._router.rank(vector, options.routing, near))
        references = self._nearest(vector, near, search.pool.popular, search.sizes.popular, Side.POPULAR)
        references += self._nearest(vector, near, search.pool.unpopular, search.sizes.unpopular, Side.UNPOPULAR)
        return Retrieval(query, tags, tuple(references), tuple(search.closing_notices(len(references))))

    def contrast(self, retrieval: Retrieval, split: str = "") -> tuple[ContrastFinding, ...]:
        """How popular and unpopular references of the retrieval's tags differ, strongest first.

        Read from the tags' whole pool rather than from the K retrieved: with nine references against one nothing can
        be told from chance. A pool of fewer than FEWEST_IN_POOL widens to all tags, compared tag by tag; its findings
        say so. Where all may be chance the strongest few are offered, marked as weak. `split` is that of the
        retrieval's options.
        """
        usable = self._usable(split)
        own = np.flatnonzero(usable & self._tagged([choice.tag for choice in retrieval.tags]))
        rows = np.flatnonzero(usable) if len(own) < FEWEST_IN_POOL else own
        widened = len(rows) > len(own)
        if len(rows) > MOST_CONTRASTED:
            nearest, _ = self._catalogue.index.search(
                self._vector(retrieval.query, Routing.NEIGHBOURS), MOST_CONTRASTED, rows
            )
            rows = np.sort(nearest[0])
        findings = contrast_of_pool(self._catalogue.references(rows), or_weak=True)
        return tuple(map(_over_all_tags, findings)) if widened else findings

    def _vector(self, query: str, routing: Routing) -> NDArray[np.float32]:
        text = query.strip()
        if not text:
            raise RequestError("the request is empty", hint="Say in a sentence what the video should be about.")
        compared = text if routing is Routing.TAG_NAME else self._idea_of(text)
        vector: NDArray[np.float32] = self._encoder.encode([compared])[0]
        return vector

    def _pool_tags(self, search: _Search, ranked: tuple[TagChoice, ...]) -> tuple[TagChoice, ...]:
        """Fill the search's pool; the tags that it took, the chosen ones first."""
        if not ranked:
            search.take(np.ones(len(self._catalogue), dtype=bool))
            search.notices.append(f"the catalogue {self.catalogue!r} has no tags: all of its references were compared")
            return ()
        wanted = search.options.tags
        taken = ranked[:wanted]
        chosen = self._tagged([choice.tag for choice in taken])
        search.take(chosen)
        if wanted > len(ranked):
            search.notices.append(
                f"the catalogue {self.catalogue!r} has {len(ranked)} tags, not {wanted}: all were used"
            )
        before = search.counted
        for choice in ranked[len(taken) :]:
            if search.pool.fills(search.sizes):
                break
            more = self._tagged([choice.tag])
            if search.usable[more].any():
                chosen |= more
                search.take(chosen)
                taken = (*taken, choice)
        if len(taken) > min(wanted, len(ranked)):
            search.notices.append(_widened(taken, wanted, before))
        return taken

    def _tagged(self, tags: list[str]) -> NDArray[np.bool_]:
        if not self._router.names:
            return np.ones(len(self._catalogue), dtype=bool)
        numbers = [number for number, name in enumerate(self._router.names) if name in tags]
        return np.isin(self._router.codes, numbers)

    def _usable(self, split: str) -> NDArray[np.bool_]:
        """(N,) which rows may stand on a side: counted, of the split, not left out."""
        return _counted(self._catalogue, split) & ~self._left_out

    def _near(self, vector: NDArray[np.float32]) -> Near:
        """The NEAREST references of all, equal ones by row number."""
        rows, similarities = self._catalogue.index.search(vector, NEAREST)
        order = np.lexsort((rows[0], -similarities[0]))
        return rows[:, order], similarities[:, order]

    def _nearest(
        self, vector: NDArray[np.float32], near: Near, rows: NDArray[np.int64], k: int, side: Side
    ) -> list[RetrievedReference]:
        """The `k` nearest of `rows`: from `near` when enough of them are there, else by a search among them."""
        wanted = np.zeros(len(self._catalogue), dtype=bool)
        wanted[rows] = True
        inside = np.flatnonzero(wanted[near[0][0]])[:k]
        found, similarities = near[0][0, inside], near[1][0, inside]
        if len(inside) < min(k, len(rows)):
            among, similar = self._catalogue.index.search(vector, k, rows)
            found, similarities = among[0], similar[0]
        order = np.lexsort((found, -similarities))
        references = self._catalogue.references(found[order])
        return [
            RetrievedReference(reference, side, float(similarity), bool(upper))
            for reference, similarity, upper in zip(
                references, similarities[order], self._catalogue.upper[found[order]], strict=True
            )
        ]


@dataclass(slots=True)
class _Search:
    """One retrieval as it goes: what may be used, the pool so far, and what has to be said about it."""

    catalogue: Catalogue
    options: RetrievalOptions
    usable: NDArray[np.bool_]
    left_out: NDArray[np.bool_]
    sizes: Sizes = field(init=False)
    pool: Pool = field(init=False)
    notices: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sizes = sizes_of(self.options.references, self.options.negative_share)

    def take(self, tagged: NDArray[np.bool_]) -> None:
        """Make the usable rows among `tagged` (N,) the pool."""
        rows = np.flatnonzero(self.usable & tagged)
        self.pool = split_by_comments(rows, self.catalogue.comments, self.options.negative_share)

    @property
    def counted(self) -> int:
        """References in the pool."""
        return len(self.pool.popular) + len(self.pool.unpopular)

    def closing_notices(self, found: int) -> list[str]:
        """The notices, with what the result itself calls for."""
        notices = list(self.notices)
        where = f"the catalogue {self.catalogue.name!r}"
        if not found:
            left = int((_counted(self.catalogue, self.options.split) & self.left_out).sum())
            why = f": {left:,} are left out, since the predictor in use learned from them" if left else ""
            notices.append(f"{where} has no reference with a comment count that may be used for this request{why}")
        elif found < self.options.references:
            notices.append(f"{found} of {self.options.references} references were found: {where} has no more to use")
        if sources := self.catalogue.manifest.source.split(", ")[1:]:
            notices.append(f"{where} mixes the counts of {len(sources) + 1} sources, which share no scale")
        return notices


def _counted(catalogue: Catalogue, split: str) -> NDArray[np.bool_]:
    """(N,) which rows have a comment count and are of the split, where one is named."""
    counted = np.isfinite(catalogue.comments)
    return counted & (catalogue.splits == split) if split else counted


def check(options: RetrievalOptions) -> None:
    """Raises RequestError for options that make no sense."""
    if options.references < 1:
        raise RequestError(
            f"{options.references} references were asked for", hint="Ask for 1 or more; the paper uses 10, 50 and 100."
        )
    if options.tags < 1:
        raise RequestError(f"{options.tags} tags were asked for", hint="Ask for 1 or more.")
    if not 0 <= options.negative_share < 1:
        raise RequestError(
            f"the negative share is {options.negative_share}", hint="Give a share from 0 to below 1, e.g. 0.1."
        )


def _over_all_tags(finding: ContrastFinding) -> ContrastFinding:
    return replace(finding, text=f"{finding.text}, over all tags", over_all_tags=True)


def _widened(taken: tuple[TagChoice, ...], wanted: int, before: int) -> str:
    first = ", ".join(repr(choice.tag) for choice in taken[:wanted])
    then = ", ".join(repr(choice.tag) for choice in taken[wanted:])
    return f"{first} alone has {before} references to use: widened to {then}"
