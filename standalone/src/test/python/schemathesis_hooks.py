"""Makes each idempotency key unique: one that comes again with another request is job.conflict, which no schema says.

And breaks patterns truly: the tool appends an asterisk, which a pattern that asks for one character anywhere takes; in
a form with a file it doesn't notice, because it looks at the file as an empty text.
"""

import re
import uuid

import schemathesis
from schemathesis.specs.openapi.negative import value_channel

KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def violate_pattern(original, pattern):
    return next((text for text in (original + "*", " ", "") if not re.search(pattern, text)), original)


value_channel.violate_pattern = violate_pattern


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers or {}
    key = headers.get("Idempotency-Key")
    if isinstance(key, str) and KEY.fullmatch(key):
        headers["Idempotency-Key"] = uuid.uuid4().hex
