"""Ten turns of `popcorn chat` with a small language model: what is said in each, and the seconds until it is said.

    python benchmarks/small_chat.py MODEL.gguf [--mode M]

Starts llama.cpp's server as `small_models.py` does (MODEL may be `smollm2`) and says ten lines to the program in a home
of its own. Such a model cannot call tools, so the offline router speaks, and the model drafts in two of the turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from small_models import served

TURNS = (
    *("hello", "three hooks about street tacos at dawn", "shorter title", "why is it low?", "score Tacos at 2 am"),
    *("what works for street food?", "caption and hashtags for it", "make something about a lighthouse keeper"),
    *("why?", "thanks"),
)


def talk(address: str, model: str, mode: str, home: str) -> int:
    """Show the conversation as it comes; the exit status of the program."""
    own = {"small": {"base_url": f"{address}/v1"}}
    chosen = {"HOME": home, "PROVIDERS": json.dumps(own), "LLM": f"small:{Path(model).stem}"}
    chosen |= {"MODE": mode, "CANDIDATES": "2", "ATTEMPTS": "1", "ASPECT": "1:1"}
    environment = os.environ | {f"POPCORN_{name}": value for name, value in chosen.items()}
    command = [sys.executable, "-m", "popcorn", "chat", "--yes"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    began = time.perf_counter()
    with subprocess.Popen(command, text=True, env=environment, cwd=home, **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join(TURNS) + "\n")
        process.stdin.close()
        for line in process.stdout:
            print(f"{time.perf_counter() - began:7.1f} {line}", end="", flush=True)
    return process.returncode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--mode", default="basic")
    parser.add_argument("--window", type=int, default=8_192)
    asked = parser.parse_args()
    server = served(asked.model, asked.window)
    with tempfile.TemporaryDirectory() as home:
        print(f"exit {talk(server.listening_address, asked.model, asked.mode, home)}")


if __name__ == "__main__":
    main()
