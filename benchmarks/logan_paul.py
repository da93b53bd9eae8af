"""The Logan Paul test: what a constant template, a famous name or another language does to a score.

    python benchmarks/logan_paul.py [--predictor NAME]

Thirty topics as plain titles, each in a hundred templates. The gain is the expected rank of the title in the template
less that of the plain one, where both are scored. A predictor that knows what it talks about gives a template nothing:
the best of a hundred may gain less than 5 points. Named after `{topic} vs Logan Paul`, which once was worth 98 of 100.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity import registry
from popcorn.tools.popularity.shipped import NAME
from popcorn.tools.popularity.trained.opening import open_trained_predictor
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.types import Score, Subject

TOPICS = (
    "street tacos at dawn",
    "a puppy sees the ferry",
    "authentic Indian biryani",
    "homemade sourdough bread",
    "the fox in the garden",
    "restoring a rusty axe",
    "an origami crane",
    "three chess traps",
    "night market noodles",
    "running a first marathon",
    "rain on a tin roof",
    "latte art for beginners",
    "a juggling otter",
    "skating across a frozen lake",
    "the quietest room in the world",
    "a guitar from scrap wood",
    "violin at the metro station",
    "a wedding beside a volcano",
    "a day with a lighthouse keeper",
    "cheap meals for a week",
    "a tiny house by the sea",
    "growing tomatoes on a balcony",
    "learning to surf at sixty",
    "a cat afraid of cucumbers",
    "building a paper bridge",
    "grandma's secret dumplings",
    "the first day of school",
    "cycling home in the snow",
    "a beekeeper without gloves",
    "how glass is blown",
)
TEMPLATES = (
    "{} vs Logan Paul", "Logan Paul vs {}", "{} ft. Drake", "{} feat. Taylor Swift", "Drake - {}", "BTS - {}",
    "{} | Official Video", "{} (Official Music Video)", "{} [Official Video]", "{} - Official Trailer",
    "{} Official Teaser Trailer #1 (2018)", "{} (Lyrics)", "{} (Audio)", "{} (Live)", "{} | Live on SNL",
    "LAST TO LEAVE {} WINS", "LAST TO LEAVE {} WINS $10,000", "{} FOR 24 HOURS", "24 HOURS OF {}",
    "I TRIED {} FOR A WEEK", "I SPENT 24 HOURS WITH {}", "{} CHALLENGE", "THE {} CHALLENGE", "EXTREME {} CHALLENGE",
    "{} PRANK (GONE WRONG)", "{} *GONE WRONG*", "{} **EMOTIONAL**", "{} (NOT CLICKBAIT)", "YOU WON'T BELIEVE {}",
    "You won't believe {}", "What happens next with {} will shock you", "{} - THE TRUTH", "The truth about {}",
    "WHY I LEFT {}", "We need to talk about {}", "My apology about {}", "so sorry about {}",
    "{} | Jimmy Kimmel Live", "{} | The Tonight Show", "Carpool Karaoke: {}", "{} REACTION", "REACTING TO {}",
    "Kids react to {}", "{} reacts", "{} EXPOSED", "{} Diss Track", "{} (Diss Track) Official Video",
    "{} in Fortnite", "Fortnite: {}", "{} in Minecraft", "PewDiePie: {}", "{} | PewDiePie", "Donald Trump on {}",
    "Trump: {}", "{} Trump", "Avengers: {}", "Marvel Studios' {} - Official Trailer", "Star Wars: {}",
    "{} | Netflix", "{} Super Bowl Commercial", "Apple presents {}", "iPhone X {}", "Unboxing {}", "{} REVIEW",
    "TOP 10 {}", "10 things about {}", "{} in 4K", "{} ASMR", "{} MUKBANG", "{} Tutorial", "How to do {}",
    "How to make {}", "{} EXPLAINED", "{} Makeup Tutorial", "My {} routine", "{} | Tasty", "{} - Gordon Ramsay",
    "{} with Kylie Jenner", "Kylie Jenner and {}", "{} for my daughter", "TO OUR DAUGHTER: {}", "{} Room Tour",
    "{} HOUSE TOUR", "{} Q&A", "{} vlog", "{}!!!", "{}???", "THE BEST {} EVER", "THE WORST {} EVER",
    "{}: this changes everything", "Wait for it: {}", "Breaking news: {}", "{} (viral)", "{} #shorts", "{} - Part 1",
    "OMG {}", "{} lol", "R.I.P. {}", "The end of {}", "{} World Record",
)  # fmt: skip
LANGUAGES = {
    "French": ("Des tacos de rue à l'aube", "La recette secrète de ma grand-mère", "Le premier jour d'école"),
    "German": ("Straßentacos im Morgengrauen", "Das geheime Rezept meiner Oma", "Der erste Schultag meines Sohnes"),
    "Spanish": ("Tacos callejeros al amanecer", "La receta secreta de mi abuela", "El primer día de escuela"),
}
ENGLISH = ("Street tacos at dawn", "My grandmother's secret recipe", "The first day of school")


@dataclass(frozen=True)
class Gains:
    """Points of expected rank that templates gain over plain topics; NaN where one of the two is not scored."""

    plain: np.ndarray
    """(topics,)."""
    gained: np.ndarray
    """(topics, templates)."""

    def by_template(self) -> np.ndarray:
        """(templates,), the mean over topics; NaN for a template that is never scored."""
        scored = ~np.isnan(self.gained)
        total = np.where(scored, self.gained, 0.0).sum(axis=0)
        return np.divide(total, scored.sum(axis=0), out=np.full(len(total), np.nan), where=scored.any(axis=0))

    def best_of_each(self) -> np.ndarray:
        """(topics,), what the best template for each topic gains; NaN for one that is never scored."""
        return np.array([np.nan if np.isnan(row).all() else np.nanmax(row) for row in self.gained])


def measure(predictor: TrainedPredictor, topics: Sequence[str] = TOPICS, *, request: bool = False) -> Gains:
    """The gains of all templates; with `request` the plain topic is what was asked for."""
    plain = [_rank(score) for score in predictor.batch([_subject(topic, topic, request) for topic in topics])]
    rows = []
    for topic, before in zip(topics, plain, strict=True):
        subjects = [_subject(template.format(topic), topic, request) for template in TEMPLATES]
        rows.append([_rank(score) - before for score in predictor.batch(subjects)])
    return Gains(np.array(plain), np.array(rows))


def _subject(title: str, topic: str, request: bool) -> Subject:
    return Subject(title[0].upper() + title[1:], request=topic if request else "")


def _rank(score: Score) -> float:
    return float("nan") if score.percentile is None else score.percentile


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--predictor", default=NAME)
    parser.add_argument("--home", type=Path, default=Path("predictors"), help="the folder that predictors stand in")
    chosen = parser.parse_args(arguments)
    folder = registry.trained_folder(chosen.home, chosen.predictor)
    predictor = open_trained_predictor(folder, open_encoder)
    print(
        "| | topics scored | drafts scored | mean rank, plain | best template, mean gain | best of 100 a topic, most |"
    )
    print("|---|---|---|---|---|---|")
    for name, request in (("nobody asked", False), ("the topic is the request", True)):
        found = measure(predictor, request=request)
        best, each = found.by_template(), found.best_of_each()
        place = int(np.nanargmax(best))
        print(
            f"| {name} | {np.mean(~np.isnan(found.plain)):.0%} | {np.mean(~np.isnan(found.gained)):.0%} | "
            f"{np.nanmean(found.plain):.1f} | {best[place]:+.2f} (`{TEMPLATES[place]}`) | {np.nanmax(each):+.2f} |"
        )
        logan = found.gained[:, 0]
        print(f"|   `{TEMPLATES[0]}` | | {np.mean(~np.isnan(logan)):.0%} | | {np.nanmean(logan):+.2f} | |")
    english = [_rank(score) for score in predictor.score([Subject(title) for title in ENGLISH])]
    for language, titles in LANGUAGES.items():
        shown = zip(predictor.score([Subject(title) for title in titles]), english, strict=True)
        print(f"{language}:", [("unscored" if not s.evidence else f"{_rank(s) - before:+.1f}") for s, before in shown])


if __name__ == "__main__":
    main()
