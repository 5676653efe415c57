"""Makes each idempotency key unique: one that comes again with another request is job.conflict, which no schema says."""

import re
import uuid

import schemathesis

KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        headers["Idempotency-Key"] = uuid.uuid4().hex
