"""The create graph: LLMPopcorn's machine (arXiv 2502.12945, section 3) with candidates and refinement.

retrieve_references -> reason -> draft -> choose -> (make) -> score -> (make) -> finish
                                          ^                     |
                                          +------ refine <------+

make: (speak) -> render, a visit a shot -> (assemble)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langgraph.graph import END, START, StateGraph

from . import routing
from .context import CreateContext
from .making import assemble, render, speak
from .nodes import choose, draft, finish, reason, refine, retrieve_references, score
from .state import CreateInput, CreateState

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph


def build_create_graph(
    checkpointer: BaseCheckpointSaver[str] | None = None,
) -> CompiledStateGraph[CreateState, CreateContext, CreateInput, CreateState]:
    """The compiled graph; without a checkpointer it runs but cannot be resumed."""
    graph = StateGraph(CreateState, context_schema=CreateContext, input_schema=CreateInput)
    for node in (retrieve_references, reason, draft, choose, speak, render, assemble, score, refine, finish):
        graph.add_node(node)
    graph.add_conditional_edges(START, routing.after_start)
    graph.add_conditional_edges("retrieve_references", routing.after_retrieval)
    graph.add_edge("reason", "draft")
    graph.add_edge("draft", "choose")
    graph.add_conditional_edges("choose", routing.after_choice)
    graph.add_edge("speak", "render")
    graph.add_conditional_edges("render", routing.after_render)
    graph.add_conditional_edges("assemble", routing.after_assembly)
    graph.add_conditional_edges("score", routing.after_score)
    graph.add_conditional_edges("refine", routing.after_refinement)
    graph.add_edge("finish", END)
    return graph.compile(checkpointer=checkpointer, name="create")
