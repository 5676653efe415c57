"""Writes a tiny LLaVA-1.5 with random weights: tiny_llava.py FOLDER. Nothing is loaded from anywhere.

It says nonsense, but depends on picture and question, comes through all of the server's path (tokens of a picture,
template, limits, finish reasons), and weighs 1 MB. The same weights and the same tokenizer every time.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    CLIPImageProcessor,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaProcessor,
    PreTrainedTokenizerFast,
)
from transformers.utils.logging import disable_progress_bar

WIDTH, LAYERS, HEADS = 64, 2, 2  # a head of 32 numbers is the smallest that vLLM's attention takes on a processor
SIDE, PATCH = 56, 14
POSITIONS = 2048
END_EAGERNESS = 1.4  # some answers end by themselves, some at the limit
SEED = 2  # no answer to the sample pictures is empty
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>", "<image>"]
UNKNOWN, BEGIN, END, PAD, IMAGE = range(len(SPECIAL))
TEXT = Path(__file__).resolve().parents[2] / "LICENSE"

TEMPLATE = """\
{%- for message in messages %}{{ message['role'] | upper }}:
{%- if message['content'] is string %} {{ message['content'] }}{% else %}
{%- for part in message['content'] %}{% if part['type'] == 'text' %} {{ part['text'] }}{% else %} <image>{% endif %}
{%- endfor %}{% endif %}
{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"""


def tokenizer() -> PreTrainedTokenizerFast:
    tokens = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN]))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokens.train([str(TEXT)], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokens,
        unk_token=SPECIAL[UNKNOWN],
        bos_token=SPECIAL[BEGIN],
        eos_token=SPECIAL[END],
        pad_token=SPECIAL[PAD],
        extra_special_tokens={"image_token": SPECIAL[IMAGE]},
        model_max_length=POSITIONS,
        clean_up_tokenization_spaces=False,
    )


def config(vocabulary: int) -> LlavaConfig:
    size = {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
    }
    return LlavaConfig(
        text_config={
            **size,
            "model_type": "llama",
            "vocab_size": vocabulary,
            "max_position_embeddings": POSITIONS,
            "bos_token_id": BEGIN,
            "eos_token_id": END,
            "pad_token_id": PAD,
        },
        vision_config={
            **size,
            "model_type": "clip_vision_model",
            "image_size": SIDE,
            "patch_size": PATCH,
            "projection_dim": WIDTH,
        },
        image_token_index=IMAGE,
        image_seq_length=(SIDE // PATCH) ** 2,
        vision_feature_layer=-2,
        vision_feature_select_strategy="default",
        tie_word_embeddings=False,
    )


def randomise(model: LlavaForConditionalGeneration) -> None:
    """Larger than the usual beginning, so that the words depend on the picture."""
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            if weight.dim() >= 2:
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.15)
            elif name.endswith("bias"):
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.02)
        model.lm_head.weight[END] *= END_EAGERNESS


def with_published_names(folder: Path) -> None:
    """Transformers 5 shortens the names of the vision tower's weights; published models and vLLM 0.32 have the long."""
    file = folder / "model.safetensors"
    weights = load_file(file)
    short, long = "vision_tower.", "vision_tower.vision_model."
    save_file({n if long in n else n.replace(short, long): w for n, w in weights.items()}, file, {"format": "pt"})


def main(folder: Path) -> None:
    disable_progress_bar()
    words = tokenizer()
    model = LlavaForConditionalGeneration(config(len(words)))
    randomise(model)
    model.to(torch.float32).save_pretrained(folder)
    with_published_names(folder)
    pictures = CLIPImageProcessor(size={"shortest_edge": SIDE}, crop_size={"height": SIDE, "width": SIDE})
    LlavaProcessor(
        pictures,
        words,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    ).save_pretrained(folder)
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    print(json.dumps({"parameters": model.num_parameters(), "vocabulary": len(words)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
