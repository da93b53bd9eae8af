"""The page as gradio serves it: it asks nobody, shows no file of this machine, and keeps uploads under the home."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .. import files
from .gate import LARGEST_UPLOAD, NAME

if TYPE_CHECKING:
    from pathlib import Path

    import gradio as gr
    from fastapi import FastAPI
    from starlette.requests import Request

    from ..settings import Settings
    from .service import PageService


def keep_to_itself(settings: Settings) -> None:
    """Tell gradio, before it is imported, to ask nobody and to keep what is uploaded under the home."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["GRADIO_TEMP_DIR"] = str(uploads(settings))
    os.environ["GRADIO_SHARE"] = os.environ["GRADIO_MCP_SERVER"] = os.environ["GRADIO_SSR_MODE"] = "False"
    os.environ["GRADIO_RUN_HISTORY"] = "False"
    os.environ.pop("GRADIO_ALLOWED_PATHS", None)


def uploads(settings: Settings) -> Path:
    """The folder of what was uploaded and is not yet part of a run."""
    place = settings.home / "uploads"
    with files.writing(place):
        return files.folder(place)


def name_of(request: Request) -> str:
    """Who asks; the gate has looked."""
    return str(request.scope[NAME])


def mounted(service: PageService, page: gr.Blocks) -> FastAPI:
    """The page as an application. `keep_to_itself` comes before the first import of gradio."""
    import gradio
    from fastapi import FastAPI

    from .theme import head, theme

    app: FastAPI = gradio.mount_gradio_app(
        FastAPI(openapi_url=None, docs_url=None, redoc_url=None),
        page,
        path="/",
        footer_links=[],
        run_history=False,
        auth_dependency=name_of if service.people.sign_in else None,
        allowed_paths=[],
        show_error=False,
        max_file_size=LARGEST_UPLOAD,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=theme(),
        head=head(),
    )
    return app
