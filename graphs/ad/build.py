"""The ad graph: VC-LLM's Y = f(P, C, K) (Qian et al., section 3.1), with what a finished ad needs after it.

survey -> write -> claims -> speak -> arrange -> assemble -> check -> finish
            ^         |         |                   ^          |
            +---------+---------+                   +- repair <+
            +----------------------------------------------+
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from langgraph.graph import END, START, StateGraph

from . import routing
from .context import AdContext
from .nodes import arrange, assemble, check, claims, finish, repair, speak, survey, write
from .state import AdInput, AdState

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph


def build_ad_graph(
    checkpointer: BaseCheckpointSaver[str] | None = None,
) -> CompiledStateGraph[AdState, AdContext, AdInput, AdState]:
    """The compiled graph; without a checkpointer it runs but cannot be resumed."""
    graph = StateGraph(AdState, context_schema=AdContext, input_schema=AdInput)
    for node in (survey, write, claims, speak, arrange, assemble, check, repair, finish):
        graph.add_node(node)
    graph.add_edge(START, "survey")
    graph.add_edge("survey", "write")
    graph.add_edge("write", "claims")
    graph.add_conditional_edges("claims", routing.after_claims)
    graph.add_conditional_edges("speak", routing.after_speaking)
    graph.add_edge("arrange", "assemble")
    graph.add_edge("assemble", "check")
    graph.add_conditional_edges("check", routing.after_check)
    graph.add_conditional_edges("repair", routing.after_repair)
    graph.add_edge("finish", END)
    return graph.compile(checkpointer=checkpointer, name="ad")
