"""Reading safetensors files."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from vignette_export.errors import UnsupportedCheckpoint

FloatArray = NDArray[np.float32]

_HEADER_LENGTH_BYTES = 8


@dataclass(frozen=True)
class _Location:
    file: Path
    start: int
    length: int
    dtype: str
    shape: tuple[int, ...]


class Weights:
    """The tensors of a checkpoint folder, by name, whatever number of files they are spread over.

    Files are memory-mapped and tensors are converted to float32 when asked for: a checkpoint larger than the memory can
    be read one tensor at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._locations: dict[str, _Location] = {}
        for file in sorted(folder.glob("*.safetensors")):
            self._locations.update(_read_header(file))
        if not self._locations:
            raise UnsupportedCheckpoint(f"no *.safetensors file in {folder}")

    def __contains__(self, name: str) -> bool:
        return name in self._locations

    def __getitem__(self, name: str) -> FloatArray:
        location = self._location(name)
        raw = np.memmap(location.file, np.uint8, "r", location.start, (location.length,))
        return raw.view(_dtype(location.dtype)).reshape(location.shape).astype(np.float32, copy=False)

    def __iter__(self) -> Iterator[str]:
        return iter(self._locations)

    def size(self, name: str) -> int:
        """Number of parameters in one tensor."""
        return math.prod(self.shape(name))

    def shape(self, name: str) -> tuple[int, ...]:
        return self._location(name).shape

    def count(self, prefix: str = "") -> int:
        """Number of parameters in the tensors whose name starts with ``prefix``."""
        return sum(int(np.prod(at.shape)) for name, at in self._locations.items() if name.startswith(prefix))

    def _location(self, name: str) -> _Location:
        try:
            return self._locations[name]
        except KeyError:
            raise UnsupportedCheckpoint(f"tensor missing from the checkpoint: {name}") from None


def _read_header(file: Path) -> Mapping[str, _Location]:
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(_HEADER_LENGTH_BYTES))
        header = json.loads(stream.read(length))
    base = _HEADER_LENGTH_BYTES + length
    header.pop("__metadata__", None)
    return MappingProxyType(
        {
            name: _Location(
                file,
                base + entry["data_offsets"][0],
                entry["data_offsets"][1] - entry["data_offsets"][0],
                entry["dtype"],
                tuple(entry["shape"]),
            )
            for name, entry in header.items()
        }
    )


def _dtype(name: str) -> np.dtype:
    if name == "BF16":
        import ml_dtypes  # comes with onnx; only bfloat16 checkpoints need it

        bfloat16: np.dtype = np.dtype(ml_dtypes.bfloat16)
        return bfloat16
    known = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}
    if name not in known:
        raise UnsupportedCheckpoint(f"tensor type: {name} (expected: BF16, F16, F32 or F64)")
    return np.dtype(known[name])
