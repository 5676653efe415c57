"""Captions every picture of a folder: load a batch, run the model, append, next batch, write one JSON file.

    caption_folder.py PICTURES MODELS NAME OUTPUT

MODELS is a Triton model repository with NAME's ONNX graphs. Prints how long the loop took, loading left out.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from PIL import Image
from tokenizers import Tokenizer

BATCH_SIZE = 16
SIZE = (224, 224)
PROMPT = ""
PAD_TOKEN_ID = 1
MAX_NEW_TOKENS = 32


def load(repository, graph):
    return ort.InferenceSession(repository / graph / "1" / "model.onnx", providers=["CPUExecutionProvider"])


def preprocess(files):
    """Pillow's bicubic, as the model's processor has it. The graph itself takes bytes and normalises them."""
    images = [Image.open(file).convert("RGB").resize(SIZE, Image.Resampling.BICUBIC) for file in files]
    return np.stack([np.asarray(image) for image in images])


def tokenize(tokenizer, count):
    """Ids and attention mask, padded on the left to the longest."""
    prompts = [tokenizer.encode(PROMPT).ids for _ in range(count)]
    longest = max(1, max(map(len, prompts)))
    ids = np.array([[PAD_TOKEN_ID] * (longest - len(prompt)) + prompt for prompt in prompts], np.int64)
    mask = np.array([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts], np.int64)
    return ids, mask


def main():
    pictures, repository, name, output = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    vision = load(repository, f"{name}_vision_encoder")
    llm = load(repository, f"{name}_llm")
    tokenizer = Tokenizer.from_file(str(repository / name / "tokenizer.json"))
    files = sorted(pictures.iterdir())

    start = time.perf_counter()
    results = []
    for first in range(0, len(files), BATCH_SIZE):
        batch = files[first : first + BATCH_SIZE]
        (features,) = vision.run(["image_features"], {"pixels": preprocess(batch)})
        ids, mask = tokenize(tokenizer, len(batch))
        limits = np.full((len(batch), 1), MAX_NEW_TOKENS, np.int64)
        # The graph has the greedy loop in it.
        tokens, lengths = llm.run(
            ["output_ids", "output_lengths"],
            {"image_features": features, "input_ids": ids, "attention_mask": mask, "max_new_tokens": limits},
        )
        for file, row, length in zip(batch, tokens, lengths[:, 0]):
            caption = tokenizer.decode(row[:length].tolist(), skip_special_tokens=True).strip()
            results.append({"image": file.name, "caption": caption})
    output.write_text(json.dumps(results, indent=2))
    print(f"seconds={time.perf_counter() - start:.6f}")


if __name__ == "__main__":
    main()
