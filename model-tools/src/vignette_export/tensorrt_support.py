"""What the ONNX parser of TensorRT documents as supported: operators, types, restrictions, opsets.

The facts, with their sources, are in ``tensorrt_operators.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from onnx import TensorProto

_DATA = "tensorrt_operators.json"
_NAMES: dict[int, str] = {
    TensorProto.FLOAT: "FP32",
    TensorProto.FLOAT16: "FP16",
    TensorProto.BFLOAT16: "BF16",
    TensorProto.DOUBLE: "FP64",
    TensorProto.FLOAT8E4M3FN: "FP8",
    TensorProto.FLOAT4E2M1: "FP4",
}


@dataclass(frozen=True)
class Operator:
    """One line of the table, restrictions as far as they can be looked up in a graph.

    ``constant`` are inputs that must be, ``without`` attributes that must not be there, ``attributes`` the values that
    an attribute may have, ``outputs`` is how many may be used. ``unchecked`` is what has to be looked at by a person.
    """

    types: Sequence[str]
    constant: Sequence[str] = ()
    without: Sequence[str] = ()
    attributes: Mapping[str, Sequence[str | int]] | None = None
    outputs: int | None = None
    unchecked: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Operator:
        return cls(**{**values, "types": values["types"].split()})


@dataclass(frozen=True)
class Support:
    """``types`` any tensor may have, ``quantized_types`` those that the operator's line names."""

    version: str
    first_opset: int
    last_opset: int
    types: Sequence[str]
    quantized_types: Sequence[str]
    operators: Mapping[str, Operator]


@cache
def support() -> Support:
    values = json.loads(files(__package__).joinpath(_DATA).read_text(encoding="utf-8"))
    return Support(
        version=values["version"],
        first_opset=values["opsets"][0],
        last_opset=values["opsets"][1],
        types=values["types"].split(),
        quantized_types=values["quantized_types"].split(),
        operators={name: Operator.from_json(entry) for name, entry in values["operators"].items()},
    )


def type_name(element: int) -> str:
    """TensorRT's name of a type, or ONNX's where TensorRT has none."""
    return _NAMES.get(element) or str(TensorProto.DataType.Name(element))
