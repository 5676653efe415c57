"""``triton-models/build-plans.sh``, with stand-ins for the two programs that want a GPU; one notes what it is asked."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import onnx
import pytest
import random_checkpoint

from vignette_export import cli

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "triton-models" / "build-plans.sh"
ENCODER, LLM = "tiny-blip2_vision_encoder", "tiny-blip2_llm"

TOOLS = ("awk", "cat", "dirname", "grep", "head", "mkdir", "mv", "rm", "sed", "sh", "sha256sum", "tr")
TRTEXEC = """\
#!/bin/sh
echo "&&&& RUNNING TensorRT.trtexec [TensorRT v$STAND_IN_VERSION] [b106] # $0 $*"
[ "$1" != --help ] || exit 0
echo "$CUDA_DEVICE_ORDER $*" >>"$STAND_IN_CALLS"
for argument; do
    case $argument in --saveEngine=*) echo "a plan for $STAND_IN_GPU" >"${argument#*=}" ;; esac
done
case "$*" in *"${STAND_IN_FAILS_ON:-nothing}"*) echo 'out of memory'; exit 1 ;; esac
"""
NVIDIA_SMI = """\
#!/bin/sh
[ "$*" = '--query-gpu=compute_cap --format=csv,noheader --id=0' ] || exit 6
echo "$STAND_IN_GPU"
"""


@dataclass
class Workshop:
    """A machine with a GPU, as far as the script can tell."""

    folder: Path
    version: int = 110100
    gpu: str = "9.0"
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in ("tiny-blip2", ENCODER, LLM):
            shutil.copytree(ROOT / "triton-models" / part, self.models / part)
        (self.folder / "bin").mkdir()
        for tool in TOOLS:  # and nothing else that the machine may have
            (self.folder / "bin" / tool).symlink_to(shutil.which(tool) or tool)
        self.install("trtexec", TRTEXEC)
        self.install("nvidia-smi", NVIDIA_SMI)

    @property
    def models(self) -> Path:
        return self.folder / "models"

    @property
    def plans(self) -> Path:
        return self.folder / "triton-plans"

    def install(self, name: str, text: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(text)
        program.chmod(0o755)

    def build(self, model: str = "tiny-blip2", *more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.folder / "bin"),
            "STAND_IN_CALLS": str(self.folder / "calls"),
            "STAND_IN_VERSION": str(self.version),
            "STAND_IN_GPU": self.gpu,
            **self.settings,
        }
        return subprocess.run(
            ["/bin/sh", str(SCRIPT), model, str(self.models), *more],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """What trtexec was asked since the last time."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    def files(self, graph: str, pattern: str = "*.plan") -> list[str]:
        return sorted(path.name for path in (self.plans / graph / "1").glob(pattern))

    def config(self, graph: str) -> str:
        return (self.plans / graph / "config.pbtxt").read_text()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def built(lines: list[str]) -> list[str]:
    """The graphs that trtexec was asked for."""
    return [match[1] for line in lines if (match := re.search(r"--onnx=\S*/([^/]+)/1/model\.onnx ", line))]


def test_the_first_run_builds_both_and_the_second_none(workshop: Workshop) -> None:
    first, calls, second = workshop.build(), workshop.calls(), workshop.build()

    assert (first.returncode, first.stderr, second.returncode, second.stderr) == (0, "", 0, "")
    assert built(calls) == [ENCODER, LLM]
    assert workshop.calls() == []
    assert second.stdout.count(": current\n") == 2
    assert workshop.files(LLM, "*") == [f"model-9.0-trt11.1.0.plan{end}" for end in ("", ".log", ".stamp")]


def test_profiles_cover_every_batch_and_every_length_of_prompts(workshop: Workshop) -> None:
    workshop.build()

    encoder, llm = workshop.calls()
    pixels = [f"--{name}Shapes=pixels:{batch}x224x224x3" for name, batch in (("min", 1), ("opt", 16), ("max", 32))]
    assert f"--skipInference --profile=0 {' '.join(pixels)}" in encoder
    assert encoder.startswith("PCI_BUS_ID --onnx=")
    expected = ""
    for number, (shortest, longest) in enumerate([(1, 8), (9, 16), (17, 32), (33, 80)]):
        expected += f" --profile={number}"
        for name, batch, length in (("min", 1, shortest), ("opt", 16, longest), ("max", 32, longest)):
            expected += (
                f" --{name}Shapes=image_features:{batch}x16x128,input_ids:{batch}x{length},"
                f"attention_mask:{batch}x{length},max_new_tokens:{batch}x1"
            )
    assert llm.endswith(f"--skipInference{expected}")


def test_shapes_are_those_of_the_graphs(workshop: Workshop) -> None:
    workshop.build()

    for graph, call in zip((ENCODER, LLM), workshop.calls(), strict=True):
        given = dict(entry.split(":") for entry in call.split("--maxShapes=")[-1].split()[0].split(","))
        for value in onnx.load(workshop.models / graph / "1" / "model.onnx").graph.input:
            dims = given.pop(value.name).split("x")
            for dim, size in zip(value.type.tensor_type.shape.dim, dims, strict=True):
                assert not dim.HasField("dim_value") or str(dim.dim_value) == size
        assert given == {}


def test_types_are_the_graphs_in_both_versions(workshop: Workshop) -> None:
    workshop.build()
    eleven = workshop.calls()
    workshop.version = 101500
    workshop.build()
    ten = workshop.calls()

    assert ["--stronglyTyped" in call for call in eleven + ten] == [False, False, True, True]
    assert not any(flag in call for call in eleven + ten for flag in ("--fp16", "--bf16", "--int8", "--best"))


def test_a_changed_graph_is_built_again_and_the_other_is_not(workshop: Workshop) -> None:
    workshop.build()
    workshop.calls()
    with (workshop.models / LLM / "1" / "model.onnx").open("ab") as graph:
        graph.write(b"changed")

    workshop.build()

    assert built(workshop.calls()) == [LLM]


def test_changed_weights_beside_the_graph_count(workshop: Workshop) -> None:
    weights = workshop.models / ENCODER / "1" / "model.onnx.data"
    weights.write_bytes(b"one")
    workshop.build()
    workshop.calls()
    weights.write_bytes(b"two")

    workshop.build()

    assert built(workshop.calls()) == [ENCODER]


def test_changed_limits_and_flags_count(workshop: Workshop) -> None:
    workshop.build()
    workshop.calls()
    config = workshop.models / LLM / "config.pbtxt"
    config.write_text(config.read_text().replace("max_batch_size: 32", "max_batch_size: 8"))

    workshop.build()
    smaller = workshop.calls()
    workshop.settings["TRTEXEC_FLAGS"] = "--builderOptimizationLevel=5 --noTF32"
    workshop.build()

    assert built(smaller) == [LLM]
    assert "--optShapes=image_features:8x16x128" in smaller[0]
    assert [call.split()[-2:] for call in workshop.calls()] == [["--builderOptimizationLevel=5", "--noTF32"]] * 2


def test_a_damaged_plan_is_built_again(workshop: Workshop) -> None:
    workshop.build()
    workshop.calls()
    (workshop.plans / LLM / "1" / "model-9.0-trt11.1.0.plan").write_text("half")

    workshop.build()

    assert built(workshop.calls()) == [LLM]


def test_another_gpu_is_built_for_beside(workshop: Workshop) -> None:
    workshop.build()
    workshop.gpu = "8.9"

    workshop.build()

    assert len(workshop.calls()) == 4
    assert workshop.files(LLM) == ["model-8.9-trt11.1.0.plan", "model-9.0-trt11.1.0.plan"]
    assert (
        'default_model_filename: "model-8.9-trt11.1.0.plan"\n'
        "cc_model_filenames [\n"
        '  { key: "8.9" value: "model-8.9-trt11.1.0.plan" },\n'
        '  { key: "9.0" value: "model-9.0-trt11.1.0.plan" }\n'
        "]\n"
    ) in workshop.config(LLM)


def test_another_version_is_built_for_beside_and_served(workshop: Workshop) -> None:
    workshop.build()
    workshop.version = 110201

    workshop.build()

    assert workshop.files(ENCODER) == ["model-9.0-trt11.1.0.plan", "model-9.0-trt11.2.1.plan"]
    assert "trt11.1.0" not in workshop.config(ENCODER)
    assert '{ key: "9.0" value: "model-9.0-trt11.2.1.plan" }' in workshop.config(ENCODER)


def test_a_plan_of_an_older_graph_is_not_served(workshop: Workshop) -> None:
    workshop.build()
    workshop.gpu = "8.9"
    with (workshop.models / LLM / "1" / "model.onnx").open("ab") as graph:
        graph.write(b"changed")

    workshop.build()

    assert "model-9.0" not in workshop.config(LLM)
    assert "model-9.0" in workshop.config(ENCODER)


def test_configurations_are_those_of_the_graphs_but_for_the_platform(workshop: Workshop) -> None:
    workshop.build()

    before, after = (workshop.models / LLM / "config.pbtxt").read_text(), workshop.config(LLM)
    kept = [line for line in before.splitlines() if not line.startswith(("platform", "instance_group"))]
    assert after.splitlines()[: len(kept)] == kept
    assert after.splitlines()[len(kept) :] == [
        'platform: "tensorrt_plan"',
        'default_model_filename: "model-9.0-trt11.1.0.plan"',
        "cc_model_filenames [",
        '  { key: "9.0" value: "model-9.0-trt11.1.0.plan" }',
        "]",
        'instance_group [ { count: 1 kind: KIND_GPU profile: [ "0", "1", "2", "3" ] } ]',
    ]
    assert 'profile: [ "0" ]' in workshop.config(ENCODER)


def test_the_ensemble_comes_along_and_what_is_read_stays(workshop: Workshop) -> None:
    def checksums(folder: Path) -> dict[str, str]:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = checksums(workshop.models)
    workshop.build()

    assert checksums(workshop.models) == before
    ensemble = checksums(workshop.models / "tiny-blip2")
    ensemble.pop("1/.gitkeep")
    assert checksums(workshop.plans / "tiny-blip2") == ensemble
    assert (workshop.plans / "tiny-blip2" / "1").is_dir()


def test_an_exported_model_with_settings_changed_by_hand(workshop: Workshop) -> None:
    checkpoint = random_checkpoint.write(workshop.folder / "checkpoint", 5)
    cli.main([str(checkpoint), str(workshop.models), "--name", "m", "--max-new-tokens", "4", "--max-batch-size", "4"])
    config = workshop.models / "m_llm" / "config.pbtxt"
    text = re.sub(
        r"instance_group .*\n", "instance_group [\n  {\n    kind: KIND_CPU # one\n  }\n]\n", config.read_text()
    )
    config.write_text(re.sub(r"\{ name: (\S+) data_type: (\S+) dims: ", r"{\n name: \1\n data_type: \2\n dims: ", text))

    assert workshop.build("m").returncode == 0

    assert "KIND_CPU" not in workshop.config("m_llm")
    assert "--maxShapes=image_features:4x5x32,input_ids:4x8," in workshop.calls()[1]


def test_a_failing_build_leaves_no_plan_and_names_its_log(workshop: Workshop) -> None:
    workshop.settings["STAND_IN_FAILS_ON"] = LLM

    ended = workshop.build()

    log = workshop.plans / LLM / "1" / "model-9.0-trt11.1.0.plan.log"
    assert ended.returncode == 1
    assert ended.stderr == f"build-plans.sh: trtexec failed on {LLM}: see {log}\n"
    assert log.read_text().endswith("out of memory\n")
    assert workshop.files(LLM, "*") == [log.name]
    assert workshop.files(ENCODER) == ["model-9.0-trt11.1.0.plan"]

    del workshop.settings["STAND_IN_FAILS_ON"]
    workshop.calls()
    assert workshop.build().returncode == 0
    assert built(workshop.calls()) == [LLM]


def test_a_failing_build_keeps_the_plan_that_was_there(workshop: Workshop) -> None:
    workshop.build()
    before = workshop.config(LLM)
    workshop.settings |= {"STAND_IN_FAILS_ON": LLM, "TRTEXEC_FLAGS": "--noTF32"}

    assert workshop.build().returncode == 1

    assert workshop.files(LLM) == ["model-9.0-trt11.1.0.plan"]
    assert workshop.config(LLM) == before


def test_the_repository_is_not_written_to(workshop: Workshop) -> None:
    before = (workshop.models / LLM / "config.pbtxt").read_text()

    ended = workshop.build("tiny-blip2", str(workshop.models / ".." / "models"))

    assert "(expected: another folder than REPOSITORY)" in ended.stderr
    assert ended.returncode == 1
    assert (workshop.models / LLM / "config.pbtxt").read_text() == before


def test_gpus_are_chosen_in_one_way_only(workshop: Workshop) -> None:
    workshop.settings["CUDA_VISIBLE_DEVICES"] = "1"

    assert "CUDA_VISIBLE_DEVICES: 1 (expected: unset; DEVICE chooses)" in workshop.build().stderr
    assert not workshop.plans.exists()


def test_what_is_missing_is_said(workshop: Workshop) -> None:
    assert workshop.build("other").stderr == (
        f"build-plans.sh: no model: {workshop.models}/other/config.pbtxt is missing\n"
    )
    workshop.gpu = "No devices were found"
    assert "compute capability of GPU 0: No devices were found (expected: such as 9.0)" in workshop.build().stderr
    workshop.version = 8601
    assert "TensorRT of trtexec: v8601 (expected: v100000, for 10.0.0, or newer)" in workshop.build().stderr
    (workshop.folder / "bin" / "nvidia-smi").unlink()
    assert "nvidia-smi: not found" in workshop.build().stderr
    (workshop.folder / "bin" / "trtexec").unlink()
    ended = workshop.build()
    assert "trtexec: not found" in ended.stderr
    assert ended.returncode == 1
    assert not workshop.plans.exists()


def test_a_model_without_lengths_is_refused(workshop: Workshop) -> None:
    profile = workshop.models / "tiny-blip2" / "profile.yaml"
    profile.write_text(profile.read_text().replace("length_buckets", "buckets"))

    ended = workshop.build()

    assert ended.returncode == 1
    assert "length_buckets: missing" in ended.stderr
