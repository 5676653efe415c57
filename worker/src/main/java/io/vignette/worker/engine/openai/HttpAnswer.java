package io.vignette.worker.engine.openai;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;

/** What came back for a request, as far as it was read. */
record HttpAnswer(int status, HttpHeaders headers, LimitedBody.Content body) {

  static HttpAnswer of(HttpResponse<LimitedBody.Content> response) {
    return new HttpAnswer(response.statusCode(), response.headers(), response.body());
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }
}
