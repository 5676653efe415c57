"""Triton's "onnxruntime" backend in Python, for servers that have only the python backend.

Runs <model>/<version>/model.onnx of an ordinary repository by the onnxruntime package, on the processor. What the
server joined to one execution is run as one batch. Like the stock backend it checks config.pbtxt against the graph at
load, and answers every request of a failed execution with the failure. Left out: completion of a config.pbtxt without
tensors, sequences, ragged batches, execution accelerators.
"""

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime
import triton_python_backend_utils as triton

# ONNX Runtime's names of element types, in config.pbtxt's words.
DATA_TYPES = {
    "tensor(bool)": "TYPE_BOOL",
    "tensor(double)": "TYPE_FP64",
    "tensor(float)": "TYPE_FP32",
    "tensor(float16)": "TYPE_FP16",
    "tensor(int8)": "TYPE_INT8",
    "tensor(int16)": "TYPE_INT16",
    "tensor(int32)": "TYPE_INT32",
    "tensor(int64)": "TYPE_INT64",
    "tensor(string)": "TYPE_STRING",
    "tensor(uint8)": "TYPE_UINT8",
    "tensor(uint16)": "TYPE_UINT16",
    "tensor(uint32)": "TYPE_UINT32",
    "tensor(uint64)": "TYPE_UINT64",
}

# For graphs whose config.pbtxt says nothing, so that one variable sets all models of a server.
THREADS_VARIABLE = "VIGNETTE_TRITON_THREADS"


class TritonPythonModel:
    """One instance of one model; `instance_group { count }` starts as many, each in a process of its own."""

    def initialize(self, args):
        if np.__version__.split(".")[0] != "1":
            # With numpy 2 this server's tensors come out empty, and nothing says so.
            raise triton.TritonModelException(f"numpy: {np.__version__} (expected: 1.x)")
        config = json.loads(args["model_config"])
        file = Path(args["model_repository"], args["model_version"], config["default_model_filename"] or "model.onnx")
        self.session = load(file, config)
        self.is_batching = config["max_batch_size"] > 0
        self.inputs = checked("input", config, self.session.get_inputs())
        self.outputs = checked("output", config, self.session.get_outputs())

    def execute(self, requests):
        """One answer a request, in their order. The server joins only requests of equal shape but for the rows."""
        if not self.is_batching:
            return [answer for request in requests for answer in self.run([request])]
        return self.run(requests)

    def run(self, requests):
        try:
            rows, feed = self.join(requests)
            names = self.wanted(requests)
            results = dict(zip(names, self.session.run(names, feed), strict=True))
        except Exception as failure:  # whatever it is, it must end as an answer: the server has no other
            # One error each: the server dies of one that several answers share.
            errors = [triton.TritonError(f"onnx runtime error: {failure}") for _ in requests]
            return [triton.InferenceResponse(error=error) for error in errors]
        return self.split(requests, rows, results)

    def join(self, requests):
        """Rows of each request, and the inputs of all of them as one batch."""
        parts = {name: [] for name in self.inputs}
        for request in requests:
            for name in self.inputs:
                parts[name].append(triton.get_input_tensor_by_name(request, name).as_numpy())
        rows = [part.shape[0] if self.is_batching else 1 for part in parts[self.inputs[0]]]
        return rows, {name: part[0] if len(part) == 1 else np.concatenate(part) for name, part in parts.items()}

    def wanted(self, requests):
        asked = {name for request in requests for name in request.requested_output_names()}
        return [name for name in self.outputs if name in asked]

    def split(self, requests, rows, results):
        answers = []
        start = 0
        for request, count in zip(requests, rows, strict=True):
            part = slice(start, start + count) if len(requests) > 1 else slice(None)
            start += count
            tensors = [triton.Tensor(name, results[name][part]) for name in request.requested_output_names()]
            answers.append(triton.InferenceResponse(output_tensors=tensors))
        return answers


def load(file, config):
    if not file.is_file():
        raise triton.TritonModelException(f"model '{config['name']}': {file}: no such file")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads(config, "intra_op_thread_count", os.environ.get(THREADS_VARIABLE, "0"))
    options.inter_op_num_threads = threads(config, "inter_op_thread_count", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def threads(config, parameter, otherwise):
    """The stock backend's parameters; 0 = as many as cores."""
    count = config["parameters"].get(parameter, {}).get("string_value", otherwise)
    if not count.isdecimal():
        raise triton.TritonModelException(f"model '{config['name']}': {parameter}: '{count}' (expected: a number >= 0)")
    return int(count)


def checked(kind, config, tensors):
    """The names config.pbtxt gives for the graph's inputs or outputs, after comparing types and dimensions."""
    graph = {tensor.name: tensor for tensor in tensors}
    stated = config[kind]
    names = [tensor["name"] for tensor in stated]
    if not names or (kind == "input" and graph.keys() - set(names)):
        raise triton.TritonModelException(f"model '{config['name']}': {kind}s {names} (expected: {sorted(graph)})")
    for tensor in stated:
        check(f"model '{config['name']}': {kind} '{tensor['name']}'", config, tensor, graph.get(tensor["name"]))
    return names


def check(what, config, stated, tensor):
    if tensor is None:
        raise triton.TritonModelException(f"{what}: not in the graph")
    data_type = DATA_TYPES.get(tensor.type, tensor.type)
    if stated["data_type"] != data_type:
        raise triton.TritonModelException(f"{what}: {stated['data_type']} (expected by the graph: {data_type})")
    dims = [-1] * (config["max_batch_size"] > 0) + [int(dim) for dim in stated["dims"]]
    expected = [dim if isinstance(dim, int) else -1 for dim in tensor.shape]
    if len(dims) != len(expected) or any(a != b and -1 not in (a, b) for a, b in zip(dims, expected, strict=True)):
        raise triton.TritonModelException(f"{what}: shape {dims} (expected by the graph: {expected})")
