package io.vignette.gateway.http;

/**
 * Why the head of a request is refused.
 *
 * @param status of HTTP, 400 or above
 * @param detail one sentence that names the value and what was expected
 */
record HeadFault(int status, String detail) {}
