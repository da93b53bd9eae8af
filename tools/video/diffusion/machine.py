"""What there is to compute with on this machine."""

from __future__ import annotations

import os
from importlib.util import find_spec

from .memory import Machine

_TFLOPS_A_CORE = 0.03  # of a processor, in float32
_EFFICIENCY = 0.4  # of the peak, as diffusion transformers reach it without compilation
_PEAK = {(8, 0): 312 / 108, (8, 6): 71 / 82, (8, 9): 165 / 128, (9, 0): 989 / 132, (10, 0): 2250 / 148}
"""TFLOP/s in 16 bits a multiprocessor by compute capability.

Source: NVIDIA's data sheets of A100, RTX 3090, RTX 4090, H100 SXM and B200, dense.
"""


def this_machine() -> Machine:
    """The accelerator if there is one, else the processor, with what is free now. Loads PyTorch."""
    import psutil
    import torch

    host = int(psutil.virtual_memory().available)
    if not torch.cuda.is_available():
        cores = os.cpu_count() or 1
        return Machine("cpu", "the processor", host, host, tflops=cores * _TFLOPS_A_CORE)
    free, _ = torch.cuda.mem_get_info()
    facts = torch.cuda.get_device_properties(0)
    peak = _PEAK.get((facts.major, facts.minor), 0.0) * facts.multi_processor_count
    return Machine("cuda", facts.name, free, host, find_spec("bitsandbytes") is not None, peak * _EFFICIENCY)
