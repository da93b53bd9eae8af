"""Saying "I cannot tell": what is refused of texts that are no titles, and of real titles of other kinds.

    python benchmarks/domain.py [--data FOLDER] [--plot docs/domain.svg]

The made-up lists are of the kinds an auditor tried (200 each): letters, signs, single words, names piled up, words at
random. They are made by other rules and other words than `made_up`, which the predictor learned from. Real titles come
from the test part of the shipped predictor, whose channels it has not seen. Where a text alone may not tell (other
languages, shuffled titles, other platforms), a ROC curve shows what refusing more of them would cost.
"""

from __future__ import annotations

import argparse
import csv
import random
import string
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from no_titles import more_no_titles
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.popularity.shipped import shipped_folder
from popcorn.tools.popularity.shipped.build import merged, read_categories, read_table
from popcorn.tools.popularity.trained.fitted import FittedPredictor
from popcorn.tools.popularity.trained.material import split_rows
from popcorn.tools.popularity.trained.predictor import TrainedPredictor
from popcorn.tools.popularity.trained.store import open_trained
from popcorn.tools.popularity.types import Subject
from sklearn.metrics import roc_auc_score, roc_curve

EACH = 200
_NAMES = (
    "BTS,PewDiePie,Drake,Beyonce,Taylor Swift,Kanye West,Logan Paul,Jake Paul,KSI,MrBeast,Trump,Elon Musk,Rihanna,"
    "Justin Bieber,Ariana Grande,Messi,Ronaldo,LeBron James,Marvel,Avengers,Fortnite,Minecraft,Billie Eilish,"
    "Ed Sheeran,Cardi B,Eminem,Blackpink,Kim Kardashian,Selena Gomez,Neymar,iPhone,Netflix,Disney,Pokemon,Shakira,Adele"
)
NAMES = _NAMES.split(",")
_WORDS = (
    "table green walk river seven paper cloud honest bottle yellow carpet engine forget violin pencil market silver "
    "window thunder basket quiet copper garden lantern marble orbit pepper quarter ribbon saddle tunnel velvet whisper "
    "anchor blanket candle dagger ember feather goblin hammer island jacket kettle ladder mirror needle oyster pillow"
)
WORDS = _WORDS.split()
SINGLE = ("lol", "a", "wow", "omg", "ok", "hi", "yes", "video", "the", "viral", "best", *WORDS, *NAMES)
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SIGNS = "_.-!?*#@&%$~^+=|/<>:;,()[]{}"
EMOJI = "😂🔥💯🎉🍜👀😱🚀🐶"
FRENCH = """Comment faire des crêpes bretonnes à la maison;Je teste le pire hôtel de Paris
La recette secrète de ma grand-mère
Pourquoi les chats ont peur des concombres;Visite de mon nouvel appartement;On a dormi dans une cabane dans les arbres
Le match le plus fou de la saison;Il découvre un trésor dans son jardin;Dix astuces pour mieux dormir
Ma routine du matin avant l'école;Clip officiel de la chanson de l'été;Les meilleurs moments de la finale
Elle adopte un chien abandonné;J'ai passé 24 heures dans un supermarché;Apprendre à dessiner en dix minutes
Le chef nous apprend à cuisiner le canard;Bande annonce du film en français;Mon avis sur le nouveau téléphone
Voyage en Bretagne, jour trois;Un dauphin sauve un nageur;Comment j'ai perdu vingt kilos;Les pires cadeaux de Noël
Énorme tempête sur la côte atlantique;Faire du pain sans machine;Mes achats du mois;La plage la plus dangereuse du monde
Défi avec mon petit frère;La vérité sur les régimes;Concert gratuit place de la Bastille;Réparer son vélo soi-même
Nouvelle chanson en acoustique;Un orage impressionnant filmé de près;Le renard et la poule;J'ouvre une boutique à Lyon
Les animaux les plus rapides;Caméra cachée dans le métro;Recette de tarte aux pommes;Histoire d'un pêcheur solitaire
Le pire examen de ma vie;Jouer du piano sans savoir lire;Il construit sa maison tout seul;Petit déjeuner en famille"""
GERMAN = """Wie man das beste Brot backt;Ich teste das schlechteste Hotel Berlins;Das geheime Rezept meiner Oma
Warum Katzen Angst vor Gurken haben;Meine neue Wohnung zeige ich euch;Wir haben im Baumhaus geschlafen
Das verrückteste Spiel der Saison;Er findet einen Schatz im Garten;Zehn Tipps für besseren Schlaf
Meine Morgenroutine vor der Schule;Offizielles Musikvideo zum Sommerhit;Die besten Momente des Finales
Sie rettet einen ausgesetzten Hund;24 Stunden im Supermarkt eingesperrt;Zeichnen lernen in zehn Minuten
Der Koch zeigt, wie man Ente zubereitet;Trailer zum neuen Film auf Deutsch;Meine Meinung zum neuen Handy
Reise an die Ostsee, Tag drei;Delfin rettet einen Schwimmer;Wie ich zwanzig Kilo abgenommen habe
Die schlimmsten Geschenke zu Weihnachten;Gewaltiger Sturm an der Nordseeküste;Brot backen ohne Maschine
Meine Einkäufe im Monat;Der gefährlichste Strand der Welt;Wette gegen meinen kleinen Bruder;Die Wahrheit über Diäten
Schminken für Anfänger;Was tun in München an einem Wochenende;Die große Käsereise;Fahrrad selbst reparieren
Neues Lied, nur mit Gitarre;Gewitter aus nächster Nähe gefilmt;Der Fuchs und das Huhn;Ich eröffne einen Laden in Hamburg
Die schnellsten Tiere der Erde;Versteckte Kamera in der U-Bahn;Rezept für Apfelkuchen;Klavier spielen ohne Noten"""


def no_titles(seed: int = 7) -> dict[str, list[str]]:
    """EACH texts of each kind that is no title."""
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it

    def row(signs: str, low: int, high: int) -> str:
        return "".join(chance.choices(signs, k=chance.randint(low, high)))

    def several(make: Callable[[], str], low: int, high: int, between: str = " ") -> str:
        return between.join(make() for _ in range(chance.randint(low, high)))

    def babble() -> str:
        return "".join(chance.choice("bcdfghklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(1, 4)))

    def shuffled() -> str:
        word = chance.choice(WORDS)
        return "".join(chance.sample(word, len(word)))

    def gibberish() -> str:
        return chance.choice(
            (
                lambda: several(lambda: row(chance.choice(KEYS), 4, 14), 1, 5),
                lambda: several(lambda: row(string.ascii_lowercase, 2, 10), 1, 8),
                lambda: row(string.ascii_letters + string.digits, 5, 40),
                lambda: several(lambda: row(string.ascii_lowercase, 1, 1), 2, 12),
                lambda: row(string.ascii_letters + string.digits + string.punctuation, 5, 50),
                lambda: several(babble, 2, 6),
                lambda: several(shuffled, 3, 6),
            )
        )()

    def piled() -> str:
        return chance.choice(
            (
                lambda: " ".join([chance.choice(NAMES)] * chance.randint(3, 8)),
                lambda: " ".join(chance.sample(NAMES, chance.randint(4, 8))),
                lambda: ", ".join(chance.sample(NAMES, chance.randint(4, 8))),
            )
        )()

    kinds: dict[str, Callable[[], str]] = {
        "gibberish": gibberish,
        "signs": lambda: row(SIGNS, 1, 20),
        "emoji": lambda: row(EMOJI, 1, 10),
        "single words": lambda: chance.choice(SINGLE),
        "names piled up": piled,
        "words at random": lambda: " ".join(chance.sample(WORDS, chance.randint(3, 8))),
        "one word again and again": lambda: " ".join([chance.choice(WORDS)] * chance.randint(2, 12)),
        "digits": lambda: several(lambda: str(chance.randint(0, 99_999)), 1, 5),
    }
    return {name: [make() for _ in range(EACH)] for name, make in kinds.items()}


def real_titles(data: Path) -> tuple[list[str], list[str]]:
    """Titles of channels that the shipped predictor has not seen, and its training titles with their words shuffled."""
    folder = data / "youtube_trending"
    names = read_categories(folder / "US_category_id.json")
    tables = sorted(folder.glob("*videos*.csv"))
    videos = merged([video for table in tables for video in read_table(table, names)])
    counts = np.ones(len(videos))
    split = split_rows([one.id for one in videos], counts, (), [one.channel for one in videos])
    chance = random.Random(1)  # noqa: S311 - nothing is kept secret by it
    words = [videos[row].title.split() for row in split.train[::5]]
    return [videos[row].title for row in split.test], [" ".join(chance.sample(one, len(one))) for one in words]


def microlens_titles(data: Path) -> list[str]:
    """Titles of MicroLens as they are, in English, one in twenty."""
    with (data / "microlens_100k" / "MicroLens-100k_title_en.csv").open(encoding="utf-8", newline="") as opened:
        return [row[1].strip() for row in csv.reader(opened) if len(row) > 1 and row[1].strip()][::20]


def oddness(fitted: FittedPredictor, titles: Sequence[str]) -> np.ndarray:
    """(Q,), how little each reads like a title of a video that trends; the language and the form left aside."""
    look = fitted.domain.look
    if look is None:
        raise SystemExit("this predictor has not learned what a title is")
    vectors = open_encoder(fitted.bank.encoder).encode(list(titles))
    return np.array([-look.of(title, vector) for title, vector in zip(titles, vectors, strict=True)])


def draw(curves: dict[str, tuple[np.ndarray, np.ndarray]], chosen: dict[str, tuple[float, float]], file: Path) -> None:
    """A line a kind, and the point that was chosen."""
    from matplotlib import style
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with style.context(["default", {"svg.fonttype": "none", "svg.hashsalt": "popcorn"}]):
        figure = Figure(figsize=(5, 4), layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        for name, (real, other) in curves.items():
            (line,) = axes.plot(real, other, linewidth=1, label=name)
            axes.plot(*chosen[name], marker="o", markersize=5, color=line.get_color())
        axes.set_xlabel("real titles refused")
        axes.set_ylabel("others refused")
        axes.set_xlim(0, 0.5)
        axes.set_ylim(0, 1)
        axes.legend(frameon=False, fontsize="small")
        figure.savefig(file, format="svg", metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables and draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--plot", type=Path)
    chosen = parser.parse_args(arguments)
    fitted = open_trained(shipped_folder())
    predictor = TrainedPredictor(fitted, open_encoder(fitted.bank.encoder))

    def refused(titles: Sequence[str]) -> np.ndarray:
        return np.array([not score.evidence for score in predictor.batch([Subject(title) for title in titles])])

    real, shuffled = real_titles(chosen.data)
    print(f"| list | texts | no evidence |\n|---|---|---|\n| real titles, channels kept apart | {len(real)} | "
          f"{refused(real).mean():.1%} |")  # fmt: skip
    for name, titles in (no_titles() | more_no_titles()).items():
        print(f"| {name} | {len(titles)} | {refused(titles).mean():.1%} |")
    others = {
        "French": FRENCH.replace("\n", ";").split(";"),
        "German": GERMAN.replace("\n", ";").split(";"),
        "training titles, words shuffled": shuffled,
        "MicroLens titles": microlens_titles(chosen.data),
    }
    usual = oddness(fitted, real)
    print("\n| kind | texts | no evidence | area under the curve | refused at 3 % of real | at 10 % |")
    print("|---|---|---|---|---|---|")
    curves, points = {}, {}
    for name, titles in others.items():
        odd = oddness(fitted, titles)
        answers, values = np.repeat([0, 1], [len(usual), len(odd)]), np.concatenate([usual, odd])
        false, true, _ = roc_curve(answers, values)
        curves[name] = (false, true)
        points[name] = (float(refused(real).mean()), float(refused(titles).mean()))
        at = [float(np.interp(share, false, true)) for share in (0.03, 0.1)]
        print(f"| {name} | {len(titles)} | {points[name][1]:.1%} | {roc_auc_score(answers, values):.2f} | "
              f"{at[0]:.0%} | {at[1]:.0%} |")  # fmt: skip
    if chosen.plot:
        draw(curves, points, chosen.plot)


if __name__ == "__main__":
    main()
