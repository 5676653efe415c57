"""Write what the reference tokenizer makes of texts and of token ids: tests/data/tokenizer/golden.json.

    python scripts/make_tokenizer_golden.py [TOKENIZER]

The reference is Hugging Face's tokenizers library. Texts are drawn with a fixed seed from alphabets that break
tokenizers: combining marks, surrogate pairs, joiners, right-to-left, control characters, spaces of all kinds, NUL; and
very long ones. Ids are drawn at random too, so that they cut characters into invalid UTF-8.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "model-tools/tests/data/tokenizer/golden.json"

ALPHABETS = {
    "letters": "abcdefghijklmnopqrstuvwxyz ABCXYZ 0123456789 .,:;?!'\"()-",
    "latin": "àéîõüßøåñçşğłżœæđðþÀÉÎ ",
    "combining": "e\u0301o\u0308n\u0303a\u030a\u0327 x\u0361y",
    "greek and cyrillic": "αβγδεζηθ ΑΒΓ абвгдеж ЪЫЬЭЮЯ ё й",
    "right to left": "שלום עולם مرحبا بالعالم \u200f\u200e\u202b\u202c",
    "indic": "नमस्ते दुनिया বাংলা தமிழ் ",
    "east asian": "画像説明文字中文汉字カタカナひらがな한국어テスト 。、",
    "emoji": "🦊🐱🖼️👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪🇯🇵❤️☃ ",
    "beyond the basic plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢𐍈𠜎𡿺𝄞 ",
    "control": "\x01\x02\x07\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f a",
    "nul": "\x00ab ",
    "spaces": " \t\n\r\u00a0\u2003\u2009\u200b\u3000\ufeff a",
    "private and unassigned": "\ue000\uf8ff\U000f0000\U0010ffff\ufffd\ufffe\u0378 a",
}
HAND_WRITTEN = [
    "a",
    " a",
    "a photo of",
    "Question: What color is the circle? Answer:",
    "Question: how many shapes are there? Answer: two",
    "</s>",
    "a</s>b",
    "<pad><unk><s>",
    "</s",
    "it's we'll I'm they've",
    "naïve café",
    "ﬁ ﬂ ½ ² № ™",
    "Straße STRASSE",
    "İstanbul ıI",
    "\u212b \u00c5 A\u030a",
    "...!!!???",
    "1234567890" * 3,
    "{}",
    "{} $1 \\0 %s",
    "\\u0041",
]
LONG = ["word " * 20_000, "x" * 100_000, "画" * 30_000, "🦊" * 20_000, "  a" * 20_000, "a\n" * 30_000]


def main() -> None:
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "triton-models/tiny-blip2/tokenizer.json"
    tokenizer = Tokenizer.from_file(str(source))
    draw = random.Random(20)
    texts = HAND_WRITTEN + [_text(draw, letters) for letters in ALPHABETS.values() for _ in range(25)]
    everything = "".join(ALPHABETS.values())
    texts += [_text(draw, everything) for _ in range(40)]
    size = tokenizer.get_vocab_size()
    answers = [[draw.randrange(size) for _ in range(draw.randint(1, 32))] for _ in range(100)]
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    golden = {
        "texts": [_entry(tokenizer, text) for text in texts],
        # Told as what is repeated how often, with a checksum of the ids: the file stays small.
        "long": [_long_entry(tokenizer, text) for text in LONG],
        "ids": [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)} for ids in answers],
    }
    TARGET.write_text(json.dumps(golden, ensure_ascii=True, indent=None, separators=(",", ":")).replace("},{", "},\n{"))
    print(f"{len(texts)} texts, {len(LONG)} long ones, {len(answers)} sequences of ids: {TARGET}")


def _text(draw: random.Random, alphabet: str) -> str:
    text = "".join(draw.choices(alphabet, k=draw.randint(1, 40)))
    # A prompt of nothing but space is refused before it is tokenised.
    return text if text.strip() else text + "a"


def _entry(tokenizer: Tokenizer, text: str) -> dict[str, object]:
    ids = tokenizer.encode(text).ids
    return {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=True)}


def _long_entry(tokenizer: Tokenizer, text: str) -> dict[str, object]:
    ids = tokenizer.encode(text).ids
    unit = next(text[:n] for n in range(1, 6) if text == text[:n] * (len(text) // n))
    return {"unit": unit, "times": len(text) // len(unit), "count": len(ids), "sum": _checksum(ids)}


def _checksum(ids: list[int]) -> int:
    """31·sum + id, modulo 2^31: the same in every language."""
    total = 0
    for one in ids:
        total = (31 * total + one) % (1 << 31)
    return total


if __name__ == "__main__":
    main()
