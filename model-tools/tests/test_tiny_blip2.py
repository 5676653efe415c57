"""The bundled model as it lies in triton-models/: tokens, scores, pictures, configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy_blip2
import onnx
import onnxruntime
import pytest
import yaml
from numpy.typing import NDArray
from onnx import numpy_helper
from PIL import Image

from vignette_export.checkpoint import TextConfig
from vignette_export.reference import ExportedModel

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = ROOT / "triton-models"
DATA = Path(__file__).resolve().parent / "data"
NAME = "tiny-blip2"
SIZE_MAX_BYTES = 12_000_000

# The checkpoint's text configuration: the graph keeps its weights, not its settings.
CONFIG = TextConfig(hidden_size=128, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=128)


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text())


SCENES: dict[str, dict[str, list[int]]] = read("reference_tokens.json")
SAMPLES: dict[str, dict[str, Any]] = read("samples_expected.json")


@pytest.fixture(scope="module")
def model() -> ExportedModel:
    return ExportedModel(REPOSITORY, NAME)


@pytest.fixture(scope="module")
def llm_weights() -> Mapping[str, NDArray[np.float32]]:
    """The llm graph's weights under their names in the checkpoint."""
    graph = onnx.load(REPOSITORY / f"{NAME}_llm" / "1" / "model.onnx").graph
    tensors = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for name in [name for name in tensors if ".qkv." in name]:
        query, key, value = np.split(tensors[name], 3)
        tensors[name.replace("qkv", "q_proj")] = query * np.float32(CONFIG.head_size**0.5)
        tensors[name.replace("qkv", "k_proj")] = key
        tensors[name.replace("qkv", "v_proj")] = value
    return tensors


def scene(model: ExportedModel, name: str) -> NDArray[np.uint8]:
    with Image.open(DATA / "scenes" / name) as image:
        return model.pixels(image)


@pytest.mark.parametrize("name", SCENES)
def test_tokens_are_those_of_the_reference_export(model: ExportedModel, name: str) -> None:
    prompts = list(SCENES[name])

    completions = model.complete([scene(model, name)] * len(prompts), prompts)

    assert {prompt: row.tokens for prompt, row in zip(prompts, completions, strict=True)} == SCENES[name]


@pytest.mark.parametrize("name", SCENES)
def test_score_is_the_mean_log_probability_computed_in_numpy(
    model: ExportedModel, llm_weights: Mapping[str, NDArray[np.float32]], name: str
) -> None:
    features = model.features([scene(model, name)])
    for prompt in SCENES[name]:
        ids = model.tokenizer.encode(prompt).ids

        ((tokens, score),) = model.generate(features, [ids])

        expected = numpy_blip2.generate(llm_weights, CONFIG, features[0].astype(np.float64), ids, model.longest_answer)
        assert tokens == expected[0]
        assert score == pytest.approx(expected[1], abs=1e-4)


def test_score_is_the_mean_over_answers_of_one_token(model: ExportedModel) -> None:
    features, ids = model.features([scene(model, "scene_10.png")]), model.tokenizer.encode("").ids
    ((tokens, score),) = model.generate(features, [ids])

    steps = [model.generate(features, [ids + tokens[:place]], [1])[0] for place in range(len(tokens))]

    assert [step[0] for step in steps] == [[token] for token in tokens]
    assert score == pytest.approx(np.mean([step[1] for step in steps]), abs=1e-5)


@pytest.mark.parametrize("name", SAMPLES)
def test_bundled_pictures_get_their_captions_and_answers(model: ExportedModel, name: str) -> None:
    expected = SAMPLES[name]
    questions = list(expected["answers"])
    with Image.open(ROOT / "samples" / name) as image:
        pixels = model.pixels(image)

    caption, *answers = model.complete(
        [pixels] * (1 + len(questions)), ["", *(f"Question: {question} Answer:" for question in questions)]
    )

    assert caption.text == expected["caption"]
    assert caption.tokens == expected["caption_tokens"]
    assert caption.score == pytest.approx(expected["caption_score"], abs=1e-4)
    for question, answer in zip(questions, answers, strict=True):
        assert answer.text == expected["answers"][question]
        assert answer.tokens == expected["answer_tokens"][question]
        assert answer.score == pytest.approx(expected["answer_scores"][question], abs=1e-4)


def test_every_bundled_picture_has_an_expectation() -> None:
    assert sorted(file.name for file in (ROOT / "samples").iterdir()) == sorted(SAMPLES)


def test_the_limit_of_a_row_is_kept_and_the_rest_is_padding(model: ExportedModel) -> None:
    session = onnxruntime.InferenceSession(REPOSITORY / f"{NAME}_llm" / "1" / "model.onnx")
    features = np.repeat(model.features([scene(model, "scene_00.png")]), 4, axis=0)
    limits = np.array([[0], [1], [5], [1000]], np.int64)

    ids, lengths, _ = session.run(
        ["output_ids", "output_lengths", "scores"],
        {
            "image_features": features,
            "input_ids": np.full((4, 1), 2, np.int64),
            "attention_mask": np.ones((4, 1), np.int64),
            "max_new_tokens": limits,
        },
    )

    full = lengths[3, 0]
    assert lengths[:, 0].tolist() == [1, 1, 5, full]
    for row, length in zip(ids, lengths[:, 0], strict=True):
        assert row.tolist() == ids[3, :length].tolist() + [model.pad_token_id] * (model.longest_answer - length)


@pytest.mark.parametrize("part", ["vision_encoder", "llm"])
def test_configuration_says_what_the_graph_says(part: str) -> None:
    folder = REPOSITORY / f"{NAME}_{part}"
    graph = onnx.load(folder / "1" / "model.onnx").graph
    config = (folder / "config.pbtxt").read_text()
    types = {onnx.TensorProto.UINT8: "UINT8", onnx.TensorProto.INT64: "INT64", onnx.TensorProto.FLOAT: "FP32"}

    told = re.findall(r'name: "(\w+)" data_type: TYPE_(\w+) dims: \[([-\d, ]+)\]', config)

    expected = []
    for value in [*graph.input, *graph.output]:
        tensor = value.type.tensor_type
        dims = ", ".join(str(dim.dim_value or -1) for dim in list(tensor.shape.dim)[1:])
        expected.append((value.name, types[tensor.elem_type], dims))
    assert told == expected


def test_profile_agrees_with_the_graphs(model: ExportedModel) -> None:
    profile = yaml.safe_load((REPOSITORY / NAME / "profile.yaml").read_text())
    session = onnxruntime.InferenceSession(REPOSITORY / f"{NAME}_llm" / "1" / "model.onnx")
    properties = session.get_modelmeta().custom_metadata_map

    assert profile["schema"] == 1
    assert (profile["image"]["width"], profile["image"]["height"]) == (model.width, model.height)
    assert profile["text"]["max_prompt_tokens"] == int(properties["max_prompt_tokens"]) == 80
    assert profile["text"]["length_buckets"] == [8, 16, 32, 80]
    assert profile["text"]["pad_token_id"] == int(properties["pad_token_id"]) == 1
    assert profile["text"]["eos_token_ids"] == [int(properties["eos_token_ids"])]
    assert profile["generation"]["max_new_tokens"] == {"min": 1, "max": 32, "default": 32}
    assert (REPOSITORY / NAME / profile["text"]["tokenizer"]).is_file()


def test_the_longest_prompt_fits(model: ExportedModel) -> None:
    features = model.features([scene(model, "scene_00.png")])

    ((tokens, score),) = model.generate(features, [[2] + [68] * 79])

    assert tokens
    assert np.isfinite(score)


def test_the_bundled_files_stay_small() -> None:
    files = [file for file in REPOSITORY.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= SIZE_MAX_BYTES
