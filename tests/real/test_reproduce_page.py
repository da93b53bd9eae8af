"""What docs/reproduce.md gives to be run without the hub and the videos does what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reproduce.md"


def test_the_table_of_the_split_is_the_published_one_video_by_video(test_data: Path, tmp_path: Path) -> None:
    code = re.search(r"<< 'END'\n(.*?)\nEND\n", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    given = test_data / "microlens_100k"
    shutil.copy(given / "MicroLens-100k_title_en.csv", tmp_path)
    subprocess.run([sys.executable, "-", str(tmp_path)], input=code[1], text=True, check=True)
    made = (tmp_path / "split.csv").read_text(encoding="utf-8").splitlines()
    assert made == (given / "split.csv").read_text(encoding="utf-8").splitlines()
