"""Writes what a running vLLM answers into the files of the contract tests: record.py ENDPOINT KEY FOLDER.

ENDPOINT: http://127.0.0.1:8000/v1 of serve.sh; KEY: its VLLM_API_KEY; FOLDER: worker/src/test/resources/openai.
Bodies are kept as they came, but for line breaks and indents, and the folder the model lies in.
"""

import base64
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
PICTURE = (SAMPLES / "blue-star-above-orange-square.png").read_bytes()


class Server:
    def __init__(self, endpoint: str, key: str) -> None:
        self.endpoint = endpoint
        self.key = key

    def ask(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {key or self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(self.endpoint + path, data, headers)) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()

    def chat(self, **other: Any) -> tuple[int, str]:
        return self.ask("/chat/completions", question(**other))


def question(picture: bytes = PICTURE, text: str = "What is this?", **fields: Any) -> dict[str, Any]:
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
    messages = [{"role": "user", "content": content}]
    return {"model": "tiny-llava", "max_tokens": 64, "temperature": 0, "messages": messages} | fields


def main(endpoint: str, key: str, folder: Path) -> None:
    server = Server(endpoint, key)

    def record(name: str, answer: tuple[int, str]) -> None:
        status, body = answer
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=True)
        lines = [line for line in text.splitlines() if '"root":' not in line]
        (folder / name).write_text("\n".join(lines) + "\n")
        print(status, name)

    whole = next(
        a
        for t in ("What is this?", "Name it.", "Describe it.", "Why?", "Who?", "When?", "Where is it?")
        if '"finish_reason":"stop"' in (a := server.chat(text=t, max_tokens=400))[1]
    )
    record("vllm-answer.json", whole)
    record("vllm-length.json", server.chat(max_tokens=12))
    record("vllm-bad-picture.json", server.chat(picture=b"not a picture"))
    record("vllm-model-unknown.json", server.chat(model="nope"))
    record("vllm-too-long.json", server.chat(text="word " * 3000))
    record("vllm-max-tokens.json", server.chat(max_tokens=5000))
    record("vllm-key.json", server.ask("/models", key="sk-wrong"))
    record("vllm-models.json", server.ask("/models"))
    record("vllm-wrong-path.json", server.ask("/nope"))
    if len(sys.argv) > 4:  # the process that computes, to be killed under a question
        kill = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -KILL {int(sys.argv[4])}"])
        record("vllm-broken.json", server.chat(text="Name it.", max_tokens=900))
        kill.wait()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2], Path(sys.argv[3]))
