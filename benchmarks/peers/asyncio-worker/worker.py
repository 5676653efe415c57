"""A caption worker as a good Python team would write it: aiokafka, Pillow in threads, tritonclient's asyncio gRPC.

Reads jobs (vignette.v1.CaptionJob with the picture inline) from a topic, sends batches of them to a Triton server,
writes one result each (vignette.v1.CaptionResult) to another topic, and commits what is finished. Ends by itself when
it has done the jobs it was told to expect, and prints its processor time by stage.
"""

import argparse
import asyncio
import collections
import concurrent.futures
import gc
import io
import json
import logging
import pathlib
import time

import numpy as np
import tokenizers
import tritonclient.grpc.aio as triton
import uvloop
import yaml
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from PIL import Image
from vignette.v1 import job_pb2 as messages

MIB = 1 << 20


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--jobs-topic", required=True)
    parser.add_argument("--results-topic", required=True)
    parser.add_argument("--group", required=True)
    parser.add_argument("--triton", required=True, help="host:port of the gRPC interface")
    parser.add_argument("--model", required=True, type=pathlib.Path, help="folder of the ensemble in the repository")
    parser.add_argument("--in-flight", type=int, default=3, help="batches at the server at once")
    parser.add_argument("--decode-threads", type=int, default=1)
    parser.add_argument("--linger-ms", type=int, default=5, help="longest wait for a batch to fill")
    parser.add_argument("--commit-ms", type=int, default=500, help="time between commits of what is finished")
    parser.add_argument("--warm-up", type=int, required=True, help="jobs before the measurement")
    parser.add_argument("--measured", type=int, required=True, help="jobs to measure, after those")
    return parser.parse_args()


class Model:
    """Prompt and answer of one model, and the form of its pictures."""

    def __init__(self, folder):
        profile = yaml.safe_load((folder / "profile.yaml").read_text())
        text = profile["text"]
        self.name = profile["name"]
        self.size = (profile["image"]["width"], profile["image"]["height"])
        self.batch = profile["batch"]["preferred"]
        self.max_new_tokens = profile["generation"]["max_new_tokens"]["default"]
        self.caption = profile["templates"]["caption"]
        self.padding = text["pad_token_id"]
        self.lengths = text["length_buckets"]
        self.tokenizer = tokenizers.Tokenizer.from_file(str(folder / text["tokenizer"]))

    def prompts(self, count):
        """Token ids and attention mask of `count` plain captions, padded on the left to one of the model's lengths."""
        encoded = [self.tokenizer.encode(self.caption).ids for _ in range(count)]
        longest = max(map(len, encoded))
        length = next(length for length in self.lengths if length >= longest)
        ids = np.full((count, length), self.padding, np.int64)
        mask = np.zeros((count, length), np.int64)
        for row, tokens in enumerate(encoded):
            if tokens:
                ids[row, -len(tokens) :] = tokens
                mask[row, -len(tokens) :] = 1
        return ids, mask

    def text(self, ids):
        return self.tokenizer.decode(ids, skip_special_tokens=True).strip()


def decode(pictures, size):
    """The pictures as one array, which of them could be read, and the processor time it took; runs in a thread."""
    begun = time.thread_time()
    pixels = np.empty((len(pictures), size[1], size[0], 3), np.uint8)
    readable = []
    for index, picture in enumerate(pictures):
        try:
            image = Image.open(io.BytesIO(picture))
            if image.mode != "RGB":
                image = image.convert("RGB")
            pixels[len(readable)] = image.resize(size, Image.Resampling.BICUBIC)
            readable.append(index)
        except (OSError, ValueError, Image.DecompressionBombError):
            continue
    return pixels[: len(readable)], readable, time.thread_time() - begun


class Offsets:
    """What may be committed of one partition: everything before the first job that is not finished."""

    def __init__(self):
        self.begun = collections.deque()
        self.finished = set()
        self.next = None
        self.committed = None

    def begin(self, offset):
        self.begun.append(offset)

    def finish(self, offsets):
        self.finished.update(offsets)
        while self.begun and self.begun[0] in self.finished:
            offset = self.begun.popleft()
            self.finished.remove(offset)
            self.next = offset + 1


class Clock:
    """Processor seconds by stage. Of the event loop's thread only what runs in one piece can be told apart."""

    def __init__(self):
        self.seconds = collections.Counter()

    def timed(self, stage, function, *arguments):
        begun = time.thread_time()
        try:
            return function(*arguments)
        finally:
            self.seconds[stage] += time.thread_time() - begun

    def reading(self):
        """By stage, called on the event loop's thread."""
        loop = time.thread_time()
        decoding = self.seconds["decode and resize"]
        stages = dict(self.seconds)
        stages["event loop: aiokafka, grpc.aio, asyncio"] = loop - (sum(self.seconds.values()) - decoding)
        stages["other threads (gRPC core, thread pool)"] = time.process_time() - loop - decoding
        return stages


class Worker:
    def __init__(self, arguments):
        self.arguments = arguments
        self.model = Model(arguments.model)
        self.pool = concurrent.futures.ThreadPoolExecutor(arguments.decode_threads)
        self.at_server = asyncio.Semaphore(arguments.in_flight)
        # At the server, being decoded, and one ready to follow.
        self.begun = asyncio.Semaphore(arguments.in_flight + arguments.decode_threads + 1)
        self.offsets = collections.defaultdict(Offsets)
        self.clock = Clock()
        self.done = 0
        self.warm = None
        self.finished = asyncio.get_running_loop().create_future()
        self.consumer = AIOKafkaConsumer(
            arguments.jobs_topic,
            bootstrap_servers=arguments.bootstrap,
            group_id=arguments.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=4 * MIB,
            fetch_max_wait_ms=50,
        )
        self.producer = AIOKafkaProducer(
            bootstrap_servers=arguments.bootstrap, acks="all", enable_idempotence=True, linger_ms=0
        )
        self.triton = triton.InferenceServerClient(arguments.triton)

    async def run(self):
        await self.producer.start()
        await self.consumer.start()
        gc.collect()
        gc.freeze()
        async with asyncio.TaskGroup() as tasks:
            reader = tasks.create_task(self.read(tasks))
            committer = tasks.create_task(self.commit_again_and_again())
            stages = await self.finished
            reader.cancel()
            committer.cancel()
        await self.commit()
        await self.consumer.stop()
        await self.producer.stop()
        await self.triton.close()
        return stages

    async def read(self, tasks):
        while True:
            await self.begun.acquire()
            records = await self.batch()
            for record in records:
                self.offsets[TopicPartition(record.topic, record.partition)].begin(record.offset)
            task = tasks.create_task(self.handle(records))
            task.add_done_callback(lambda _: self.begun.release())

    async def batch(self):
        """A full batch, or what has come when the first of it has waited for `linger-ms`."""
        records = []
        wait_ms = 1_000
        deadline = None
        while len(records) < self.model.batch:
            polled = await self.consumer.getmany(timeout_ms=wait_ms, max_records=self.model.batch - len(records))
            for part in polled.values():
                records.extend(part)
            now = time.monotonic()
            if records and deadline is None:
                deadline = now + self.arguments.linger_ms / 1e3
            if deadline is not None:
                wait_ms = int((deadline - now) * 1e3)
                if wait_ms <= 0:
                    break
        return records

    async def handle(self, records):
        jobs = self.clock.timed("parse jobs", lambda: [messages.CaptionJob.FromString(r.value) for r in records])
        pixels, readable, cpu = await asyncio.get_running_loop().run_in_executor(
            self.pool, decode, [job.image.inline for job in jobs], self.model.size
        )
        self.clock.seconds["decode and resize"] += cpu
        results = [self.failed(job) for index, job in enumerate(jobs) if index not in set(readable)]
        if readable:
            results += await self.infer([jobs[index] for index in readable], pixels)
        await self.publish(results)
        for record in records:
            self.offsets[TopicPartition(record.topic, record.partition)].finish([record.offset])
        self.count(len(records))

    async def infer(self, jobs, pixels):
        ids, mask = self.clock.timed("tokenise, detokenise", self.model.prompts, len(jobs))
        async with self.at_server:
            inputs = self.clock.timed("request, answer", self.inputs, pixels, ids, mask)
            answer = await self.triton.infer(self.model.name, inputs)
        tokens, lengths = self.clock.timed(
            "request, answer", lambda: (answer.as_numpy("output_ids"), answer.as_numpy("output_lengths"))
        )
        texts = self.clock.timed(
            "tokenise, detokenise",
            lambda: [self.model.text(row[:length]) for row, (length,) in zip(tokens.tolist(), lengths.tolist())],
        )
        return [self.succeeded(job, text, len(jobs)) for job, text in zip(jobs, texts)]

    def inputs(self, pixels, ids, mask):
        limits = np.full((len(ids), 1), self.model.max_new_tokens, np.int64)
        inputs = []
        for name, kind, tensor in (
            ("pixels", "UINT8", pixels),
            ("input_ids", "INT64", ids),
            ("attention_mask", "INT64", mask),
            ("max_new_tokens", "INT64", limits),
        ):
            given = triton.InferInput(name, tensor.shape, kind)
            given.set_data_from_numpy(tensor)
            inputs.append(given)
        return inputs

    def succeeded(self, job, text, batch):
        return messages.CaptionResult(
            job_id=job.job_id,
            client_reference=job.client_reference,
            state=messages.SUCCEEDED,
            answers=[messages.Answer(text=text)],
            model=self.model.name,
            attempt=1,
            batch_size=batch,
        )

    def failed(self, job):
        error = messages.JobError(code="image.corrupt", message="picture: can't be decoded", stage="decode")
        return messages.CaptionResult(job_id=job.job_id, state=messages.FAILED, error=error, attempt=1)

    async def publish(self, results):
        confirmed = [
            await self.producer.send(
                self.arguments.results_topic, key=result.job_id.encode(), value=result.SerializeToString()
            )
            for result in results
        ]
        await asyncio.gather(*confirmed)

    async def commit_again_and_again(self):
        while True:
            await asyncio.sleep(self.arguments.commit_ms / 1e3)
            await self.commit()

    async def commit(self):
        ready = {p: o.next for p, o in self.offsets.items() if o.next is not None and o.next != o.committed}
        if ready:
            await self.consumer.commit(ready)
            for partition, offset in ready.items():
                self.offsets[partition].committed = offset

    def count(self, jobs):
        self.done += jobs
        if self.warm is None and self.done >= self.arguments.warm_up:
            self.warm = (self.done, self.clock.reading())
        if self.done >= self.arguments.warm_up + self.arguments.measured and not self.finished.done():
            before, reading = self.warm
            measured = self.done - before
            self.finished.set_result(
                {
                    stage: round((seconds - reading.get(stage, 0)) * 1e3 / measured, 3)
                    for stage, seconds in self.clock.reading().items()
                }
            )


async def main():
    stages = await Worker(parsed_arguments()).run()
    print("cpu=" + json.dumps(dict(sorted(stages.items(), key=lambda stage: -stage[1]))), flush=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(main())
