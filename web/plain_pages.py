"""The two pages that need no gradio: one while it is loading, one to sign in."""

from __future__ import annotations

_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Popcorn</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root { color-scheme: light dark; --paper: #fbf9f5; --ink: #1f1b16; --soft: #6b6257; --line: #e5ded3;
--accent: #a85d00; }
@media (prefers-color-scheme: dark) { :root { --paper: #161412; --ink: #ece5da; --soft: #a2978a; --line: #35302a;
--accent: #f0b35a; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 22rem; margin: 0 auto; padding: 4rem 1.5rem; }
h1 { font: 600 2rem/1.15 "Iowan Old Style", "Palatino Linotype", Georgia, "DejaVu Serif", serif; }
label { display: block; margin: 1rem 0; color: var(--soft); }
input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border-radius: 8px;
background: transparent; color: var(--ink);
border: 1px solid var(--line); }
button { font: inherit; padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: var(--accent);
color: var(--paper); cursor: pointer; }
</style>"""

STARTING = f"""{_HEAD}<meta http-equiv="refresh" content="1"></head>
<body><main><h1>Popcorn</h1><p role="status">The page is being made; it comes by itself in a few seconds.</p></main>
</body></html>"""


def sign_in_page(complaint: str = "") -> str:
    """The form; `complaint` is a sentence of ours."""
    said = f'<p role="alert">{complaint}</p>' if complaint else ""
    return f"""{_HEAD}</head><body><main><h1>Popcorn</h1>{said}
<form method="post" action="/login">
<label>Name <input name="username" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button></form></main></body></html>"""
