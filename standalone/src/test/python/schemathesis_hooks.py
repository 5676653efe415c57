"""Sends what Schemathesis can't by itself.

An idempotency key is made unique: one that comes again with another request is job.conflict, which no schema can say.
An empty list of a form's JSON field is written as JSON: Schemathesis would send no part, which is no mistake.
A question of a form that is no list of texts is sent blank: on the wire one part is a list of one, and anything is a text.
"""

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
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        case.body = sendable(case.body)


def sendable(form):
    form = dict(form)
    if form.get("prompts") == []:
        form["prompts"] = "[]"
    if "question" in form:
        questions = form["question"] if isinstance(form["question"], list) else []
        form["question"] = [text if isinstance(text, str) else "" for text in questions or [""]]
    return form
