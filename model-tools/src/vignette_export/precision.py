"""The type that a graph computes in."""

from __future__ import annotations

from dataclasses import dataclass

import ml_dtypes
import numpy as np
from onnx import TensorProto


@dataclass(frozen=True)
class Precision:
    """``name`` is what the command line calls it, ``constant`` the start of its constants' names."""

    name: str
    element: int
    dtype: np.dtype
    constant: str

    @property
    def bytes(self) -> int:
        return self.dtype.itemsize


FLOAT32 = Precision("fp32", TensorProto.FLOAT, np.dtype(np.float32), "float")
FLOAT16 = Precision("fp16", TensorProto.FLOAT16, np.dtype(np.float16), "half")
BFLOAT16 = Precision("bf16", TensorProto.BFLOAT16, np.dtype(ml_dtypes.bfloat16), "bfloat")

PRECISIONS = {precision.name: precision for precision in (FLOAT32, FLOAT16, BFLOAT16)}
