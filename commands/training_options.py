"""What the two commands that train models ask of their options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import RequestError
from ..names import did_you_mean


def given(command: str, what: str, data: Path | None, model: str | None, out: Path | None) -> tuple[Path, str, Path]:
    """Data, model and target. Raises RequestError where one is missing; `what` is what the data are."""
    missing = [name for name, value in (("--data", data), ("--model", model), ("-o", out)) if not value]
    if data is None or not model or out is None:
        raise RequestError(
            f"a training needs {what}, a model and a folder: {', '.join(missing)} not given",
            hint=f"{command} --data DIR --model NAME -o DIR, or --resume DIR.",
        )
    folder = Path(model).expanduser()
    return (
        data.expanduser().absolute(),
        str(folder.absolute()) if folder.is_dir() else model,
        out.expanduser().absolute(),
    )


def one_of(kind: Any, value: str, option: str) -> Any:
    """The member of an enumeration by its value. Raises RequestError."""
    names = [one.value for one in kind]
    if value not in names:
        hint = did_you_mean(value, names, f"Choose {', '.join(names)}.")
        raise RequestError(f"{option} {value!r} is not known", hint=hint)
    return kind(value)
