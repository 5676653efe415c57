"""Prints every result, and goes on where it stopped. For gateways with vignette.ledger.json-results=true."""

import argparse
import json
import signal
import sys
import threading

from confluent_kafka import Consumer, KafkaException

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--bootstrap-servers", default="localhost:9092")
parser.add_argument("--topic", default="vignette.results.json")
parser.add_argument("--group", default="captions")


def handle(result: dict) -> None:
    """Whatever is done with a result. The job id is unique: take it as the key where you store it."""
    succeeded = result["state"] == "SUCCEEDED"
    # A result that is too large for one record comes without its texts: ask the gateway for those.
    answers = result.get("answers") or [{"text": ""}]
    print(result["job_id"], result["state"], answers[0].get("text", "") if succeeded else result["error"]["code"])


def main() -> None:
    args = parser.parse_args()
    # Ctrl-C and SIGTERM end it with all commits done, and the group hears of it at once.
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    results = Consumer(
        {
            "bootstrap.servers": args.bootstrap_servers,
            "group.id": args.group,
            # Only then is there one record for each job: what is not committed may never be.
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    results.subscribe([args.topic])
    try:
        while not stopping.is_set():
            records = results.consume(num_messages=100, timeout=1.0)
            for record in records:
                if record.error():
                    raise KafkaException(record.error())
                try:
                    handle(json.loads(record.value()))
                except (ValueError, TypeError):  # Somebody else's record must not stop the others.
                    print(f"no result: partition {record.partition()} offset {record.offset()}", file=sys.stderr)
            # Only after the work is done: after a crash some results come again, none is missed.
            if records:
                results.commit(asynchronous=False)
    finally:
        results.close()


if __name__ == "__main__":
    main()
