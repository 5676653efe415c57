"""Publishes one image event, a CloudEvent by the official SDK: the picture itself, or the URL it is at."""

import argparse
import mimetypes
import sys
import uuid
from pathlib import Path

from cloudevents.core.bindings.kafka import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import KafkaError, Message, Producer

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("picture", help="a file, or an http or https URL")
parser.add_argument("--bootstrap-servers", default="localhost:9092")
parser.add_argument("--topic", default="image.events")
parser.add_argument("--structured", action="store_true", help="the whole event as JSON, not its attributes as headers")
parser.add_argument("--source", default="https://shop.example/uploads")
parser.add_argument("--type", default="example.picture.added")
parser.add_argument("--id", default=str(uuid.uuid4()), help="with the same source and id it is the same job")


def image_event(args: argparse.Namespace) -> CloudEvent:
    attributes = {"id": args.id, "source": args.source, "type": args.type}
    if args.picture.startswith(("http://", "https://")):
        attributes |= {"datacontenttype": "application/json"}
        return CloudEvent(attributes, {"image": {"url": args.picture}})
    file = Path(args.picture)
    media_type, _ = mimetypes.guess_type(file)
    attributes |= {"datacontenttype": media_type or "image/jpeg", "subject": file.name}
    return CloudEvent(attributes, file.read_bytes())


def delivered(error: KafkaError | None, message: Message) -> None:
    if error is not None:
        sys.exit(f"not published: {error}")
    print(f"{message.topic()}[{message.partition()}]@{message.offset()}")


def main() -> None:
    args = parser.parse_args()
    write = to_structured if args.structured else to_binary
    message = write(image_event(args), JSONFormat())
    producer = Producer({"bootstrap.servers": args.bootstrap_servers, "enable.idempotence": True})
    producer.produce(
        args.topic,
        value=message.value,
        key=message.key,
        headers=message.headers,
        on_delivery=delivered,
    )
    if producer.flush(60):
        sys.exit("not published: no answer from Kafka within 60 s")


if __name__ == "__main__":
    main()
