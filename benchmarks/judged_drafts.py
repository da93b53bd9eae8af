"""How drafts are judged: bad ones that are accepted, good ones that are refused, of `judged_drafts.toml`.

    python benchmarks/judged_drafts.py [a] [b] [--loud]
    python benchmarks/judged_drafts.py fit

Each draft is judged as a run judges it, by the bundled encoder, without references: it is refused where it has a fault.
Shares have 95 % intervals (Wilson). The drafts of a set are of this project's own making; what a rule has been mended
by says little about the next wording, so b is the one to read. `fit` writes the weights of `graphs/create/talk.py`
anew, from `pictures_and_talk.toml` and the English drafts of set a.
"""

from __future__ import annotations

import argparse
import math
import tomllib
from collections import Counter
from pathlib import Path

from popcorn.graphs.create import talk
from popcorn.graphs.create.assessment import weigh
from popcorn.graphs.create.judging import Judge
from popcorn.graphs.create.state import Draft
from popcorn.graphs.create.talk import apart
from popcorn.languages import language_of
from popcorn.tools.embedding.encoder import open_encoder
from popcorn.tools.embedding.types import Encoder

DRAFTS = Path(__file__).with_suffix(".toml")
_Z = 1.96
_C = 10.0
"""Inverse strength of the fit's regularisation."""
_SIDES, _SETS = ("pictures", "talk"), ("good", "bad")


def faults_of(line: list[str], encoder: Encoder) -> tuple[str, ...]:
    """What speaks against the draft of a line, as a run sees it."""
    _, request, language, title, shot, *english = line
    draft = Draft(title, shot, "", render_prompt="".join(english))
    ((near, originality),) = Judge(encoder, request, ()).judge([draft])
    return weigh(draft, near, request, language, originality, 0.0)[1]


def interval(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson)."""
    share, square = count / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z * math.sqrt(share * (1 - share) / of + square / of / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def fit(encoder: Encoder) -> str:
    """The weights of `talk.toml`."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = examples()
    shots, requests = (encoder.encode([row[at] for row in rows]) for at in (1, 0))
    vectors = np.stack([apart(shot, request) for shot, request in zip(shots, requests, strict=True)])
    fitted = LogisticRegression(C=_C, class_weight="balanced", max_iter=1_000).fit(vectors, [row[2] for row in rows])
    numbers = [str(round(1_000 * weight)) for weight in fitted.coef_[0]]
    lines = [", ".join(numbers[at : at + 16]) + "," for at in range(0, len(numbers), 16)]
    head = f"# Fitted by benchmarks/judged_drafts.py on {len(rows)} texts; thousandths.\n"
    return head + f"bias = {round(1_000 * fitted.intercept_[0])}\nweights = [\n" + "\n".join(lines) + "\n]\n"


def examples() -> list[tuple[str, str, bool]]:
    """Request, shot, and whether it is talk, of what is in English."""
    pairs = tomllib.loads(DRAFTS.with_name("pictures_and_talk.toml").read_text(encoding="utf-8"))["pair"]
    rows = [(one["request"], text, says) for one in pairs for says in (False, True) for text in one[_SIDES[says]]]
    own = tomllib.loads(DRAFTS.read_text(encoding="utf-8"))["a"]
    rows += [(line[1], (line[5:] or line[4:])[0], says) for says in (False, True) for line in own[_SETS[says]]
             if line[0] != "language"]  # fmt: skip
    return [row for row in rows if language_of(row[1]) in ("", "en") and row[1].isascii()]


def main() -> None:
    """Print a line for the bad and one for the good drafts of each set, and with `--loud` each that is misjudged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["a", "b"])
    parser.add_argument("--loud", action="store_true")
    asked = parser.parse_args()
    sets = tomllib.loads(DRAFTS.read_text(encoding="utf-8"))
    encoder = open_encoder("all-MiniLM-L6-v2")
    if asked.sets == ["fit"]:
        Path(talk.__file__).with_suffix(".toml").write_text(fit(encoder), encoding="utf-8")
        return
    print("| set | drafts | misjudged | share | by kind |\n|---|---:|---:|---|---|")
    for name in asked.sets:
        for good in (False, True):
            lines = sets[name]["good" if good else "bad"]
            judged = [(line, faults_of(line, encoder)) for line in lines]
            wrong = [(line, faults) for line, faults in judged if bool(faults) is good]
            low, high = interval(len(wrong), len(lines))
            kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(line[0] for line, _ in wrong).items())
            told = "good, refused" if good else "bad, accepted"
            share = f"{len(wrong) / len(lines):.0%} [{100 * low:.0f}, {100 * high:.0f}]"
            print(f"| {name} | {len(lines)} {told} | {len(wrong)} | {share} | {kinds} |")
            for line, faults in wrong if asked.loud else ():
                print("   ", line[0], "|", line[1], "|", line[3], "|", line[4], faults)


if __name__ == "__main__":
    main()
