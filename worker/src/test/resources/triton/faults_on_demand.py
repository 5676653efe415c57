"""The bundled language model, failing on demand: a request chooses how by the most new tokens it asks for.

A test's server has this as the model's model.py. sound.py beside it is the backend of docker/triton-cpu, model.onnx the
graph. FaultsOnDemand.java puts them there and knows the same numbers.
"""

import json
import time

import numpy as np
import sound

BREAKS = 28
SLOW = 29
NOT_A_NUMBER = 30
NO_WORD = 31

SLOW_SECONDS = 2
BEYOND_EVERY_VOCABULARY = 1 << 40

# A test may announce other shapes than the graph has.
sound.check = lambda *anything: None


class TritonPythonModel(sound.TritonPythonModel):
    """Sound for all other numbers."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        config["default_model_filename"] = "model.onnx"  # the server says model.py
        super().initialize({**args, "model_config": json.dumps(config)})

    def join(self, requests):
        rows, feed = super().join(requests)
        self.limits = feed["max_new_tokens"][:, 0]
        if BREAKS in self.limits:
            raise RuntimeError("broken on demand")
        if SLOW in self.limits:
            time.sleep(SLOW_SECONDS)
        return rows, feed

    def split(self, requests, rows, results):
        results["scores"][self.limits == NOT_A_NUMBER] = np.nan
        results["output_ids"][self.limits == NO_WORD] = BEYOND_EVERY_VOCABULARY
        return super().split(requests, rows, results)
