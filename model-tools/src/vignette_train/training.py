"""The training loop: two stages, one cycle of the learning rate each, resumable at any step.

In the first stage only the eyes learn (the vision transformer, graded patch by patch), which is cheap; in the second
everything does. Progress is counted in steps, never in time, so that a pause changes nothing.
"""

from __future__ import annotations

import json
import math
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from transformers import Blip2ForConditionalGeneration

from vignette_train.batches import Recipe, draw_batch
from vignette_train.model import Heads, Shape, build_model, normalised, visible
from vignette_train.teaching import UNGRADED

_STATE = "training.pt"
_THINGS_WEIGHT = 0.3
_PATCHES_WEIGHT = 0.3
_OUTLINES_WEIGHT = 5.0
_DECAY = 0.02

# A filter of patches sums thousands of pixels that change together, so its weights take smaller steps.
_FILTERS = "vision_model.embeddings.patch_embedding.weight"
_FILTERS_PACE = 0.05

_IN_LAYER = re.compile(r"\.layers?\.\d+\.")
_MUON_PACE = 3.0

_QUEUE = 6  # batches drawn ahead

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Plan:
    """What is trained, and how long."""

    recipe: Recipe
    shape: Shape
    seeing_steps: int
    telling_steps: int
    rate: float = 1.2e-3
    warm_up_steps: int = 150
    cooling: float = 0.4  # share of a stage in which the rate falls to zero

    @property
    def steps(self) -> int:
        return self.seeing_steps + self.telling_steps

    def is_seeing(self, step: int) -> bool:
        return step < self.seeing_steps

    def rate_at(self, step: int) -> float:
        """Up in a line, level, down in a line; in each stage."""
        start, length = (0, self.seeing_steps) if self.is_seeing(step) else (self.seeing_steps, self.telling_steps)
        done = step - start
        up, down = (done + 1) / self.warm_up_steps, (length - done) / (self.cooling * length)
        return self.rate * min(1.0, up, down)

    def fingerprint(self) -> str:
        """All but the length of the second stage, which may be changed until the rate begins to fall."""
        return json.dumps({**asdict(self), "telling_steps": None}, sort_keys=True)


@dataclass(frozen=True)
class Progress:
    """What a step cost and how wrong it was; losses are means since the last report."""

    step: int
    seconds: float
    losses: dict[str, float]


class _Batches(Dataset[Batch]):
    def __init__(self, recipe: Recipe, tokenizer: Tokenizer) -> None:
        self._recipe, self._tokenizer = recipe, tokenizer

    def __getitem__(self, number: int) -> Batch:
        return {
            name: torch.from_numpy(part) for name, part in draw_batch(self._recipe, self._tokenizer, number).items()
        }


class Training:
    """A model on its way. ``folder`` holds the state that a later run goes on from."""

    def __init__(self, plan: Plan, tokenizer: Tokenizer, folder: Path) -> None:
        torch.manual_seed(plan.recipe.seed)
        self.plan, self.step = plan, 0
        self.model: Blip2ForConditionalGeneration = build_model(plan.shape, tokenizer)
        self._heads = Heads(plan.shape)
        self._tokenizer, self._file = tokenizer, folder / _STATE
        self._optimizers = self._new_optimizers()
        self._stopped = False

    def resume(self) -> bool:
        """Go on from the folder's state, if there is one.

        :raises ValueError: if the state is of another plan; the person chooses another folder, or starts anew
        """
        if not self._file.is_file():
            return False
        state = torch.load(self._file)
        if state["plan"] != self.plan.fingerprint():
            raise ValueError(f"plan of {self._file}: {state['plan']} (expected: {self.plan.fingerprint()})")
        self.model.load_state_dict(state["model"])
        self._heads.load_state_dict(state["heads"])
        for optimizer, past in zip(self._optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(past)
        self.step = state["step"]
        return True

    def save(self) -> None:
        state = {
            "plan": self.plan.fingerprint(),
            "step": self.step,
            "model": self.model.state_dict(),
            "heads": self._heads.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self._optimizers],
        }
        beside = self._file.with_suffix(".part")
        torch.save(state, beside)
        os.replace(beside, self._file)

    def stop(self, *_: Any) -> None:
        """End after the current step. Also a signal handler."""
        self._stopped = True

    def run(self, report_every: int) -> Iterator[Progress]:
        """Train to the end of the plan, or until :meth:`stop`."""
        signal.signal(signal.SIGTERM, self.stop)
        started, sums = time.monotonic(), dict[str, float]()
        for batch in self._remaining():
            for name, loss in self._learn(batch).items():
                sums[name] = sums.get(name, 0.0) + loss
            self.step += 1
            if self.step % report_every == 0 or self.step == self.plan.steps or self._stopped:
                count = (self.step - 1) % report_every + 1
                yield Progress(
                    self.step, time.monotonic() - started, {name: total / count for name, total in sums.items()}
                )
                sums.clear()
            if self._stopped:
                return

    def _remaining(self) -> DataLoader[Batch]:
        return DataLoader(
            _Batches(self.plan.recipe, self._tokenizer),
            batch_size=None,
            sampler=range(self.step, self.plan.steps),
            num_workers=1,
            prefetch_factor=_QUEUE,
        )

    def _learn(self, batch: Batch) -> dict[str, float]:
        for group in (group for optimizer in self._optimizers for group in optimizer.param_groups):
            group["lr"] = self.plan.rate_at(self.step) * group["pace"]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = self._look(batch) if self.plan.is_seeing(self.step) else self._tell(batch)
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer in self._optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return {name: loss.item() for name, loss in losses.items()}

    def _look(self, batch: Batch) -> dict[str, Tensor]:
        seen = self.model.vision_model(pixel_values=normalised(batch["pixels"]), output_hidden_states=True)
        early = seen.hidden_states[self.plan.shape.vision_layers // 2][:, 1:]
        return {
            "outlines": F.binary_cross_entropy_with_logits(
                self._heads.outlines(early).float(), batch["outlines"].float() / 255
            )
            * _OUTLINES_WEIGHT,
            "patches": self._patches(seen.last_hidden_state[:, 1:], batch),
        }

    def _tell(self, batch: Batch) -> dict[str, Tensor]:
        seen = self.model.get_image_features(pixel_values=normalised(batch["pixels"]), return_dict=True)
        features = seen.pooler_output
        things = batch["things"][:, :, None].expand(-1, -1, self.plan.shape.group, -1)
        scene = batch["scene"][:, None].expand(-1, self.plan.shape.group, -1)
        return {
            "words": self._words(features, batch),
            "patches": _PATCHES_WEIGHT * self._patches(seen.last_hidden_state[:, 1:], batch),
            "things": _THINGS_WEIGHT * _graded(self._heads.read_things(features), things),
            "scene": _THINGS_WEIGHT * _graded(self._heads.read_scene(features), scene),
        }

    def _patches(self, patches: Tensor, batch: Batch) -> Tensor:
        """Patches of things and patches of nothing count half each, few as the former are."""
        scores, targets = self._heads.read_patches(patches), batch["patches"]
        nothing = torch.where(targets == 0, 0, UNGRADED)
        things = torch.where(targets > 0, targets, UNGRADED)
        return (_graded(scores, nothing) + _graded(scores, things)) / 2

    def _words(self, features: Tensor, batch: Batch) -> Tensor:
        queries, labels = self.plan.shape.queries, batch["labels"]
        places = torch.arange(queries).expand(len(labels), queries)
        words = self.model.get_input_embeddings()(batch["tokens"])
        decoder = self.model.language_model.model.decoder
        hidden = decoder(
            inputs_embeds=torch.cat([features, words.to(features.dtype)], 1),
            attention_mask=visible(batch["segments"], queries),
            position_ids=torch.cat([places, batch["positions"] + queries], 1),
            use_cache=False,
        ).last_hidden_state[:, queries:]
        graded = labels != UNGRADED
        scores = self.model.language_model.lm_head(hidden[graded]).float()
        weights = batch["weights"][graded]
        return (F.cross_entropy(scores, labels[graded], reduction="none") * weights).sum() / weights.sum()

    def _new_optimizers(self) -> list[torch.optim.Optimizer]:
        """Muon for the matrices of layers, which learn in half the steps by it; AdamW for everything else."""
        named = {**dict(self.model.named_parameters()), **dict(self._heads.named_parameters())}
        matrices = {name for name, one in named.items() if one.ndim == 2 and _IN_LAYER.search(name)}
        others = [one for name, one in named.items() if name not in matrices | {_FILTERS}]
        groups = [
            {"params": [one for one in others if one.ndim >= 2], "weight_decay": _DECAY, "pace": 1.0},
            {"params": [one for one in others if one.ndim < 2], "weight_decay": 0.0, "pace": 1.0},
            {"params": [named[_FILTERS]], "weight_decay": 0.0, "pace": _FILTERS_PACE},
        ]
        muon = {"params": [named[name] for name in sorted(matrices)], "pace": _MUON_PACE}
        return [
            torch.optim.AdamW(groups, betas=(0.9, 0.98)),
            torch.optim.Muon([muon], weight_decay=_DECAY, adjust_lr_fn="match_rms_adamw"),
        ]


def _graded(scores: tuple[Tensor, ...], targets: Tensor) -> Tensor:
    """Sum over aspects of the mean cross-entropy; the aspect is the last axis of ``targets``."""
    losses = [
        F.cross_entropy(score.flatten(0, -2), targets[..., aspect].flatten(), ignore_index=UNGRADED)
        for aspect, score in enumerate(scores)
    ]
    total = torch.stack(losses).sum()
    assert math.isfinite(total.item())
    return total
