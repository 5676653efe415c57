package io.vignette.gateway.intake;

/**
 * What an event says about itself and its picture: what rules look at. Empty = not said.
 *
 * @param type CloudEvents type, or an S3 event's name with {@code s3:} in front
 * @param source CloudEvents source, or an S3 event's source
 * @param name CloudEvents subject, or the key of an S3 object
 * @param mediaType of the picture, lower case, without parameters
 */
record EventFacts(String type, String source, String bucket, String name, String mediaType) {}
