"""The rooms of the house and the imports between them, drawn as mermaid: `python docs/rooms.py` prints it.

docs/architecture.md holds the drawing; a test compares it with the code.
"""

from __future__ import annotations

import sys
from collections import defaultdict

import grimp

SPLIT = {"agent", "graphs", "tools"}
"""Folders whose sub-folders are rooms of their own."""
WITHIN_COMMANDS = {"terminal", "views"}
"""The rooms of `commands/`; what stands beside them is the room `commands` itself."""
GROUND = (
    *("choices", "english", "errors", "files", "home", "imports", "languages", "names", "redaction", "secret_shapes"),
    *("signals", "trust", "version"),
)

SETTINGS = {"settings", "settings_file", "settings_in_force", "settings_sources", "settings_tables"}


def room_of(module: str) -> str:
    """The room that a module stands in; empty for the package itself and what only starts it."""
    _, *parts = module.split(".")
    if not parts or parts[0] in {"__main__", "cli"}:
        return ""
    if parts[0] in GROUND:
        return "ground floor"
    if parts[0] in SETTINGS:
        return "settings"
    within = parts[0] in SPLIT or (parts[1:2] and parts[1] in WITHIN_COMMANDS)
    return "/".join(parts[:2]) if within else parts[0]


def edges() -> dict[str, set[str]]:
    """Room to the rooms that it imports from."""
    graph = grimp.build_graph("popcorn", cache_dir=None)
    found: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            above, below = room_of(module), room_of(imported)
            if above and below and above != below:
                found[above].add(below)
    return found


def drawing() -> str:
    """The mermaid text: an arrow from a room to each room that it imports from, but where a longer way leads there."""
    direct = edges()

    def below(room: str) -> set[str]:
        reached: set[str] = set()
        waiting = [room]
        while waiting:
            for other in direct.get(waiting.pop(), ()):
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached

    lines = ["flowchart TD"]
    for room in sorted(direct):
        lines += [
            f"    {_name(room)}[{room}] --> {_name(other)}[{other}]"
            for other in sorted(direct[room])
            if not any(other in below(between) for between in direct[room] if between != other)
        ]
    return "\n".join(lines)


def _name(room: str) -> str:
    return room.replace("/", "_").replace(" ", "_")


if __name__ == "__main__":
    sys.stdout.write(drawing() + "\n")
