"""Export a Hugging Face BLIP-2 (OPT) checkpoint to a Triton model repository of ONNX graphs.

Graphs are written operator by operator from ``config.json`` and the safetensors files; torch and transformers are not
used. One module, one purpose: ``weights`` and ``checkpoint`` read, ``graph`` and ``layers`` build, ``vision_encoder``
and ``llm`` are the two models, ``repository`` writes the files, ``cli`` is the command line.
"""

__version__ = "0.1.0"
